//! Tables and rows that refer to each other, and to themselves.

use orm_core::backend::Database;
use orm_core::vocabulary::*;

use super::models::{
    Badge, Department, Egg, FIRM, Hen, NewBadge, NewDepartment, NewWorker, Worker, workers, writes,
};

fn department(id: i64) -> NewDepartment {
    NewDepartment {
        id,
        name: format!("d{id}"),
    }
}

fn worker(name: &str, department_id: i64) -> NewWorker {
    NewWorker {
        name: name.into(),
        department_id,
    }
}

scenario!(what_hangs_on_a_circle_is_created_behind_it, |place| {
    place.create_all(FIRM).await.unwrap();
    let sent = place.sent();
    let tables = sent.iter().filter(|sql| sql.starts_with("CREATE TABLE"));
    let names: Vec<&str> = tables.map(|sql| sql.split('(').next().unwrap()).collect();
    assert_eq!(names.len(), 3, "{names:?}");
    let at = |table: &str| names.iter().position(|name| name.contains(table));
    assert!(at("workers") < at("badges"), "{names:?}");
});

scenario!(
    the_side_that_may_be_null_comes_first_and_is_set_behind,
    |place| {
        place.create_all(FIRM).await.unwrap();
        let mut session = place.session().await.unwrap();
        let mut work = UnitOfWork::new();
        // All keys are known, and each row refers to the other.
        let badge = work.add(NewBadge { worker_id: 7 });
        let boss = work.add(worker("boss", 1).id(7));
        let sales = work.add(department(1).head_id(7));
        place.sent();
        let done = session.flush(&work).await.unwrap();
        let expected = [
            "insert departments",
            "insert workers",
            "update departments",
            "insert badges",
        ];
        let mut found = writes(&place.sent());
        found.sort_by_key(|one| expected.iter().position(|other| one == other));
        assert_eq!(found, expected);
        // What comes back is as the database has it, and the version counts no change of one's own.
        assert_eq!(
            (done.get(&sales).head_id, done.get(&sales).version),
            (Some(7), 1)
        );
        assert_eq!(done.get(&boss).department_id, 1);
        assert_eq!(done.get(&badge).worker_id, 7);
        let found = session.get::<Department>(1).await.unwrap();
        assert_eq!(found.as_ref(), Some(done.get(&sales)));

        // And they go again, the same way back.
        let mut work = UnitOfWork::new();
        work.remove(done.get(&sales));
        work.remove(done.get(&boss));
        work.remove(done.get(&badge));
        let done = session.flush(&work).await.unwrap();
        assert_eq!(done.deleted(), 3);
        assert_eq!(Department::query().count(&mut session).await.unwrap(), 0);
    }
);

scenario!(
    a_key_that_only_the_database_makes_is_set_by_a_change,
    |place| {
        place.create_all(FIRM).await.unwrap();
        let mut session = place.session().await.unwrap();
        let mut work = UnitOfWork::new();
        let sales = work.add(department(1));
        let boss = work.add_with(&sales, |id| worker("boss", id));
        work.update_with((&sales, &boss), |(id, boss)| {
            Department::patch(id).head_id(boss)
        });
        // A row that refers to itself.
        work.update_with(&boss, |id| Worker::patch(id).boss_id(id));
        let done = session.flush(&work).await.unwrap();
        let boss = done.get(&boss);
        assert_eq!(boss.boss_id, Some(boss.id));
        assert_eq!(done.get(&sales).head_id, Some(boss.id));
        assert_eq!(done.get(&sales).version, 2);

        let mut work = UnitOfWork::new();
        work.remove(done.get(&sales));
        work.remove(boss);
        assert_eq!(session.flush(&work).await.unwrap().deleted(), 2);
    }
);

scenario!(rows_of_one_table_are_sorted_by_their_values, |place| {
    place.create_all(FIRM).await.unwrap();
    let mut session = place.session().await.unwrap();
    session.insert(department(1)).await.unwrap();
    let mut work = UnitOfWork::new();
    // The lowest first: each has the next as a boss. Their keys are given, one statement does.
    for id in 1..=16 {
        let boss = (id < 16).then_some(id + 1);
        work.add(worker("w", 1).id(id).boss_id(boss));
    }
    place.sent();
    session.flush(&work).await.unwrap();
    assert_eq!(writes(&place.sent()), ["insert workers"]);
    let rows = Worker::query()
        .order_by(workers::id)
        .load(&mut session)
        .await
        .unwrap();
    assert_eq!(rows.len(), 16);
    let mut work = UnitOfWork::new();
    for row in rows.iter().rev() {
        work.remove(row);
    }
    assert_eq!(session.flush(&work).await.unwrap().deleted(), 16);
});

