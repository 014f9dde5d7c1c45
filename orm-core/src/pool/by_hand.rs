//! Transactions that are begun by a text, past Diesel, which does not know of them.
//!
//! Neither a driver nor a server is asked for nothing, so the text is read: what is not known to begin
//! none may do so. The pool rolls back then when the connection comes back.

use crate::backend::Database;
use crate::event::Summary;

/// What the statements of a text begin with that begin no transaction.
const BEGIN_NONE: &[&str] = &[
    "ALTER",
    "ANALYZE",
    "COMMENT",
    "COMMIT",
    "COPY",
    "CREATE",
    "DEALLOCATE",
    "DELETE",
    "DO",
    "DROP",
    "END",
    "EXPLAIN",
    "GRANT",
    "INSERT",
    "LISTEN",
    "LOCK",
    "NOTIFY",
    "OPTIMIZE",
    "PRAGMA",
    "PREPARE",
    "REFRESH",
    "REINDEX",
    "RELEASE",
    "REPLACE",
    "RESET",
    "REVOKE",
    "ROLLBACK",
    "SELECT",
    "SET",
    "SHOW",
    "TABLE",
    "TRUNCATE",
    "UNLISTEN",
    "UPDATE",
    "USE",
    "VACUUM",
    "VALUES",
];

/// Whether a text may leave a transaction open.
pub(crate) fn may_begin(database: Database, sql: &str) -> bool {
    let begins_none = |verb: &str| {
        BEGIN_NONE
            .iter()
            .any(|known| known.eq_ignore_ascii_case(verb))
    };
    !Summary::on(database, sql).operations().all(begins_none)
}

/// Whether a text may turn autocommit off: MariaDB and MySQL begin transactions by themselves then, and a
/// ROLLBACK does not help.
pub(crate) fn may_set_autocommit(database: Database, sql: &str) -> bool {
    database == Database::Mysql && names_autocommit(sql)
}

fn names_autocommit(sql: &str) -> bool {
    let name = b"autocommit";
    let mut parts = sql.as_bytes().windows(name.len());
    parts.any(|part| part.eq_ignore_ascii_case(name))
}

/// Whether a query is a text that the program wrote, with values or without.
pub(crate) fn is_text<Q: ?Sized>() -> bool {
    std::any::type_name::<Q>().contains("query_builder::sql_query::")
}

#[cfg(test)]
mod tests {
    use diesel::IntoSql;
    use diesel::sql_types::Integer;

    use super::*;

    const ALL: [Database; 3] = [Database::Sqlite, Database::Postgres, Database::Mysql];

    #[test]
    fn what_begins_no_transaction_is_known() {
        for sql in [
            "",
            "SELECT 1",
            "CREATE TABLE a (b INTEGER); insert into a values (1);",
            "UPDATE begin SET start = 'BEGIN'",
            "COMMIT",
            "SET search_path = a",
            "WITH a AS (SELECT 1) SELECT * FROM a",
        ] {
            for database in ALL {
                assert!(!may_begin(database, sql), "{sql}");
            }
        }
    }

    #[test]
    fn what_may_begin_one_is_not() {
        for sql in [
            "BEGIN",
            " begin immediate",
            "-- a comment\nSTART TRANSACTION",
            "SELECT 1; BEGIN; SELECT 2",
            "SAVEPOINT a",
            "XA START 'a'",
            "CALL begins()",
        ] {
            for database in ALL {
                assert!(may_begin(database, sql), "{sql}");
            }
        }
    }

    #[test]
    fn autocommit_is_found_in_any_spelling() {
        for sql in ["SET @@autocommit = 0", "SET a = 1, Autocommit=0"] {
            assert!(may_set_autocommit(Database::Mysql, sql), "{sql}");
        }
        assert!(!may_set_autocommit(
            Database::Mysql,
            "SET auto_increment_offset = 2"
        ));
    }

    #[test]
    fn a_text_is_told_from_what_was_built() {
        fn shown<Q>(_: &Q) -> bool {
            is_text::<Q>()
        }
        let text = || diesel::sql_query("SELECT 1");
        assert!(shown(&text()) && shown(&&text()));
        assert!(shown(
            &text().bind::<diesel::sql_types::Text, _>("a").sql(", 2")
        ));
        #[cfg(feature = "sqlite")]
        assert!(shown(&text().into_boxed::<diesel::sqlite::Sqlite>()));
        assert!(!shown(&diesel::select(1.into_sql::<Integer>())));
    }
}
