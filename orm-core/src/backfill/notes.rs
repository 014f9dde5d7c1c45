//! The table of notes: how far each backfill came.

use std::fmt;

use chrono::NaiveDateTime;
use diesel::sql_types::Text;

use super::coding::json_row;
use super::range::Cursor;
use super::spec::Plan;
use crate::backend::{Database, Dialect};
use crate::ddl::quote_text;
use crate::error::{Error, ErrorKind, Result};
use crate::operation::{Link, Statement, texts, texts_of};
use crate::value::Value;

const TABLE: &str = "__orm_backfills";

/// What is noted of one backfill.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct BackfillStatus {
    /// Its name.
    pub name: String,
    /// The table and its key: `orders (id)`. In another schema than the notes: `billing.orders (id)`.
    pub target: String,
    /// How many rows were walked, in all calls.
    pub walked: u64,
    /// How many of them were changed.
    pub changed: u64,
    /// When it was begun, in UTC by the clock of the database.
    pub started_at: NaiveDateTime,
    /// When its last chunk was done.
    pub changed_at: NaiveDateTime,
    /// When all of it was done; `None` until then.
    pub done_at: Option<NaiveDateTime>,
    pub(super) reached: Option<String>,
}

impl fmt::Display for BackfillStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let BackfillStatus {
            name,
            target,
            walked,
            changed,
            ..
        } = self;
        write!(
            f,
            "{name}: {walked} rows of {target} walked, {changed} changed, "
        )?;
        let second = "%Y-%m-%d %H:%M:%S";
        match self.done_at {
            Some(at) => write!(f, "done at {} UTC", at.format(second)),
            None => write!(f, "last at {} UTC", self.changed_at.format(second)),
        }
    }
}

/// The table and the key of a backfill, as they are noted. On PostgreSQL the name of the table may
/// stand for one of any schema of the path: it is that of the notes where none is told.
pub(super) async fn target<L: Link>(link: &mut L, plan: &Plan) -> Result<String> {
    let database = L::Backend::DATABASE;
    let key: Vec<_> = plan.table.key_columns().map(|column| column.name).collect();
    let found = match database {
        Database::Postgres => {
            let name = quote_text(database, &plan.quoted_table(database));
            let text = format!(
                "SELECT COALESCE(NULLIF(n.nspname, current_schema()) || '.', '') || c.relname \
                 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
                 WHERE c.oid = to_regclass({name})"
            );
            texts(link, &text).await?.pop()
        }
        _ => None,
    };
    let table = found.unwrap_or_else(|| plan.table_name());
    Ok(format!("{table} ({})", key.join(", ")))
}

/// On PostgreSQL in the schema where CREATE TABLE makes it, and not along the path: the notes of
/// another schema are of other tables.
async fn is_there<L: Link>(link: &mut L) -> Result<bool> {
    let text = match L::Backend::DATABASE {
        Database::Sqlite => format!("SELECT name FROM sqlite_master WHERE name = '{TABLE}'"),
        Database::Postgres => format!(
            "SELECT 'x' WHERE to_regclass(quote_ident(current_schema()) || '.{TABLE}') IS NOT NULL"
        ),
        Database::Mysql => format!(
            "SELECT TABLE_NAME FROM information_schema.TABLES \
             WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = '{TABLE}'"
        ),
    };
    Ok(!texts(link, &text).await?.is_empty())
}

/// Makes the table unless it is there.
pub(super) async fn create<L: Link>(link: &mut L) -> Result<()> {
    if is_there(link).await? {
        return Ok(());
    }
    let (time, set) = match L::Backend::DATABASE {
        Database::Mysql => (
            "DATETIME(6)",
            " CHARACTER SET utf8mb4 COLLATE utf8mb4_bin ENGINE InnoDB",
        ),
        _ => ("TIMESTAMP", ""),
    };
    let text = format!(
        "CREATE TABLE IF NOT EXISTS {TABLE} (name VARCHAR(200) NOT NULL PRIMARY KEY, \
         target TEXT NOT NULL, reached TEXT, walked BIGINT NOT NULL, changed BIGINT NOT NULL, \
         started_at {time} NOT NULL, changed_at {time} NOT NULL, done_at {time}){set}"
    );
    match link.batch(&text).await {
        // PostgreSQL refuses the second of two that make it at the same time.
        Err(_) if is_there(link).await? => Ok(()),
        done => done.map_err(|error| link.error(error)),
    }
}

const fn now(database: Database) -> &'static str {
    match database {
        Database::Sqlite => "strftime('%Y-%m-%d %H:%M:%f', 'now')",
        Database::Postgres => "clock_timestamp() AT TIME ZONE 'UTC'",
        Database::Mysql => "UTC_TIMESTAMP(6)",
    }
}

/// Notes that a backfill is begun, unless it is known.
pub(super) async fn enter<L: Link>(link: &mut L, plan: &Plan, target: &str) -> Result<()> {
    let database = L::Backend::DATABASE;
    let (insert, unless) = match database {
        Database::Mysql => ("INSERT IGNORE", ""),
        _ => ("INSERT", " ON CONFLICT DO NOTHING"),
    };
    let at = now(database);
    let text = format!(
        "{insert} INTO {TABLE} (walked, changed, started_at, changed_at, name, target) \
         VALUES (0, 0, {at}, {at}, "
    );
    let statement = Statement::new(text).bind(name(plan)).text(", ");
    let statement = statement.bind(Value::Text(target.to_owned()));
    send(link, statement.text(format!("){unless}")))
        .await
        .map(drop)
}