scenario!(
    keys_of_the_database_are_handed_down_level_by_level,
    |place| {
        place.create_all(FIRM).await.unwrap();
        let mut session = place.session().await.unwrap();
        session.insert(department(1)).await.unwrap();
        let mut work = UnitOfWork::new();
        let top = work.add(worker("top", 1));
        let mut leaves = Vec::new();
        for _ in 0..4 {
            let middle = work.add_with(&top, |boss| worker("middle", 1).boss_id(boss));
            for _ in 0..4 {
                let leaf = work.add_with(&middle, |boss| worker("leaf", 1).boss_id(boss));
                leaves.push((leaf, middle.clone()));
            }
        }
        place.sent();
        let done = session.flush(&work).await.unwrap();
        assert_eq!(writes(&place.sent()), ["insert workers"; 3]);
        for (leaf, middle) in leaves {
            assert_eq!(done.get(&leaf).boss_id, Some(done.get(&middle).id));
            assert_eq!(done.get(&middle).boss_id, Some(done.get(&top).id));
        }
    }
);

scenario!(rows_in_a_circle_of_one_table_are_set_behind, |place| {
    place.create_all(FIRM).await.unwrap();
    let mut session = place.session().await.unwrap();
    session.insert(department(1)).await.unwrap();
    let mut work = UnitOfWork::new();
    let ids = [1, 2, 3];
    let added = ids.map(|id| work.add(worker("w", 1).id(id).boss_id(id % 3 + 1)));
    let done = session.flush(&work).await.unwrap();
    for (id, row) in ids.iter().zip(&added) {
        assert_eq!(done.get(row).boss_id, Some(id % 3 + 1));
    }
    let mut work = UnitOfWork::new();
    let rows = Worker::query().load(&mut session).await.unwrap();
    rows.iter().for_each(|row| work.remove(row));
    assert_eq!(session.flush(&work).await.unwrap().deleted(), 3);
    assert_eq!(Badge::query().count(&mut session).await.unwrap(), 0);
});

scenario!(
    a_circle_without_a_null_is_refused_before_anything_is_sent,
    |place| {
        // Neither table can be made first with its key but by the framework's own way.
        place.create_all(schema![Egg, Hen]).await.unwrap();
        let mut session = place.session().await.unwrap();
        let mut work = UnitOfWork::new();
        work.add(Egg { id: 1, hen_id: 2 });
        work.add(Hen { id: 2, egg_id: 1 });
        place.sent();
        let error = session.flush(&work).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Refused);
        let text = error.to_string();
        assert!(text.contains("Egg[0]") && text.contains("Hen[0]"), "{text}");
        assert_eq!(place.sent(), Vec::<String>::new());
        if place.database == Database::Sqlite {
            // A row that refers to itself alone needs nothing.
            assert_eq!(Egg::query().count(&mut session).await.unwrap(), 0);
        }
    }
);

scenario!(
    rows_known_by_their_keys_are_read_where_tables_do_not_tell,
    |place| {
        place.create_all(FIRM).await.unwrap();
        let mut session = place.session().await.unwrap();
        let mut work = UnitOfWork::new();
        work.add(department(1).head_id(1));
        work.add(department(2).head_id(8));
        for id in 1..=8 {
            let form = worker("w", 1 + id % 2).id(id);
            work.add(form.boss_id((id > 1).then_some(id - 1)));
        }
        let badge = work.add(NewBadge { worker_id: 3 });
        let done = session.flush(&work).await.unwrap();
        let mut work = UnitOfWork::new();
        (1..=8).for_each(|id| work.remove_key::<Worker>(id));
        (1..=3).for_each(|id| work.remove_key::<Department>(id));
        work.remove_key::<Badge>(done.get(&badge).id);
        place.sent();
        let done = session.flush(&work).await.unwrap();
        let sent = place.sent();
        let reads = sent.iter().filter(|sql| sql.starts_with("SELECT"));
        let reads = reads.filter(|sql| sql.contains("workers") || sql.contains("departments"));
        assert_eq!(reads.count(), 2, "{sent:#?}");
        assert!(
            !sent
                .iter()
                .any(|sql| sql.starts_with("SELECT") && sql.contains("badges"))
        );
        assert_eq!(done.deleted(), 11);
        assert_eq!(Worker::query().count(&mut session).await.unwrap(), 0);
    }
);
