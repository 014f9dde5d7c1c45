//! Questions to a server, asked with `psql`.
//!
//! Contract: works without any Rust database driver, so that the harness stands without the
//! crates under test. Neighbours: [`super::boot`] asks for readiness, [`super::PgServer`] for its
//! callers.

use super::installation::Installation;
use crate::process;

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
    let answer = process::talk(psql, sql)?;
    Ok(answer.trim_end_matches('\n').to_owned())
}
