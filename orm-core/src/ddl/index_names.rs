//! Names of indexes, which are of a whole schema on SQLite and PostgreSQL.
//!
//! An index of a name that is there already is not made, and nothing is said: two of one name
//! would silently be one.

use super::constraint_name;
use crate::backend::Database;
use crate::error::{Error, ErrorKind, Result};
use crate::metadata::{IndexMeta, TableMeta};

/// Whether all indexes of a schema have different names, and none that of a table.
///
/// # Errors
/// [`ErrorKind::Unsupported`], naming both tables.
pub(super) fn check(database: Database, tables: &[&'static TableMeta]) -> Result<()> {
    let mut seen: Vec<(&TableMeta, String)> = Vec::new();
    for table in tables {
        for index in table.indexes.iter().filter(|one| is_named(database, one)) {
            let name = name(database, index);
            let other = seen
                .iter()
                .find(|(other, before)| *before == name && (shares_names(database, other, table)));
            if let Some((other, _)) = other {
                let what = format!(
                    "the tables `{}` and `{}` would both have an index `{name}`",
                    other.name, table.name
                );
                return Err(taken(database, &what));
            }
            let mut relations = tables.iter().filter(|other| other.schema == table.schema);
            if database == Database::Postgres && relations.any(|other| other.name == name) {
                let what = format!(
                    "an index of `{}` has the name of the table `{name}`",
                    table.name
                );
                return Err(taken(database, &what));
            }
            seen.push((table, name));
        }
    }
    Ok(())
}

/// Whether the index is there under its own name: a unique that is a constraint has none on SQLite.
fn is_named(database: Database, index: &IndexMeta) -> bool {
    database != Database::Sqlite || !index.is_constraint()
}

fn name(database: Database, index: &IndexMeta) -> String {
    let name = constraint_name(database, index.name);
    match database {
        Database::Sqlite => name.to_ascii_lowercase(),
        _ => name.into_owned(),
    }
}

/// Whether the indexes of two tables have their names among each other.
fn shares_names(database: Database, one: &TableMeta, other: &TableMeta) -> bool {
    match database {
        Database::Mysql => one.is_same_table(other),
        _ => one.schema == other.schema,
    }
}

fn taken(database: Database, what: &str) -> Error {
    let message = format!(
        "{what}, and on {} such names are of the whole schema: give the index another, `index(.., name = \"..\")`",
        database.title(),
    );
    Error::new(ErrorKind::Unsupported, message)
}
