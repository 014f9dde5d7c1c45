//! Questions to a server, asked with `mariadb`.
//!
//! Contract: works without any Rust database driver, so that the harness stands without the
//! crates under test. It is the user `root` that asks, so that the server tells the harness from
//! the tests. Neighbours: [`super::boot`] asks for readiness, [`super::MariaServer`] for its
//! callers, [`super::answer`] reads the answer.

use super::answer;
use super::installation::Installation;
use crate::process;

/// Runs a script: every statement is a transaction of its own, and a script may be as long as it
/// likes.
pub(super) fn ask(
    found: &Installation,
    port: u16,
    database: &str,
    sql: &str,
) -> Result<String, String> {
    let mut client = found.client();
    client.args([
        // Of the forms that it prints, the only one that tells NULL from a text.
        "--xml",
        "--protocol=tcp",
        "--host=127.0.0.1",
        "--user=root",
        "--connect-timeout=5",
        "--default-character-set=utf8mb4",
        "--skip-ssl",
    ]);
    client.arg(format!("--port={port}"));
    client.arg(format!("--database={database}"));
    process::talk(client, sql).map(|answer| answer::lines(&answer))
}
