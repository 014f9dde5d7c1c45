//! Names that PostgreSQL would cut.

use crate::backend::Database;
use crate::column::Variants;
use crate::error::{Error, ErrorKind, Result};
use crate::metadata::TableMeta;

/// Bytes of a name.
const MOST: usize = 63;

/// Whether tables, columns, schemas and enum types have names that stay as they are. Those of
/// constraints and indexes are cut here, by a rule of our own.
///
/// # Errors
/// [`ErrorKind::Unsupported`], naming the first that is too long.
pub(super) fn check_lengths(tables: &[&'static TableMeta]) -> Result<()> {
    for table in tables {
        check("table", table.name)?;
        check("schema", table.schema.unwrap_or_default())?;
        for column in table.columns {
            check("column", column.name)?;
            if let Some(Variants::PostgresEnum { schema, name, .. }) = column.variants {
                check("enum type", name)?;
                check("schema", schema.unwrap_or_default())?;
            }
        }
    }
    Ok(())
}

fn check(what: &str, name: &str) -> Result<()> {
    if name.len() <= MOST {
        return Ok(());
    }
    let message = format!(
        "the {what} `{name}` has a name of {} bytes, and {} cuts what is beyond {MOST}: give it a shorter one",
        name.len(),
        Database::Postgres.title(),
    );
    Err(Error::new(ErrorKind::Unsupported, message))
}
