//! What is MariaDB's and MySQL's own, on a real server: their types, statements and errors.
//!
//! What every database has in common is in the scenarios beside this; here are the pieces of the
//! dialect themselves, through Diesel.

mod collations;
mod deadlocks;
mod errors;
mod exact;
mod filled;
mod lengths;
mod queries;
mod reread;
mod settings;
mod snapshots;
mod tables;
mod types;
mod upserts;

use orm_core::changeset::{AnyColumns, Form, Insert, Rows};
use orm_core::diesel::QueryResult;
use orm_core::prelude::*;
use orm_core::table::TableDef;

/// An engine on a fresh database; `None` where there is no server.
fn place(topic: &str) -> Option<Engine<MysqlConnection>> {
    let url = orm_tests::shared_mariadb()?.fresh_database(crate::form::topic(topic));
    Some(Engine::open(&url).expect("a fresh database opens"))
}

/// A test with a session on a fresh database that has the tables.
macro_rules! on_mysql {
    ($name:ident, [$($model:ident),*], |$session:ident| $body:block) => {
        on_mysql!($name, [$($model),*], |$session, place| $body);
    };
    ($name:ident, [$($model:ident),*], |$session:ident, $place:ident| $body:block) => {
        #[test]
        fn $name() {
            let Some($place) = super::place(stringify!($name)) else {
                return;
            };
            $place.create_all(schema![$($model),*]).expect("the tables are created");
            #[allow(unused_mut)]
            let mut $session = $place.session().expect("a session");
            $body
        }
    };
}
use on_mysql;

/// Inserts as the session does, without reading the rows back.
fn insert<F: Form>(
    session: &mut Session<MysqlConnection>,
    forms: impl IntoIterator<Item = F>,
) -> QueryResult<usize> {
    send(session, statement::<F>(forms))
}

fn statement<F: Form>(forms: impl IntoIterator<Item = F>) -> Insert<F::Table, AnyColumns> {
    Insert::new(Rows::new(forms.into_iter().map(Form::into_draft)))
}

fn send<T: TableDef>(
    session: &mut Session<MysqlConnection>,
    insert: Insert<T, AnyColumns>,
) -> QueryResult<usize> {
    session.connection().execute_returning_count(&insert)
}
