//! 32 threads that each check out a connection and send `SELECT 1` on it, from pools of 8: ours and
//! Diesel's r2d2 with its default settings, in turns.

use std::sync::Arc;
use std::time::Instant;

use diesel::PgConnection;
use diesel::prelude::*;
use diesel::r2d2::{ConnectionManager, Pool};
use orm_core::engine::Engine;

use crate::measure::quartiles;

const THREADS: usize = 32;
const CONNECTIONS: u32 = 8;
const ROUNDS: usize = 25;

pub(crate) fn measure(url: &str, briefly: bool) {
    let builder = Engine::<PgConnection>::builder()
        .url(url)
        .pool_size(CONNECTIONS)
        .max_overflow(0);
    let engine = builder.open().expect("an engine");
    let manager = ConnectionManager::<PgConnection>::new(url);
    let pool = Pool::builder().max_size(CONNECTIONS).build(manager);
    let pool = pool.expect("a pool");
    let ours: Arc<dyn Fn() + Send + Sync> = Arc::new(move || {
        let mut session = engine.session().expect("a session");
        select(&mut session);
    });
    let theirs: Arc<dyn Fn() + Send + Sync> = Arc::new(move || {
        let mut connection = pool.get().expect("a connection");
        select(&mut *connection);
    });

    let (times, rounds) = if briefly { (2, 1) } else { (200, ROUNDS) };
    let sides = [ours, theirs];
    let mut rates: [Vec<f64>; 2] = Default::default();
    for round in 0..=rounds {
        for turn in 0..sides.len() {
            let side = (round + turn) % sides.len();
            let rate = rate(&sides[side], times);
            // The first round warms up.
            if round > 0 {
                rates[side].push(rate);
            }
        }
    }
    for (name, rates) in ["session", "Diesel's r2d2"].iter().zip(&rates) {
        let [low, middle, high] = quartiles(rates.clone());
        println!("  32 threads, pool of 8: {name:<14} {middle:>8.0}/s ({low:.0} to {high:.0})");
    }
    let ratios = rates[0].iter().zip(&rates[1]).map(|(a, b)| a / b).collect();
    let [low, middle, high] = quartiles(ratios);
    println!("  session / Diesel's r2d2 {middle:.3} ({low:.3} to {high:.3})");
}

fn select<C: diesel::connection::LoadConnection<Backend = diesel::pg::Pg>>(connection: &mut C) {
    let one = diesel::select(1i32.into_sql::<diesel::sql_types::Integer>());
    assert_eq!(one.get_result(connection), Ok(1));
}

/// How many a second all threads do together.
fn rate(run: &Arc<dyn Fn() + Send + Sync>, times: usize) -> f64 {
    let started = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| (0..times).for_each(|_| run()));
        }
    });
    (THREADS * times) as f64 / started.elapsed().as_secs_f64()
}
