//! [`Metrics`]: events as metrics of the facade `metrics`.

use metrics::{Label, counter, gauge, histogram};

use super::{Event, Finished, Observer, Origin, Pool, PoolStep, Slow, Transaction};
use crate::backend::Database;

/// An observer that counts and measures, through the facade [`metrics`](https://docs.rs/metrics): the
/// program installs the recorder, `metrics-exporter-prometheus` for one. Without a recorder nothing is
/// kept.
///
/// | Metric | Kind | |
/// |---|---|---|
/// | `db_client_operation_duration_seconds` | histogram | of each statement; `operation`, `collection` |
/// | `db_client_response_rows` | histogram | of what came back |
/// | `db_client_errors_total` | counter | `operation`, `error_type` |
/// | `db_client_slow_queries_total` | counter | `operation` |
/// | `db_client_transactions_total` | counter | `outcome`: `commit`, `rollback`, `leave`; savepoints are not counted |
/// | `db_client_transaction_duration_seconds` | histogram | `outcome` |
/// | `db_client_connections` | gauge | open ones |
/// | `db_client_connections_used` | gauge | lent ones |
/// | `db_client_connection_create_time_seconds` | histogram | |
/// | `db_client_connection_errors_total` | counter | `error_type` |
/// | `db_client_connection_wait_time_seconds`, `db_client_connection_use_time_seconds` | histogram | |
/// | `db_client_connection_timeouts_total` | counter | none came free in time |
///
/// All have `db_system_name`, `db_namespace` (if it is known) and `engine`. The names are those of
/// OpenTelemetry as Prometheus spells them. Statements that are not a query or a write have their first
/// word as `operation`, and no label has text of a statement beyond that and the name of its table.
///
/// ```
/// use orm_core::event::Metrics;
/// use orm_core::prelude::*;
///
/// let engine = Engine::<SqliteConnection>::builder()
///     .url(":memory:")
///     .observe(Metrics::new())
///     .open()?;
/// # let _ = engine;
/// # Ok::<(), orm_core::Error>(())
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub struct Metrics {
    _private: (),
}

impl Metrics {
    /// An observer for one engine or many.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

fn labels(origin: Origin<'_>) -> Vec<Label> {
    let system = match origin.system {
        Database::Sqlite => "sqlite",
        Database::Postgres => "postgresql",
        Database::Mysql => "mysql",
    };
    let mut labels = vec![
        Label::from_static_parts("db_system_name", system),
        Label::new("engine", origin.database.to_owned()),
    ];
    if let Some(namespace) = origin.namespace {
        labels.push(Label::new("db_namespace", namespace.to_owned()));
    }
    labels
}

fn with(
    labels: &[Label],
    name: &'static str,
    value: impl Into<metrics::SharedString>,
) -> Vec<Label> {
    let mut more = labels.to_vec();
    more.push(Label::new(name, value));
    more
}

/// The name of an error's kind.
fn named(error: crate::error::ErrorKind) -> String {
    format!("{error:?}")
}

fn finished(done: &Finished<'_>) {
    let summary = done.statement.summary();
    let operation = summary.operation().unwrap_or_default().to_ascii_uppercase();
    let labels = with(&labels(done.statement.origin), "operation", operation);
    if let Some(error) = done.error {
        let labels = with(&labels, "error_type", named(error));
        counter!("db_client_errors_total", labels).increment(1);
    }
    if let Some(rows) = done.rows.returned() {
        histogram!("db_client_response_rows", labels.clone()).record(rows as f64);
    }
    let labels = match summary.collection() {
        Some(table) => with(&labels, "collection", table.to_owned()),
        None => labels,
    };
    histogram!("db_client_operation_duration_seconds", labels).record(done.duration);
}

fn slow(event: &Slow<'_>) {
    let statement = event.finished.statement;
    let operation = statement.summary().operation().unwrap_or_default();
    let labels = with(
        &labels(statement.origin),
        "operation",
        operation.to_ascii_uppercase(),
    );
    counter!("db_client_slow_queries_total", labels).increment(1);
}

fn transaction(event: &Transaction<'_>) {
    if event.depth > 1 || event.step == super::TransactionStep::Begin || event.error.is_some() {
        return;
    }
    let labels = with(&labels(event.origin), "outcome", event.step.name());
    counter!("db_client_transactions_total", labels.clone()).increment(1);
    histogram!("db_client_transaction_duration_seconds", labels).record(event.duration);
}

fn pool(event: &Pool<'_>) {
    let labels = labels(event.origin);
    match event.step {
        PoolStep::Open { took } => {
            gauge!("db_client_connections", labels.clone()).increment(1);
            histogram!("db_client_connection_create_time_seconds", labels).record(took);
        }
        PoolStep::Fail { error, .. } => {
            let labels = with(&labels, "error_type", named(error));
            counter!("db_client_connection_errors_total", labels).increment(1);
        }
        PoolStep::Close => gauge!("db_client_connections", labels).decrement(1),
        PoolStep::CheckOut { waited } => {
            gauge!("db_client_connections_used", labels.clone()).increment(1);
            histogram!("db_client_connection_wait_time_seconds", labels).record(waited);
        }
        PoolStep::CheckIn { used } => {
            gauge!("db_client_connections_used", labels.clone()).decrement(1);
            histogram!("db_client_connection_use_time_seconds", labels).record(used);
        }
        PoolStep::Timeout { .. } => {
            counter!("db_client_connection_timeouts_total", labels).increment(1);
        }
    }
}

impl Observer for Metrics {
    fn observe(&self, event: Event<'_>) {
        match &event {
            Event::Query { .. } => {}
            Event::Finished(done) => finished(done),
            Event::Slow(event) => slow(event),
            Event::Transaction(event) => transaction(event),
            Event::Pool(event) => pool(event),
        }
    }
}
