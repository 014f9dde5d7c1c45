//! Enum types of PostgreSQL: made before the tables, dropped behind them.

use super::column::enum_type;
use super::quote_text;
use crate::backend::Database;
use crate::column::Variants;
use crate::error::{Error, ErrorKind, Result};
use crate::metadata::TableMeta;

/// The types of some tables, with their labels; each once.
fn types(tables: &[&'static TableMeta]) -> Vec<(String, &'static Variants)> {
    let mut types: Vec<(String, &'static Variants)> = Vec::new();
    let columns = tables.iter().flat_map(|table| table.columns);
    for variants in columns.filter_map(|column| column.variants) {
        if let Some(name) = enum_type(variants)
            && !types.contains(&(name.clone(), variants))
        {
            types.push((name, variants));
        }
    }
    types
}

/// The schemas that the types name.
pub(super) fn schemas(tables: &[&'static TableMeta]) -> impl Iterator<Item = &'static str> {
    let schemas = types(tables).into_iter();
    schemas.filter_map(|(_, variants)| match variants {
        Variants::PostgresEnum { schema, .. } => *schema,
        _ => None,
    })
}

/// The statements that make the types that are not there.
///
/// CREATE TYPE has no IF NOT EXISTS, and of two at once one meets the unique
/// index of the catalog. A type that is there stays as it is.
pub(super) fn create(database: Database, tables: &[&'static TableMeta]) -> Result<Vec<String>> {
    if database != Database::Postgres {
        return Ok(Vec::new());
    }
    let types = types(tables);
    let mut statements = Vec::new();
    for (position, (name, variants)) in types.iter().enumerate() {
        if types[..position].iter().any(|(other, _)| other == name) {
            let message = format!("two Rust types of different labels are the enum type {name}");
            return Err(Error::new(ErrorKind::Unsupported, message));
        }
        let labels = variants.texts().unwrap_or_default().iter();
        let labels: Vec<String> = labels.map(|label| quote_text(database, label)).collect();
        // The body is a text: a tag that no label can hold ends it.
        let labels = labels.join(", ");
        let tag = tag(&format!("{name}{labels}"));
        statements.push(format!(
            "DO {tag} BEGIN CREATE TYPE {name} AS ENUM ({labels}); \
             EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END {tag}"
        ));
    }
    Ok(statements)
}

/// The statements that drop the types.
pub(super) fn drop(database: Database, tables: &[&'static TableMeta]) -> Vec<String> {
    if database != Database::Postgres {
        return Vec::new();
    }
    let types = types(tables).into_iter();
    types
        .map(|(name, _)| format!("DROP TYPE IF EXISTS {name}"))
        .collect()
}

/// A dollar quote that does not stand in a text.
fn tag(text: &str) -> String {
    let mut tag = "$orm$".to_owned();
    while text.contains(&tag) {
        tag.insert(4, 'm');
    }
    tag
}
