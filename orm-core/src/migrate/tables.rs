//! The tables of the history: Diesel's and ours.
//!
//! Ours has the checksum of each migration that we ran, and what is begun: `state` is `started`
//! until all of it is `done`. Texts of statements are made here; values stand in them, as a
//! statement of DDL can bind none.
//!
//! Where the tables are is looked up once. They are named with their schema from then on: the text
//! of a migration may change the path, or the database.

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

/// The longest name that is noted, in characters.
const NAME: usize = 200;

/// Both tables by their names with schema, as far as they are there.
#[derive(Debug, Clone, Default)]
pub(super) struct Tables {
    diesel: Option<String>,
    ours: Option<String>,
}

impl Tables {
    /// Where they are. On PostgreSQL anywhere along the path: a schema that comes before the one
    /// with the history must not hide it, or all would be run again.
    pub(super) async fn find<L: Link>(link: &mut L) -> Result<Self> {
        let sql = match L::Backend::DATABASE {
            Database::Sqlite => format!(
                "SELECT 'main.' || name FROM main.sqlite_master WHERE name IN ('{DIESEL}', '{OURS}')"
            ),
            Database::Postgres => format!(
                "SELECT quote_ident(nspname) || '.' || relname \
                 FROM (VALUES ('{DIESEL}'), ('{OURS}')) AS asked (name) \
                 JOIN pg_catalog.pg_class c ON c.oid = to_regclass(name) \
                 JOIN pg_catalog.pg_namespace n ON n.oid = relnamespace"
            ),
            Database::Mysql => format!(
                "SELECT CONCAT('`', REPLACE(TABLE_SCHEMA, '`', '``'), '`.', TABLE_NAME) \
                 FROM information_schema.TABLES \
                 WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME IN ('{DIESEL}', '{OURS}')"
            ),
        };
        let mut tables = Tables::default();
        for name in texts(link, &sql).await? {
            match name.ends_with(OURS) {
                true => tables.ours = Some(name),
                false => tables.diesel = Some(name),
            }
        }
        Ok(tables)
    }

    /// The same, and makes what is not there.
    pub(super) async fn make<L: Link>(link: &mut L) -> Result<Self> {
        let found = Tables::find(link).await?;
        if found.diesel.is_some() && found.ours.is_some() {
            return Ok(found);
        }
        let columns = [
            (
                DIESEL,
                found.diesel.is_some(),
                "version VARCHAR(50) PRIMARY KEY NOT NULL, \
                 run_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP",
            ),
            (
                OURS,
                found.ours.is_some(),
                "version VARCHAR(50) PRIMARY KEY NOT NULL, name VARCHAR(200) NOT NULL, \
                 checksum VARCHAR(32), state VARCHAR(10) NOT NULL",
            ),
        ];
        for (table, _, columns) in columns.into_iter().filter(|(_, there, _)| !there) {
            let options = match (L::Backend::DATABASE, table) {
                // A name may be in any alphabet, whatever the database's own is.
                (Database::Mysql, OURS) => " ENGINE = InnoDB CHARACTER SET utf8mb4",
                // Notes are rolled back with what they are of, whatever the server's default is.
                (Database::Mysql, _) => " ENGINE = InnoDB",
                _ => "",
            };
            let sql = format!("CREATE TABLE IF NOT EXISTS {table} ({columns}){options}");
            batch(link, &sql).await?;
        }
        Tables::find(link).await
    }

    /// Reads both tables, as far as they are there.
    pub(super) async fn read<L: Link>(&self, link: &mut L) -> Result<History> {
        let database = L::Backend::DATABASE;
        let mut selects = Vec::new();
        if let Some(diesel) = &self.diesel {
            let time = match database {
                Database::Sqlite => "CAST(run_on AS TEXT)",
                Database::Postgres => "to_char(run_on, 'YYYY-MM-DD HH24:MI:SS.US')",
                Database::Mysql => "DATE_FORMAT(run_on, '%Y-%m-%d %H:%i:%s.%f')",
            };
            let columns = format!("version, {time}, NULL, NULL, NULL");
            selects.push(rows(database, &columns, diesel));
        }
        if let Some(ours) = &self.ours {
            let columns = "version, NULL, name, checksum, state";
            selects.push(rows(database, columns, ours));
        }
        let mut history = History::default();
        if selects.is_empty() {
            return Ok(history);
        }
        type Text = Option<String>;
        let sql = selects.join(" UNION ALL ");
        for row in json::<L, (String, Text, Text, Text, Text)>(link, &sql).await? {
            let (version, at, name, checksum, state) = row;
            if let Some(at) = at {
                let at = NaiveDateTime::parse_from_str(&at, "%Y-%m-%d %H:%M:%S%.f");
                let at = at.map_err(|error| not_understood(link, error))?;
                history.run.insert(version, at);
            } else {
                let note = Note {
                    name: name.unwrap_or_default(),
                    checksum,
                    started: state.as_deref() != Some("done"),
                };
                history.notes.insert(version, note);
            }
        }
        Ok(history)
    }

