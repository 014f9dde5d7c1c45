//! [`Metrics`]: events as metrics of the facade `metrics`.

use metrics::{
    Label, counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram,
};

use super::{Event, Finished, Observer, Origin, Pool, PoolStep, Slow, Transaction};
use crate::backend::Database;

/// An observer that counts and measures, through the facade [`metrics`](https://docs.rs/metrics): the
/// program installs the recorder, `metrics-exporter-prometheus` for one. Without a recorder nothing is
/// kept.
///
/// | Metric | Kind | |
/// |---|---|---|
/// | `db_client_operation_duration_seconds` | histogram | of each statement; `db_operation_name`, `db_collection_name`, `error_type` of one that failed |
/// | `db_client_response_returned_rows` | histogram | of what came back; `db_operation_name` |
/// | `db_client_errors_total` | counter | `db_operation_name`, `error_type` |
/// | `db_client_slow_queries_total` | counter | `db_operation_name` |
/// | `db_client_transactions_total` | counter | `outcome`: `commit`, `rollback` (a COMMIT that failed, too), `leave` (its connection was lost or closed before it ended); each transaction once, savepoints not |
/// | `db_client_transaction_duration_seconds` | histogram | `outcome` |
/// | `db_client_connections` | gauge | open ones |
/// | `db_client_connections_used` | gauge | lent ones |
/// | `db_client_connection_create_time_seconds` | histogram | |
/// | `db_client_connection_errors_total` | counter | `error_type` |
/// | `db_client_connection_wait_time_seconds`, `db_client_connection_use_time_seconds` | histogram | |
/// | `db_client_connection_timeouts_total` | counter | none came free in time |
///
/// All have `db_system_name`, `engine`, and if the URL says them `db_namespace`, `server_address` and
/// `server_port`. Where OpenTelemetry has a metric
/// or a label of this meaning, it has its name, as Prometheus spells it; but for `db_client_connections`
/// and `db_client_connections_used`, which are its `db.client.connection.count`. `db_client_errors_total`,
/// `.._slow_queries_total`, `.._transactions_total` and `.._transaction_duration_seconds` are ours.
/// Statements that are not a query or a write have their first word as `db_operation_name`, and no label
/// has text of a statement beyond that and the name of its table.
///
/// [`new`](Self::new) describes them and their units to the recorder that is installed then. Which
/// buckets a histogram has is for the recorder to say.
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
        describe();
        Self::default()
    }
}

fn describe() {
    use metrics::Unit::{Count, Seconds};
    for (name, of) in [
        ("operation_duration_seconds", "Statements."),
        (
            "transaction_duration_seconds",
            "Transactions, from BEGIN on.",
        ),
        (
            "connection_create_time_seconds",
            "Opening a connection and setting it up.",
        ),
        (
            "connection_wait_time_seconds",
            "Waiting for a connection of the pool.",
        ),
        (
            "connection_use_time_seconds",
            "From the loan of a connection until its return.",
        ),
    ] {
        describe_histogram!(format!("db_client_{name}"), Seconds, of);
    }
    describe_histogram!(
        "db_client_response_returned_rows",
        Count,
        "Rows that came back."
    );
    for (name, of) in [
        ("errors", "Statements that failed."),
        (
            "slow_queries",
            "Statements that took longer than they should.",
        ),
        ("transactions", "Transactions that ended."),
        ("connection_errors", "Connections that could not be opened."),
        (
            "connection_timeouts",
            "Waits for a connection that were in vain.",
        ),
    ] {
        describe_counter!(format!("db_client_{name}_total"), Count, of);
    }
    describe_gauge!("db_client_connections", Count, "Connections that are open.");
    describe_gauge!(
        "db_client_connections_used",
        Count,
        "Connections that are lent."
    );
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
    if let Some(address) = origin.address {
        labels.push(Label::new("server_address", address.to_owned()));
    }
    if let Some(port) = origin.port {
        labels.push(Label::new("server_port", port.to_string()));
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
    let mut labels = with(
        &labels(done.statement.origin),
        "db_operation_name",
        operation,
    );
    if let Some(rows) = done.rows.returned() {
        histogram!("db_client_response_returned_rows", labels.clone()).record(rows as f64);
    }
    if let Some(error) = done.error {
        labels = with(&labels, "error_type", named(error));
        counter!("db_client_errors_total", labels.clone()).increment(1);
    }
    if let Some(table) = summary.collection() {
        labels = with(&labels, "db_collection_name", table.to_owned());
    }
    histogram!("db_client_operation_duration_seconds", labels).record(done.duration);
}

fn slow(event: &Slow<'_>) {
    let statement = event.finished.statement;
    let operation = statement.summary().operation().unwrap_or_default();
    let labels = with(
        &labels(statement.origin),
        "db_operation_name",
        operation.to_ascii_uppercase(),
    );
    counter!("db_client_slow_queries_total", labels).increment(1);
}

fn transaction(event: &Transaction<'_>) {
    use super::TransactionStep::{Begin, Commit, Leave, RollBack};
    let outcome = match (event.step, event.error) {
        _ if event.depth > 1 => return,
        // A rollback or the end of the connection follows.
        (Begin, _) | (Commit, Some(_)) => return,
        // Its connection was lost or is not used again.
        (RollBack, Some(_)) => Leave,
        (step, _) => step,
    };
    let labels = with(&labels(event.origin), "outcome", outcome.name());
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
