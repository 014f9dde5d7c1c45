//! The same engine and session, to be awaited.
//!
//! [`AsyncEngine`], [`AsyncSession`] and, on PostgreSQL, [`Pipeline`] stand on
//! diesel-async, on tokio. They decide nothing: every step
//! of an operation is in [`operation`](crate::operation), and a query's
//! clauses are those of the blocking side. What is of its own here is what
//! blocking code cannot have: futures that are dropped. A session that was
//! left in the midst of a statement or a transaction sends nothing more, and
//! its connection does not go back to the pool.
//!
//! `use orm_core::aio::prelude::*;` in place of `orm_core::prelude::*`.

mod advisory;
mod answer;
mod aside;
mod backfill;
mod connection;
mod diesel_connection;
#[cfg(any(feature = "sqlite", feature = "postgres", feature = "mysql"))]
mod drivers;
mod ending;
mod engine;
mod execute;
mod inspect;
mod link;
mod lock;
mod migrate;
mod offload;
#[cfg(feature = "postgres")]
mod pipeline;
mod pool;
mod pooled;
pub mod prelude;
mod progress;
mod session;
#[cfg(feature = "postgres")]
mod shared;
#[cfg(feature = "sqlite")]
mod threads;
mod tracked;
mod transaction;
mod work;
mod write;

pub use answer::{Awaited, BoxFuture};
pub use backfill::RowWork;
pub use connection::{AsyncDatabaseConnection, Cancel};
pub use diesel_connection::AsyncSessionTransactions;
pub use engine::{AsyncEngine, AsyncEngineBuilder};
pub use execute::{CountRowsOn, RunOn};
#[cfg(feature = "postgres")]
pub use pipeline::Pipeline;
pub use pool::AsyncPool;
pub use session::AsyncSession;
#[cfg(feature = "sqlite")]
pub use threads::BlockingThreads;
pub use tracked::{Tracked, TrackedLoad, TrackedRows};
pub use transaction::{AsyncTransaction, RetryWork, Work};

#[cfg(feature = "mysql")]
pub use diesel_async::AsyncMysqlConnection;
#[cfg(feature = "postgres")]
pub use diesel_async::AsyncPgConnection;

/// SQLite, each statement on tokio's threads for blocking work.
#[cfg(feature = "sqlite")]
pub type AsyncSqliteConnection = diesel_async::sync_connection_wrapper::SyncConnectionWrapper<
    diesel::SqliteConnection,
    BlockingThreads,
>;
