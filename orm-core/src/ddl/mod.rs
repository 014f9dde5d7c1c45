//! CREATE and DROP statements from metadata, as text.

mod column;
mod comment;
mod create;
mod enum_type;
mod index;
mod index_names;
mod literal;
mod mysql;
mod mysql_names;
mod outside;
mod postgres_names;
mod table;
mod text;
mod view;

pub(crate) use column::text_room;
pub use column::{column_type, default_sql};
pub use create::{create_all, drop_all};
pub(crate) use create::{parents_first, refers_to_itself};
pub(crate) use outside::{children_outside, views_outside};
pub use text::{constraint_name, quote_identifier, quote_text};
pub use view::refresh;

/// What a snapshot of models must know as the statements do.
pub(crate) mod known {
    pub(crate) use super::column::{checks, is_rowid};
    pub(crate) use super::index::is_tree;
    pub(crate) use super::mysql::{
        COLLATION, COMMENT_CHARS, comment, index_line, prefixes, takes_checks,
    };
}

use crate::backend::Database;
use crate::metadata::TableMeta;

/// A table's name, with its schema.
fn qualified(database: Database, table: &TableMeta) -> String {
    let name = quote_identifier(database, table.name);
    match table.schema {
        Some(schema) => format!("{}.{name}", quote_identifier(database, schema)),
        None => name,
    }
}

/// The names of columns, separated by commas.
fn names(database: Database, table: &TableMeta, columns: &[usize]) -> String {
    let names = columns
        .iter()
        .map(|index| quote_identifier(database, table.columns[*index].name));
    names.collect::<Vec<_>>().join(", ")
}
