//! SQLite has no locks of rows: before it reads rows to be locked, it takes that of its file.

use super::{Link, texts};
use crate::backend::{Database, Dialect};
use crate::ddl::quote_identifier;
use crate::error::{Error, Result};
use crate::metadata::TableMeta;
use crate::query::{LockWait, RowLock};

/// Takes the lock of the file to write, on SQLite, so that what is read behind it stays so until the
/// transaction ends. On other databases nothing is sent.
///
/// # Errors
/// [`Conflict`](crate::ErrorKind::Conflict) if somebody else has it, or wrote since this transaction
/// first read; what else the database says.
pub async fn lock_file<L: Link>(link: &mut L, table: &TableMeta, lock: RowLock) -> Result<()> {
    if L::Backend::DATABASE != Database::Sqlite {
        return Ok(());
    }
    let name = quote_identifier(Database::Sqlite, table.name);
    let schema = table
        .schema
        .map(|schema| quote_identifier(Database::Sqlite, schema));
    let name = schema.map_or(name.clone(), |schema| format!("{schema}.{name}"));
    // It touches no row, and is a write for all that.
    let take = format!("DELETE FROM {name} WHERE 1 = 0");
    if lock.wait != LockWait::NoWait {
        return batch(link, &take).await;
    }
    let waits = "SELECT CAST(timeout AS TEXT) FROM pragma_busy_timeout";
    let before = texts(link, waits).await?.pop().unwrap_or_default();
    batch(link, "PRAGMA busy_timeout = 0").await?;
    let taken = batch(link, &take).await;
    let put_back = batch(link, &format!("PRAGMA busy_timeout = {before}")).await;
    taken.and(put_back)
}

async fn batch<L: Link>(link: &mut L, sql: &str) -> Result<(), Error> {
    let done = link.batch(sql).await;
    done.map_err(|error| link.error(error))
}
