//! Events as spans, by OpenTelemetry's conventions for databases.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::{Arc, Mutex, OnceLock};

use orm_core::backend::Database;
use orm_core::event::Tracing;
use orm_core::vocabulary::*;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::registry::{LookupSpan, Registry};

use super::seen::{Person, person};

type Fields = BTreeMap<&'static str, String>;

/// A span or an event, as a subscriber sees it.
#[derive(Debug, Clone, Default)]
struct Shown {
    target: String,
    parent: Option<String>,
    fields: Fields,
}

struct Reader<'f>(&'f mut Fields);

impl Visit for Reader<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.insert(field.name(), format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name(), value.to_owned());
    }
}

/// Keeps all spans that were closed and all events.
#[derive(Clone, Default)]
struct Keeps(Arc<Mutex<Vec<Shown>>>);

impl<S: Subscriber + for<'s> LookupSpan<'s>> Layer<S> for Keeps {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let span = context.span(id).unwrap();
        let mut shown = Shown {
            target: span.metadata().target().to_owned(),
            parent: span.parent().map(|parent| parent.name().to_owned()),
            ..Shown::default()
        };
        attributes.record(&mut Reader(&mut shown.fields));
        span.extensions_mut().insert(shown);
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        let span = context.span(id).unwrap();
        let mut extensions = span.extensions_mut();
        values.record(&mut Reader(
            &mut extensions.get_mut::<Shown>().unwrap().fields,
        ));
    }

    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut shown = Shown {
            target: event.metadata().target().to_owned(),
            ..Shown::default()
        };
        event.record(&mut Reader(&mut shown.fields));
        self.0.lock().unwrap().push(shown);
    }

    fn on_close(&self, id: Id, context: Context<'_, S>) {
        let span = context.span(&id).unwrap();
        let shown = span.extensions_mut().remove::<Shown>().unwrap();
        self.0.lock().unwrap().push(shown);
    }
}

/// The one subscriber of the process, for all threads.
fn kept() -> &'static Keeps {
    static KEPT: OnceLock<Keeps> = OnceLock::new();
    KEPT.get_or_init(|| {
        let kept = Keeps::default();
        let logged = super::secrets::logged();
        let subscriber = Registry::default().with(kept.clone()).with(logged);
        tracing::subscriber::set_global_default(subscriber).unwrap();
        kept
    })
}

/// From now on there is a subscriber.
pub(super) fn listen() {
    kept();
}

/// What there was of an engine.
fn of(engine: &str, target: &str) -> Vec<Shown> {
    let all = kept().0.lock().unwrap();
    let ours = all.iter().filter(|shown| {
        let name = shown.fields.get("orm.engine");
        shown.target == target && name.is_some_and(|name| name == engine)
    });
    ours.cloned().collect()
}

scenario!(a_statement_is_a_span, |place| {
    kept();
    place.create_all(schema![Person]).await.unwrap();
    let name = format!("spans of {}", place.url);
    let engine = Engine::<Conn>::builder()
        .url(place.url.as_str())
        .name(name.as_str())
        .slow_queries(std::time::Duration::ZERO)
        .observe(Tracing::new())
        .open()
        .await
        .unwrap();
    let mut session = engine.session().await.unwrap();
    let ann = session.insert(person("Ann")).await.unwrap();
    session.insert(person("Ann")).await.unwrap_err();
    let all: Vec<Person> = Person::query().load(&mut session).await.unwrap();
    assert_eq!(all.len(), 1);
    let done: orm_core::Result<usize> = session
        .transaction(async |tx| tx.update(Person::patch(ann.id).name("Anne")).await)
        .await;
    done.unwrap();

    let spans = of(&name, "orm_core::query");
    let find = |summary: &str, failed: bool| {
        let mut found = spans.iter().filter(|span| {
            span.fields["db.query.summary"] == summary
                && span.fields.contains_key("error.type") == failed
        });
        let span = found
            .next()
            .unwrap_or_else(|| panic!("{summary} in {spans:#?}"));
        span.fields.clone()
    };
    let read = spans
        .iter()
        .rfind(|span| span.fields["db.query.summary"] == "SELECT people");
    let read = &read.unwrap().fields;
    let system = match place.database {
        Database::Sqlite => "sqlite",
        Database::Postgres => "postgresql",
        _ => "mysql",
    };
    assert_eq!(read["db.system.name"], system);
    let namespace = place.url.rsplit('/').next().unwrap();
    assert_eq!(read["db.namespace"], namespace);
    let on_server = place.database != Database::Sqlite;
    let address = on_server.then_some("127.0.0.1");
    assert_eq!(read.get("server.address").map(String::as_str), address);
    assert_eq!(read.contains_key("server.port"), on_server);
    assert_eq!(read["db.operation.name"], "SELECT");
    assert_eq!(read["db.collection.name"], "people");
    assert_eq!(read["otel.name"], "SELECT people");
    assert_eq!(read["otel.kind"], "client");
    assert!(read["db.query.text"].starts_with("SELECT "), "{read:?}");
    assert_eq!(read["db.response.returned_rows"], "1");
    assert!(read["orm.duration"].parse::<f64>().unwrap() > 0.0);
    assert!(!read.contains_key("orm.binds"));
    let failed = find("INSERT people", true);
    assert_eq!(failed["error.type"], "Invalid");
    assert_eq!(failed["otel.status_code"], "ERROR");
    let update = find("UPDATE people", false);
    assert_eq!(update["orm.affected_rows"], "1");
    assert_eq!(update["orm.in_transaction"], "true");

    let commits = of(&name, "orm_core::transaction");
    let messages: Vec<&str> = commits
        .iter()
        .map(|one| one.fields["message"].as_str())
        .collect();
    assert_eq!(messages[messages.len() - 2..], ["begin", "commit"]);
    assert!(
        of(&name, "orm_core::pool")
            .iter()
            .any(|one| one.fields["message"] == "connection opened")
    );
    let slow = of(&name, "orm_core::slow");
    assert!(
        slow.iter()
            .any(|one| one.fields["db.query.summary"] == "INSERT people")
    );
});

