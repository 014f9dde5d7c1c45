//! The runner on real databases: each scenario is written once and run on each.

use orm_core::backend::{Database, Dialect};
use orm_core::connection::DatabaseConnection;
use orm_core::inspect::Catalog;
use orm_core::migrate::{Migration, Migrations, Run, State, Way};
use orm_core::prelude::*;

#[cfg(feature = "async")]
#[path = "runner/asynchronous.rs"]
mod asynchronous;
#[path = "runner/beside_diesel.rs"]
mod beside_diesel;
#[path = "runner/coded.rs"]
mod coded;
#[cfg(feature = "postgres")]
#[path = "runner/concurrently.rs"]
mod concurrently;
#[path = "runner/connection.rs"]
mod connection;
#[path = "runner/failing.rs"]
mod failing;
#[path = "runner/history.rs"]
mod history;
#[path = "runner/killed.rs"]
mod killed;
#[cfg(any(feature = "postgres", feature = "mysql"))]
#[path = "runner/locks.rs"]
mod locks;
#[path = "runner/planned.rs"]
mod planned;
#[path = "runner/repeatable.rs"]
mod repeatable;
#[path = "runner/strict.rs"]
mod strict;
#[path = "runner/together.rs"]
mod together;

/// A database of its own.
struct Place<C: DatabaseConnection> {
    url: String,
    engine: Engine<C>,
}

impl<C: DatabaseConnection<Backend: Catalog>> Place<C> {
    fn new(url: &str) -> Self {
        Place {
            url: url.to_owned(),
            engine: Engine::open(url).expect("a fresh database"),
        }
    }

    fn database(&self) -> Database {
        C::Backend::DATABASE
    }

    /// The tables of the application: none of those that hold the history.
    fn tables(&self) -> Vec<String> {
        let found = self.engine.inspect().expect("inspected");
        found.tables.into_iter().map(|one| one.name.name).collect()
    }

    fn sql(&self, text: &str) -> orm_core::diesel::QueryResult<()> {
        let mut session = self.engine.session().expect("a session");
        session.connection().batch_execute(text)
    }

    fn migrate(&self, migrations: &Migrations) -> orm_core::Result<Vec<String>> {
        let ran = self.engine.migrate(migrations, &Run::default())?;
        Ok(versions(&ran))
    }

    fn states(&self, migrations: &Migrations) -> Vec<(String, &'static str)> {
        let status = self.engine.migration_status(migrations).expect("status");
        let word = |state| match state {
            State::Pending => "pending",
            State::OutOfOrder => "out of order",
            State::Done { .. } => "done",
            State::Changed { .. } => "changed",
            State::WithoutCode { .. } => "without code",
            State::Missing { .. } => "missing",
            State::Unfinished { way: Way::Up } => "unfinished",
            State::Unfinished { way: Way::Down } => "unfinished, back",
            _ => "other",
        };
        let line = |one: &orm_core::migrate::Status| (one.version.clone(), word(one.state));
        status.iter().map(line).collect()
    }

    #[track_caller]
    fn assert_states(&self, migrations: &Migrations, expected: &[(&str, &str)]) {
        let states = self.states(migrations);
        let states: Vec<(&str, &str)> = states.iter().map(|(v, s)| (v.as_str(), *s)).collect();
        assert_eq!(states, expected);
    }
}

fn versions(migrations: &[Migration]) -> Vec<String> {
    migrations.iter().map(|one| one.version.clone()).collect()
}

/// A migration that makes a table of one column.
fn makes(version: &str, table: &str) -> Migration {
    Migration::new(
        version,
        table,
        format!("CREATE TABLE {table} (id INTEGER PRIMARY KEY NOT NULL);\n"),
    )
    .down(format!("DROP TABLE {table};\n"))
}

fn all<const N: usize>(list: [Migration; N]) -> Migrations {
    Migrations::new(list).expect("migrations")
}
