//! Foreign keys that are written on their own: set behind an insert, cleared before a delete.

use orm_core::vocabulary::*;

use super::models::{Department, FIRM, NewDepartment, NewWorker, Worker, writes};

fn department(id: i64) -> NewDepartment {
    NewDepartment {
        id,
        name: format!("d{id}"),
    }
}

fn worker(department_id: i64) -> NewWorker {
    NewWorker {
        name: "w".into(),
        department_id,
    }
}

/// Refers to itself, and counts its changes.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "folders")]
struct Folder {
    #[model(key)]
    id: i64,
    name: String,
    #[model(belongs_to = Folder)]
    parent_id: Option<i64>,
    #[model(version)]
    version: i32,
}

scenario!(a_key_that_is_cleared_hides_no_change, |place| {
    place.create_all(FIRM).await.unwrap();
    let mut session = place.session().await.unwrap();
    let mut work = UnitOfWork::new();
    let sales = work.add(department(1).head_id(7));
    let head = work.add(worker(1).id(7));
    let done = session.flush(&work).await.unwrap();
    let renamed = Department::patch(1).name("renamed");
    session.update(renamed).await.unwrap();

    let mut work = UnitOfWork::new();
    work.remove(done.get(&sales));
    work.remove(done.get(&head));
    let error = session.flush(&work).await.unwrap_err();
    assert!(error.is_stale(), "{error}");
    let versions = error.stale_versions().unwrap();
    assert_eq!((versions.expected, versions.found), (1, 2));
    let found = session.get::<Department>(1).await.unwrap().unwrap();
    let values = (found.name.as_str(), found.head_id, found.version);
    assert_eq!(values, ("renamed", Some(7), 2));
    assert_eq!(Worker::query().count(&mut session).await.unwrap(), 1);

    // In the version that is there, and in whatever version.
    let mut work = UnitOfWork::new();
    work.remove(&found);
    work.remove_key::<Worker>(7);
    assert_eq!(session.flush(&work).await.unwrap().deleted(), 2);
    session.flush(&work).await.unwrap();
});

scenario!(
    a_row_that_refers_to_itself_is_not_removed_in_another_version,
    |place| {
        place.create_all(schema![Folder]).await.unwrap();
        let mut session = place.session().await.unwrap();
        let mut work = UnitOfWork::new();
        let form = NewFolder {
            id: 1,
            name: "root".into(),
        };
        let root = work.add(form.parent_id(1));
        let done = session.flush(&work).await.unwrap();
        let root = done.get(&root);
        assert_eq!((root.parent_id, root.version), (Some(1), 1));
        session.update(Folder::patch(1).name("new")).await.unwrap();
        let mut work = UnitOfWork::new();
        work.remove(root);
        assert!(session.flush(&work).await.unwrap_err().is_stale());
        let found = session.get::<Folder>(1).await.unwrap().unwrap();
        assert_eq!((found.parent_id, found.version), (Some(1), 2));
        let mut work = UnitOfWork::new();
        work.remove(&found);
        assert_eq!(session.flush(&work).await.unwrap().deleted(), 1);
    }
);

scenario!(
    a_row_that_is_patched_and_removed_by_its_key_is_read,
    |place| {
        place.create_all(FIRM).await.unwrap();
        let mut session = place.session().await.unwrap();
        session.insert(department(1)).await.unwrap();
        // The lower key refers to the higher one: by their keys they would go in the wrong order.
        for (id, boss) in [(6, None), (5, Some(6))] {
            session
                .insert(worker(1).id(id).boss_id(boss))
                .await
                .unwrap();
        }
        let mut work = UnitOfWork::new();
        work.update(Worker::patch(6).name("patched"));
        work.remove_key::<Worker>(6);
        work.update(Worker::patch(5).name("patched"));
        work.remove_key::<Worker>(5);
        place.sent();
        assert_eq!(session.flush(&work).await.unwrap().deleted(), 2);
        assert_eq!(writes(&place.sent()), ["delete workers"; 2]);
    }
);

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "teams")]
struct Team {
    #[model(key)]
    id: i64,
    #[model(belongs_to = Player, explicit_join, deferrable = initially_deferred, on_delete = restrict)]
    captain_id: Option<i64>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "players")]
struct Player {
    #[model(key)]
    id: i64,
    #[model(belongs_to = Team)]
    team_id: i64,
}

// MariaDB has no deferred foreign keys.
scenario!(
    returning(what_is_restricted_does_not_wait_for_the_commit),
    |place| {
        place.create_all(schema![Team, Player]).await.unwrap();
        let mut session = place.session().await.unwrap();
        let mut work = UnitOfWork::new();
        let team = work.add(NewTeam { id: 1 }.captain_id(2));
        let player = work.add(Player { id: 2, team_id: 1 });
        let done = session.flush(&work).await.unwrap();
        assert_eq!(done.get(&team).captain_id, Some(2));
        let mut work = UnitOfWork::new();
        work.remove(done.get(&player));
        work.remove(done.get(&team));
        assert_eq!(session.flush(&work).await.unwrap().deleted(), 2);
    }
);

/// Two foreign keys share a column.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(
    table = "axles",
    belongs_to(left: Left, on(zone, left_id)),
    belongs_to(right: Right, on(zone, right_id))
)]
struct Axle {
    #[model(key)]
    id: i64,
    zone: Option<i64>,
    left_id: Option<i64>,
    right_id: Option<i64>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "lefts", key(zone, id))]
struct Left {
    zone: i64,
    id: i64,
    #[model(belongs_to = Axle, explicit_join)]
    axle_id: i64,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "rights", key(zone, id))]
struct Right {
    zone: i64,
    id: i64,
    #[model(belongs_to = Axle, explicit_join)]
    axle_id: i64,
}

scenario!(keys_that_share_a_column_are_both_set_behind, |place| {
    place.create_all(schema![Axle, Left, Right]).await.unwrap();
    let mut session = place.session().await.unwrap();
    let mut work = UnitOfWork::new();
    let axle = work.add(NewAxle { id: 1 }.zone(4).left_id(5).right_id(6));
    work.add(Left {
        zone: 4,
        id: 5,
        axle_id: 1,
    });
    work.add(Right {
        zone: 4,
        id: 6,
        axle_id: 1,
    });
    let done = session.flush(&work).await.unwrap();
    let axle = done.get(&axle);
    assert_eq!(
        (axle.zone, axle.left_id, axle.right_id),
        (Some(4), Some(5), Some(6))
    );
    assert_eq!(session.get::<Axle>(1).await.unwrap().as_ref(), Some(axle));
});
