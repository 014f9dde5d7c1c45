//! Creating and dropping tables: order, repetition, circles, indexes.

use orm_core::backend::Database;
use orm_core::diesel::sql_query;
use orm_core::vocabulary::*;

#[derive(Model, Debug, Clone, PartialEq)]
struct Leaf {
    #[model(generated)]
    id: i64,
    #[model(belongs_to = Branch, on_delete = cascade, index)]
    branch_id: i64,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "branches", index(length_cm, name))]
struct Branch {
    #[model(generated)]
    id: i64,
    #[model(belongs_to = Tree, on_delete = set_null)]
    tree_id: Option<i64>,
    #[model(unique)]
    name: String,
    length_cm: i32,
}

#[derive(Model, Debug, Clone, PartialEq)]
struct Tree {
    #[model(generated)]
    id: i64,
    /// A tree grows from another one.
    #[model(belongs_to = Tree)]
    parent_id: Option<i64>,
    #[model(default = now)]
    planted_at: NaiveDateTime,
}

#[derive(Model, Debug, Clone, PartialEq)]
struct Team {
    #[model(generated)]
    id: i64,
    #[model(belongs_to = Player, explicit_join)]
    captain_id: Option<i64>,
}

#[derive(Model, Debug, Clone, PartialEq)]
struct Player {
    #[model(generated)]
    id: i64,
    #[model(belongs_to = Team)]
    team_id: i64,
}

scenario!(
    tables_are_created_parents_first_and_again_without_harm,
    |place| {
        place.create_all(schema![Leaf, Branch, Tree]).await.unwrap();
        let mut session = place.session().await.unwrap();
        let tree = session.insert(NewTree {}).await.unwrap();
        let child = session.insert(NewTree {}.parent_id(tree.id)).await.unwrap();
        assert_eq!(child.parent_id, Some(tree.id));
        place.create_all(schema![Tree, Leaf, Branch]).await.unwrap();
        assert_eq!(
            Tree::query().count(&mut session).await.unwrap(),
            2,
            "rows stay"
        );
    }
);

scenario!(actions_of_foreign_keys_happen, |place| {
    place.create_all(schema![Leaf, Branch, Tree]).await.unwrap();
    let mut session = place.session().await.unwrap();
    let tree = session.insert(NewTree {}).await.unwrap();
    let form = NewBranch {
        name: "b".into(),
        length_cm: 3,
    }
    .tree_id(tree.id);
    let branch = session.insert(form).await.unwrap();
    session
        .insert(NewLeaf {
            branch_id: branch.id,
        })
        .await
        .unwrap();
    session.delete(&tree).await.unwrap();
    assert_eq!(
        session
            .get::<Branch>(branch.id)
            .await
            .unwrap()
            .unwrap()
            .tree_id,
        None
    );
    session.delete(&branch).await.unwrap();
    assert_eq!(Leaf::query().count(&mut session).await.unwrap(), 0);
});

scenario!(a_default_of_now_is_near_the_clock, |place| {
    place.create_all(schema![Tree]).await.unwrap();
    let mut session = place.session().await.unwrap();
    let tree = session.insert(NewTree {}).await.unwrap();
    let age = Utc::now().naive_utc() - tree.planted_at;
    assert!(age.num_seconds().abs() < 60, "{age}");
});

scenario!(
    drop_all_drops_children_first_and_again_without_harm,
    |place| {
        place.create_all(schema![Leaf, Branch, Tree]).await.unwrap();
        let mut session = place.session().await.unwrap();
        let tree = session.insert(NewTree {}).await.unwrap();
        session.insert(NewTree {}.parent_id(tree.id)).await.unwrap();
        drop(session);
        place.drop_all(schema![Tree, Branch, Leaf]).await.unwrap();
        place.drop_all(schema![Tree, Branch, Leaf]).await.unwrap();
        let mut session = place.session().await.unwrap();
        assert!(Tree::query().count(&mut session).await.is_err());
        drop(session);
        place.create_all(schema![Leaf, Branch, Tree]).await.unwrap();
        assert_eq!(
            Tree::query()
                .count(&mut place.session().await.unwrap())
                .await
                .unwrap(),
            0
        );
    }
);

scenario!(keys_that_make_a_circle_are_created_and_dropped, |place| {
    for _ in 0..2 {
        place.create_all(schema![Team, Player]).await.unwrap();
        place.create_all(schema![Team, Player]).await.unwrap();
        let mut session = place.session().await.unwrap();
        let team = session.insert(NewTeam {}).await.unwrap();
        let player = session
            .insert(NewPlayer { team_id: team.id })
            .await
            .unwrap();
        session
            .update(Team::patch(team.id).captain_id(player.id))
            .await
            .unwrap();
        let error = session
            .update(Team::patch(team.id).captain_id(99))
            .await
            .unwrap_err();
        assert_eq!(error.invalid().unwrap().errors[0].code, "foreign_key");
        assert!(session.delete(&player).await.is_err());
        drop(session);
        place.drop_all(schema![Team, Player]).await.unwrap();
    }
});

scenario!(indexes_exist, |place| {
    place.create_all(schema![Leaf, Branch, Tree]).await.unwrap();
    let mut session = place.session().await.unwrap();
    // Only an index that exists can be dropped.
    let mut drops = vec!["DROP INDEX branches_length_cm_name_idx"];
    if place.database == Database::Mysql {
        // The other one is a foreign key's there, and must stay.
        drops = vec!["DROP INDEX branches_length_cm_name_idx ON branches"];
    } else {
        drops.push("DROP INDEX leafs_branch_id_idx");
    }
    for _ in 0..2 {
        for drop in &drops {
            sql_query(*drop).execute(&mut session).await.unwrap();
        }
        place.create_all(schema![Leaf, Branch, Tree]).await.unwrap();
    }
});
