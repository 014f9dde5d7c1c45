//! Four shards that hold Chinook, of each kind of database.
//!
//! A test process loads a kind once, blocking, and both forms of the tests open their clusters on
//! it. A load that fails fails every test, and is not tried again.

use std::any::Any;
use std::sync::LazyLock;

use orm_core::connection::DatabaseConnection;
use orm_core::prelude::*;
use orm_shard::prelude::*;

use crate::load::load;
use crate::models::SCHEMA;
use crate::original::Original;

/// Four shards that hold Chinook.
pub(crate) struct Shop {
    urls: Vec<String>,
    /// The data that was loaded, as it was published.
    pub(crate) original: Original,
    _servers: Box<dyn Any + Send + Sync>,
}

impl Shop {
    /// The names and the URLs of the shards.
    pub(crate) fn shards(&self) -> impl Iterator<Item = (String, &str)> {
        shards(&self.urls)
    }
}

fn shards(urls: &[String]) -> impl Iterator<Item = (String, &str)> {
    let numbered = urls.iter().enumerate();
    numbered.map(|(number, url)| (format!("shard{number}"), url.as_str()))
}

/// A cluster on new databases, with its tables.
fn cluster<C: DatabaseConnection>(urls: &[String]) -> Cluster<C> {
    let builder = Cluster::builder().pool_size(2).max_overflow(0);
    let cluster = shards(urls)
        .fold(builder, |builder, (name, url)| builder.shard(name, url))
        .open()
        .expect("four databases");
    cluster.create_all(SCHEMA).expect("eleven tables");
    cluster
}

/// Four SQLite files, and the original as a fifth.
pub(crate) fn sqlite() -> Option<&'static Shop> {
    static SHOP: LazyLock<Option<Shop>> = LazyLock::new(|| {
        let file = orm_tests::data::chinook()?.join("chinook.sqlite");
        let folder = orm_tests::folder::fresh("chinook");
        let url = |number| format!("sqlite://{}/shard{number}.db", folder.display());
        let urls: Vec<String> = (0..4).map(url).collect();
        load(&cluster::<SqliteConnection>(&urls), &file);
        Some(Shop {
            urls,
            original: Original::Sqlite(file),
            _servers: Box::new(()),
        })
    });
    SHOP.as_ref()
}

/// Four PostgreSQL servers, and a fifth with the original.
#[cfg(feature = "postgres")]
pub(crate) fn postgres() -> Option<&'static Shop> {
    static SHOP: LazyLock<Option<Shop>> = LazyLock::new(|| {
        let folder = orm_tests::data::chinook()?;
        if !orm_tests::postgres::available() {
            return None;
        }
        let mut servers = orm_tests::PgServer::start_many(5);
        let reference = servers.pop().expect("five");
        let urls: Vec<String> = servers.iter().map(orm_tests::PgServer::url).collect();
        let file = folder.join("chinook.sqlite");
        load(&cluster::<PgConnection>(&urls), &file);
        crate::original::load_postgres(&reference, &folder);
        Some(Shop {
            urls,
            original: Original::Postgres(reference),
            _servers: Box::new(servers),
        })
    });
    SHOP.as_ref()
}

/// Four MariaDB servers, and a fifth with the original.
#[cfg(feature = "mysql")]
pub(crate) fn mysql() -> Option<&'static Shop> {
    static SHOP: LazyLock<Option<Shop>> = LazyLock::new(|| {
        let folder = orm_tests::data::chinook()?;
        if !orm_tests::mariadb::available() {
            return None;
        }
        let mut servers = orm_tests::MariaServer::start_many(5);
        let reference = servers.pop().expect("five");
        let urls: Vec<String> = servers.iter().map(orm_tests::MariaServer::url).collect();
        let file = folder.join("chinook.sqlite");
        load(&cluster::<MysqlConnection>(&urls), &file);
        Some(Shop {
            urls,
            original: crate::original::in_mariadb(reference, &folder),
            _servers: Box::new(servers),
        })
    });
    SHOP.as_ref()
}
