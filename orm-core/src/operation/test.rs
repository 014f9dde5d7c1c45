//! What COMMIT would check, within the transaction of a test, where there is none.

use diesel::dsl::sql;
use diesel::result::{DatabaseErrorKind, Error as DieselError, QueryResult};
use diesel::sql_types::Text;

use super::Link;
use super::words::Word;
use crate::backend::{Database, Dialect};

/// The savepoint is gone back to, so that later transactions of the test find their constraints
/// deferred as before.
const ON_POSTGRES: &str = "SAVEPOINT orm_commit; SET CONSTRAINTS ALL IMMEDIATE; \
                           ROLLBACK TO SAVEPOINT orm_commit; RELEASE SAVEPOINT orm_commit";

/// A row where a foreign key is deferred, by its table or by the connection, and one is broken.
const ON_SQLITE: &str = "SELECT 'broken' WHERE (SELECT foreign_keys FROM pragma_foreign_keys) \
    AND ((SELECT defer_foreign_keys FROM pragma_defer_foreign_keys) \
    OR EXISTS (SELECT 1 FROM sqlite_schema WHERE sql LIKE '%INITIALLY DEFERRED%')) \
    AND EXISTS (SELECT 1 FROM pragma_foreign_key_check)";

/// Checks the constraints that are deferred to the end of the transaction.
///
/// # Errors
/// As COMMIT.
pub(super) async fn check_deferred<L: Link>(link: &mut L) -> QueryResult<()> {
    link.mute(true);
    let checked = check(link).await;
    link.mute(false);
    checked
}

async fn check<L: Link>(link: &mut L) -> QueryResult<()> {
    match L::Backend::DATABASE {
        Database::Postgres => link.batch(ON_POSTGRES).await,
        Database::Sqlite => match link.load_one::<Word, _>(sql::<Text>(ON_SQLITE)).await? {
            None => Ok(()),
            Some(_) => Err(DieselError::DatabaseError(
                DatabaseErrorKind::ForeignKeyViolation,
                Box::new("FOREIGN KEY constraint failed".to_owned()),
            )),
        },
        // They have none.
        Database::Mysql => Ok(()),
    }
}
