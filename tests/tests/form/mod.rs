//! The two forms of a scenario: blocking, and to be awaited.
//!
//! A scenario is written once, as async text. Each of its tests brings one of the modules here
//! into scope: the types and traits of that form under the same names, and the macro `form!`,
//! which makes the text one of that form. A file of scenarios itself imports what both forms
//! share, `orm_core::vocabulary::*`, and never a prelude: Diesel's `RunQueryDsl` and the
//! one of diesel-async would be ambiguous beside each other.
//!
//! A macro of a file that awaits wraps its text in `form! { .. }` as well, since a macro call
//! inside of a scenario is turned into a form before it is expanded.

// Each test binary uses a part.
#![allow(dead_code, unused_imports, unused_macros)]

/// What the blocking form brings into scope; `form!` leaves out `.await` and `async`.
pub(crate) mod blocking {
    pub(crate) use orm_core::connection::DatabaseConnection;
    pub(crate) use orm_core::diesel::connection::{SimpleConnection, TransactionManager};
    pub(crate) use orm_core::diesel::{Connection, RunQueryDsl};
    pub(crate) use orm_core::engine::Engine;
    pub(crate) use orm_core::session::Session;
    pub(crate) use orm_shard::cluster::{Cluster, ClusterBuilder};

    #[cfg(feature = "mysql")]
    pub(crate) use orm_core::diesel::MysqlConnection;
    #[cfg(feature = "postgres")]
    pub(crate) use orm_core::diesel::PgConnection;
    pub(crate) use orm_core::diesel::SqliteConnection;

    pub(crate) use super::on_threads as at_once;
    pub(crate) use orm_tests_blocking::blocking as form;
}

/// What the async form brings into scope; `form!` leaves the text as it is.
#[cfg(feature = "async")]
pub(crate) mod asynchronous {
    use std::future::Future;

    pub(crate) use orm_core::aio::AsyncDatabaseConnection as DatabaseConnection;
    pub(crate) use orm_core::aio::prelude::{
        AsyncConnection as Connection, AsyncEngine as Engine, AsyncSession as Session, RunQueryDsl,
        SimpleAsyncConnection as SimpleConnection,
    };
    pub(crate) use orm_shard::aio::{
        AsyncCluster as Cluster, AsyncClusterBuilder as ClusterBuilder,
    };

    #[cfg(feature = "mysql")]
    pub(crate) use orm_core::aio::AsyncMysqlConnection as MysqlConnection;
    #[cfg(feature = "postgres")]
    pub(crate) use orm_core::aio::AsyncPgConnection as PgConnection;
    pub(crate) use orm_core::aio::AsyncSqliteConnection as SqliteConnection;

    pub(crate) use super::as_written as form;
    pub(crate) use super::in_tasks as at_once;

    /// Runs a scenario as a server runs its requests: as a task that may move between threads,
    /// which proves every future in it `Send` and `'static`.
    pub(crate) fn run<T: Send + 'static>(scenario: impl Future<Output = T> + Send + 'static) -> T {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .expect("a runtime");
        match runtime.block_on(runtime.spawn(scenario)) {
            Ok(done) => done,
            Err(error) => std::panic::resume_unwind(error.into_panic()),
        }
    }
}

/// What a database of a scenario is called after: a server cuts long names, and a number follows.
pub(crate) fn topic(name: &str) -> &str {
    &name[..name.len().min(48)]
}

/// `at_once!(16, engine, async |engine| { .. })`: the work so often at the same time, on threads, each
/// with a clone of what is given; what came of each.
macro_rules! on_threads {
    ($many:expr, $given:expr, |$clone:ident| $work:block) => {{
        let given = $given;
        std::thread::scope(|scope| {
            let threads: Vec<_> = (0..$many)
                .map(|_| {
                    let $clone = given.clone();
                    scope.spawn(move || $work)
                })
                .collect();
            let ended = threads.into_iter().map(|thread| thread.join());
            let done: Vec<_> = ended.map(|done| done.expect("no panic")).collect();
            done
        })
    }};
}

/// The same in tasks.
macro_rules! in_tasks {
    ($many:expr, $given:expr, async |$clone:ident| $work:block) => {{
        let given = $given;
        let tasks: Vec<_> = (0..$many)
            .map(|_| {
                let $clone = given.clone();
                tokio::spawn(async move { $work })
            })
            .collect();
        let mut done = Vec::new();
        for task in tasks {
            done.push(task.await.expect("no panic"));
        }
        done
    }};
}

macro_rules! as_written {
    ($($text:tt)*) => { $($text)* };
}

/// Items of async text, as the modules `blocking` and `asynchronous`.
macro_rules! in_both_forms {
    ($($text:tt)*) => {
        pub(crate) mod blocking {
            use super::*;
            use crate::form::blocking::*;

            form! { $($text)* }
        }

        #[cfg(feature = "async")]
        pub(crate) mod asynchronous {
            use super::*;
            use crate::form::asynchronous::*;

            form! { $($text)* }
        }
    };
}

pub(crate) use {as_written, in_both_forms, in_tasks, on_threads};
