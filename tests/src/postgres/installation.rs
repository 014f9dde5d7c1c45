//! The PostgreSQL that this machine has: where its programs are, and who may run them.
//!
//! Contract: looked up once a process; a machine without it gets a reason, not a panic.
//! Neighbours: [`super::boot`] runs the programs, [`crate::account`] says as whom.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use crate::account::{Account, answer};

/// Programs of one PostgreSQL version.
#[derive(Debug)]
pub(super) struct Installation {
    bin: PathBuf,
    account: Account,
}

impl Installation {
    /// The newest installation, or why there is none.
    pub(super) fn find() -> Result<&'static Self, &'static str> {
        static FOUND: OnceLock<Result<Installation, String>> = OnceLock::new();
        FOUND
            .get_or_init(Self::look)
            .as_ref()
            .map_err(String::as_str)
    }

    fn look() -> Result<Self, String> {
        let bin = newest_below(Path::new("/usr/lib/postgresql"))
            .or_else(|| complete(PathBuf::from(answer("pg_config", &["--bindir"])?)))
            .ok_or("no server programs in /usr/lib/postgresql/*/bin nor where pg_config says")?;
        let account = Account::find("PostgreSQL", "postgres")?;
        Ok(Self { bin, account })
    }

    /// Hands a folder to the user that servers run as.
    pub(super) fn give(&self, path: &Path) {
        self.account.give(path);
    }

    /// A client program, run by whoever runs the tests.
    pub(super) fn client(&self, program: &str) -> Command {
        let mut command = Command::new(self.bin.join(program));
        // The user's own PGHOST or PGOPTIONS shall not reach a test.
        for (name, _) in std::env::vars_os() {
            if name.to_str().is_some_and(|name| name.starts_with("PG")) {
                command.env_remove(name);
            }
        }
        command.env("PGCONNECT_TIMEOUT", "5");
        command
    }

    /// A server program, run as the servers' owner with `home` as HOME; it ends with the thread
    /// that starts it.
    pub(super) fn server(&self, program: &str, home: &Path) -> Command {
        // An immediate shutdown: unlike a kill -9 it returns the shared memory segment. The
        // folder's guard kills what does not listen.
        self.account.server(&self.bin.join(program), home, "QUIT")
    }
}

/// The highest version whose folder holds all programs.
fn newest_below(versions: &Path) -> Option<PathBuf> {
    let mut found: Vec<(u32, PathBuf)> = std::fs::read_dir(versions)
        .ok()?
        .flatten()
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path())))
        .filter_map(|(version, path)| Some((version, complete(path.join("bin"))?)))
        .collect();
    found.sort();
    found.pop().map(|(_, bin)| bin)
}

fn complete(bin: PathBuf) -> Option<PathBuf> {
    ["postgres", "initdb", "psql"]
        .iter()
        .all(|name| bin.join(name).is_file())
        .then_some(bin)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_highest_complete_version_is_taken_and_not_the_alphabetically_last() {
        let folder = tempfile::tempdir().expect("temporary");
        for (version, programs) in [("9", 3), ("15", 3), ("17", 1), ("tools", 3)] {
            let bin = folder.path().join(version).join("bin");
            std::fs::create_dir_all(&bin).expect("own");
            for program in &["psql", "initdb", "postgres"][..programs] {
                std::fs::write(bin.join(program), "").expect("own");
            }
        }
        assert_eq!(
            newest_below(folder.path()),
            Some(folder.path().join("15/bin"))
        );
        assert_eq!(newest_below(&folder.path().join("none")), None);
    }
}
