//! Where faults are tried: an engine of few connections on a database of its own, and what the
//! server knows of it.
//!
//! [`on_each!`] makes of one async body a test a database. In the body `Conn` names the
//! connection.

use std::future::Future;
use std::time::{Duration, Instant};

use orm_core::aio::AsyncDatabaseConnection;
use orm_core::aio::prelude::{AsyncEngine, AsyncSession, AsyncSqliteConnection};
use orm_core::event::Event;
use orm_core::schema;
use tempfile::TempDir;

use crate::cut::Sent;
use crate::models::{AT_FIRST, Account, Note};

/// How many connections a pool here has.
pub(crate) const SIZE: usize = 2;

/// What becomes true by itself does so within this, on a machine that is busy too.
const WITHIN: Duration = Duration::from_secs(20);

/// An engine, its statements and its server.
pub(crate) struct Place<C: AsyncDatabaseConnection> {
    pub(crate) engine: AsyncEngine<C>,
    pub(crate) sent: Sent,
    pub(crate) home: Home,
}

/// The database of a place.
pub(crate) struct Home {
    pub(crate) url: String,
    server: Server,
    _folder: Option<TempDir>,
}

enum Server {
    File,
    #[cfg(feature = "postgres")]
    Postgres(&'static orm_tests::PgServer),
    #[cfg(feature = "mysql")]
    Mysql(&'static orm_tests::MariaServer),
}

/// A kind of connection with a server to try it on.
pub(crate) trait Homed: AsyncDatabaseConnection {
    /// A fresh database; `None` where there is no server, which the harness notes.
    fn home(topic: &str) -> Option<Home>;
}

impl Homed for AsyncSqliteConnection {
    fn home(_: &str) -> Option<Home> {
        let folder = tempfile::tempdir().expect("a temporary folder");
        Some(Home {
            url: format!("sqlite://{}", folder.path().join("faults.db").display()),
            server: Server::File,
            _folder: Some(folder),
        })
    }
}

#[cfg(feature = "postgres")]
impl Homed for orm_core::aio::AsyncPgConnection {
    fn home(topic: &str) -> Option<Home> {
        let server = orm_tests::shared_postgres()?;
        Some(Home {
            url: server.fresh_database(crate::form::topic(topic)),
            server: Server::Postgres(server),
            _folder: None,
        })
    }
}

#[cfg(feature = "mysql")]
impl Homed for orm_core::aio::AsyncMysqlConnection {
    fn home(topic: &str) -> Option<Home> {
        let server = orm_tests::shared_mariadb()?;
        Some(Home {
            url: server.fresh_database(crate::form::topic(topic)),
            server: Server::Mysql(server),
            _folder: None,
        })
    }
}

impl Home {
    pub(crate) fn database(&self) -> &str {
        self.url.rsplit_once('/').map_or("", |(_, name)| name)
    }

    /// How many connections the server has in this database, and how many of them are in a
    /// transaction or a statement.
    pub(crate) fn connections(&self) -> (usize, usize) {
        match &self.server {
            Server::File => (0, 0),
            #[cfg(feature = "postgres")]
            Server::Postgres(server) => {
                let open = server.connections().into_iter();
                let open: Vec<_> = open.filter(|one| one.database == self.database()).collect();
                let busy = open.iter().filter(|one| one.doing != "idle").count();
                (open.len(), busy)
            }
            #[cfg(feature = "mysql")]
            Server::Mysql(server) => {
                let name = self.database();
                let asked = server.query(
                    "app",
                    &format!(
                        "SELECT COUNT(*), COUNT(IF(command <> 'Sleep' OR t.trx_id IS NOT NULL, 1, NULL))
                         FROM information_schema.processlist p
                         LEFT JOIN information_schema.innodb_trx t ON t.trx_mysql_thread_id = p.id
                         WHERE p.user = 'app' AND p.db = '{name}'"
                    ),
                );
                let (open, busy) = asked.split_once('|').expect("two numbers");
                (
                    open.parse().expect("a number"),
                    busy.parse().expect("a number"),
                )
            }
        }
    }

    /// Ends all connections in this database, as an administrator would.
    pub(crate) fn kill(&self) {
        match &self.server {
            Server::File => {}
            #[cfg(feature = "postgres")]
            Server::Postgres(server) => {
                let all = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                           WHERE datname = current_database() AND pid <> pg_backend_pid()";
                server.psql(self.database(), all);
            }
            #[cfg(feature = "mysql")]
            Server::Mysql(server) => {
                let open = server.connections().into_iter();
                for one in open.filter(|one| one.database == self.database()) {
                    server.query("app", &format!("KILL {}", one.id));
                }
            }
        }
    }

    /// Waits until the server has at most so many connections here, and nothing runs on them.
    pub(crate) async fn rests(&self, most: usize) {
        let what = format!("at most {most} connections, all idle");
        eventually(&what, || {
            let (open, busy) = self.connections();
            open <= most && busy == 0
        })
        .await;
    }
}

impl<C: Homed> Place<C> {
    /// An engine on a fresh database with both accounts.
    pub(crate) async fn open(topic: &str) -> Option<Self> {
        let home = C::home(topic)?;
        let sent = Sent::default();
        let noted = sent.clone();
        let engine = AsyncEngine::<C>::builder()
            .url(home.url.as_str())
            .name("till")
            .pool_size(u32::try_from(SIZE).expect("a few"))
            .max_overflow(0)
            .pool_timeout(Duration::from_secs(10))
            .observe(move |event: Event<'_>| {
                if let Event::Query { .. } = event {
                    noted.note();
                }
            })
            .open()
            .await
            .expect("a fresh database opens");
        engine
            .create_all(schema![Account, Note])
            .await
            .expect("fresh tables");
        Some(Place { engine, sent, home })
    }

    pub(crate) async fn session(&self) -> AsyncSession<C> {
        self.engine.session().await.expect("a connection is free")
    }

    /// Proves that nothing was leaked: all connections of the pool can be had at once, the server
    /// has no others, and none is left in a transaction.
    pub(crate) async fn is_whole(&self) {
        let mut all = Vec::new();
        for _ in 0..SIZE {
            all.push(self.session().await);
        }
        let state = self.engine.pool().state();
        assert_eq!((state.connections, state.idle), (SIZE, 0), "{state:?}");
        drop(all);
        self.home.rests(SIZE).await;
        let state = self.engine.pool().state();
        assert_eq!((state.connections, state.idle), (SIZE, SIZE), "{state:?}");
    }
}

/// Sends a signal to the processes of connections. PostgreSQL has one for each.
#[cfg(feature = "postgres")]
pub(crate) fn signal(processes: &[orm_tests::connection::Connection], signal: &str) {
    let ids = processes.iter().map(|process| process.id.to_string());
    let done = std::process::Command::new("kill")
        .arg(signal)
        .args(ids)
        .status();
    assert!(done.expect("`kill` is there").success());
}

/// Both accounts, as forms.
pub(crate) fn accounts() -> [crate::models::NewAccount; 2] {
    [1, 2].map(|id| crate::models::NewAccount {
        id,
        cents: AT_FIRST,
    })
}

/// Waits until `holds`, asking as often as a server is asked in vain without being in its way.
#[track_caller]
pub(crate) fn eventually(what: &str, holds: impl Fn() -> bool) -> impl Future<Output = ()> {
    let give_up = Instant::now() + WITHIN;
    async move {
        while !holds() {
            assert!(Instant::now() < give_up, "not within {WITHIN:?}: {what}");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

/// One test a database, of the same async body.
macro_rules! on_each {
    ($name:ident, |$place:ident| $body:block) => {
        mod $name {
            #[allow(unused_imports)]
            use super::*;

            fault_test!(sqlite, AsyncSqliteConnection, $name, $place, $body);
            #[cfg(feature = "postgres")]
            fault_test!(postgres, AsyncPgConnection, $name, $place, $body);
            #[cfg(feature = "mysql")]
            fault_test!(mysql, AsyncMysqlConnection, $name, $place, $body);
        }
    };
    (servers($name:ident), |$place:ident| $body:block) => {
        mod $name {
            #[allow(unused_imports)]
            use super::*;

            #[cfg(feature = "postgres")]
            fault_test!(postgres, AsyncPgConnection, $name, $place, $body);
            #[cfg(feature = "mysql")]
            fault_test!(mysql, AsyncMysqlConnection, $name, $place, $body);
        }
    };
}

macro_rules! fault_test {
    ($database:ident, $conn:ident, $name:ident, $place:ident, $body:block) => {
        #[test]
        fn $database() {
            #[allow(dead_code)]
            type Conn = orm_core::aio::$conn;
            crate::form::asynchronous::run(async {
                let open = crate::place::Place::<Conn>::open(stringify!($name)).await;
                let Some($place) = open else { return };
                $body
            });
        }
    };
}

/// A scenario on a server in both forms: async text, which a macro gives. There `Conn` is the
/// connection of the form.
#[cfg(any(feature = "postgres", feature = "mysql"))]
macro_rules! in_both {
    ($server:ident, $conn:ident, $scenario:ident!($argument:ident)) => {
        mod $server {
            use super::*;

            #[test]
            fn blocking() {
                use crate::form::blocking::*;
                type Conn = $conn;
                $scenario!($argument);
            }

            #[test]
            fn asynchronous() {
                use crate::form::asynchronous::*;
                type Conn = $conn;
                run(async {
                    $scenario!($argument);
                });
            }
        }
    };
}
