//! From nothing to a server that answers: template, data folder, settings.
//!
//! Contract: [`boot`] returns a child that answered a query as the owner of its own data folder,
//! or says why not, with the server's log. Neighbours: [`super::installation`],
//! [`crate::daemon`].

use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::sync::OnceLock;

use super::client;
use super::installation::Installation;
use crate::daemon::{self, Failure, Sign};
use crate::{folder, process};

/// Longer paths do not fit a socket's address; servers then listen on TCP only.
const SOCKET_FOLDER_MAX: usize = 80;

/// What every server of the tests has set.
///
/// Nothing survives a crash of the machine (`fsync=off`), but everything that was committed
/// survives a kill -9. Prepared transactions and logical decoding are off by default and needed
/// for two-phase commit and for moving rows between live servers.
const SETTINGS: &str = "
listen_addresses = '127.0.0.1'
max_connections = 200
max_prepared_transactions = 64
wal_level = logical
fsync = off
synchronous_commit = on
";

/// Fills `data` with a fresh cluster: a copy of one that `initdb` makes once a process.
pub(super) fn create_cluster(found: &Installation, data: &Path) {
    static TEMPLATE: OnceLock<PathBuf> = OnceLock::new();
    let template = TEMPLATE.get_or_init(|| {
        let home = folder::fresh("template");
        found.give(&home);
        let mut initdb = found.server("initdb", &home);
        initdb.args([
            "-A",
            "trust",
            "-U",
            "app",
            "--no-sync",
            "--locale=C.UTF-8",
            "-D",
            "data",
        ]);
        process::run(initdb);
        let made = home.join("data");
        OpenOptions::new()
            .append(true)
            .open(made.join("postgresql.conf"))
            .and_then(|mut file| file.write_all(SETTINGS.as_bytes()))
            .expect("the configuration that initdb made");
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
    let mut server = found.server("postgres", home);
    server
        .arg("-D")
        .arg(home.join("data"))
        .arg("-p")
        .arg(port.to_string());
    let sockets = if home.as_os_str().len() > SOCKET_FOLDER_MAX {
        Path::new("")
    } else {
        home
    };
    server
        .arg("-c")
        .arg(format!("unix_socket_directories={}", sockets.display()));
    for setting in settings {
        server.arg("-c").arg(setting);
    }
    let sign = Sign {
        home,
        port,
        whose_data: &|| client::ask(found, port, "postgres", "SHOW data_directory"),
        port_taken: "could not create any TCP/IP sockets",
    };
    daemon::start(server, &sign)
}
