//! Whether a rollback on MariaDB and MySQL left something: tables of engines such as MyISAM and Aria
//! keep each row at once.

use super::tables::batch;
use crate::backend::{Database, Dialect};
use crate::error::{Error, ErrorKind, Result};
use crate::operation::{Link, texts};

/// `ER_WARNING_NOT_COMPLETE_ROLLBACK`: rows of such tables were changed and stay.
const NOT_COMPLETE: &str = "1196";

/// Whether the database has tables that no rollback reaches.
pub(super) async fn has_loose_tables<L: Link>(link: &mut L) -> Result<bool> {
    if L::Backend::DATABASE != Database::Mysql {
        return Ok(false);
    }
    let sql = "SELECT t.TABLE_NAME FROM information_schema.TABLES t \
               JOIN information_schema.ENGINES e ON e.ENGINE = t.ENGINE \
               WHERE t.TABLE_SCHEMA = DATABASE() AND e.TRANSACTIONS <> 'YES' LIMIT 1";
    Ok(!texts(link, sql).await?.is_empty())
}

/// Whether something is left, right behind the rollback; `loose` says whether there are such tables.
pub(super) async fn kept_some<L: Link>(link: &mut L, error: &Error, loose: bool) -> bool {
    if L::Backend::DATABASE != Database::Mysql || error.lost_connection() {
        return loose;
    }
    // After a deadlock the server has rolled back by itself, and not said so.
    if loose && error.kind() == ErrorKind::Conflict {
        return true;
    }
    let last = "GET DIAGNOSTICS @orm_said = NUMBER; \
                GET DIAGNOSTICS CONDITION @orm_said @orm_said = MYSQL_ERRNO";
    if batch(link, last).await.is_err() {
        // There is no warning at all.
        return false;
    }
    let said = texts(link, "SELECT COALESCE(CAST(@orm_said AS CHAR), '')").await;
    said.is_ok_and(|said| said == [NOT_COMPLETE])
}
