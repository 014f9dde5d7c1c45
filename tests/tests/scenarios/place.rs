//! Where a scenario runs: a database of its own, and what was sent to it.
//!
//! [`scenario!`] makes one test a database of one body. In the body `Conn` names the connection,
//! and the argument is a [`Place`].

use std::ops::Deref;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use orm_core::connection::DatabaseConnection;
use orm_core::event::Event;
use orm_core::prelude::*;
use tempfile::TempDir;

/// An engine on a fresh database that notes the statements.
pub(crate) struct Place<C: DatabaseConnection> {
    engine: Engine<C>,
    sent: Arc<Mutex<Vec<String>>>,
    /// Where the database is, for a second engine.
    pub(crate) url: String,
    _folder: Option<TempDir>,
}

impl<C: DatabaseConnection> Place<C> {
    fn open(url: String, folder: Option<TempDir>) -> Self {
        let sent = Arc::new(Mutex::new(Vec::new()));
        let notes = Arc::clone(&sent);
        let engine = Engine::builder()
            .url(url.as_str())
            .max_size(2)
            .timeout(Duration::from_millis(300))
            .observe(move |event: Event<'_>| {
                if let Event::Query { sql, .. } = event {
                    notes.lock().expect("no panic in here").push(sql.to_owned());
                }
            })
            .open()
            .expect("a fresh database opens");
        Place {
            engine,
            sent,
            url,
            _folder: folder,
        }
    }

    /// The statements since the last call, transaction control included.
    pub(crate) fn sent(&self) -> Vec<String> {
        std::mem::take(&mut *self.sent.lock().expect("no panic in here"))
    }
}

impl<C: DatabaseConnection> Deref for Place<C> {
    type Target = Engine<C>;

    fn deref(&self) -> &Engine<C> {
        &self.engine
    }
}

/// A file, not `:memory:`: the pool then has several connections, as in an application.
pub(crate) fn sqlite(_topic: &str) -> Option<Place<SqliteConnection>> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let url = format!("sqlite://{}", folder.path().join("scenario.db").display());
    Some(Place::open(url, Some(folder)))
}

/// `None` where there is no server; the harness then notes the lane.
#[cfg(feature = "postgres")]
pub(crate) fn postgres(topic: &str) -> Option<Place<PgConnection>> {
    let url = orm_tests::shared_postgres()?.fresh_database(topic);
    Some(Place::open(url, None))
}

/// One test a database, of the same body.
macro_rules! scenario {
    ($name:ident, |$place:ident| $body:block) => {
        mod $name {
            #[allow(unused_imports)]
            use super::*;

            #[test]
            fn sqlite() {
                #[allow(dead_code)]
                type Conn = orm_core::diesel::SqliteConnection;
                let Some($place) = crate::place::sqlite(stringify!($name)) else {
                    return;
                };
                $body
            }

            #[cfg(feature = "postgres")]
            #[test]
            fn postgres() {
                #[allow(dead_code)]
                type Conn = orm_core::diesel::PgConnection;
                let Some($place) = crate::place::postgres(stringify!($name)) else {
                    return;
                };
                $body
            }
        }
    };
}
