//! What the text of a migration may set on its connection, put back behind it: our notes and the
//! migrations that follow find the session as it was. What is not among these settings goes with the
//! connection, which nobody else gets.

use std::time::Duration;

use super::tables::batch;
use crate::backend::{Database, Dialect};
use crate::ddl::quote_text;
use crate::error::Result;
use crate::operation::{Link, texts};

/// Those of PostgreSQL.
const POSTGRES: [&str; 6] = [
    REPLICATION,
    "role",
    "search_path",
    "lock_timeout",
    "statement_timeout",
    "row_security",
];

/// Switches foreign keys and triggers off. Only a superuser may set it, to the value that it has
/// already too.
const REPLICATION: &str = "session_replication_role";

/// Those of MariaDB and MySQL.
const MYSQL: [&str; 10] = [
    "autocommit",
    "character_set_client",
    "character_set_results",
    "collation_connection",
    "time_zone",
    "sql_mode",
    "foreign_key_checks",
    "unique_checks",
    "lock_wait_timeout",
    "innodb_lock_wait_timeout",
];

/// Those of SQLite.
const SQLITE: [&str; 2] = ["foreign_keys", "busy_timeout"];

/// The statements that put back what was set.
#[derive(Debug)]
pub(super) struct Settings(String);

impl Settings {
    /// As they are now.
    pub(super) async fn of<L: Link>(link: &mut L) -> Result<Self> {
        let database = L::Backend::DATABASE;
        let (names, sql): (&[&str], _) = match database {
            Database::Postgres => {
                let values = POSTGRES.map(|name| format!("current_setting('{name}')"));
                let values = values.join(", ");
                (&POSTGRES, format!("SELECT unnest(ARRAY[{values}])"))
            }
            Database::Mysql => (
                &MYSQL,
                each(&MYSQL, |name| format!("CAST(@@{name} AS CHAR)")),
            ),
            Database::Sqlite => {
                let value = |name: &str| match name {
                    "busy_timeout" => "CAST(timeout AS TEXT) FROM pragma_busy_timeout".to_owned(),
                    name => format!("CAST({name} AS TEXT) FROM pragma_{name}"),
                };
                (&SQLITE, each(&SQLITE, value))
            }
        };
        let values = texts(link, &sql).await?;
        let text = |value: &String| quote_text(database, value);
        let set: Vec<String> = names
            .iter()
            .zip(&values)
            .map(|(name, value)| match database {
                Database::Postgres => format!("set_config('{name}', {}, false)", text(value)),
                Database::Mysql if value.parse::<u64>().is_ok() => {
                    format!("SESSION {name} = {value}")
                }
                Database::Mysql => format!("SESSION {name} = {}", text(value)),
                Database::Sqlite => format!("PRAGMA {name} = {value}"),
            })
            .collect();
        Ok(Settings(match database {
            Database::Postgres => {
                let (first, others) = (&set[0], set[1..].join(", "));
                let value = values.first().map(text).unwrap_or_default();
                // A role that the text took on may not.
                format!(
                    "SET ROLE NONE; SELECT {first} WHERE current_setting('{REPLICATION}') <> {value}; \
                     SELECT {others}"
                )
            }
            Database::Sqlite => set.join("; "),
            Database::Mysql => {
                let home = "SELECT COALESCE(CONCAT('`', REPLACE(DATABASE(), '`', '``'), '`'), '')";
                let home = texts(link, home).await?.pop().unwrap_or_default();
                let used = match home.is_empty() {
                    true => String::new(),
                    false => format!("; USE {home}"),
                };
                // Locks of tables would keep the notes out.
                format!("UNLOCK TABLES; SET {}{used}", set.join(", "))
            }
        }))
    }

    /// As they were.
    pub(super) async fn put_back<L: Link>(&self, link: &mut L) -> Result<()> {
        batch(link, &self.0).await
    }
}

/// One text a row.
fn each(names: &[&str], value: impl Fn(&str) -> String) -> String {
    let rows: Vec<String> = names
        .iter()
        .map(|name| format!("SELECT {}", value(name)))
        .collect();
    rows.join(" UNION ALL ")
}

/// How long each statement waits for a lock from now on, until the settings are put back.
pub(super) async fn wait_at_most<L: Link>(link: &mut L, time: Duration) -> Result<()> {
    // 0 would be to wait for ever.
    let millis = time.as_millis().clamp(1, i32::MAX.unsigned_abs().into());
    let sql = match L::Backend::DATABASE {
        Database::Postgres => format!("SET lock_timeout = {millis}"),
        Database::Sqlite => format!("PRAGMA busy_timeout = {millis}"),
        Database::Mysql => {
            // The greatest that both know: a year.
            let seconds = millis.div_ceil(1_000).min(31_536_000);
            format!(
                "SET SESSION lock_wait_timeout = {seconds}, innodb_lock_wait_timeout = {seconds}"
            )
        }
    };
    batch(link, &sql).await
}
