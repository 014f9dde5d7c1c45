//! [`Tracing`]: events as spans and events of `tracing`.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use tracing::field::Empty;
use tracing::{Level, Span};

use super::{Event, Finished, Observer, Pool, PoolStep, Slow, Statement, StatementId, Transaction};
use crate::backend::Database;

/// An observer that makes a span of each statement, by OpenTelemetry's conventions for database
/// clients (stable since version 1.33): level DEBUG, target `orm_core::query`, name `query`.
///
/// | Field | |
/// |---|---|
/// | `otel.name`, `otel.kind` | the summary, `client` (as `tracing-opentelemetry` reads them) |
/// | `db.system.name` | `sqlite`, `postgresql`, `mysql` |
/// | `db.namespace` | the database on its server, or the name of its file |
/// | `server.address`, `server.port` | the server, as the URL names it |
/// | `db.operation.name`, `db.collection.name` | the first verb, and the table if it is one |
/// | `db.query.summary`, `db.query.text` | the text is without bound values |
/// | `db.response.returned_rows` | where rows came back to a session |
/// | `error.type`, `otel.status_code` | the name of the [`ErrorKind`](crate::ErrorKind), `ERROR` |
/// | `orm.engine` | the name of the engine or shard |
/// | `orm.affected_rows`, `orm.duration` | of a write; in seconds |
/// | `orm.binds` | only if the engine was told to show them |
///
/// Transactions (DEBUG) and connections (DEBUG; failures WARN) are events of the targets
/// `orm_core::transaction` and `orm_core::pool`, slow statements WARN of `orm_core::slow`.
///
/// A span is a child of the one that is entered where the statement is sent.
///
/// ```
/// use orm_core::event::Tracing;
/// use orm_core::prelude::*;
///
/// let engine = Engine::<SqliteConnection>::builder()
///     .url(":memory:")
///     .observe(Tracing::new())
///     .open()?;
/// # let _ = engine;
/// # Ok::<(), orm_core::Error>(())
/// ```
#[derive(Debug, Default)]
pub struct Tracing {
    under_way: Mutex<HashMap<StatementId, Span>>,
}

impl Tracing {
    /// An observer for one engine or many.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn starts(&self, statement: &Statement<'_>) {
        let span = span(statement);
        if span.is_disabled() {
            return;
        }
        let mut spans = self
            .under_way
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        spans.insert(statement.id, span);
    }

    fn ends(&self, done: &Finished<'_>) {
        let mut spans = self
            .under_way
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let Some(span) = spans.remove(&done.statement.id) else {
            return;
        };
        drop(spans);
        span.record("orm.duration", done.duration.as_secs_f64());
        match (done.rows.returned(), done.rows.any()) {
            (Some(rows), _) => span.record("db.response.returned_rows", rows),
            (None, Some(rows)) => span.record("orm.affected_rows", rows),
            (None, None) => &span,
        };
        if let Some(error) = done.error {
            span.record("error.type", tracing::field::debug(error));
            span.record("otel.status_code", "ERROR");
        }
    }
}

/// The name in the conventions. The client cannot tell MariaDB from MySQL.
pub(super) fn system(database: Database) -> &'static str {
    match database {
        Database::Sqlite => "sqlite",
        Database::Postgres => "postgresql",
        Database::Mysql => "mysql",
    }
}

fn span(statement: &Statement<'_>) -> Span {
    if !tracing::enabled!(target: "orm_core::query", Level::DEBUG) {
        return Span::none();
    }
    let summary = statement.summary();
    let shown = summary.to_string();
    let span = tracing::debug_span!(
        target: "orm_core::query",
        "query",
        otel.name = shown,
        otel.kind = "client",
        otel.status_code = Empty,
        db.system.name = system(statement.origin.system),
        db.namespace = statement.origin.namespace,
        server.address = statement.origin.address,
        server.port = statement.origin.port,
        db.operation.name = summary.operation(),
        db.collection.name = summary.collection(),
        db.query.summary = shown,
        db.query.text = statement.sql,
        db.response.returned_rows = Empty,
        error.type = Empty,
        orm.engine = statement.origin.database,
        orm.in_transaction = statement.in_transaction,
        orm.affected_rows = Empty,
        orm.duration = Empty,
        orm.binds = Empty,
    );
    if let Some(binds) = statement.binds {
        span.record("orm.binds", binds);
    }
    span
}

fn transaction(event: &Transaction<'_>) {
    tracing::debug!(
        target: "orm_core::transaction",
        {
        db.system.name = system(event.origin.system),
        db.namespace = event.origin.namespace,
        server.address = event.origin.address,
        server.port = event.origin.port,
        orm.engine = event.origin.database,
        orm.depth = event.depth,
        orm.duration = event.duration.as_secs_f64(),
        error.type = event.error.map(tracing::field::debug),
        },
        "{}",
        event.step.name(),
    );
}

fn slow(event: &Slow<'_>) {
    let statement = &event.finished.statement;
    tracing::warn!(
        target: "orm_core::slow",
        {
        db.system.name = system(statement.origin.system),
        db.namespace = statement.origin.namespace,
        server.address = statement.origin.address,
        server.port = statement.origin.port,
        db.query.summary = %statement.summary(),
        db.query.text = statement.sql,
        db.response.returned_rows = event.finished.rows.returned(),
        orm.engine = statement.origin.database,
        orm.duration = event.finished.duration.as_secs_f64(),
        orm.binds = statement.binds,
        orm.plan = event.plan,
        error.type = event.finished.error.map(tracing::field::debug),
        },
        "slow query",
    );
}

fn pool(event: &Pool<'_>) {
    let (what, took, error) = match event.step {
        PoolStep::Open { took } => ("connection opened", Some(took), None),
        PoolStep::Fail { took, error } => ("connection failed", Some(took), Some(error)),
        PoolStep::Close => ("connection closed", None, None),
        PoolStep::CheckOut { waited } => ("connection lent", Some(waited), None),
        PoolStep::CheckIn { used } => ("connection given back", Some(used), None),
        PoolStep::Timeout { waited } => ("no connection in time", Some(waited), None),
    };
    macro_rules! tell {
        ($level:ident) => {
            tracing::$level!(
                target: "orm_core::pool",
                {
                db.system.name = system(event.origin.system),
                db.namespace = event.origin.namespace,
                server.address = event.origin.address,
                server.port = event.origin.port,
                orm.engine = event.origin.database,
                orm.duration = took.map(|took| took.as_secs_f64()),
                error.type = error.map(tracing::field::debug),
                },
                "{what}",
            )
        };
    }
    match event.step {
        PoolStep::Fail { .. } | PoolStep::Timeout { .. } => tell!(warn),
        _ => tell!(debug),
    }
}

impl Observer for Tracing {
    fn observe(&self, event: Event<'_>) {
        match &event {
            Event::Query { statement, .. } => self.starts(statement),
            Event::Finished(done) => self.ends(done),
            Event::Slow(event) => slow(event),
            Event::Transaction(event) => transaction(event),
            Event::Pool(event) => pool(event),
        }
    }
}
