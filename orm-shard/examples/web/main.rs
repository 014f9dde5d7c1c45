//! A web service over a cluster: customers with e-mail addresses that are unique on all shards.
//!
//! Run it: `cargo run -p orm-shard --features async --example web`, with a folder for the
//! databases as its argument if they shall be kept. The guide `docs/src/guides/web.md` shows what
//! to ask.
//!
//! * `models`: the tables.
//! * `database`: which databases, and how they are opened.
//! * `customers`: the requests.
//! * `error` and `extract`: every mistake as JSON. Copy these two.

pub mod customers;
pub mod database;
pub mod error;
pub mod extract;
pub mod models;

use std::env;
use std::error::Error;
use std::io;
use std::path::PathBuf;

use axum::Router;
use axum::routing::get;
use tokio::net::TcpListener;

use database::Cluster;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    // Before the first request, so that none is cut off by a signal that nobody listens to.
    let stop = asked_to_stop()?;

    let temporary = tempfile::tempdir()?;
    let folder = env::args_os().nth(1).map(PathBuf::from);
    let folder = folder.unwrap_or_else(|| temporary.path().to_owned());
    std::fs::create_dir_all(&folder)?;
    let cluster = database::open(&folder).await?;

    let address = env::var("ADDRESS").unwrap_or_else(|_| "127.0.0.1:3000".into());
    let listener = TcpListener::bind(&address).await?;
    println!("listening on http://{}", listener.local_addr()?);

    // No new connections from `stop` on. Requests that are under way are answered, however long
    // their clients take; then the last clone of the cluster is dropped, and its connections.
    axum::serve(listener, router(cluster))
        .with_graceful_shutdown(stop)
        .await?;
    println!("stopped");
    Ok(())
}

fn router(cluster: Cluster) -> Router {
    Router::new()
        // The process is alive. That a shard is not is said by the requests that need it: 503.
        .route("/health", get(async || "ok\n"))
        .route("/customers", get(customers::list).post(customers::create))
        .route(
            "/customers/{id}",
            get(customers::find)
                .patch(customers::rename)
                .delete(customers::delete),
        )
        .with_state(cluster)
}

/// Ends when the process is asked to: ctrl-c, and SIGTERM, which supervisors send.
#[cfg(unix)]
fn asked_to_stop() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => (),
            _ = terminate.recv() => (),
        }
    })
}

/// Ends when the process is asked to, by ctrl-c.
#[cfg(not(unix))]
fn asked_to_stop() -> io::Result<impl Future<Output = ()>> {
    Ok(async { tokio::signal::ctrl_c().await.expect("a handler for ctrl-c") })
}
