//! What is MariaDB's and MySQL's own, on a real server: their types, statements and errors.
//!
//! What every database has in common is in the scenarios beside this; here are the pieces of the
//! dialect themselves, through Diesel.

mod errors;
mod queries;
mod reread;
mod tables;
mod types;
mod upserts;

use orm_core::changeset::{AnyColumns, Form, Insert, Rows};
use orm_core::diesel::QueryResult;
use orm_core::prelude::*;
use orm_core::table::TableDef;

/// An engine on a fresh database; `None` where there is no server.
///
/// The one place that says where the server is.
fn place(topic: &str) -> Option<Engine<MysqlConnection>> {
    let server = std::env::var("ORM_DEV_MYSQL").ok()?;
    let mut root = Engine::<MysqlConnection>::open(&server)
        .and_then(|engine| engine.session())
        .expect("the server that ORM_DEV_MYSQL names answers");
    let name = format!("orm_{}", topic.replace("::", "_"));
    for statement in ["DROP DATABASE IF EXISTS", "CREATE DATABASE"] {
        orm_core::diesel::sql_query(format!("{statement} {name}"))
            .execute(&mut root)
            .expect("a fresh database");
    }
    Some(Engine::open(&format!("{server}/{name}")).expect("a fresh database opens"))
}

/// A test with a session on a fresh database that has the tables.
macro_rules! on_mysql {
    ($name:ident, [$($model:ident),*], |$session:ident| $body:block) => {
        #[test]
        fn $name() {
            let topic = concat!(module_path!(), "_", stringify!($name));
            let topic = topic.rsplit_once("mysql_dialect::").map_or(topic, |(_, short)| short);
            let Some(place) = super::place(topic) else {
                return;
            };
            place.create_all(schema![$($model),*]).expect("the tables are created");
            #[allow(unused_mut)]
            let mut $session = place.session().expect("a session");
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

/// A session of its own on the database of a test.
fn place_again(topic: &str) -> Session<MysqlConnection> {
    let server = std::env::var("ORM_DEV_MYSQL").expect("there is a server");
    let engine = Engine::open(&format!("{server}/orm_{topic}")).expect("it opens");
    engine.session().expect("a session")
}
