//! What leans on tables and is not among them, as SQLite is asked for it.

use super::quote_text;
use crate::backend::Database;
use crate::metadata::TableMeta;

/// The statement that gives the tables outside of a list whose foreign keys refer to one in it.
/// Foreign keys stay in their file, so each file is asked for itself.
pub(crate) fn children_outside(tables: &[&'static TableMeta]) -> String {
    let files = files(tables).into_iter().map(|file| {
        let listed = names(tables, file);
        let (text, name) = (quote_text(Database::Sqlite, file), quoted(file));
        format!(
            "SELECT m.name FROM {name}.sqlite_master m, pragma_foreign_key_list(m.name, {text}) k
             WHERE m.type = 'table' AND m.sql NOT LIKE 'CREATE VIRTUAL%'
               AND lower(m.name) NOT IN ({listed}) AND lower(k.\"table\") IN ({listed})"
        )
    });
    let files: Vec<String> = files.collect();
    match files.is_empty() {
        true => "SELECT '' WHERE 0".to_owned(),
        false => files.join(" UNION "),
    }
}

/// The statement that gives the views of the main file that are not in a list.
pub(crate) fn views_outside(tables: &[&'static TableMeta]) -> String {
    format!(
        "SELECT name FROM main.sqlite_master WHERE type = 'view' AND lower(name) NOT IN ({})",
        names(tables, MAIN)
    )
}

const MAIN: &str = "main";

fn quoted(name: &str) -> String {
    super::quote_identifier(Database::Sqlite, name)
}

/// The files that the tables are in.
fn files(tables: &[&'static TableMeta]) -> Vec<&'static str> {
    let mut files: Vec<&str> = tables
        .iter()
        .map(|table| table.schema.unwrap_or(MAIN))
        .collect();
    files.sort_unstable();
    files.dedup();
    files
}

/// The names of those of a file, in lower case.
fn names(tables: &[&'static TableMeta], file: &str) -> String {
    let here = tables
        .iter()
        .filter(|table| table.schema.unwrap_or(MAIN) == file);
    let names = here.map(|table| quote_text(Database::Sqlite, &table.name.to_ascii_lowercase()));
    names.collect::<Vec<_>>().join(", ")
}
