//! Comments, which PostgreSQL sets by statements of their own.

use super::{qualified, quote_identifier, quote_text};
use crate::backend::Database;
use crate::metadata::TableMeta;

/// The statements that set the comments of a table and its columns.
pub(super) fn comments(database: Database, table: &TableMeta) -> Vec<String> {
    if database != Database::Postgres {
        return Vec::new();
    }
    let name = qualified(database, table);
    let own = table.comment.map(|comment| {
        let text = quote_text(database, comment);
        let kind = match &table.view {
            None => "TABLE",
            Some(view) if view.materialized => "MATERIALIZED VIEW",
            Some(_) => "VIEW",
        };
        format!("COMMENT ON {kind} {name} IS {text}")
    });
    let columns = table.columns.iter().filter_map(|column| {
        let text = quote_text(database, column.comment?);
        let column = quote_identifier(database, column.name);
        Some(format!("COMMENT ON COLUMN {name}.{column} IS {text}"))
    });
    own.into_iter().chain(columns).collect()
}
