//! Operations of an async session beside the same in hand-written diesel-async,
//! and lookups of many tasks through pools, on PostgreSQL.
//!
//! `ORM_BENCH_POSTGRES=<url> cargo bench -p orm-core --features postgres,async
//! --bench beside_diesel_async`; the tables `customers` and `orders` of that
//! database are dropped and made anew. Words behind `--` choose by name. Run
//! without `--bench`, as `cargo test --all-targets` does, everything runs once.

#[path = "../beside_diesel/by_hand.rs"]
#[allow(dead_code)]
mod by_hand;
#[path = "../beside_diesel/measure.rs"]
mod measure;
#[path = "../beside_diesel/models.rs"]
mod models;
mod operations;
#[path = "../beside_diesel/setup.rs"]
#[allow(dead_code)]
mod setup;
mod throughput;

use orm_core::connection::DatabaseConnection;
use orm_core::url::DatabaseUrl;

fn main() {
    let Ok(url) = std::env::var("ORM_BENCH_POSTGRES") else {
        println!("ORM_BENCH_POSTGRES is not set: nothing was measured");
        return;
    };
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let briefly = !arguments.iter().any(|argument| argument == "--bench");
    let chosen: Vec<&String> = arguments.iter().filter(|a| !a.starts_with('-')).collect();
    let is_chosen =
        |name: &str| chosen.is_empty() || chosen.iter().any(|word| name.contains(word.as_str()));

    let parsed = DatabaseUrl::parse(&url).expect("a URL");
    let mut connection = diesel::PgConnection::open(&parsed).expect("a connection");
    setup::prepare(&mut connection);

    let world = operations::World::open(&url);
    for operation in world.operations() {
        if is_chosen(operation.name) {
            operation.measure(briefly);
        }
    }
    if is_chosen("throughput") {
        throughput::measure(&url, briefly);
    }
}
