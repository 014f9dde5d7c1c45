//! Operations of a session beside the same in hand-written Diesel.
//!
//! `cargo bench -p orm-core --bench beside_diesel` measures in turns, on
//! SQLite in memory and in a file, and on PostgreSQL where `ORM_BENCH_POSTGRES`
//! holds a URL (feature `postgres`; the tables `customers` and `orders` of that
//! database are dropped and made anew). Words behind `--` choose operations by
//! name. `-- --instructions OPERATION SIDE N` runs one side N times on SQLite in
//! memory and prints nothing: `benches/instructions` counts with it. Run without
//! `--bench`, as `cargo test --all-targets` does, everything runs once.

mod by_hand;
mod measure;
mod models;
mod operations;
mod setup;
#[cfg(feature = "postgres")]
mod throughput;

use measure::Operation;

operations::on!(sqlite, orm_core::diesel::SqliteConnection);
#[cfg(feature = "postgres")]
operations::on!(postgres, orm_core::diesel::PgConnection);

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let Some((operation, side, times)) = instructions(&arguments) {
        return run_one(operation, side, times);
    }
    let briefly = !arguments.iter().any(|argument| argument == "--bench");
    let chosen: Vec<_> = arguments.iter().filter(|a| !a.starts_with('-')).collect();
    let measured = |operations: &[Operation<'_>]| {
        for operation in operations {
            if chosen.is_empty() || chosen.iter().any(|name| operation.name.contains(*name)) {
                operation.measure(briefly);
            }
        }
    };

    println!("SQLite in memory");
    measured(&sqlite::World::open(":memory:", ":memory:").operations());

    println!("\nSQLite in a file");
    let folder = tempfile::tempdir().expect("a folder for the databases");
    let file = |name: &str| folder.path().join(name).display().to_string();
    measured(&sqlite::World::open(&file("ours.sqlite"), &file("by_hand.sqlite")).operations());

    #[cfg(feature = "postgres")]
    if let Ok(url) = std::env::var("ORM_BENCH_POSTGRES") {
        println!("\nPostgreSQL");
        measured(&postgres::World::open(&url, &url).operations());
        if chosen.is_empty() || chosen.iter().any(|name| "throughput".contains(*name)) {
            throughput::measure(&url, briefly);
        }
    }
}

/// `--instructions OPERATION SIDE N`
fn instructions(arguments: &[String]) -> Option<(&str, &str, usize)> {
    let at = arguments.iter().position(|text| text == "--instructions")?;
    let [operation, side, times] = arguments.get(at + 1..at + 4)? else {
        return None;
    };
    let times = times.parse().expect("a number of runs");
    Some((operation, side, times))
}

fn run_one(operation: &str, side: &str, times: usize) {
    let world = sqlite::World::open(":memory:", ":memory:");
    let operations = world.operations();
    let operation = operations.iter().find(|found| found.name == operation);
    let operation = operation.expect("an operation of this name");
    let side = operation.sides.iter().find(|found| found.0 == side);
    let (_, run) = side.expect("a side of this name");
    // Statements are prepared, caches are filled.
    (0..3).for_each(run);
    (0..times).for_each(|nth| run(nth + 3));
}