    fn diesel(&self) -> &str {
        self.diesel.as_deref().unwrap_or(DIESEL)
    }

    fn ours(&self) -> &str {
        self.ours.as_deref().unwrap_or(OURS)
    }

    /// Takes the lock that a write takes: what is read behind it is what there is. Diesel begins a
    /// transaction on SQLite without one, which must not read before it has it.
    pub(super) async fn lock_file<L: Link>(&self, link: &mut L) -> Result<()> {
        let ours = self.ours();
        batch(
            link,
            &format!("UPDATE {ours} SET state = state WHERE 1 = 0"),
        )
        .await
    }

    /// Notes that a migration is begun; without a checksum as long as nothing of it can be kept, with
    /// an empty one as long as nothing of it is for sure.
    pub(super) async fn note_started<L: Link>(
        &self,
        link: &mut L,
        migration: &Migration,
        checksum: Option<&str>,
    ) -> Result<()> {
        let Migration { version, name, .. } = migration;
        self.note(link, version, name, checksum, "started").await
    }

    /// Notes a migration as run, in our table.
    pub(super) async fn note_done<L: Link>(
        &self,
        link: &mut L,
        version: &str,
        name: &str,
        checksum: Option<&str>,
    ) -> Result<()> {
        self.note(link, version, name, checksum, "done").await
    }

    async fn note<L: Link>(
        &self,
        link: &mut L,
        version: &str,
        name: &str,
        checksum: Option<&str>,
        state: &str,
    ) -> Result<()> {
        let text = |text: &str| quote_text(L::Backend::DATABASE, text);
        let name: String = name.chars().take(NAME).collect();
        let values = [
            text(version),
            text(&name),
            checksum.map_or_else(|| "NULL".to_owned(), text),
            text(state),
        ];
        self.forget_note(link, version).await?;
        let (ours, values) = (self.ours(), values.join(", "));
        let sql = format!("INSERT INTO {ours} (version, name, checksum, state) VALUES ({values})");
        batch(link, &sql).await
    }

    /// Forgets what we noted of a version.
    pub(super) async fn forget_note<L: Link>(&self, link: &mut L, version: &str) -> Result<()> {
        delete(link, self.ours(), version).await
    }

    /// Notes a migration as run, in both tables; for Diesel unless it is there already.
    pub(super) async fn enter<L: Link>(
        &self,
        link: &mut L,
        migration: &Migration,
        new: bool,
    ) -> Result<()> {
        let Migration { version, name, .. } = migration;
        if new {
            let (diesel, version) = (self.diesel(), quote_text(L::Backend::DATABASE, version));
            let sql = format!("INSERT INTO {diesel} (version) VALUES ({version})");
            batch(link, &sql).await?;
        }
        let checksum = migration.checksum();
        self.note_done(link, version, name, Some(&checksum)).await
    }

    /// Notes a migration as not run, in both tables.
    pub(super) async fn leave<L: Link>(&self, link: &mut L, version: &str) -> Result<()> {
        delete(link, self.diesel(), version).await?;
        delete(link, self.ours(), version).await
    }
}

fn rows(database: Database, columns: &str, table: &str) -> String {
    let row = match database {
        Database::Sqlite => format!("json_array({columns})"),
        Database::Postgres => format!("json_build_array({columns})::text"),
        Database::Mysql => format!("JSON_ARRAY({columns})"),
    };
    format!("SELECT {row} FROM {table}")
}

pub(super) async fn json<L: Link, T: DeserializeOwned>(link: &mut L, sql: &str) -> Result<Vec<T>> {
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
