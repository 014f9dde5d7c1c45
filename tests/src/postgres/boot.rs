//! From nothing to a server that answers: template, data folder, process, readiness.
//!
//! Contract: [`boot`] returns a child that answered a query as the owner of its own data folder,
//! or says why not, with the server's log. It neither leaves a process behind nor waits without
//! bound. Neighbours: [`super::installation`], [`crate::process`].

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use super::client;
use super::installation::Installation;
use crate::{folder, process};

/// Long enough for crash recovery on a machine that is busy with other things.
const READY_WITHIN: Duration = Duration::from_secs(60);
const POLL: Duration = Duration::from_millis(20);
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

/// Why a server did not come up.
#[derive(Debug)]
pub(super) enum Failure {
    /// Another process took the port: another port may do.
    PortTaken,
    /// Anything else, with the server's log.
    Other(String),
}

/// Fills `data` with a fresh cluster: a copy of one that `initdb` makes once a process.
pub(super) fn create_cluster(found: &Installation, data: &Path) {
    static TEMPLATE: OnceLock<PathBuf> = OnceLock::new();
    let template = TEMPLATE.get_or_init(|| {
        let home = folder::fresh("template");
        give(found, &home);
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
        run(initdb);
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
    run(copy);
}

/// Hands a folder to the user that servers run as.
pub(super) fn give(found: &Installation, path: &Path) {
    if let Some(owner) = found.owner() {
        std::os::unix::fs::chown(path, Some(owner.uid), Some(owner.gid))
            .expect("root gives folders away");
    }
}

/// Starts the server of `home/data` on `port` and waits until it answers.
pub(super) fn boot(
    found: &Installation,
    home: &Path,
    port: u16,
    settings: &[String],
) -> Result<Child, Failure> {
    let log = home.join("log");
    let before = log.metadata().map_or(0, |found| found.len());
    let out = || -> File {
        OpenOptions::new()
            .create(true)
            .append(true)
            .open(&log)
            .expect("a log in the own folder")
    };
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
    server.stdout(out()).stderr(out());
    let mut child = process::spawn(server).expect("the server's program starts");
    let outcome = wait_until_ready(found, home, port, &mut child);
    outcome.map(|()| child).map_err(|why| {
        let log = std::fs::read(&log).unwrap_or_default();
        let log = String::from_utf8_lossy(log.get(before as usize..).unwrap_or_default());
        if log.contains("could not create any TCP/IP sockets") {
            Failure::PortTaken
        } else {
            Failure::Other(format!("{why}; its log:\n{log}"))
        }
    })
}

/// A port that accepts is not enough: it may be another server's, or ours still recovering.
fn wait_until_ready(
    found: &Installation,
    home: &Path,
    port: u16,
    child: &mut Child,
) -> Result<(), String> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let data = home.join("data");
    let give_up = Instant::now() + READY_WITHIN;
    let mut last = String::from("never accepted a connection");
    while Instant::now() < give_up {
        if let Some(status) = child.try_wait().expect("own child") {
            return Err(format!("the server ended with {status}"));
        }
        if TcpStream::connect_timeout(&address, Duration::from_secs(1)).is_ok() {
            match client::ask(found, port, "postgres", "SHOW data_directory") {
                Ok(answer) if Path::new(&answer) == data => return Ok(()),
                Ok(other) => last = format!("the port is that of the server in {other}"),
                Err(error) => last = error,
            }
        }
        std::thread::sleep(POLL);
    }
    let _ = child.kill();
    let _ = child.wait();
    Err(format!(
        "the server was not ready within {READY_WITHIN:?}: {last}"
    ))
}

fn run(mut command: Command) {
    let output = command
        .output()
        .unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(
        output.status.success(),
        "{command:?}: {}\n{}",
        output.status,
        String::from_utf8_lossy(&output.stderr)
    );
}
