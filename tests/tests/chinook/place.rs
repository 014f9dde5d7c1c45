//! Where a question is asked: a cluster of four loaded shards, and the original beside it.
//!
//! [`chinook!`] makes of one body a test a database and a form: `name::sqlite` and
//! `name::sqlite_async`. The body is async text; what it awaits is seen in `form/mod.rs`. Each
//! test opens a cluster of its own on the shards (`shop.rs`), so that it sees its own statements
//! only. Nothing here writes.

use std::ops::Deref;
use std::sync::{Arc, Mutex};

use orm_core::backend::{Database, Dialect};
use orm_core::event::Event;

use crate::form::in_both_forms;
use crate::models::SCHEMA;
use crate::original::Original;
use crate::shop::{self, Shop};
use crate::text::{Line, lines};

/// A cluster that notes the statements, each with its shard.
pub(crate) struct Place<K> {
    cluster: K,
    /// Which database the shards are.
    pub(crate) database: Database,
    sent: Arc<Mutex<Vec<(String, String)>>>,
    /// The original data.
    pub(crate) original: &'static Original,
}

impl<K> Place<K> {
    /// The statements since the last call, each after the name of its shard.
    pub(crate) fn sent(&self) -> Vec<(String, String)> {
        std::mem::take(&mut *self.sent.lock().expect("no panic in here"))
    }

    /// The rows are those that the original answers, asked in either database's words.
    #[track_caller]
    pub(crate) fn same<T: Line>(&self, rows: &[T], sqlite: &str, postgres: &str) {
        let expected = self.original.ask(sqlite, postgres);
        assert!(!expected.is_empty(), "nothing to compare with");
        let found = lines(rows);
        assert!(
            found == expected,
            "found:\n{found}\n\nexpected:\n{expected}"
        );
    }
}

impl<K> Deref for Place<K> {
    type Target = K;

    fn deref(&self) -> &K {
        &self.cluster
    }
}

in_both_forms! {
    async fn open<C: DatabaseConnection>(shop: &'static Shop) -> Place<Cluster<C>> {
        let sent = Arc::new(Mutex::new(Vec::new()));
        let notes = Arc::clone(&sent);
        let note = move |event: Event<'_>| {
            if let Event::Query { database, sql, .. } = event {
                let mut notes = notes.lock().expect("no panic in here");
                notes.push((database.to_owned(), sql.to_owned()));
            }
        };
        let mut cluster = Cluster::builder().pool_size(2).max_overflow(0).schema(SCHEMA).observe(note);
        for (name, url) in shop.shards() {
            cluster = cluster.shard(name, url);
        }
        Place {
            cluster: cluster.open().await.expect("the shards open"),
            database: <C::Backend as Dialect>::DATABASE,
            sent,
            original: &shop.original,
        }
    }

    /// On four SQLite files.
    pub(crate) async fn sqlite() -> Option<Place<Cluster<SqliteConnection>>> {
        Some(open(shop::sqlite()?).await)
    }

    /// On four PostgreSQL servers.
    #[cfg(feature = "postgres")]
    pub(crate) async fn postgres() -> Option<Place<Cluster<PgConnection>>> {
        Some(open(shop::postgres()?).await)
    }

    /// On four MariaDB servers.
    #[cfg(feature = "mysql")]
    pub(crate) async fn mysql() -> Option<Place<Cluster<MysqlConnection>>> {
        Some(open(shop::mysql()?).await)
    }
}

/// One test a database and a form, of the same body.
macro_rules! chinook {
    ($name:ident, |$place:ident| $body:block) => {
        mod $name {
            #[allow(unused_imports)]
            use super::*;

            blocking_test!(sqlite, $place, $body);
            #[cfg(feature = "postgres")]
            blocking_test!(postgres, $place, $body);
            #[cfg(feature = "mysql")]
            blocking_test!(mysql, $place, $body);
            #[cfg(feature = "async")]
            async_test!(sqlite_async, sqlite, $place, $body);
            #[cfg(all(feature = "async", feature = "postgres"))]
            async_test!(postgres_async, postgres, $place, $body);
            #[cfg(all(feature = "async", feature = "mysql"))]
            async_test!(mysql_async, mysql, $place, $body);
        }
    };
}

macro_rules! blocking_test {
    ($database:ident, $place:ident, $body:block) => {
        #[test]
        fn $database() {
            #[allow(unused_imports)]
            use crate::form::blocking::*;
            let Some($place) = crate::place::blocking::$database() else {
                return;
            };
            form!($body)
        }
    };
}

#[cfg(feature = "async")]
macro_rules! async_test {
    ($test:ident, $database:ident, $place:ident, $body:block) => {
        #[test]
        fn $test() {
            #[allow(unused_imports)]
            use crate::form::asynchronous::*;
            run(async {
                let Some($place) = crate::place::asynchronous::$database().await else {
                    return;
                };
                form!($body)
            });
        }
    };
}
