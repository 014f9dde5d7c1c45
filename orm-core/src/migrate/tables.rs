//! The tables of the history: Diesel's and ours.
//!
//! Ours has the checksum of each migration that we ran, and what is begun: `state` is `started`
//! until all of it is `done`. Texts of statements are made here; values stand in them, as a
//! statement of DDL can bind none.

use chrono::NaiveDateTime;
use serde::de::DeserializeOwned;

use super::Migration;
use super::history::{History, Note};
use crate::backend::{Database, Dialect};
use crate::ddl::quote_text;
use crate::error::{Error, ErrorKind, Result};
use crate::operation::{Link, texts};

const DIESEL: &str = "__diesel_schema_migrations";
const OURS: &str = "__orm_migrations";

/// Makes what is not there.
pub(super) async fn create<L: Link>(link: &mut L) -> Result<()> {
    let there = there(link).await?;
    let columns = [
        (
            DIESEL,
            "version VARCHAR(50) PRIMARY KEY NOT NULL, \
             run_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP",
        ),
        (
            OURS,
            "version VARCHAR(50) PRIMARY KEY NOT NULL, name VARCHAR(200) NOT NULL, \
             checksum VARCHAR(32), state VARCHAR(10) NOT NULL",
        ),
    ];
    for (table, columns) in columns {
        if !there.iter().any(|one| one == table) {
            // A name may be in any alphabet, whatever the database's own is.
            let set = match (L::Backend::DATABASE, table) {
                (Database::Mysql, OURS) => " CHARACTER SET utf8mb4",
                _ => "",
            };
            let sql = format!("CREATE TABLE IF NOT EXISTS {table} ({columns}){set}");
            batch(link, &sql).await?;
        }
    }
    Ok(())
}

/// Which of the two tables are there. On PostgreSQL anywhere along the path: a schema that comes
/// before the one with the history must not hide it, or all would be run again.
async fn there<L: Link>(link: &mut L) -> Result<Vec<String>> {
    let sql = match L::Backend::DATABASE {
        Database::Sqlite => {
            format!("SELECT name FROM sqlite_master WHERE name IN ('{DIESEL}', '{OURS}')")
        }
        Database::Postgres => format!(
            "SELECT name FROM (VALUES ('{DIESEL}'), ('{OURS}')) AS asked (name) \
             WHERE to_regclass(name) IS NOT NULL"
        ),
        Database::Mysql => format!(
            "SELECT TABLE_NAME FROM information_schema.TABLES \
             WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME IN ('{DIESEL}', '{OURS}')"
        ),
    };
    texts(link, &sql).await
}

/// Reads both tables, as far as they are there.
pub(super) async fn read<L: Link>(link: &mut L) -> Result<History> {
    let database = L::Backend::DATABASE;
    let there = there(link).await?;
    let is_there = |table: &str| there.iter().any(|one| one == table);
    let mut history = History::default();
    if is_there(DIESEL) {
        let time = match database {
            Database::Sqlite => "CAST(run_on AS TEXT)",
            Database::Postgres => "to_char(run_on, 'YYYY-MM-DD HH24:MI:SS.US')",
            Database::Mysql => "DATE_FORMAT(run_on, '%Y-%m-%d %H:%i:%s.%f')",
        };
        let sql = rows(database, &format!("version, {time}"), DIESEL);
        for (version, at) in json::<L, (String, String)>(link, &sql).await? {
            let at = NaiveDateTime::parse_from_str(&at, "%Y-%m-%d %H:%M:%S%.f");
            let at = at.map_err(|error| not_understood(link, error))?;
            history.run.insert(version, at);
        }
    }
    if is_there(OURS) {
        type Row = (String, String, Option<String>, String);
        let sql = rows(database, "version, name, checksum, state", OURS);
        for (version, name, checksum, state) in json::<L, Row>(link, &sql).await? {
            let note = Note {
                name,
                checksum,
                started: state != "done",
            };
            history.notes.insert(version, note);
        }
    }
    Ok(history)
}

