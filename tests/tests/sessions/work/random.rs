//! Random units against a plain picture of what the tables should hold.
//!
//! `ORM_SEED` chooses a run, `ORM_SOAK` makes more units by another seed each time.

use std::collections::BTreeMap;

use orm_core::vocabulary::*;
use orm_core::work::Added;
use orm_tests::random::Random;

use super::models::{
    Badge, Department, FIRM, NewBadge, NewDepartment, NewWorker, Worker, begins, writes,
};

/// The seed, and how many units.
fn seed() -> (u64, usize) {
    let given = std::env::var("ORM_SEED").ok();
    let given = given.map(|seed| seed.parse().expect("ORM_SEED is a number"));
    if !orm_tests::soak() {
        return (given.unwrap_or(11), 40);
    }
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    (given.unwrap_or(now.expect("after 1970").as_secs()), 1_000)
}

fn one_of(random: &mut Random, keys: &[i64]) -> Option<i64> {
    (!keys.is_empty()).then(|| *random.pick(keys))
}

fn shuffle<T>(random: &mut Random, items: &mut [T]) {
    for end in (1..items.len()).rev() {
        items.swap(end, random.below(end + 1));
    }
}

/// The tables.
#[derive(Debug, Clone, Default, PartialEq)]
struct Picture {
    departments: BTreeMap<i64, Department>,
    workers: BTreeMap<i64, Worker>,
    badges: BTreeMap<i64, Badge>,
    next: i64,
}

impl Picture {
    /// Another picture that these tables may have, in which nothing refers to what is not there.
    /// The keys of rows that are new are given.
    fn changed(&self, random: &mut Random) -> Picture {
        let mut then = self.clone();
        then.departments.retain(|_, _| !random.one_in(4));
        then.workers.retain(|_, _| !random.one_in(4));
        then.badges.retain(|_, _| !random.one_in(4));
        let mut fresh = || {
            then.next += 1;
            then.next
        };
        let new: Vec<i64> = (0..1 + random.below(3)).map(|_| fresh()).collect();
        let hired: Vec<i64> = (0..random.below(5)).map(|_| fresh()).collect();
        for id in new {
            let row = Department {
                id,
                name: format!("d{id}"),
                head_id: None,
                version: 1,
            };
            then.departments.insert(id, row);
        }
        let departments: Vec<i64> = then.departments.keys().copied().collect();
        for id in hired {
            let department_id = one_of(random, &departments).expect("one is new");
            let row = Worker {
                id,
                name: format!("w{id}"),
                department_id,
                boss_id: None,
            };
            then.workers.insert(id, row);
        }
        let workers: Vec<i64> = then.workers.keys().copied().collect();
        for row in then.workers.values_mut() {
            if !departments.contains(&row.department_id) || random.one_in(4) {
                row.department_id = one_of(random, &departments).expect("one is new");
            }
            if row.boss_id.is_some_and(|boss| !workers.contains(&boss)) || random.one_in(3) {
                row.boss_id = one_of(random, &workers).filter(|_| !random.one_in(4));
            }
        }
        for (id, row) in &mut then.departments {
            if row.head_id.is_some_and(|head| !workers.contains(&head)) || random.one_in(3) {
                row.head_id = one_of(random, &workers).filter(|_| !random.one_in(4));
            }
            // Each change is counted, and one that is none is not.
            let before = self.departments.get(id);
            if before.is_some_and(|before| before.head_id != row.head_id) {
                row.version += 1;
            }
        }
        then.badges
            .retain(|_, badge| workers.contains(&badge.worker_id));
        then
    }
}

enum Change {
    Department(i64),
    Worker(i64),
    Badge(i64),
    NewBadge(i64),
}

