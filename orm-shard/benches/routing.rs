//! What it costs to find the shard of a key, without any database.
//!
//! `cargo bench -p orm-shard --bench routing` prints times; `routing -- count N` looks up N keys and
//! nothing else, for a program that counts instructions (`orm-shard/benches/instructions`).

use std::hint::black_box;
use std::sync::Arc;
use std::time::Instant;

use orm_core::value::Value;
use orm_shard::strategy::{Directory, HashBuckets, Modulo, Ranges, Strategy};
use orm_shard::topology::Topology;

fn topology(strategy: impl Strategy) -> Topology {
    let names = (0..16).map(|shard| format!("shard{shard}")).collect();
    Topology::new(names, Arc::new(strategy)).expect("sixteen shards")
}

fn look_up(topology: &Topology, times: i64) -> usize {
    let mut sum = 0;
    for id in 0..times {
        let key = Value::I64(black_box(id));
        sum += topology.locate_value(key).expect("each key has a place");
    }
    sum
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let hashed = topology(HashBuckets::even(16).expect("few shards"));
    if let Some(count) = arguments.iter().position(|word| word == "count") {
        let times = arguments[count + 1].parse().expect("a number");
        println!("{}", look_up(&hashed, times));
        return;
    }
    let ranges = Ranges::cut_at((1..16_i64).map(|cut| cut * 100_000)).expect("they ascend");
    let even = HashBuckets::even(16).expect("few shards");
    let pinned = (0..1_000_i64).try_fold(Directory::over(even), |all, key| all.pin(key * 7, 3));
    let strategies = [
        ("hash buckets", hashed),
        ("modulo", topology(Modulo)),
        ("15 ranges", topology(ranges)),
        ("1,000 pinned keys", topology(pinned.expect("each once"))),
    ];
    for (name, topology) in strategies {
        let mut runs: Vec<f64> = (0..15)
            .map(|_| {
                let begun = Instant::now();
                black_box(look_up(&topology, 1_000_000));
                begun.elapsed().as_secs_f64() * 1e3
            })
            .collect();
        runs.sort_by(f64::total_cmp);
        println!(
            "{name}: {:.1} ns a key ({:.1} to {:.1})",
            runs[7], runs[0], runs[14]
        );
    }
}
