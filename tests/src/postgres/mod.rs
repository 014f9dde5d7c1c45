//! Private PostgreSQL servers for tests: real ones, one temporary folder each.
//!
//! Contract: a [`PgServer`] is up when it is returned, keeps its port and its data over
//! [`restart`](PgServer::restart), and is gone with its processes and its folder when dropped.
//! Every method takes `&self`, so that one thread may kill what another one uses. A machine
//! without PostgreSQL has the lane `postgres` not run: ask [`shared_postgres`] or [`available`]
//! first. Neighbours: `installation` finds the programs, `boot` starts a
//! server, `client` asks it.

mod boot;
mod client;
mod installation;

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use self::installation::Installation;
use crate::connection::Connection;
use crate::daemon::{self, Daemon};
use crate::{folder, lanes};

/// Whether this machine can run servers. If not, the lane `postgres` is noted as not run and the
/// caller returns.
///
/// # Panics
/// If not, and `CI=true`.
pub fn available() -> bool {
    match Installation::find() {
        Ok(_) => true,
        Err(why) => {
            lanes::not_run("postgres", why);
            false
        }
    }
}

/// The server that all scenarios of a test process share, each in a database of its own
/// ([`PgServer::fresh_database`]); started at the first call. `None` as with [`available`].
pub fn shared_postgres() -> Option<&'static PgServer> {
    static SHARED: OnceLock<PgServer> = OnceLock::new();
    available().then(|| SHARED.get_or_init(PgServer::start))
}

/// A private PostgreSQL server.
#[derive(Debug)]
pub struct PgServer {
    found: &'static Installation,
    port: u16,
    settings: Vec<String>,
    daemon: Daemon,
    databases: AtomicU32,
}

impl PgServer {
    /// Starts a server.
    ///
    /// # Panics
    /// If there is no PostgreSQL ([`available`] tells), or if it does not come up; the message
    /// then holds the server's log.
    pub fn start() -> Self {
        Self::start_with(&[])
    }

    /// Starts `count` servers at once.
    ///
    /// # Panics
    /// As [`start`](Self::start).
    pub fn start_many(count: usize) -> Vec<Self> {
        std::thread::scope(|scope| {
            let starting: Vec<_> = (0..count).map(|_| scope.spawn(Self::start)).collect();
            starting
                .into_iter()
                .map(|one| one.join().expect("a server comes up"))
                .collect()
        })
    }

    /// Starts a server with settings of its own (`"wal_log_hints=on"`) on top of the common ones.
    ///
    /// # Panics
    /// As [`start`](Self::start).
    pub fn start_with(settings: &[&str]) -> Self {
        let found = Installation::find().unwrap_or_else(|why| panic!("no PostgreSQL: {why}"));
        let home = folder::fresh("postgres");
        found.give(&home);
        boot::create_cluster(found, &home.join("data"));
        let settings: Vec<String> = settings.iter().map(ToString::to_string).collect();
        let (port, child) = daemon::on_free_port(|port| boot::boot(found, &home, port, &settings));
        Self {
            found,
            port,
            settings,
            daemon: Daemon::new(home, child),
            databases: AtomicU32::new(0),
        }
    }

    /// The port on 127.0.0.1; the same after a restart.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The address of the database `postgres`, which every server has.
    pub fn url(&self) -> String {
        self.database_url("postgres")
    }

    /// The address of a database, whether it exists or not.
    pub fn database_url(&self, database: &str) -> String {
        format!("postgres://app@127.0.0.1:{}/{database}", self.port)
    }

    /// Creates an empty database and returns its address.
    ///
    /// # Panics
    /// If the server refuses, for one because the name is taken.
    pub fn create_database(&self, name: &str) -> String {
        self.psql(
            "postgres",
            &format!("CREATE DATABASE \"{}\"", name.replace('"', "\"\"")),
        );
        self.database_url(name)
    }

    /// Creates an empty database under a name of this server that was not used before, and
    /// returns its address. `topic` begins the name, for whoever reads the log.
    ///
    /// # Panics
    /// As [`create_database`](Self::create_database).
    pub fn fresh_database(&self, topic: &str) -> String {
        let number = self.databases.fetch_add(1, Ordering::Relaxed);
        self.create_database(&format!("{topic}_{number}"))
    }

    /// Runs a script with `psql`, statement by statement, and returns its rows: columns separated
    /// by `|`, no headers, no trailing line end.
    ///
    /// # Panics
    /// If the server cannot be reached or refuses a statement.
    pub fn psql(&self, database: &str, sql: &str) -> String {
        self.try_psql(database, sql)
            .unwrap_or_else(|error| panic!("{sql}\n{error}"))
    }

    /// As [`psql`](Self::psql), for tests of what fails.
    ///
    /// # Errors
    /// What `psql` says on its error output.
    pub fn try_psql(&self, database: &str, sql: &str) -> Result<String, String> {
        client::ask(self.found, self.port, database, sql)
    }

    /// The connections that tests hold to this server; those of `psql` are not among them.
    ///
    /// # Panics
    /// As [`psql`](Self::psql).
    pub fn connections(&self) -> Vec<Connection> {
        let open = self.psql(
            "postgres",
            "SELECT pid, datname, state FROM pg_stat_activity
             WHERE backend_type = 'client backend' AND application_name <> 'psql' ORDER BY pid",
        );
        Connection::list(&open)
    }

    /// Everything that the server logged so far.
    pub fn log(&self) -> String {
        self.daemon.log()
    }

    /// Kills the server with all its processes (SIGKILL) and waits until they are gone.
    /// [`restart`](Self::restart) brings it back through crash recovery.
    pub fn kill9(&self) {
        self.daemon.kill9();
    }

    /// Stops the postmaster (SIGSTOP): new connections hang, those that are open go on.
    pub fn stop(&self) {
        self.daemon.stop();
    }

    /// Stops all processes of the server: new and open connections hang.
    pub fn freeze(&self) {
        self.daemon.freeze();
    }

    /// Continues after [`stop`](Self::stop) or [`freeze`](Self::freeze).
    pub fn cont(&self) {
        self.daemon.cont();
    }

    /// Shuts the server down if it runs (open connections are cut), and starts it again on the
    /// same port and data.
    ///
    /// # Panics
    /// If it does not come up again.
    pub fn restart(&self) {
        let home = self.daemon.home();
        self.daemon.restart("INT", || {
            boot::boot(self.found, home, self.port, &self.settings)
        });
    }
}

impl Drop for PgServer {
    /// An immediate shutdown: what the server still holds in memory is of no use to anybody.
    fn drop(&mut self) {
        self.daemon.shut_down("QUIT");
        let _ = std::fs::remove_dir_all(self.daemon.home());
    }
}