fn rows(database: Database, columns: &str, table: &str) -> String {
    let row = match database {
        Database::Sqlite => format!("json_array({columns})"),
        Database::Postgres => format!("json_build_array({columns})::text"),
        Database::Mysql => format!("JSON_ARRAY({columns})"),
    };
    format!("SELECT {row} FROM {table}")
}

async fn json<L: Link, T: DeserializeOwned>(link: &mut L, sql: &str) -> Result<Vec<T>> {
    let texts = texts(link, sql).await?;
    let read = |text: &String| serde_json::from_str(text);
    let rows: Result<Vec<T>, _> = texts.iter().map(read).collect();
    rows.map_err(|error| not_understood(link, error))
}

fn not_understood<L: Link>(
    link: &L,
    error: impl std::error::Error + Send + Sync + 'static,
) -> Error {
    let message = "the history of migrations has a row that is not understood";
    let error = Error::new(ErrorKind::Conversion, message).with_source(error);
    error.on(link.name())
}

/// Takes the lock that a write takes: what is read behind it is what there is. Diesel begins a
/// transaction on SQLite without one, which must not read before it has it.
pub(super) async fn lock_file<L: Link>(link: &mut L) -> Result<()> {
    batch(
        link,
        &format!("UPDATE {OURS} SET state = state WHERE 1 = 0"),
    )
    .await
}

/// Notes that a migration is begun; without a checksum as long as nothing of it is kept.
pub(super) async fn note_started<L: Link>(
    link: &mut L,
    migration: &Migration,
    checksum: Option<&str>,
) -> Result<()> {
    note(
        link,
        &migration.version,
        &migration.name,
        checksum,
        "started",
    )
    .await
}

/// Notes a migration as run, in our table.
pub(super) async fn note_done<L: Link>(
    link: &mut L,
    version: &str,
    name: &str,
    checksum: Option<&str>,
) -> Result<()> {
    note(link, version, name, checksum, "done").await
}

async fn note<L: Link>(
    link: &mut L,
    version: &str,
    name: &str,
    checksum: Option<&str>,
    state: &str,
) -> Result<()> {
    let text = |text: &str| quote_text(L::Backend::DATABASE, text);
    let values = [
        text(version),
        text(name),
        checksum.map_or_else(|| "NULL".to_owned(), text),
        text(state),
    ];
    forget_note(link, version).await?;
    let values = values.join(", ");
    let sql = format!("INSERT INTO {OURS} (version, name, checksum, state) VALUES ({values})");
    batch(link, &sql).await
}

/// Forgets what we noted of a version.
pub(super) async fn forget_note<L: Link>(link: &mut L, version: &str) -> Result<()> {
    delete(link, OURS, version).await
}

/// Notes a migration as run, in both tables; for Diesel unless it is there already.
pub(super) async fn enter<L: Link>(link: &mut L, migration: &Migration, new: bool) -> Result<()> {
    if new {
        let version = quote_text(L::Backend::DATABASE, &migration.version);
        batch(
            link,
            &format!("INSERT INTO {DIESEL} (version) VALUES ({version})"),
        )
        .await?;
    }
    let checksum = migration.checksum();
    note_done(link, &migration.version, &migration.name, Some(&checksum)).await
}

/// Notes a migration as not run, in both tables.
pub(super) async fn leave<L: Link>(link: &mut L, version: &str) -> Result<()> {
    delete(link, DIESEL, version).await?;
    delete(link, OURS, version).await
}

/// Notes as not run, in both tables, those that a migration replaces; its own version stays.
pub(super) async fn leave_replaced<L: Link>(link: &mut L, migration: &Migration) -> Result<()> {
    for version in migration.others() {
        leave(link, version).await?;
    }
    Ok(())
}

async fn delete<L: Link>(link: &mut L, table: &str, version: &str) -> Result<()> {
    let version = quote_text(L::Backend::DATABASE, version);
    batch(
        link,
        &format!("DELETE FROM {table} WHERE version = {version}"),
    )
    .await
}

pub(super) async fn batch<L: Link>(link: &mut L, sql: &str) -> Result<()> {
    let done = link.batch(sql).await;
    done.map_err(|error| link.error(error))
}
