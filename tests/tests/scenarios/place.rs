//! Where a scenario runs: a database of its own, and what was sent to it.
//!
//! [`scenario!`] makes of one body a test a database and a form: `name::sqlite` and
//! `name::sqlite_async`. In the body `Conn` names the connection, `Engine` and `Session` are those
//! of the form, and the argument is a [`Place`]. The body is async text; what it awaits is seen in
//! `form/mod.rs`.

use std::ops::Deref;
use std::sync::{Arc, Mutex};

use orm_core::backend::{Database, Dialect};
use orm_core::event::Event;
use orm_core::inspect::{Catalog, Scope};
use orm_core::schema::Schema;
use orm_core::snapshot::{Change, Difference, Snapshot, drift};
use tempfile::TempDir;

use crate::form::in_both_forms;

/// An engine on a fresh database that notes the statements.
pub(crate) struct Place<E> {
    engine: E,
    /// Which database it is.
    pub(crate) database: Database,
    sent: Arc<Mutex<Vec<String>>>,
    /// Where the database is, for a second engine; not every test binary has one.
    #[allow(dead_code)]
    pub(crate) url: String,
    _folder: Option<TempDir>,
}

impl<E> Place<E> {
    /// The statements since the last call, transaction control included.
    pub(crate) fn sent(&self) -> Vec<String> {
        std::mem::take(&mut *self.sent.lock().expect("no panic in here"))
    }
}

impl<E> Deref for Place<E> {
    type Target = E;

    fn deref(&self) -> &E {
        &self.engine
    }
}

/// A database that `create_all` was run on is what its models say: else all that differs.
fn assert_no_drift(expected: &Snapshot, found: &Snapshot) {
    let elsewhere = |difference: &Difference| {
        let mut views = expected.views.iter();
        difference.change == Change::ViewMissing
            && views.any(|view| view.name == difference.table && view.definition.is_none())
    };
    let drift = drift(expected, found).into_iter();
    let drift = drift.filter(|one| !one.is_extra_table() && !elsewhere(one));
    let sentences: Vec<String> = drift.map(|difference| difference.to_string()).collect();
    assert!(sentences.is_empty(), "{}\n{found:#?}", sentences.join("\n"));
}

in_both_forms! {
    impl<C: DatabaseConnection<Backend: Catalog>> Place<Engine<C>> {
        /// Creates tables, and holds what the database then has against the models: so every set
        /// of models in the scenarios proves that their snapshot is that of the database. The
        /// statements that ask for it are not among those that were [`sent`](Place::sent).
        pub(crate) async fn create_all(&self, schema: Schema) -> orm_core::Result<()> {
            let expected = Snapshot::of(schema, self.database);
            self.engine.create_all(schema).await?;
            let before = self.sent();
            let found = self.engine.inspect_in(&Scope::of(&expected)).await?;
            *self.sent.lock().expect("no panic in here") = before;
            assert_no_drift(&expected, &found);
            Ok(())
        }
    }

    async fn open<C: DatabaseConnection>(url: String, folder: Option<TempDir>) -> Place<Engine<C>> {
        let sent = Arc::new(Mutex::new(Vec::new()));
        let notes = Arc::clone(&sent);
        let engine = Engine::builder()
            .url(url.as_str())
            .pool_size(2).max_overflow(0)
            .observe(move |event: Event<'_>| {
                if let Event::Query { sql, .. } = event {
                    notes.lock().expect("no panic in here").push(sql.to_owned());
                }
            })
            .open()
            .await
            .expect("a fresh database opens");
        Place {
            engine,
            database: <C::Backend as Dialect>::DATABASE,
            sent,
            url,
            _folder: folder,
        }
    }

    /// A file, not `:memory:`: the pool then has several connections, as in an application.
    pub(crate) async fn sqlite(_name: &str) -> Option<Place<Engine<SqliteConnection>>> {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let url = format!("sqlite://{}", folder.path().join("scenario.db").display());
        Some(open(url, Some(folder)).await)
    }

    /// `None` where there is no server; the harness then notes the lane.
    #[cfg(feature = "postgres")]
    pub(crate) async fn postgres(name: &str) -> Option<Place<Engine<PgConnection>>> {
        let url = orm_tests::shared_postgres()?.fresh_database(crate::form::topic(name));
        Some(open(url, None).await)
    }

    /// `None` where there is no server; the harness then notes the lane.
    #[cfg(feature = "mysql")]
    pub(crate) async fn mysql(name: &str) -> Option<Place<Engine<MysqlConnection>>> {
        let url = orm_tests::shared_mariadb()?.fresh_database(crate::form::topic(name));
        Some(open(url, None).await)
    }
}

