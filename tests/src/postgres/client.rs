//! Questions to a server, asked with `psql`.
//!
//! Contract: works without any Rust database driver, so that the harness stands without the
//! crates under test. Neighbours: [`super::boot`] asks for readiness, [`super::PgServer`] for its
//! callers.

use std::io::Write;
use std::process::Stdio;

use super::installation::Installation;

/// Runs a script through `psql`'s input: unlike with `-c`, every statement is a transaction of
/// its own, and a script may be as long as it likes.
pub(super) fn ask(
    found: &Installation,
    port: u16,
    database: &str,
    sql: &str,
) -> Result<String, String> {
    let mut psql = found.client("psql");
    psql.args([
        "-XAtq",
        "-v",
        "ON_ERROR_STOP=1",
        "-h",
        "127.0.0.1",
        "-U",
        "app",
        "-f",
        "-",
    ]);
    psql.arg("-p").arg(port.to_string()).arg("-d").arg(database);
    psql.stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut running = psql.spawn().map_err(|error| format!("psql: {error}"))?;
    let mut script = running.stdin.take().expect("the pipe that was asked for");
    let output = std::thread::scope(|scope| {
        // Written aside: psql prints while it reads, and both pipes are finite. It stops reading
        // at the first error, which it tells by itself.
        scope.spawn(move || script.write_all(sql.as_bytes()));
        running
            .wait_with_output()
            .map_err(|error| format!("psql: {error}"))
    })?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout)
            .trim_end_matches('\n')
            .to_owned());
    }
    Err(String::from_utf8_lossy(&output.stderr)
        .trim_end()
        .to_owned())
}