/// The spans of statements belong to that of whoever waits for them, on whichever thread they run.
#[test]
fn a_span_is_inside_of_its_callers() {
    use orm_core::prelude::*;

    kept();
    let engine = Engine::<SqliteConnection>::builder()
        .url(":memory:")
        .name("inside, blocking")
        .observe(Tracing::new())
        .open()
        .unwrap();
    tracing::info_span!("request").in_scope(|| engine.create_all(schema![Person]).unwrap());
    let spans = of("inside, blocking", "orm_core::query");
    assert!(!spans.is_empty());
    assert!(
        spans
            .iter()
            .all(|span| span.parent.as_deref() == Some("request")),
        "{spans:?}"
    );
}

#[derive(Model, Debug)]
#[model(shard_key = id)]
struct Thing {
    #[model(generated = time_id)]
    id: i64,
}

/// Each shard is asked on a thread of its own.
#[test]
fn the_spans_of_shards_are_inside_of_their_callers() {
    use orm_core::prelude::*;
    use orm_shard::cluster::Cluster;

    kept();
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name).display().to_string();
    let cluster = Cluster::<SqliteConnection>::builder()
        .shard("inside, left", file("a.db"))
        .shard("inside, right", file("b.db"))
        .observe(Tracing::new())
        .open()
        .unwrap();
    tracing::info_span!("request").in_scope(|| {
        use orm_shard::prelude::*;

        cluster.create_all(schema![Thing]).unwrap();
        let all: Vec<Thing> = Thing::query().scatter().load(&cluster).unwrap();
        assert!(all.is_empty());
    });
    for shard in ["inside, left", "inside, right"] {
        let spans = of(shard, "orm_core::query");
        let outside = |span: &&Shown| span.parent.as_deref() != Some("request");
        assert!(!spans.is_empty());
        assert_eq!(spans.iter().filter(outside).count(), 0, "{spans:?}");
    }
}

/// Blocking work inside of an async program.
#[cfg(feature = "async")]
#[test]
fn a_span_on_a_thread_for_blocking_work_is_inside_of_its_callers() {
    use orm_core::prelude::*;
    use tracing::Instrument;

    kept();
    let work = async {
        let engine = Engine::<SqliteConnection>::builder()
            .url(":memory:")
            .name("inside, run")
            .observe(Tracing::new())
            .open()
            .unwrap();
        let run = engine.run(|session| {
            orm_core::diesel::sql_query("SELECT 1").execute(session)?;
            Ok::<_, orm_core::Error>(())
        });
        run.await.unwrap();
    };
    crate::form::asynchronous::run(work.instrument(tracing::info_span!("request")));
    let spans = of("inside, run", "orm_core::query");
    let outside = |span: &&Shown| span.parent.as_deref() != Some("request");
    assert!(!spans.is_empty());
    assert_eq!(spans.iter().filter(outside).count(), 0, "{spans:?}");
}

#[cfg(feature = "async")]
#[test]
fn an_awaited_span_is_inside_of_its_callers() {
    use orm_core::aio::prelude::*;
    use tracing::Instrument;

    kept();
    let work = async {
        let engine = AsyncEngine::<AsyncSqliteConnection>::builder()
            .url(":memory:")
            .name("inside, awaited")
            .observe(Tracing::new())
            .open()
            .await
            .unwrap();
        engine.create_all(schema![Person]).await.unwrap();
    };
    crate::form::asynchronous::run(work.instrument(tracing::info_span!("request")));
    let spans = of("inside, awaited", "orm_core::query");
    assert!(!spans.is_empty());
    assert!(
        spans
            .iter()
            .all(|span| span.parent.as_deref() == Some("request")),
        "{spans:?}"
    );
}
