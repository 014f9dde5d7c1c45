//! Statements: sent, finished, slow.

use std::time::Duration;

use super::Summary;
use crate::backend::Database;
use crate::error::ErrorKind;

/// Where an event happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Origin<'e> {
    /// The name of the engine, or of the shard.
    pub database: &'e str,
    /// Which database it is.
    pub system: Database,
    /// The database on its server, or the name of its file; `None` of one in memory, or if the URL
    /// names none.
    pub namespace: Option<&'e str>,
    /// The server, as the URL names it; `None` of SQLite, and if the URL names several.
    pub address: Option<&'e str>,
    /// The port of that server; `None` if the URL has none.
    pub port: Option<u16>,
}

impl<'e> Origin<'e> {
    /// An engine of this name.
    #[must_use]
    pub fn new(database: &'e str, system: Database, namespace: Option<&'e str>) -> Self {
        Origin {
            database,
            system,
            namespace,
            address: None,
            port: None,
        }
    }
}

/// Tells the statements apart that are under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct StatementId {
    connection: usize,
    number: u64,
}

impl StatementId {
    pub(crate) fn new(connection: usize, number: u64) -> Self {
        StatementId { connection, number }
    }
}

/// A statement that is sent.
#[derive(Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Statement<'e> {
    /// Which one: the same when it is sent and when it is finished.
    pub id: StatementId,
    /// Where.
    pub origin: Origin<'e>,
    /// The text, without the bound values.
    pub sql: &'e str,
    /// The bound values, as Diesel shows them; `None` unless the engine was told to show them.
    pub binds: Option<&'e str>,
    /// Whether a transaction of a session was open.
    pub in_transaction: bool,
}

impl<'e> Statement<'e> {
    pub(crate) fn new(id: StatementId, origin: Origin<'e>, sql: &'e str) -> Self {
        Statement {
            id,
            origin,
            sql,
            binds: None,
            in_transaction: false,
        }
    }

    /// What it does, in few words: `SELECT customers`. Read from the text when it is asked for.
    #[must_use]
    pub fn summary(&self) -> Summary<'e> {
        Summary::on(self.origin.system, self.sql)
    }
}

impl std::fmt::Debug for Statement<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut out = f.debug_struct("Statement");
        out.field("database", &self.origin.database)
            .field("sql", &self.sql);
        if let Some(binds) = self.binds {
            out.field("binds", &format_args!("{binds}"));
        }
        out.field("in_transaction", &self.in_transaction)
            .finish_non_exhaustive()
    }
}

/// How many rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Rows {
    /// Nobody knows: the statement failed, has none, or was not a session's own.
    #[default]
    Unknown,
    /// So many came back.
    Returned(u64),
    /// So many were written.
    Affected(u64),
}

impl Rows {
    /// So many of either.
    #[must_use]
    pub fn any(self) -> Option<u64> {
        match self {
            Rows::Unknown => None,
            Rows::Returned(rows) | Rows::Affected(rows) => Some(rows),
        }
    }

    /// So many came back.
    #[must_use]
    pub fn returned(self) -> Option<u64> {
        match self {
            Rows::Returned(rows) => Some(rows),
            _ => None,
        }
    }
}

pub(crate) fn returned(rows: usize) -> Rows {
    Rows::Returned(rows as u64)
}

pub(crate) fn affected(rows: usize) -> Rows {
    Rows::Affected(rows as u64)
}

/// A statement that came to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finished<'e> {
    /// Which.
    pub statement: Statement<'e>,
    /// From before it was sent until its answer was there; on SQLite until its last row was read.
    pub duration: Duration,
    /// How many rows.
    pub rows: Rows,
    /// What kind of error it ended with. [`ErrorKind::Interrupted`]: its future was dropped, or its
    /// connection closed, before it was done.
    pub error: Option<ErrorKind>,
}

impl<'e> Finished<'e> {
    pub(crate) fn new(statement: Statement<'e>, duration: Duration) -> Self {
        Finished {
            statement,
            duration,
            rows: Rows::Unknown,
            error: None,
        }
    }
}

/// A statement that took longer than [`slow_queries`](crate::engine::EngineBuilder::slow_queries) bears.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Slow<'e> {
    /// Which, and how long it took.
    pub finished: Finished<'e>,
    /// How the database runs it, line by line, without bound values. `None` unless
    /// [`explain_slow_queries`](crate::engine::EngineBuilder::explain_slow_queries) was asked for; on
    /// MariaDB and MySQL; of what is neither one query nor one write, or failed; of reads of a pipeline, and
    /// of what diesel-async's own methods send on a session; beyond eight in one transaction; if its
    /// future was dropped meanwhile; if the database would not say.
    pub plan: Option<&'e str>,
}

impl<'e> Slow<'e> {
    pub(crate) fn new(finished: Finished<'e>, plan: Option<&'e str>) -> Self {
        Slow { finished, plan }
    }
}
