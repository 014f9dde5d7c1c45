//! Models as Rust source, from a snapshot of a database.
//!
//! [`render`] decides nothing about a database: it reads a [`Snapshot`], says each table as a
//! struct with `#[derive(Model)]`, and gives attributes only where the table differs from what the
//! derive would make by itself. What no model can say stands in a comment at its place.
//!
//! Stages: `naming` finds identifiers, `types` a Rust type a column, `model` what of a table can
//! be a model, `relation` its foreign keys both ways, `attribute` the words, `write` the text.

mod attribute;
mod index;
mod model;
mod naming;
mod relation;
mod types;
mod write;

use crate::snapshot::Snapshot;

/// The source of models for all tables of a snapshot, with a constant `SCHEMA` that lists them.
///
/// The text compiles, and the models say what the tables are: between them and the database
/// [`drift`](crate::snapshot::drift) has nothing but notes to tell, and what comments say was left
/// out. It is made to be kept and changed by hand.
///
/// ```
/// use orm_core::prelude::*;
/// use orm_core::diesel::connection::SimpleConnection;
///
/// let engine = Engine::<SqliteConnection>::open(":memory:")?;
/// engine.session()?.batch_execute("
///     CREATE TABLE countries (code VARCHAR(2) NOT NULL PRIMARY KEY, name TEXT NOT NULL);
///     CREATE TABLE cities (id INTEGER PRIMARY KEY, country_code VARCHAR(2) NOT NULL REFERENCES countries, name TEXT);
/// ")?;
/// let source = orm_core::codegen::render(&engine.inspect()?);
/// assert!(source.contains("#[model(has_many(cities: City))]"));
/// assert!(source.contains("#[model(belongs_to = Country, sql_type = \"VARCHAR(2)\")]"), "{source}");
/// assert!(source.contains("pub name: Option<String>,"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn render(snapshot: &Snapshot) -> String {
    let mut models = model::models(snapshot);
    relation::relate(&mut models);
    write::source(snapshot, &models)
}
