//! Views: made after the tables, dropped before them.

use super::{qualified, table::no_text};
use crate::backend::Database;
use crate::error::{Error, ErrorKind, Result};
use crate::metadata::TableMeta;

/// The statement that makes a view; `None` if it is made elsewhere.
pub(super) fn create_view(database: Database, table: &TableMeta) -> Result<Option<String>> {
    let Some(view) = &table.view else {
        return Ok(None);
    };
    let Some(query) = &view.query else {
        return Ok(None);
    };
    if view.materialized && database != Database::Postgres {
        let message = format!(
            "`{}` is a materialized view, and {} has none",
            table.name,
            database.title()
        );
        return Err(Error::new(ErrorKind::Unsupported, message));
    }
    let Some(query) = query.on(database) else {
        return Err(no_text(database, "view", table.name));
    };
    let words = match (database, view.materialized) {
        (Database::Sqlite, _) => "CREATE VIEW IF NOT EXISTS",
        (_, false) => "CREATE OR REPLACE VIEW",
        (_, true) => "CREATE MATERIALIZED VIEW IF NOT EXISTS",
    };
    Ok(Some(format!(
        "{words} {} AS {query}",
        qualified(database, table)
    )))
}

/// The statements that drop the views that were made here, the last first.
pub(super) fn drop_views(database: Database, views: &[&'static TableMeta]) -> Vec<String> {
    let made = views.iter().rev().filter_map(|table| {
        let view = table.view.as_ref()?;
        view.query.as_ref()?;
        let kind = if view.materialized {
            "MATERIALIZED VIEW"
        } else {
            "VIEW"
        };
        Some(format!(
            "DROP {kind} IF EXISTS {}",
            qualified(database, table)
        ))
    });
    made.collect()
}

/// The statement that reads a materialized view anew.
///
/// # Errors
/// [`Unsupported`](ErrorKind::Unsupported) if it is no materialized view.
pub fn refresh(table: &TableMeta) -> Result<String> {
    if table.view.is_none_or(|view| !view.materialized) {
        let message = format!("`{}` is no materialized view", table.name);
        return Err(Error::new(ErrorKind::Unsupported, message));
    }
    let name = qualified(Database::Postgres, table);
    Ok(format!("REFRESH MATERIALIZED VIEW {name}"))
}
