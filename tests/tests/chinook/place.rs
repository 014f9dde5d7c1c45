//! Where a question is asked: a cluster of four loaded shards, and the original beside it.
//!
//! A test process loads a kind of database once. Each test opens a cluster of its own on it, so
//! that it sees its own statements only. Nothing here writes after the load.

use std::ops::Deref;
use std::sync::{Arc, LazyLock, Mutex};

use orm_core::connection::DatabaseConnection;
use orm_core::event::Event;
use orm_core::prelude::*;
use orm_shard::prelude::*;

use crate::load::load;
use crate::models::SCHEMA;
use crate::original::Original;
use crate::text::{Line, lines};

/// Four shards that hold Chinook.
pub(crate) struct Shop {
    urls: Vec<String>,
    original: Original,
    #[cfg(feature = "postgres")]
    _servers: Vec<orm_tests::PgServer>,
}

/// A cluster on them that notes the statements, each with its shard.
pub(crate) struct Place<C: DatabaseConnection> {
    cluster: Cluster<C>,
    sent: Arc<Mutex<Vec<(String, String)>>>,
    /// The original data.
    pub(crate) original: &'static Original,
}

impl<C: DatabaseConnection> Place<C> {
    fn open(urls: &[String], original: &'static Original) -> Self {
        let sent = Arc::new(Mutex::new(Vec::new()));
        let notes = Arc::clone(&sent);
        let note = move |event: Event<'_>| {
            if let Event::Query { database, sql, .. } = event {
                let mut notes = notes.lock().expect("no panic in here");
                notes.push((database.to_owned(), sql.to_owned()));
            }
        };
        let cluster = cluster(urls)
            .schema(SCHEMA)
            .observe(note)
            .open()
            .expect("the shards open");
        Place {
            cluster,
            sent,
            original,
        }
    }

    /// The statements since the last call, each after the name of its shard.
    pub(crate) fn sent(&self) -> Vec<(String, String)> {
        std::mem::take(&mut *self.sent.lock().expect("no panic in here"))
    }

    /// The rows are those that the original answers, asked in either database's words.
    #[track_caller]
    pub(crate) fn same<T: Line>(&self, rows: &[T], sqlite: &str, postgres: &str) {
        let expected = self.original.ask(sqlite, postgres);
        assert!(!expected.is_empty(), "nothing to compare with");
        let found = lines(rows);
        assert!(
            found == expected,
            "found:\n{found}\n\nexpected:\n{expected}"
        );
    }
}

impl<C: DatabaseConnection> Deref for Place<C> {
    type Target = Cluster<C>;

    fn deref(&self) -> &Cluster<C> {
        &self.cluster
    }
}

fn cluster<C: DatabaseConnection>(urls: &[String]) -> orm_shard::cluster::ClusterBuilder<C> {
    let shards = urls.iter().enumerate();
    shards.fold(Cluster::builder().max_size(2), |builder, (number, url)| {
        builder.shard(format!("shard{number}"), url.as_str())
    })
}

/// Four SQLite files.
pub(crate) fn sqlite() -> Option<Place<SqliteConnection>> {
    // A load that fails fails every test, and is not tried again.
    static SHOP: LazyLock<Option<Shop>> = LazyLock::new(|| {
        let file = orm_tests::data::chinook()?.join("chinook.sqlite");
        let folder = orm_tests::folder::fresh("chinook");
        let url = |number| format!("sqlite://{}/shard{number}.db", folder.display());
        let urls: Vec<String> = (0..4).map(url).collect();
        let cluster = cluster::<SqliteConnection>(&urls)
            .open()
            .expect("four files");
        cluster.create_all(SCHEMA).expect("eleven tables");
        load(&cluster, &file);
        Some(Shop {
            urls,
            original: Original::Sqlite(file),
            #[cfg(feature = "postgres")]
            _servers: Vec::new(),
        })
    });
    let shop = SHOP.as_ref()?;
    Some(Place::open(&shop.urls, &shop.original))
}

/// Four PostgreSQL servers, and a fifth with the original.
#[cfg(feature = "postgres")]
pub(crate) fn postgres() -> Option<Place<PgConnection>> {
    static SHOP: LazyLock<Option<Shop>> = LazyLock::new(|| {
        let folder = orm_tests::data::chinook()?;
        if !orm_tests::postgres::available() {
            return None;
        }
        let mut servers = orm_tests::PgServer::start_many(5);
        let reference = servers.pop().expect("five");
        let urls: Vec<String> = servers.iter().map(orm_tests::PgServer::url).collect();
        let cluster = cluster::<PgConnection>(&urls).open().expect("four servers");
        cluster.create_all(SCHEMA).expect("eleven tables");
        load(&cluster, &folder.join("chinook.sqlite"));
        let original = crate::original::in_postgres(reference, &folder);
        Some(Shop {
            urls,
            original,
            _servers: servers,
        })
    });
    let shop = SHOP.as_ref()?;
    Some(Place::open(&shop.urls, &shop.original))
}

/// One test a kind of database, of the same body.
macro_rules! chinook {
    ($name:ident, |$place:ident| $body:block) => {
        mod $name {
            #[allow(unused_imports)]
            use super::*;

            #[test]
            fn sqlite() {
                let Some($place) = crate::place::sqlite() else {
                    return;
                };
                $body
            }

            #[cfg(feature = "postgres")]
            #[test]
            fn postgres() {
                let Some($place) = crate::place::postgres() else {
                    return;
                };
                $body
            }
        }
    };
}
