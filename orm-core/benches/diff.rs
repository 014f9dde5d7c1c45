//! How long it takes to compare 500 tables, and to write what leads from one schema to another.
//!
//! `cargo bench -p orm-core --bench diff`. The median of 25 runs, in milliseconds.

use std::time::Instant;

use orm_core::backend::Database;
use orm_core::diff::{diff, sql};
use orm_core::prelude::*;
use orm_core::snapshot::{Snapshot, TableName};

const TABLES: usize = 500;

#[derive(Model)]
#[allow(dead_code)]
#[model(
    check("total >= 0"),
    index(name, joined.desc()),
    index(email, where = "active")
)]
struct Customer {
    #[model(generated)]
    id: i64,
    #[model(length(1..=80))]
    name: String,
    #[model(unique, email)]
    email: String,
    active: bool,
    #[model(default = 0)]
    total: i64,
    balance: Option<Decimal>,
    #[model(default = now)]
    joined: DateTime<Utc>,
    #[model(computed = "total * 2")]
    doubled: i64,
}

/// As many tables of other names.
fn many(database: Database) -> Snapshot {
    let mut snapshot = Snapshot::of(schema![Customer], database);
    let one = snapshot.tables.remove(0);
    for nth in 0..TABLES {
        let mut table = one.clone();
        table.name = TableName::new(None, &format!("customers_{nth:03}"));
        let names = table.indexes.iter_mut().map(|index| &mut index.name);
        for name in names.flatten() {
            *name = format!("{name}_{nth}");
        }
        snapshot.tables.push(table);
    }
    snapshot
}

fn measure(what: &str, run: impl Fn() -> usize) {
    let mut taken: Vec<f64> = (0..25)
        .map(|_| {
            let started = Instant::now();
            std::hint::black_box(run());
            started.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    taken.sort_by(f64::total_cmp);
    println!(
        "  {what:<40} {:>8.1} ms ({:.1} to {:.1}), {} steps",
        taken[12],
        taken[6],
        taken[18],
        run()
    );
}

fn main() {
    for database in [Database::Postgres, Database::Mysql, Database::Sqlite] {
        println!("{database:?}, {TABLES} tables of 8 columns");
        let there = many(database);
        let mut wanted = there.clone();
        for table in &mut wanted.tables {
            table.columns[1].nullable = true;
            table.columns.remove(5);
            table.checks.pop();
        }
        let nothing = Snapshot::empty(database);
        measure("nothing to do", || diff(&there, &there, &[]).steps.len());
        measure("all to be made", || diff(&nothing, &there, &[]).steps.len());
        measure("three changes in each", || {
            diff(&there, &wanted, &[]).steps.len()
        });
        let plan = diff(&there, &wanted, &[]);
        measure("the same as statements", || sql(&plan).statements.len());
    }
}
