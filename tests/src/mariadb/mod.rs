//! Private MariaDB servers for tests: real ones, one temporary folder each.
//!
//! Contract: a [`MariaServer`] is up when it is returned, keeps its port and its data over
//! [`restart`](MariaServer::restart), and is gone with its processes and its folder when dropped.
//! Tests are its user `app`, who has all rights and no password; the harness itself asks as
//! `root`. Every method takes `&self`, so that one thread may kill what another one uses. A machine
//! without MariaDB has the lane `mariadb` not run: ask [`shared_mariadb`] or [`available`] first.
//! Neighbours: `installation` finds the programs, `boot` starts a server, `client` asks it and
//! `answer` reads what it says.

mod answer;
mod boot;
mod client;
mod installation;

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use self::installation::Installation;
use crate::connection::Connection;
use crate::daemon::{self, Daemon};
use crate::{folder, lanes};

/// Whether this machine can run servers. If not, the lane `mariadb` is noted as not run and the
/// caller returns.
///
/// # Panics
/// If not, and `CI=true`.
pub fn available() -> bool {
    match Installation::find() {
        Ok(_) => true,
        Err(why) => {
            lanes::not_run("mariadb", why);
            false
        }
    }
}

/// The server that all scenarios of a test process share, each in a database of its own
/// ([`MariaServer::fresh_database`]); started at the first call. `None` as with [`available`].
pub fn shared_mariadb() -> Option<&'static MariaServer> {
    static SHARED: OnceLock<MariaServer> = OnceLock::new();
    available().then(|| SHARED.get_or_init(MariaServer::start))
}

/// A private MariaDB server.
#[derive(Debug)]
pub struct MariaServer {
    found: &'static Installation,
    port: u16,
    settings: Vec<String>,
    daemon: Daemon,
    databases: AtomicU32,
}

impl MariaServer {
    /// Starts a server.
    ///
    /// # Panics
    /// If there is no MariaDB ([`available`] tells), or if it does not come up; the message then
    /// holds the server's log.
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

    /// Starts a server with settings of its own (`"max_connections=20"`) on top of the common
    /// ones.
    ///
    /// # Panics
    /// As [`start`](Self::start).
    pub fn start_with(settings: &[&str]) -> Self {
        let found = Installation::find().unwrap_or_else(|why| panic!("no MariaDB: {why}"));
        let home = folder::fresh("mariadb");
        found.give(&home);
        boot::create_data(found, &home.join("data"));
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

    /// The address of the database `app`, which every server has.
    pub fn url(&self) -> String {
        self.database_url("app")
    }

    /// The address of a database, whether it exists or not.
    pub fn database_url(&self, database: &str) -> String {
        format!("mysql://app@127.0.0.1:{}/{database}", self.port)
    }

    /// The address of the database `app` for another user, who may exist or not.
    pub fn url_as(&self, user: &str, password: &str) -> String {
        format!(
            "mysql://{}:{}@127.0.0.1:{}/app",
            percent(user),
            percent(password),
            self.port
        )
    }

    /// Creates a user with a password and all rights, and returns the address as
    /// [`url_as`](Self::url_as).
    ///
    /// # Panics
    /// If the server refuses, for one because there is such a user.
    pub fn create_user(&self, user: &str, password: &str) -> String {
        let user_text = literal(user);
        self.query(
            "app",
            &format!(
                "CREATE USER {user_text}@'%' IDENTIFIED BY {};
                 GRANT ALL PRIVILEGES ON *.* TO {user_text}@'%' WITH GRANT OPTION",
                literal(password)
            ),
        );
        self.url_as(user, password)
    }

    /// Creates an empty database and returns its address.
    ///
    /// # Panics
    /// If the server refuses, for one because the name is taken.
    pub fn create_database(&self, name: &str) -> String {
        self.query(
            "app",
            &format!("CREATE DATABASE `{}`", name.replace('`', "``")),
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

    /// Runs a script with the client `mariadb`, statement by statement, and returns its rows as
    /// [`PgServer::psql`](crate::PgServer::psql) does: columns separated by `|`, nothing for NULL,
    /// no headers, no trailing line end.
    ///
    /// # Panics
    /// If the server cannot be reached or refuses a statement.
    pub fn query(&self, database: &str, sql: &str) -> String {
        self.try_query(database, sql)
            .unwrap_or_else(|error| panic!("{sql}\n{error}"))
    }

    /// As [`query`](Self::query), for tests of what fails.
    ///
    /// # Errors
    /// What the client says on its error output.
    pub fn try_query(&self, database: &str, sql: &str) -> Result<String, String> {
        client::ask(self.found, self.port, database, sql)
    }

    /// The connections that tests hold to this server; those of the harness are not among them.
    ///
    /// # Panics
    /// As [`query`](Self::query).
    pub fn connections(&self) -> Vec<Connection> {
        let open = self.query(
            "app",
            "SELECT id, db, command FROM information_schema.processlist
             WHERE user NOT IN ('root', 'system user', 'event_scheduler') ORDER BY id",
        );
        Connection::list(&open)
    }

    /// Everything that the server logged so far.
    pub fn log(&self) -> String {
        self.daemon.log()
    }

    /// Kills the server (SIGKILL) and waits until it is gone. [`restart`](Self::restart) brings it
    /// back through crash recovery.
    pub fn kill9(&self) {
        self.daemon.kill9();
    }

    /// Stops the server (SIGSTOP): new and open connections hang. It is one process, so there is
    /// nothing like [`PgServer::stop`](crate::PgServer::stop).
    pub fn freeze(&self) {
        self.daemon.freeze();
    }

    /// Continues after [`freeze`](Self::freeze).
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
        self.daemon.restart("TERM", || {
            boot::boot(self.found, home, self.port, &self.settings)
        });
    }
}

impl Drop for MariaServer {
    /// Killed: an orderly shutdown takes a second and leaves nothing better behind.
    fn drop(&mut self) {
        self.daemon.kill9();
        let _ = std::fs::remove_dir_all(self.daemon.home());
    }
}

/// A text in SQL.
fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "''"))
}

/// A text in an address.
fn percent(text: &str) -> String {
    let byte = |byte: &u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
            char::from(*byte).to_string()
        }
        other => format!("%{other:02X}"),
    };
    text.as_bytes().iter().map(byte).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_password_ends_its_literal_or_its_address() {
        assert_eq!(literal(r"it's \"), r"'it''s \\'");
        assert_eq!(percent("p@ss/w:rd é"), "p%40ss%2Fw%3Ard%20%C3%A9");
    }
}
