//! Indexes, and uniques that are no constraints.

use super::{constraint_name, mysql, mysql_names, quote_identifier};
use crate::backend::Database;
use crate::error::{Error, ErrorKind, Result};
use crate::metadata::{IndexMeta, IndexPart, IndexTerm, SortOrder, SqlText, TableMeta};

/// The statement that makes an index; `None` where the database has no such
/// index and only speed is lost.
///
/// # Errors
/// [`Unsupported`](ErrorKind::Unsupported) if the database would allow rows
/// that the index forbids.
pub(super) fn create_index(
    database: Database,
    table: &TableMeta,
    index: &IndexMeta,
) -> Result<Option<String>> {
    if database == Database::Mysql {
        let line = mysql::index_line(table, index)?;
        return Ok(line.map(|line| mysql_names::add_missing_index(table, index, &line)));
    }
    let postgres = database == Database::Postgres;
    if !postgres && !is_tree(index) {
        return Ok(None);
    }
    let mut parts = Vec::new();
    for part in index.parts {
        match part_sql(database, table, part) {
            Some(part) => parts.push(part),
            None => return missing(database, index, "the expression of"),
        }
    }
    let quoted = |name: &str| quote_identifier(database, &constraint_name(database, name));
    let (name, on) = match (table.schema, database) {
        // An index is in the schema of its table: SQLite wants that before its own name.
        (Some(schema), Database::Sqlite) => (
            format!(
                "{}.{}",
                quote_identifier(database, schema),
                quoted(index.name)
            ),
            quote_identifier(database, table.name),
        ),
        _ => (quoted(index.name), super::qualified(database, table)),
    };
    let unique = if index.unique { "UNIQUE " } else { "" };
    let method = match index.method {
        Some(method) if postgres => format!(" USING {method}"),
        _ => String::new(),
    };
    let mut sql = format!(
        "CREATE {unique}INDEX IF NOT EXISTS {name} ON {on}{method} ({})",
        parts.join(", ")
    );
    if postgres && !index.include.is_empty() {
        let names = super::names(database, table, index.include);
        sql.push_str(&format!(" INCLUDE ({names})"));
    }
    if let Some(filter) = &index.filter {
        match filter.on(database) {
            Some(filter) => sql.push_str(&format!(" WHERE {filter}")),
            None if index.unique => return missing(database, index, "the WHERE of"),
            None => {}
        }
    }
    Ok(Some(sql))
}

/// Whether the index is a tree, or another that a tree stands in for.
pub(crate) fn is_tree(index: &IndexMeta) -> bool {
    index.method.is_none_or(|method| {
        ["btree", "hash", "brin"]
            .iter()
            .any(|tree| method.eq_ignore_ascii_case(tree))
    })
}

/// What is said of an index that cannot be made as declared.
pub(super) fn missing<T>(database: Database, index: &IndexMeta, what: &str) -> Result<Option<T>> {
    if !index.unique {
        return Ok(None);
    }
    let message = format!(
        "{what} the unique `{}` is nothing that {} has",
        index.name,
        database.title(),
    );
    Err(Error::new(ErrorKind::Unsupported, message))
}

fn part_sql(database: Database, table: &TableMeta, part: &IndexPart) -> Option<String> {
    let mut sql = match &part.term {
        IndexTerm::Column(position) => quote_identifier(database, table.columns[*position].name),
        IndexTerm::Expression(text) => format!("({})", SqlText::on(text, database)?),
    };
    if let (Some(class), Database::Postgres) = (part.operator_class, database) {
        sql.push_str(&format!(" {class}"));
    }
    if part.order == SortOrder::Descending {
        sql.push_str(" DESC");
    }
    Some(sql)
}
