//! The processes of one server: brought up until they answer, hung, killed, ended.
//!
//! Contract: what a server starts works in its folder, so that it is found there whatever session
//! it moved to. [`start`] returns a child that answered as the owner of its own data, or says why
//! not, with the server's log; it neither leaves a process behind nor waits without bound. Every
//! method takes `&self`, so that one thread may kill what another one uses. Neighbours:
//! [`crate::process`]; [`crate::postgres`] and [`crate::mariadb`] say what is started.

use std::fs::{File, OpenOptions};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::{port, process};

/// How often another port is tried when somebody was quicker.
const PORTS: usize = 8;
/// Long enough for crash recovery on a machine that is busy with other things.
const READY_WITHIN: Duration = Duration::from_secs(60);
/// How long a shutdown may take before it becomes a kill.
const DOWN_WITHIN: Duration = Duration::from_secs(20);
const UP_POLL: Duration = Duration::from_millis(20);
const DOWN_POLL: Duration = Duration::from_millis(5);

/// Why a server did not come up.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Another process took the port: another port may do.
    PortTaken,
    /// Anything else, with the server's log.
    Other(String),
}

/// How a server that is started is told from others.
pub(crate) struct Sign<'a> {
    /// The server's folder: data in `data`, log in `log`.
    pub(crate) home: &'a Path,
    pub(crate) port: u16,
    /// Asks whoever answers on the port where its data lies.
    pub(crate) whose_data: &'a dyn Fn() -> Result<String, String>,
    /// What the log says when the port is taken.
    pub(crate) port_taken: &'a str,
}

/// Starts a server by its program with all arguments, and waits until it answers.
pub(crate) fn start(mut server: Command, sign: &Sign<'_>) -> Result<Child, Failure> {
    let log = sign.home.join("log");
    let before = log.metadata().map_or(0, |found| found.len());
    let out = || -> File {
        OpenOptions::new()
            .create(true)
            .append(true)
            .open(&log)
            .expect("a log in the own folder")
    };
    server.stdout(out()).stderr(out());
    let mut child = process::spawn(server).expect("the server's program starts");
    let outcome = wait_until_ready(sign, &mut child);
    outcome.map(|()| child).map_err(|why| {
        let log = std::fs::read(&log).unwrap_or_default();
        let log = String::from_utf8_lossy(log.get(before as usize..).unwrap_or_default());
        if log.contains(sign.port_taken) {
            Failure::PortTaken
        } else {
            Failure::Other(format!("{why}; its log:\n{log}"))
        }
    })
}

/// Starts a server by `boot` on a port that nobody else has.
///
/// # Panics
/// If it does not come up.
pub(crate) fn on_free_port(boot: impl Fn(u16) -> Result<Child, Failure>) -> (u16, Child) {
    for _ in 0..PORTS {
        let port = port::free();
        match boot(port) {
            Ok(child) => return (port, child),
            Err(Failure::PortTaken) => {}
            Err(Failure::Other(why)) => panic!("{why}"),
        }
    }
    panic!("{PORTS} free ports were taken before the server could bind them");
}

/// A port that accepts is not enough: it may be another server's, or ours still recovering.
fn wait_until_ready(sign: &Sign<'_>, child: &mut Child) -> Result<(), String> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, sign.port));
    let data = sign.home.join("data");
    let give_up = Instant::now() + READY_WITHIN;
    let mut last = String::from("never accepted a connection");
    while Instant::now() < give_up {
        if let Some(status) = child.try_wait().expect("own child") {
            return Err(format!("the server ended with {status}"));
        }
        if TcpStream::connect_timeout(&address, Duration::from_secs(1)).is_ok() {
            match (sign.whose_data)() {
                Ok(answer) if Path::new(&answer) == data => return Ok(()),
                Ok(other) => last = format!("the port is that of the server in {other}"),
                Err(error) => last = error,
            }
        }
        std::thread::sleep(UP_POLL);
    }
    let _ = child.kill();
    let _ = child.wait();
    Err(format!(
        "the server was not ready within {READY_WITHIN:?}: {last}"
    ))
}

/// A running server.
#[derive(Debug)]
pub(crate) struct Daemon {
    home: PathBuf,
    /// The first process, or nothing after a kill.
    child: Mutex<Option<Child>>,
}

impl Daemon {
    /// The server that [`start`] started in `home`.
    pub(crate) fn new(home: PathBuf, child: Child) -> Self {
        let child = Mutex::new(Some(child));
        Self { home, child }
    }

    pub(crate) fn home(&self) -> &Path {
        &self.home
    }

    /// Everything that the server logged so far.
    pub(crate) fn log(&self) -> String {
        let log = std::fs::read(self.home.join("log")).unwrap_or_default();
        String::from_utf8_lossy(&log).into_owned()
    }

    /// Kills all processes and waits until they are gone.
    pub(crate) fn kill9(&self) {
        let mut child = self.child();
        let give_up = Instant::now() + DOWN_WITHIN;
        // Repeated: a process may have been forked while the list was made.
        loop {
            let left = process::working_in(&self.home);
            process::signal("KILL", &left);
            if let Some(mut child) = child.take() {
                let _ = child.kill();
                let _ = child.wait();
            }
            if left.is_empty() || Instant::now() > give_up {
                return;
            }
            std::thread::sleep(DOWN_POLL);
        }
    }

    /// Stops the first process (SIGSTOP), and none that it forked.
    pub(crate) fn stop(&self) {
        if let Some(child) = self.child().as_ref() {
            process::signal("STOP", &[child.id()]);
        }
    }

    /// Stops all processes (SIGSTOP).
    pub(crate) fn freeze(&self) {
        let _held = self.child();
        process::signal("STOP", &process::working_in(&self.home));
    }

    /// Continues all processes (SIGCONT).
    pub(crate) fn cont(&self) {
        let _held = self.child();
        process::signal("CONT", &process::working_in(&self.home));
    }

    /// Ends the server by `signal`, by force if that takes too long. Never panics: `Drop`s run it.
    pub(crate) fn shut_down(&self, signal: &str) {
        if let Some(running) = self.child().as_mut() {
            process::signal(signal, &[running.id()]);
            // A stopped process hears signals only once it continues.
            process::signal("CONT", &process::working_in(&self.home));
            let give_up = Instant::now() + DOWN_WITHIN;
            while matches!(running.try_wait(), Ok(None)) && Instant::now() < give_up {
                std::thread::sleep(DOWN_POLL);
            }
        }
        self.kill9();
    }

    /// Ends the server by `signal` if it runs, and starts it again by `boot`.
    ///
    /// # Panics
    /// If it does not come up again.
    pub(crate) fn restart(&self, signal: &str, boot: impl Fn() -> Result<Child, Failure>) {
        self.shut_down(signal);
        let mut child = self.child();
        match boot() {
            Ok(started) => *child = Some(started),
            Err(Failure::PortTaken) => panic!("the server's port was taken meanwhile"),
            Err(Failure::Other(why)) => panic!("{why}"),
        }
    }

    fn child(&self) -> MutexGuard<'_, Option<Child>> {
        self.child.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
