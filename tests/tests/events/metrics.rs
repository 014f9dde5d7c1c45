//! Events as metrics, in the text that Prometheus reads.

use std::sync::OnceLock;
use std::time::Duration;

use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use orm_core::backend::Database;
use orm_core::event::{Event, Metrics, Observer, Origin, Pool, PoolStep};
use orm_core::vocabulary::*;

use super::seen::{Person, people, person};

/// The one recorder of the process, for all threads.
pub(super) fn prometheus() -> &'static PrometheusHandle {
    static HANDLE: OnceLock<PrometheusHandle> = OnceLock::new();
    HANDLE.get_or_init(|| {
        let recorder = PrometheusBuilder::new().build_recorder();
        let handle = recorder.handle();
        metrics::set_global_recorder(recorder).expect("no other recorder");
        handle
    })
}

/// The value behind a metric of an engine, with such labels.
fn value(engine: &str, metric: &str, labels: &[(&str, &str)]) -> Option<f64> {
    let text = prometheus().render();
    let start = format!("{metric}{{");
    let has = |line: &&str| {
        let label = |name: &str, value: &str| line.contains(&format!("{name}=\"{value}\""));
        line.starts_with(&start)
            && label("engine", engine)
            && labels.iter().all(|(name, value)| label(name, value))
    };
    let line = text.lines().find(has)?;
    line.rsplit(' ').next()?.parse().ok()
}

scenario!(statements_are_counted_and_measured, |place| {
    prometheus();
    place.create_all(schema![Person]).await.unwrap();
    let name = format!("metrics of {}", place.url);
    let engine = Engine::<Conn>::builder()
        .url(place.url.as_str())
        .name(name.as_str())
        .pool_size(1)
        .max_overflow(0)
        .slow_queries(Duration::ZERO)
        .observe(Metrics::new())
        .open()
        .await
        .unwrap();
    let mut session = engine.session().await.unwrap();
    session.insert(person("Ann")).await.unwrap();
    session.insert(person("Ann")).await.unwrap_err();
    for _ in 0..3 {
        Person::query()
            .filter(people::id.gt(0))
            .load(&mut session)
            .await
            .unwrap();
    }
    let done: orm_core::Result<()> = session.transaction(async |_| Ok(())).await;
    done.unwrap();
    let undone: orm_core::Result<()> = session
        .transaction(async |_| Err(orm_core::Error::new(ErrorKind::Refused, "no")))
        .await;
    undone.unwrap_err();

    let read = |metric: &str, labels: &[(&str, &str)]| value(&name, metric, labels);
    let reads = if place.database == Database::Mysql {
        4.0
    } else {
        3.0
    };
    let select = [
        ("db_operation_name", "SELECT"),
        ("db_collection_name", "people"),
    ];
    assert_eq!(
        read("db_client_operation_duration_seconds_count", &select),
        Some(reads)
    );
    let seconds = read("db_client_operation_duration_seconds_sum", &select).unwrap();
    assert!(seconds > 0.0);
    let select = [("db_operation_name", "SELECT")];
    assert_eq!(
        read("db_client_response_returned_rows_sum", &select),
        Some(reads)
    );
    let failed = [("db_operation_name", "INSERT"), ("error_type", "Invalid")];
    assert_eq!(read("db_client_errors_total", &failed), Some(1.0));
    assert_eq!(
        read("db_client_operation_duration_seconds_count", &failed),
        Some(1.0)
    );
    let text = prometheus().render();
    assert!(
        text.contains("# HELP db_client_transactions_total"),
        "{text}"
    );
    assert_eq!(read("db_client_slow_queries_total", &select), Some(reads));
    let outcome = |outcome| read("db_client_transactions_total", &[("outcome", outcome)]);
    assert_eq!(
        (outcome("commit"), outcome("rollback")),
        (Some(1.0), Some(1.0))
    );
    let system = [(
        "db_system_name",
        match place.database {
            Database::Sqlite => "sqlite",
            Database::Postgres => "postgresql",
            _ => "mysql",
        },
    )];
    assert_eq!(read("db_client_connections", &system), Some(1.0));
});

// Each transaction is counted once: that whose COMMIT fails, and that whose connection is lost.
scenario!(postgres(transactions_that_end_badly_are_counted), |place| {
    prometheus();
    let name = format!("bad ends of {}", place.url);
    let engine = Engine::<Conn>::builder()
        .url(place.url.as_str())
        .name(name.as_str())
        .observe(Metrics::new())
        .open()
        .await
        .unwrap();
    let mut session = engine.session().await.unwrap();
    session
        .batch_execute(
            "CREATE TABLE pairs (id BIGINT PRIMARY KEY, other BIGINT \
                 REFERENCES pairs (id) DEFERRABLE INITIALLY DEFERRED)",
        )
        .await
        .unwrap();
    for (sql, outcomes) in [
        ("INSERT INTO pairs VALUES (1, 2)", (Some(1.0), None)),
        (
            "DO $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); END $$",
            (Some(1.0), Some(1.0)),
        ),
    ] {
        let failed: orm_core::Result<()> = session
            .transaction(async |tx| {
                tx.batch_execute(sql).await?;
                Ok(())
            })
            .await;
        failed.unwrap_err();
        drop(session);
        let outcome = |outcome| {
            value(
                &name,
                "db_client_transactions_total",
                &[("outcome", outcome)],
            )
        };
        assert_eq!((outcome("rollback"), outcome("leave")), outcomes, "{sql}");
        session = engine.session().await.unwrap();
    }
});

/// As a pool tells of it.
#[test]
fn connections_are_counted() {
    prometheus();
    let metrics = Metrics::new();
    let origin = Origin::new("pool", Database::Postgres, Some("shop"));
    let second = Duration::from_secs(1);
    for step in [
        PoolStep::Open { took: second },
        PoolStep::Open { took: second },
        PoolStep::CheckOut { waited: second },
        PoolStep::CheckOut { waited: second },
        PoolStep::CheckIn { used: second },
        PoolStep::Close,
        PoolStep::Timeout { waited: second },
        PoolStep::Fail {
            took: second,
            error: ErrorKind::Connect,
        },
    ] {
        metrics.observe(Event::Pool(Pool::new(origin, step)));
    }
    let read = |metric: &str| value("pool", metric, &[("db_namespace", "shop")]);
    assert_eq!(read("db_client_connections"), Some(1.0));
    assert_eq!(read("db_client_connections_used"), Some(1.0));
    assert_eq!(read("db_client_connection_timeouts_total"), Some(1.0));
    assert_eq!(read("db_client_connection_errors_total"), Some(1.0));
    assert_eq!(
        read("db_client_connection_create_time_seconds_sum"),
        Some(2.0)
    );
    assert_eq!(
        read("db_client_connection_wait_time_seconds_sum"),
        Some(2.0)
    );
    assert_eq!(read("db_client_connection_use_time_seconds_sum"), Some(1.0));
}
