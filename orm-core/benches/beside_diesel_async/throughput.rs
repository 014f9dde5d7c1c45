//! 32 tasks that look up rows by key: pools of 8 connections, and a pipeline.

use std::future::Future;
use std::time::Instant;

use diesel::prelude::*;
use diesel_async::pooled_connection::deadpool::Pool;
use diesel_async::pooled_connection::{
    AsyncDieselConnectionManager, ManagerConfig, RecyclingMethod,
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use orm_core::aio::AsyncEngine;

use crate::by_hand::{self, customers};
use crate::models::Customer;
use crate::setup::key;

const TASKS: usize = 32;
const CONNECTIONS: usize = 8;
const ROUNDS: usize = 15;

pub(crate) fn measure(url: &str, briefly: bool) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(all(url, briefly));
}

fn pool(
    url: &str,
    recycling_method: RecyclingMethod<AsyncPgConnection>,
) -> Pool<AsyncPgConnection> {
    let mut config = ManagerConfig::default();
    config.recycling_method = recycling_method;
    let manager = AsyncDieselConnectionManager::new_with_config(url, config);
    let pool = Pool::builder(manager).max_size(CONNECTIONS).build();
    pool.expect("a pool")
}

async fn all(url: &str, briefly: bool) {
    let engine = AsyncEngine::<AsyncPgConnection>::builder()
        .url(url)
        .pool_size(CONNECTIONS as u32)
        .max_overflow(0)
        .open()
        .await
        .expect("an engine");
    let pipeline = engine.pipeline().await.expect("a pipeline");
    let verified = pool(url, RecyclingMethod::Verified);
    let fast = pool(url, RecyclingMethod::Fast);

    let lookups = if briefly { 4 } else { 600 };
    let rounds = if briefly { 1 } else { ROUNDS };
    let mut rates: [Vec<f64>; 4] = Default::default();
    for round in 0..=rounds {
        for turn in 0..rates.len() {
            let side = (round + turn) % rates.len();
            let rate = match side {
                0 => {
                    let engine = engine.clone();
                    rate(lookups, move |nth| {
                        let engine = engine.clone();
                        async move {
                            let mut session = engine.session().await.expect("a session");
                            session.get::<Customer>(key(nth)).await.expect("a row");
                        }
                    })
                    .await
                }
                1 => {
                    let pipeline = pipeline.clone();
                    rate(lookups, move |nth| {
                        let pipeline = pipeline.clone();
                        async move {
                            pipeline.get::<Customer>(key(nth)).await.expect("a row");
                        }
                    })
                    .await
                }
                by_hand => {
                    let pool = if by_hand == 2 {
                        verified.clone()
                    } else {
                        fast.clone()
                    };
                    rate(lookups, move |nth| {
                        let pool = pool.clone();
                        async move {
                            let mut connection = pool.get().await.expect("a connection");
                            let find = customers::table.find(key(nth));
                            let row = find.get_result::<by_hand::Customer>(&mut connection).await;
                            row.expect("a row");
                        }
                    })
                    .await
                }
            };
            if round > 0 {
                rates[side].push(rate);
            }
        }
    }
    let names = ["engine", "pipeline", "deadpool, Verified", "deadpool, Fast"];
    for (name, rates_of) in names.iter().zip(&rates) {
        let [low, middle, high] = quartiles(rates_of.clone());
        println!("  throughput       {name:<20} {middle:>8.0}/s ({low:.0} to {high:.0})");
    }
    for (ours, by_hand) in [(0, 2), (0, 3), (1, 2), (1, 3), (1, 0)] {
        let ratios = rates[ours].iter().zip(&rates[by_hand]);
        let [low, middle, high] = quartiles(ratios.map(|(a, b)| a / b).collect());
        println!(
            "  throughput       {} / {}: {middle:.2} ({low:.2} to {high:.2})",
            names[ours], names[by_hand]
        );
    }
}

/// Lookups a second, of all tasks together.
async fn rate<F, Fut>(lookups: usize, lookup: F) -> f64
where
    F: Fn(usize) -> Fut + Clone + Send + 'static,
    Fut: Future<Output = ()> + Send,
{
    let started = Instant::now();
    let tasks: Vec<_> = (0..TASKS)
        .map(|task| {
            let lookup = lookup.clone();
            tokio::spawn(async move {
                for nth in 0..lookups {
                    lookup(task * lookups + nth).await;
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.expect("a task");
    }
    (TASKS * lookups) as f64 / started.elapsed().as_secs_f64()
}

fn quartiles(mut values: Vec<f64>) -> [f64; 3] {
    values.sort_by(f64::total_cmp);
    [1, 2, 3].map(|quarter| values[(values.len() - 1) * quarter / 4])
}
