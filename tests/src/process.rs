//! Child processes that cannot outlive the tests, and signals to them.
//!
//! Contract: [`spawn`] starts a server's process; the kernel's parent-death signal (set by
//! `setpriv --pdeathsig`, for each kind of server) then ends it with the test process. Whoever
//! spawns also waits, else a zombie stays. Neighbour: [`crate::folder`] sweeps what is left.

use std::io::{self, Write};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::mpsc::{Sender, channel};

type Order = (Command, Sender<io::Result<Child>>);

/// Spawns from a thread that lives as long as the test process.
///
/// The parent-death signal fires when the *thread* that forked ends, and every test has a thread
/// of its own: a server that all tests share would die with the first of them.
///
/// # Errors
/// As [`Command::spawn`].
pub fn spawn(mut command: Command) -> io::Result<Child> {
    static NURSERY: OnceLock<Sender<Order>> = OnceLock::new();
    let nursery = NURSERY.get_or_init(|| {
        let (orders, inbox) = channel::<Order>();
        std::thread::Builder::new()
            .name("nursery".into())
            .spawn(move || {
                for (mut command, answer) in inbox {
                    // The asker waits for the answer; it is gone only if it panicked.
                    let _ = answer.send(command.spawn());
                }
            })
            .expect("a thread to start servers from");
        orders
    });
    // A group of its own: Ctrl-C in the terminal reaches the tests, and they end the servers.
    command.process_group(0);
    let (answer, child) = channel();
    nursery
        .send((command, answer))
        .expect("the nursery lives as long as the process");
    child.recv().expect("the nursery answers every order")
}

/// Sends `signal` (`"KILL"`, `"STOP"`, …) to all of `pids`. A process that is already gone is
/// none of this function's business.
pub fn signal(signal: &str, pids: &[u32]) {
    if pids.is_empty() {
        return;
    }
    // The shell's own `kill`: always there, and the workspace denies `unsafe` calls to libc's.
    let _ = Command::new("sh")
        .args(["-c", r#"kill -s "$0" "$@""#, signal])
        .args(pids.iter().map(u32::to_string))
        .stderr(Stdio::null())
        .status();
}

/// Runs a client program with `script` as its input, and returns what it prints.
///
/// # Errors
/// What the program says on its error output, or why it does not run.
pub(crate) fn talk(mut client: Command, script: &str) -> Result<String, String> {
    client
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let program = client.get_program().to_string_lossy().into_owned();
    let failed = |error| format!("{program}: {error}");
    let mut running = client.spawn().map_err(failed)?;
    let mut input = running.stdin.take().expect("the pipe that was asked for");
    let output = std::thread::scope(|scope| {
        // Written aside: a client prints while it reads, and both pipes are finite. It stops
        // reading at the first error, which it tells by itself.
        scope.spawn(move || input.write_all(script.as_bytes()));
        running.wait_with_output().map_err(failed)
    })?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let error = String::from_utf8_lossy(&output.stderr);
    Err(error.trim_end().to_owned())
}

/// Runs a program to its end.
///
/// # Panics
/// If it fails.
pub(crate) fn run(mut command: Command) {
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

/// The processes whose working folder is `folder` or lies in it. A database server works in its
/// data folder, and so do all the processes that it forked, whatever session they moved to.
pub fn working_in(folder: &Path) -> Vec<u32> {
    let Ok(entries) = std::fs::read_dir("/proc") else {
        return Vec::new();
    };
    entries
        .flatten()
        .filter_map(|entry| {
            let pid: u32 = entry.file_name().to_str()?.parse().ok()?;
            let cwd = std::fs::read_link(entry.path().join("cwd")).ok()?;
            cwd.starts_with(folder).then_some(pid)
        })
        .collect()
}
