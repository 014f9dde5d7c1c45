//! From nothing to a server that answers: template, data folder, settings.
//!
//! Contract: [`boot`] returns a child that answered a query as the owner of its own data folder,
//! or says why not, with the server's log. Neighbours: [`super::installation`],
//! [`crate::daemon`].

use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::sync::OnceLock;

use super::client;
use super::installation::Installation;
use crate::daemon::{self, Failure, Sign};
use crate::{folder, process};

/// What every server of the tests has set, also while its data folder is made.
///
/// Nothing survives a crash of the machine (no syncs), but everything that was committed survives
/// a kill -9: at each commit the log goes to the kernel (`…_at_trx_commit=2`). With syncs, making
/// a data folder takes seconds.
///
/// Text is as in the configuration that Debian ships, since that is what users meet: compiled in
/// is latin1. `sql_mode` and all else are MariaDB's own defaults.
const SETTINGS: &[&str] = &[
    "character_set_server=utf8mb4",
    "collation_server=utf8mb4_general_ci",
    "innodb_flush_method=nosync",
    "debug_no_sync",
    "innodb_flush_log_at_trx_commit=2",
    "innodb_log_file_size=8M",
    "innodb_buffer_pool_size=32M",
    // Native asynchronous writes take from a budget of the kernel that many servers exhaust.
    "innodb_use_native_aio=off",
    "performance_schema=off",
    "skip_log_bin",
    "skip_name_resolve",
    "max_connections=500",
];

/// What a fresh data folder has besides the system tables. Whoever fills it checks no rights, and
/// so knows no users until it is told to read them.
const CONTENTS: &str = "
FLUSH PRIVILEGES;
CREATE DATABASE app;
CREATE USER app@'%';
GRANT ALL PRIVILEGES ON *.* TO app@'%' WITH GRANT OPTION;
";

/// Fills `data` with fresh data: a copy of what `mariadb-install-db` makes once a process.
pub(super) fn create_data(found: &Installation, data: &Path) {
    static TEMPLATE: OnceLock<PathBuf> = OnceLock::new();
    let template = TEMPLATE.get_or_init(|| {
        let home = folder::fresh("template");
        found.give(&home);
        let contents = home.join("contents.sql");
        std::fs::write(&contents, CONTENTS).expect("own folder");
        let made = home.join("data");
        let mut install = found.install(&home);
        install
            .arg(option("datadir", &made))
            .arg(option("extra-file", &contents))
            .args(["--skip-test-db", "--auth-root-authentication-method=normal"]);
        install.args(SETTINGS.iter().map(|setting| format!("--{setting}")));
        process::run(install);
        made
    });
    let mut copy = Command::new("cp");
    copy.arg("-a").arg(template).arg(data);
    process::run(copy);
}

/// Starts the server of `home/data` on `port` and waits until it answers.
pub(super) fn boot(
    found: &Installation,
    home: &Path,
    port: u16,
    settings: &[String],
) -> Result<Child, Failure> {
    let mut server = found.server(home);
    server
        .arg(option("datadir", &home.join("data")))
        .arg(option("tmpdir", home))
        .arg(option("pid-file", &home.join("pid")))
        .args(["--bind-address=127.0.0.1", "--socket="])
        .arg(format!("--port={port}"));
    // The same again wins, so a test's own settings come last.
    let common = SETTINGS.iter().copied();
    let all = common.chain(settings.iter().map(String::as_str));
    server.args(all.map(|setting| format!("--{setting}")));
    let sign = Sign {
        home,
        port,
        whose_data: &|| client::ask(found, port, "app", "SELECT @@datadir"),
        port_taken: "Can't start server: Bind on TCP/IP port",
    };
    daemon::start(server, &sign)
}

fn option(name: &str, path: &Path) -> String {
    let path = path.to_str().expect("the temporary folder's name is text");
    format!("--{name}={path}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Proxy, mariadb, port};

    #[test]
    fn a_port_that_was_taken_meanwhile_is_told_from_a_wrong_setting() {
        if !mariadb::available() {
            return;
        }
        let found = Installation::find().expect("available");
        let home = folder::fresh("mariadb");
        found.give(&home);
        create_data(found, &home.join("data"));
        // Whoever connects to it is sent away at once, as nothing is behind it.
        let held = Proxy::to(port::free());
        let port = held.port();
        let failure = boot(found, &home, port, &[]).expect_err("taken");
        assert!(matches!(failure, Failure::PortTaken), "{failure:?}");
        drop(held);
        let failure = boot(found, &home, port, &["no_such_setting=1".into()]).expect_err("wrong");
        let Failure::Other(why) = failure else {
            panic!("{failure:?}")
        };
        assert!(why.contains("no_such_setting"), "{why}");
        assert_eq!(process::working_in(&home), Vec::<u32>::new());
    }
}
