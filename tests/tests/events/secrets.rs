//! No password and no bound value is in anything that is shown: each sink is driven with marked ones
//! and searched for them. Marked values show only where they were asked for.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use orm_core::backend::Database;
use orm_core::event::{Event, Metrics, Tracing};
use orm_core::transaction::AdvisoryLock;
use orm_core::vocabulary::*;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::Layer;

use super::seen::{Person, observed, people, person};

/// In the URL of whoever connects. `tests/run` searches its whole log for it.
const PASSWORD: &str = "sesame-7Kq2-open";
/// Bound as a value; the same search.
const BOUND: &str = "marked-4Tz9-value";

/// All that was written.
#[derive(Clone, Default)]
struct Text(Arc<Mutex<Vec<u8>>>);

impl Text {
    fn add(&self, text: &str) {
        self.0.lock().unwrap().extend_from_slice(text.as_bytes());
    }

    fn take(&self) -> String {
        let bytes = std::mem::take(&mut *self.0.lock().unwrap());
        String::from_utf8(bytes).unwrap()
    }
}

impl Write for Text {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'w> MakeWriter<'w> for Text {
    type Writer = Text;

    fn make_writer(&'w self) -> Text {
        self.clone()
    }
}

/// The log of a program that logs all there is, as lines.
pub(super) fn logged<S>() -> impl Layer<S>
where
    S: tracing::Subscriber + for<'s> tracing_subscriber::registry::LookupSpan<'s>,
{
    use tracing_subscriber::fmt::format::FmtSpan;
    tracing_subscriber::fmt::layer()
        .with_ansi(false)
        .with_span_events(FmtSpan::FULL)
        .with_writer(log().clone())
}

fn log() -> &'static Text {
    static LOG: OnceLock<Text> = OnceLock::new();
    LOG.get_or_init(Text::default)
}

/// The URL of the same database with a password in it.
fn with_password(database: Database, url: &str) -> String {
    match database {
        #[cfg(feature = "postgres")]
        Database::Postgres => url.replacen("app@", &format!("app:{PASSWORD}@"), 1),
        #[cfg(feature = "mysql")]
        Database::Mysql => {
            static CLERK: OnceLock<String> = OnceLock::new();
            let server = orm_tests::shared_mariadb().expect("the server of this database");
            let home = CLERK.get_or_init(|| server.create_user("watched", PASSWORD));
            let (home, name) = (home.trim_end_matches('/'), url.rsplit('/').next().unwrap());
            let home = home.split('/').take(3).collect::<Vec<_>>().join("/");
            format!("{home}/{name}")
        }
        _ => url.to_owned(),
    }
}

scenario!(no_sink_shows_a_password_or_a_bound_value, |place| {
    crate::topics::tracing::listen();
    crate::topics::metrics::prometheus();
    place.create_all(schema![Person]).await.unwrap();
    let url = with_password(place.database, &place.url);
    assert_eq!(url.contains(PASSWORD), place.database != Database::Sqlite);
    let text = Text::default();
    let notes = text.clone();
    // SQLCipher takes its key so, on each connection.
    let opens = match place.database {
        Database::Sqlite => format!("PRAGMA key = '{PASSWORD}'"),
        Database::Postgres => format!("SET app.secret = '{PASSWORD}'"),
        _ => format!("SET @secret = '{PASSWORD}'"),
    };
    let engine = Engine::<Conn>::builder()
        .url(url.as_str())
        .on_connect(opens)
        .slow_queries(Duration::ZERO)
        .explain_slow_queries()
        .observe(move |event: Event<'_>| notes.add(&format!("{event:?} {event:#?}\n")))
        .observe(Tracing::new())
        .observe(Metrics::new())
        .open()
        .await
        .unwrap();
    let mut session = engine.session().await.unwrap();
    let note = |what: &dyn std::fmt::Debug| text.add(&format!("{what:?} {what:#?}\n"));

    session.insert(person(BOUND)).await.unwrap();
    let taken = session.insert(person(BOUND)).await.unwrap_err();
    note(&taken);
    text.add(&taken.to_string());
    let marked = || Person::query().filter(people::name.eq(BOUND));
    let found: Vec<Person> = marked().load(&mut session).await.unwrap();
    assert_eq!(found.len(), 1);
    let done: orm_core::Result<usize> = session
        .transaction(async |tx| {
            let patch = Person::patch(found[0].id).name(format!("{BOUND} again"));
            tx.update(patch).await
        })
        .await;
    done.unwrap();
    let by_hand = orm_core::diesel::sql_query("SELECT 1 FROM nowhere WHERE 'a' = 'a'");
    let failed = by_hand.execute(&mut session).await.unwrap_err();
    text.add(&orm_core::Error::from(failed).to_string());
    if place.database != Database::Sqlite {
        let lock = AdvisoryLock::named(BOUND);
        let held: orm_core::Result<()> = session.with_advisory_lock(&lock, async |_| Ok(())).await;
        held.unwrap();
    }
    note(&engine);
    note(&session);
    drop(session);

    // A server that is not there, and one that does not let in.
    let wrong = url.replacen("127.0.0.1", "127.0.0.1:1,127.0.0.1", 1);
    for url in [
        wrong,
        url.replacen(PASSWORD, &format!("{PASSWORD}-wrong"), 1),
    ] {
        if place.database != Database::Sqlite {
            let refused = Engine::<Conn>::builder().url(url).observe(Tracing::new());
            if let Err(error) = refused.open().await {
                note(&error);
                text.add(&error.to_string());
            }
        }
    }
    drop(engine);
    if place.database == Database::Sqlite {
        let keyed = format!("{url}?hexkey={PASSWORD}");
        note(&Engine::<Conn>::builder().url(keyed).open().await.unwrap());
        let wrong = format!("sqlite:///nowhere/at/all.db?key={PASSWORD}");
        let refused = Engine::<Conn>::builder().url(wrong).open().await;
        let error = refused.unwrap_err();
        note(&error);
        text.add(&error.to_string());
    }

    let text = text.take();
    for expected in [
        "Query",
        "Finished",
        "Slow",
        "Transaction",
        "Pool",
        "Engine",
        "Session",
    ] {
        assert!(text.contains(expected), "{expected} is not in {text}");
    }
    let metrics = crate::topics::metrics::prometheus().render();
    assert!(metrics.contains("db_client_operation_duration_seconds"));
    let log = log().take();
    for (sink, shown) in [
        ("events and Debug", &text),
        ("log", &log),
        ("metrics", &metrics),
    ] {
        for secret in [PASSWORD, BOUND] {
            let found = shown.lines().find(|line| line.contains(secret));
            assert_eq!(found, None, "{sink}");
        }
    }
});

scenario!(bound_values_show_where_they_were_asked_for, |place| {
    place.create_all(schema![Person]).await.unwrap();
    let text = Text::default();
    let notes = text.clone();
    let observer = move |event: Event<'_>| {
        if let Event::Finished(done) = event {
            notes.add(&format!(
                "{} {:?}\n",
                done.statement.sql, done.statement.binds
            ));
        }
    };
    let engine = observed!(place, observer, show_binds());
    let mut session = engine.session().await.unwrap();
    session.insert(person("an ordinary name")).await.unwrap();
    let text = text.take();
    let insert = text
        .lines()
        .find(|line| line.starts_with("INSERT"))
        .unwrap();
    let (sql, binds) = insert.split_once(" Some(").unwrap();
    assert!(binds.contains("an ordinary name"), "{text}");
    assert!(
        !sql.contains("ordinary") && !sql.contains("-- binds"),
        "{text}"
    );
});
