//! Creating and dropping tables: order, repetition, circles, indexes.

use orm_core::diesel::sql_query;
use orm_core::prelude::*;

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
        place.create_all(schema![Leaf, Branch, Tree]).unwrap();
        let mut session = place.session().unwrap();
        let tree = session.insert(NewTree {}).unwrap();
        let child = session.insert(NewTree {}.parent_id(tree.id)).unwrap();
        assert_eq!(child.parent_id, Some(tree.id));
        place.create_all(schema![Tree, Leaf, Branch]).unwrap();
        assert_eq!(Tree::query().count(&mut session).unwrap(), 2, "rows stay");
    }
);

scenario!(actions_of_foreign_keys_happen, |place| {
    place.create_all(schema![Leaf, Branch, Tree]).unwrap();
    let mut session = place.session().unwrap();
    let tree = session.insert(NewTree {}).unwrap();
    let form = NewBranch {
        name: "b".into(),
        length_cm: 3,
    }
    .tree_id(tree.id);
    let branch = session.insert(form).unwrap();
    session
        .insert(NewLeaf {
            branch_id: branch.id,
        })
        .unwrap();
    session.delete(&tree).unwrap();
    assert_eq!(
        session.get::<Branch>(branch.id).unwrap().unwrap().tree_id,
        None
    );
    session.delete(&branch).unwrap();
    assert_eq!(Leaf::query().count(&mut session).unwrap(), 0);
});

scenario!(a_default_of_now_is_near_the_clock, |place| {
    place.create_all(schema![Tree]).unwrap();
    let mut session = place.session().unwrap();
    let tree = session.insert(NewTree {}).unwrap();
    let age = Utc::now().naive_utc() - tree.planted_at;
    assert!(age.num_seconds().abs() < 60, "{age}");
});

scenario!(
    drop_all_drops_children_first_and_again_without_harm,
    |place| {
        place.create_all(schema![Leaf, Branch, Tree]).unwrap();
        let mut session = place.session().unwrap();
        let tree = session.insert(NewTree {}).unwrap();
        session.insert(NewTree {}.parent_id(tree.id)).unwrap();
        drop(session);
        place.drop_all(schema![Tree, Branch, Leaf]).unwrap();
        place.drop_all(schema![Tree, Branch, Leaf]).unwrap();
        let mut session = place.session().unwrap();
        assert!(Tree::query().count(&mut session).is_err());
        drop(session);
        place.create_all(schema![Leaf, Branch, Tree]).unwrap();
        assert_eq!(
            Tree::query().count(&mut place.session().unwrap()).unwrap(),
            0
        );
    }
);

scenario!(keys_that_make_a_circle_are_created_and_dropped, |place| {
    for _ in 0..2 {
        place.create_all(schema![Team, Player]).unwrap();
        place.create_all(schema![Team, Player]).unwrap();
        let mut session = place.session().unwrap();
        let team = session.insert(NewTeam {}).unwrap();
        let player = session.insert(NewPlayer { team_id: team.id }).unwrap();
        session
            .update(Team::patch(team.id).captain_id(player.id))
            .unwrap();
        let error = session
            .update(Team::patch(team.id).captain_id(99))
            .unwrap_err();
        assert_eq!(error.invalid().unwrap().errors[0].code, "foreign_key");
        assert!(session.delete(&player).is_err());
        drop(session);
        place.drop_all(schema![Team, Player]).unwrap();
    }
});

scenario!(indexes_exist, |place| {
    place.create_all(schema![Leaf, Branch, Tree]).unwrap();
    let mut session = place.session().unwrap();
    // Only an index that exists can be dropped.
    for index in ["leafs_branch_id_idx", "branches_length_cm_name_idx"] {
        sql_query(format!("DROP INDEX {index}"))
            .execute(&mut session)
            .unwrap();
    }
    place.create_all(schema![Leaf, Branch, Tree]).unwrap();
    sql_query("DROP INDEX leafs_branch_id_idx")
        .execute(&mut session)
        .unwrap();
});