scenario!(random_units_leave_what_they_should, |place| {
    let (seed, units) = seed();
    println!("seed {seed}, {units} units");
    let mut random = Random(seed);
    place.create_all(FIRM).await.unwrap();
    let mut session = place.session().await.unwrap();
    let mut now = Picture::default();
    let (mut objects, mut statements) = (0, 0);
    for unit in 0..units {
        let mut then = now.changed(&mut random);
        let mut changes: Vec<Change> = Vec::new();
        changes.extend(
            now.departments
                .keys()
                .chain(then.departments.keys())
                .map(|id| Change::Department(*id)),
        );
        changes.extend(
            now.workers
                .keys()
                .chain(then.workers.keys())
                .map(|id| Change::Worker(*id)),
        );
        changes.extend(now.badges.keys().map(|id| Change::Badge(*id)));
        let workers: Vec<i64> = then.workers.keys().copied().collect();
        for _ in 0..random.below(4) {
            changes.extend(one_of(&mut random, &workers).map(Change::NewBadge));
        }
        // Each row that stays stands there twice: what is said twice counts once.
        shuffle(&mut random, &mut changes);
        let mut work = UnitOfWork::new();
        let mut badges: Vec<(Added<Badge>, i64)> = Vec::new();
        let mut hired: BTreeMap<i64, Added<Worker>> = BTreeMap::new();
        let mut added: Vec<i64> = Vec::new();
        for change in &changes {
            match change {
                Change::Department(id) => match (now.departments.get(id), then.departments.get(id))
                {
                    (Some(row), None) if random.one_in(2) => work.remove_key::<Department>(row.id),
                    (Some(row), None) => work.remove(row),
                    (Some(row), Some(later)) => work.change(row, later.clone()),
                    (None, Some(row)) if !added.contains(id) => {
                        added.push(*id);
                        let form = NewDepartment {
                            id: *id,
                            name: row.name.clone(),
                        };
                        work.add(form.head_id(row.head_id));
                    }
                    _ => {}
                },
                Change::Worker(id) => match (now.workers.get(id), then.workers.get(id)) {
                    (Some(row), None) if random.one_in(2) => work.remove_key::<Worker>(row.id),
                    (Some(row), None) => work.remove(row),
                    (Some(row), Some(later)) => work.change(row, later.clone()),
                    (None, Some(row)) if !added.contains(id) => {
                        added.push(*id);
                        let form = NewWorker {
                            name: row.name.clone(),
                            department_id: row.department_id,
                        };
                        hired.insert(*id, work.add(form.id(*id).boss_id(row.boss_id)));
                    }
                    _ => {}
                },
                Change::Badge(id) => {
                    if !then.badges.contains_key(id) {
                        work.remove_key::<Badge>(*id);
                    }
                }
                Change::NewBadge(worker_id) => {
                    let badge = match hired.get(worker_id) {
                        Some(worker) => work.add_with(worker, |worker_id| NewBadge { worker_id }),
                        None => work.add(NewBadge {
                            worker_id: *worker_id,
                        }),
                    };
                    badges.push((badge, *worker_id));
                }
            }
        }
        objects += work.len();
        place.sent();
        let done = match session.flush(&work).await {
            Ok(done) => done,
            Err(error) => {
                panic!("seed {seed}, unit {unit}: {error}\n{work:#?}\n{now:#?}\n{then:#?}")
            }
        };
        let sent = place.sent();
        statements += writes(&sent).len();
        assert!(begins(&sent) <= 1, "seed {seed}, unit {unit}: {sent:#?}");
        for (badge, worker_id) in badges {
            let badge = done.get(&badge);
            assert_eq!(badge.worker_id, worker_id, "seed {seed}, unit {unit}");
            then.badges.insert(badge.id, badge.clone());
        }
        for (id, worker) in hired {
            assert_eq!(
                done.get(&worker),
                &then.workers[&id],
                "seed {seed}, unit {unit}"
            );
        }
        let departments = Department::query().load(&mut session).await.unwrap();
        let workers = Worker::query().load(&mut session).await.unwrap();
        let badges = Badge::query().load(&mut session).await.unwrap();
        let found = Picture {
            departments: departments.into_iter().map(|row| (row.id, row)).collect(),
            workers: workers.into_iter().map(|row| (row.id, row)).collect(),
            badges: badges.into_iter().map(|row| (row.id, row)).collect(),
            next: then.next,
        };
        assert_eq!(found, then, "seed {seed}, unit {unit}: {work:#?}");
        now = found;
    }
    println!("{objects} objects, {statements} writes");
});
