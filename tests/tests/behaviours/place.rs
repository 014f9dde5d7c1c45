//! Where a behaviour runs: fresh tables for each of the two forms, and a note of what was sent.
//!
//! [`behaviour!`] makes of one body a test a database. In the body `Conn` and `Db` are the
//! connection and the backend, and the names of the tables and rows are those of the form.

use std::fmt::Write as _;
use std::sync::{Arc, Mutex};

use diesel::connection::{DebugQuery, InstrumentationEvent};
use diesel::prelude::*;

#[path = "ddl.rs"]
mod ddl;

/// A connection to a database that the harness gives.
pub(crate) trait Place: Connection {
    /// The tables, emptied first if they are there.
    const TABLES: &'static str;

    /// A fresh database; `None` where there is no server, and the harness then notes the lane.
    fn database(name: &str) -> Option<String>;
}

impl Place for SqliteConnection {
    const TABLES: &'static str = ddl::SQLITE;

    fn database(_name: &str) -> Option<String> {
        Some(":memory:".to_owned())
    }
}

#[cfg(feature = "postgres")]
impl Place for PgConnection {
    const TABLES: &'static str = ddl::POSTGRES;

    fn database(name: &str) -> Option<String> {
        let server = orm_tests::shared_postgres()?;
        Some(server.fresh_database(&name[..name.len().min(48)]))
    }
}

#[cfg(feature = "mysql")]
impl Place for MysqlConnection {
    const TABLES: &'static str = ddl::MARIADB;

    fn database(name: &str) -> Option<String> {
        let server = orm_tests::shared_mariadb()?;
        Some(server.fresh_database(&name[..name.len().min(48)]))
    }
}

/// Runs a body on fresh tables; gives what it sent and had prepared, with the bound values.
pub(crate) fn sent<C: Place>(url: &str, body: impl FnOnce(&mut C, &str)) -> Vec<String> {
    let mut conn = C::establish(url).expect("a fresh database opens");
    conn.batch_execute(C::TABLES).expect("the tables are made");
    conn.batch_execute(ddl::ROWS).expect("the rows go in");
    let sent = Arc::new(Mutex::new(Vec::new()));
    let notes = Arc::clone(&sent);
    conn.set_instrumentation(move |event: InstrumentationEvent<'_>| {
        let note = match event {
            InstrumentationEvent::StartQuery { query, .. } => format!("sent {}", text(query)),
            InstrumentationEvent::CacheQuery { sql, .. } => format!("prepared {sql}"),
            _ => return,
        };
        notes.lock().expect("no panic in here").push(note);
    });
    body(&mut conn, url);
    std::mem::take(&mut *sent.lock().expect("no panic in here"))
}

/// A statement and what it binds, which is the same value with `Some` around it and without. One
/// that cannot be built cannot be printed.
fn text(query: &dyn DebugQuery) -> String {
    let mut text = String::new();
    if write!(text, "{query}").is_err() {
        return "nothing".to_owned();
    }
    while let Some(start) = text.find("Some(") {
        let end = start + text[start..].find(')').expect("Debug closes what it opens");
        text.remove(end);
        text.replace_range(start..start + "Some(".len(), "");
    }
    text
}

/// One test a database, of the same body on both tables.
///
/// `postgres(name)` and so on is for what Diesel has on these databases only. A second argument is
/// where the database is, for a second connection. `differs(..)` is for what is short of `table!`:
/// the rows are the same and the texts are not.
macro_rules! behaviour {
    (differs($name:ident), |$conn:ident| $body:block) => {
        behaviour!(@differs [sqlite postgres mysql] $name, $conn, $body);
    };
    (differs($database:ident($name:ident)), |$conn:ident| $body:block) => {
        behaviour!(@differs [$database] $name, $conn, $body);
    };
    (@differs $databases:tt $name:ident, $conn:ident, $body:block) => {
        mod $name {
            #[allow(unused_imports)]
            use super::*;

            on!($databases, assert_ne, $conn, _url, $body);
        }
    };
    ($first:ident($name:ident), |$conn:ident $(, $url:ident)?| $body:block) => {
        behaviour!(@on [$first] $name, $conn, [$($url)?], $body);
    };
    ($name:ident, |$conn:ident $(, $url:ident)?| $body:block) => {
        behaviour!(@on [sqlite postgres mysql] $name, $conn, [$($url)?], $body);
    };
    // RETURNING, which Diesel does not write for MySQL.
    (@on [returning] $($rest:tt)*) => {
        behaviour!(@on [sqlite postgres] $($rest)*);
    };
    // FOR UPDATE, which SQLite has not.
    (@on [servers] $($rest:tt)*) => {
        behaviour!(@on [postgres mysql] $($rest)*);
    };
    (@on $databases:tt $name:ident, $conn:ident, [], $body:block) => {
        behaviour!(@on $databases $name, $conn, [_url], $body);
    };
    (@on $databases:tt $name:ident, $conn:ident, [$url:ident], $body:block) => {
        mod $name {
            #[allow(unused_imports)]
            use super::*;

            on!($databases, assert_eq, $conn, $url, $body);
        }
    };
}

macro_rules! on {
    ([], $($rest:tt)*) => {};
    ([sqlite $($more:ident)*], $($rest:tt)*) => {
        on!(@test sqlite, SqliteConnection, $($rest)*);
        on!([$($more)*], $($rest)*);
    };
    ([postgres $($more:ident)*], $($rest:tt)*) => {
        #[cfg(feature = "postgres")]
        on!(@test postgres, PgConnection, $($rest)*);
        on!([$($more)*], $($rest)*);
    };
    ([mysql $($more:ident)*], $($rest:tt)*) => {
        #[cfg(feature = "mysql")]
        on!(@test mysql, MysqlConnection, $($rest)*);
        on!([$($more)*], $($rest)*);
    };
    (@test $test:ident, $connection:ident, $assert:ident, $conn:ident, $url:ident, $body:block) => {
        #[test]
        fn $test() {
            #[allow(dead_code)]
            type Conn = diesel::$connection;
            #[allow(dead_code)]
            type Db = <Conn as diesel::Connection>::Backend;
            fn on_table($conn: &mut Conn, $url: &str) {
                #[allow(unused_imports)]
                use crate::by_table::*;
                $body
            }
            fn on_model($conn: &mut Conn, $url: &str) {
                #[allow(unused_imports)]
                use crate::by_model::*;
                $body
            }
            let name = module_path!().rsplit("::").next().unwrap_or_default();
            let Some(url) = <Conn as crate::place::Place>::database(name) else {
                return;
            };
            let on_table = crate::place::sent::<Conn>(&url, on_table);
            let on_model = crate::place::sent::<Conn>(&url, on_model);
            $assert!(on_model, on_table);
        }
    };
}
