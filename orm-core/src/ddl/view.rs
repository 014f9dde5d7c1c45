//! Views: made after the tables, dropped before them.

use super::{qualified, table::no_text};
use crate::backend::Database;
use crate::error::{Error, ErrorKind, Result};
use crate::metadata::TableMeta;

/// Views in an order in which those that a query names exist; those that name each other as they
/// were given.
pub(super) fn below_first(
    database: Database,
    views: &[&'static TableMeta],
) -> Vec<&'static TableMeta> {
    let query = |table: &TableMeta| {
        let query = table.view.as_ref()?.query.as_ref()?;
        query.on(database)
    };
    let mut rest = views.to_vec();
    let mut ordered: Vec<&'static TableMeta> = Vec::new();
    while !rest.is_empty() {
        let ready = rest.iter().position(|view| {
            let text = query(view).unwrap_or_default();
            let mut others = rest.iter().filter(|other| !other.is_same_table(view));
            !others.any(|other| names(text, other.name))
        });
        ordered.push(rest.remove(ready.unwrap_or(0)));
    }
    ordered
}

/// Whether a name stands in a text as a word.
fn names(text: &str, name: &str) -> bool {
    let (text, name) = (text.to_lowercase(), name.to_lowercase());
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(&name).any(|(at, _)| {
        let behind = text[at + name.len()..].chars().next();
        !text[..at].ends_with(is_word) && !behind.is_some_and(is_word)
    })
}

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