/// One test a database and a form, of the same body.
///
/// `sync(name)` is for what only the blocking form has, `sqlite(name)`, `postgres(name)` or
/// `mysql(name)` for what is of one database, `returning(name)` for Diesel's RETURNING, which MariaDB has not; a comment
/// there says why.
macro_rules! scenario {
    (sync($name:ident), |$place:ident| $body:block) => {
        mod $name {
            #[allow(unused_imports)]
            use super::*;

            blocking_test!(sqlite, SqliteConnection, $name, $place, $body);
            #[cfg(feature = "postgres")]
            blocking_test!(postgres, PgConnection, $name, $place, $body);
            #[cfg(feature = "mysql")]
            blocking_test!(mysql, MysqlConnection, $name, $place, $body);
        }
    };
    (sqlite($name:ident), |$place:ident| $body:block) => {
        mod $name {
            #[allow(unused_imports)]
            use super::*;

            blocking_test!(sqlite, SqliteConnection, $name, $place, $body);
            #[cfg(feature = "async")]
            async_test!(sqlite_async, sqlite, SqliteConnection, $name, $place, $body);
        }
    };
    (returning($name:ident), |$place:ident| $body:block) => {
        mod $name {
            #[allow(unused_imports)]
            use super::*;

            blocking_test!(sqlite, SqliteConnection, $name, $place, $body);
            #[cfg(feature = "postgres")]
            blocking_test!(postgres, PgConnection, $name, $place, $body);
            #[cfg(feature = "async")]
            async_test!(sqlite_async, sqlite, SqliteConnection, $name, $place, $body);
            #[cfg(all(feature = "async", feature = "postgres"))]
            async_test!(postgres_async, postgres, PgConnection, $name, $place, $body);
        }
    };
    (postgres($name:ident), |$place:ident| $body:block) => {
        #[cfg(feature = "postgres")]
        mod $name {
            #[allow(unused_imports)]
            use super::*;

            blocking_test!(postgres, PgConnection, $name, $place, $body);
            #[cfg(feature = "async")]
            async_test!(postgres_async, postgres, PgConnection, $name, $place, $body);
        }
    };
    (mysql($name:ident), |$place:ident| $body:block) => {
        #[cfg(feature = "mysql")]
        mod $name {
            #[allow(unused_imports)]
            use super::*;

            blocking_test!(mysql, MysqlConnection, $name, $place, $body);
            #[cfg(feature = "async")]
            async_test!(mysql_async, mysql, MysqlConnection, $name, $place, $body);
        }
    };
    ($name:ident, |$place:ident| $body:block) => {
        mod $name {
            #[allow(unused_imports)]
            use super::*;

            blocking_test!(sqlite, SqliteConnection, $name, $place, $body);
            #[cfg(feature = "postgres")]
            blocking_test!(postgres, PgConnection, $name, $place, $body);
            #[cfg(feature = "mysql")]
            blocking_test!(mysql, MysqlConnection, $name, $place, $body);
            #[cfg(feature = "async")]
            async_test!(sqlite_async, sqlite, SqliteConnection, $name, $place, $body);
            #[cfg(all(feature = "async", feature = "postgres"))]
            async_test!(postgres_async, postgres, PgConnection, $name, $place, $body);
            #[cfg(all(feature = "async", feature = "mysql"))]
            async_test!(mysql_async, mysql, MysqlConnection, $name, $place, $body);
        }
    };
}

macro_rules! blocking_test {
    ($database:ident, $conn:ident, $name:ident, $place:ident, $body:block) => {
        #[test]
        fn $database() {
            #[allow(unused_imports)]
            use crate::form::blocking::*;
            #[allow(dead_code)]
            type Conn = $conn;
            let Some($place) = crate::place::blocking::$database(stringify!($name)) else {
                return;
            };
            form!($body)
        }
    };
}

#[cfg(feature = "async")]
macro_rules! async_test {
    ($test:ident, $database:ident, $conn:ident, $name:ident, $place:ident, $body:block) => {
        #[test]
        fn $test() {
            #[allow(unused_imports)]
            use crate::form::asynchronous::*;
            #[allow(dead_code)]
            type Conn = $conn;
            run(async {
                let topic = stringify!($name);
                let Some($place) = crate::place::asynchronous::$database(topic).await else {
                    return;
                };
                form!($body)
            });
        }
    };
}