fn name(plan: &Plan) -> Value {
    Value::Text(plan.name.clone())
}

async fn send<L: Link>(link: &mut L, statement: Statement) -> Result<usize> {
    let done = link.execute(statement).await;
    done.map_err(|error| link.error(error))
}

/// What is noted of a backfill.
pub(super) async fn read<L: Link>(link: &mut L, plan: &Plan) -> Result<Option<BackfillStatus>> {
    let statement = rows(L::Backend::DATABASE)
        .text(" WHERE name = ")
        .bind(name(plan));
    Ok(load(link, statement).await?.pop())
}

/// The same, and nobody else goes on with it until the transaction ends.
pub(super) async fn lock<L: Link>(link: &mut L, plan: &Plan) -> Result<Option<BackfillStatus>> {
    let database = L::Backend::DATABASE;
    if database == Database::Sqlite {
        // What is read before the lock of the file is taken may be old.
        let text = format!("UPDATE {TABLE} SET name = name WHERE 1 = 0");
        send(link, Statement::new(text)).await?;
        return read(link, plan).await;
    }
    let statement = rows(database).text(" WHERE name = ").bind(name(plan));
    Ok(load(link, statement.text(" FOR UPDATE")).await?.pop())
}

/// Notes that a chunk is done.
pub(super) async fn advance<L: Link>(
    link: &mut L,
    plan: &Plan,
    to: &Cursor,
    walked: u64,
    changed: u64,
) -> Result<()> {
    let text = format!("UPDATE {TABLE} SET reached = ");
    let statement = Statement::new(text).bind(Value::Text(to.note())).text(format!(
        ", walked = walked + {walked}, changed = changed + {changed}, changed_at = {} WHERE name = ",
        now(L::Backend::DATABASE)
    ));
    send(link, statement.bind(name(plan))).await.map(drop)
}

/// Notes that all of it is done.
pub(super) async fn end<L: Link>(link: &mut L, plan: &Plan) -> Result<()> {
    let at = now(L::Backend::DATABASE);
    let text = format!("UPDATE {TABLE} SET done_at = {at} WHERE name = ");
    send(link, Statement::new(text).bind(name(plan)))
        .await
        .map(drop)
}

/// What is noted of each backfill, by name. Writes nothing.
///
/// # Errors
/// What the database says.
pub async fn list<L: Link>(link: &mut L) -> Result<Vec<BackfillStatus>> {
    if !is_there(link).await? {
        return Ok(Vec::new());
    }
    let mut found = load(link, rows(L::Backend::DATABASE)).await?;
    found.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(found)
}

/// Forgets what is noted of a backfill, so that it begins anew; `false` if nothing was.
///
/// # Errors
/// What the database says.
pub async fn reset<L: Link>(link: &mut L, name: &str) -> Result<bool> {
    if !is_there(link).await? {
        return Ok(false);
    }
    let statement = Statement::new(format!("DELETE FROM {TABLE} WHERE name = "));
    let gone = send(link, statement.bind(Value::Text(name.to_owned()))).await?;
    Ok(gone > 0)
}

type Row = (
    String,
    String,
    Option<String>,
    u64,
    u64,
    String,
    String,
    Option<String>,
);

fn rows(database: Database) -> Statement<Text> {
    let time = |column: &str| match database {
        Database::Sqlite => column.to_owned(),
        Database::Postgres => format!("to_char({column}, 'YYYY-MM-DD HH24:MI:SS.US')"),
        Database::Mysql => format!("DATE_FORMAT({column}, '%Y-%m-%d %H:%i:%s.%f')"),
    };
    let plain = ["name", "target", "reached", "walked", "changed"].map(str::to_owned);
    let times = ["started_at", "changed_at", "done_at"].map(time);
    let row = json_row(database, &[&plain[..], &times[..]].concat());
    Statement::new(format!("SELECT {row} FROM {TABLE}"))
}

async fn load<L: Link>(link: &mut L, statement: Statement<Text>) -> Result<Vec<BackfillStatus>> {
    let found = texts_of(link, statement).await?;
    let read = found.iter().map(|text| understood(text)).collect();
    let message = "a note of a backfill is not understood";
    let unread = || Error::new(ErrorKind::Conversion, message).on(link.name());
    Option::ok_or_else(read, unread)
}

fn understood(text: &str) -> Option<BackfillStatus> {
    let (name, target, reached, walked, changed, started, at, done): Row =
        serde_json::from_str(text).ok()?;
    let time = |text: &str| NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S%.f").ok();
    let done_at = match done {
        Some(done) => Some(time(&done)?),
        None => None,
    };
    Some(BackfillStatus {
        name,
        target,
        walked,
        changed,
        started_at: time(&started)?,
        changed_at: time(&at)?,
        done_at,
        reached,
    })
}
