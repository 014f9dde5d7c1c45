//! Where a cluster is tried: three shards, one database for comparison, and what was sent.
//!
//! [`on_each!`] makes of one body a test a database and a form: `name::sqlite` and
//! `name::sqlite_async`. The body is async text; what it awaits is seen in `form/mod.rs`.

use std::sync::{Arc, Mutex};

use orm_core::event::Event;
use orm_core::{Result, schema};
use tempfile::TempDir;

use crate::column_types::{Card, Payment, Wallet};
use crate::form::in_both_forms;
use crate::models::{Country, Customer, Item, Order};

/// The statements of a cluster's sessions, as `shard: sql`.
#[derive(Clone, Default)]
pub(crate) struct Sent(Arc<Mutex<Vec<(String, String)>>>);

impl Sent {
    pub(crate) fn observer(&self) -> impl Fn(Event<'_>) + Send + Sync + 'static {
        let sent = self.0.clone();
        move |event: Event<'_>| {
            if let Event::Query { database, sql, .. } = event {
                sent.lock()
                    .unwrap()
                    .push((database.to_owned(), sql.to_owned()));
            }
        }
    }

    /// What was sent since the last call.
    pub(crate) fn take(&self) -> Vec<(String, String)> {
        std::mem::take(&mut *self.0.lock().unwrap())
    }
}

/// Three shards, and one database for comparison; all tables are there.
pub(crate) struct Bench<K, E> {
    pub(crate) cluster: K,
    pub(crate) engine: E,
    pub(crate) sent: Sent,
    _folder: Option<TempDir>,
}

in_both_forms! {
    async fn open<C: DatabaseConnection>(
        url: impl Fn(&str) -> String,
        folder: Option<TempDir>,
    ) -> Result<Bench<Cluster<C>, Engine<C>>> {
        let sent = Sent::default();
        let [s0, s1, s2, one] = ["s0", "s1", "s2", "one"].map(url);
        let cluster = Cluster::<C>::builder()
            .shard("s0", s0)
            .shard("s1", s1)
            .shard("s2", s2)
            .observe(sent.observer())
            .open()
            .await?;
        let engine = Engine::<C>::open(&one).await?;
        let schema = schema![Item, Order, Customer, Country, Wallet, Card, Payment];
        cluster.create_all(schema).await?;
        engine.create_all(schema).await?;
        sent.take();
        Ok(Bench {
            cluster,
            engine,
            sent,
            _folder: folder,
        })
    }

    pub(crate) async fn sqlite(
        _name: &str,
    ) -> Result<Option<Bench<Cluster<SqliteConnection>, Engine<SqliteConnection>>>> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().to_owned();
        let url = |name: &str| path.join(name).with_extension("db").display().to_string();
        open(url, Some(folder)).await.map(Some)
    }

    /// `None` where there is no server; the harness then notes the lane.
    #[cfg(feature = "postgres")]
    pub(crate) async fn postgres(
        name: &str,
    ) -> Result<Option<Bench<Cluster<PgConnection>, Engine<PgConnection>>>> {
        let Some(server) = orm_tests::shared_postgres() else {
            return Ok(None);
        };
        let url = |_: &str| server.fresh_database(crate::form::topic(name));
        open(url, None).await.map(Some)
    }

    /// `None` where there is no server; the harness then notes the lane.
    #[cfg(feature = "mysql")]
    pub(crate) async fn mysql(
        name: &str,
    ) -> Result<Option<Bench<Cluster<MysqlConnection>, Engine<MysqlConnection>>>> {
        let Some(server) = orm_tests::shared_mariadb() else {
            return Ok(None);
        };
        let url = |_: &str| server.fresh_database(crate::form::topic(name));
        open(url, None).await.map(Some)
    }
}

/// One test a database and a form, of the same body. `$one` is a session on the one database,
/// `$sent` what the cluster sent.
macro_rules! on_each {
    ($name:ident, |$cluster:ident, $one:ident, $sent:ident| $body:block) => {
        mod $name {
            #[allow(unused_imports)]
            use super::*;

            $crate::on::blocking_test!(sqlite, $name, $cluster, $one, $sent, $body);
            #[cfg(feature = "postgres")]
            $crate::on::blocking_test!(postgres, $name, $cluster, $one, $sent, $body);
            #[cfg(feature = "mysql")]
            $crate::on::blocking_test!(mysql, $name, $cluster, $one, $sent, $body);
            #[cfg(feature = "async")]
            $crate::on::async_test!(sqlite_async, sqlite, $name, $cluster, $one, $sent, $body);
            #[cfg(all(feature = "async", feature = "postgres"))]
            $crate::on::async_test!(
                postgres_async,
                postgres,
                $name,
                $cluster,
                $one,
                $sent,
                $body
            );
            #[cfg(all(feature = "async", feature = "mysql"))]
            $crate::on::async_test!(mysql_async, mysql, $name, $cluster, $one, $sent, $body);
        }
    };
}

macro_rules! blocking_test {
    ($database:ident, $name:ident, $cluster:ident, $one:ident, $sent:ident, $body:block) => {
        #[test]
        fn $database() -> orm_core::Result<()> {
            #[allow(unused_imports)]
            use $crate::form::blocking::*;
            use $crate::on::blocking::$database as bench;
            $crate::on::tried!(bench, $name, $cluster, $one, $sent, $body)
        }
    };
}

#[cfg(feature = "async")]
macro_rules! async_test {
    (
        $test:ident, $database:ident, $name:ident,
        $cluster:ident, $one:ident, $sent:ident, $body:block
    ) => {
        #[test]
        fn $test() -> orm_core::Result<()> {
            #[allow(unused_imports)]
            use $crate::form::asynchronous::*;
            use $crate::on::asynchronous::$database as bench;
            run(async { $crate::on::tried!(bench, $name, $cluster, $one, $sent, $body) })
        }
    };
}

macro_rules! tried {
    ($open:ident, $name:ident, $cluster:ident, $one:ident, $sent:ident, $body:block) => {
        form!({
            let Some(bench) = $open(stringify!($name)).await? else {
                return Ok(());
            };
            #[allow(unused_mut, unused_variables)]
            let mut $one = bench.engine.session().await?;
            #[allow(unused_variables)]
            let ($cluster, $sent) = (bench.cluster, bench.sent);
            $body
            Ok(())
        })
    };
}

/// One test a form of a body that opens what it needs, on SQLite: `Conn`.
///
/// `sync(name)` is for what only the blocking form has; a comment there says why.
macro_rules! on_sqlite {
    (sync($name:ident), $body:block) => {
        mod $name {
            use super::*;

            #[test]
            fn sqlite() -> orm_core::Result<()> {
                #[allow(unused_imports)]
                use $crate::form::blocking::{SqliteConnection as Conn, *};
                form!($body)
            }
        }
    };
    ($name:ident, $body:block) => {
        mod $name {
            use super::*;

            #[test]
            fn sqlite() -> orm_core::Result<()> {
                #[allow(unused_imports)]
                use $crate::form::blocking::{SqliteConnection as Conn, *};
                form!($body)
            }

            #[cfg(feature = "async")]
            #[test]
            fn sqlite_async() -> orm_core::Result<()> {
                #[allow(unused_imports)]
                use $crate::form::asynchronous::{SqliteConnection as Conn, *};
                run(async { form!($body) })
            }
        }
    };
}

#[cfg(feature = "async")]
pub(crate) use async_test;
pub(crate) use {blocking_test, on_each, on_sqlite, tried};
