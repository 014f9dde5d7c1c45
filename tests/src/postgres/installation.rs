//! The PostgreSQL that this machine has: where its programs are, and who may run them.
//!
//! Contract: looked up once a process; a machine without it gets a reason, not a panic.
//! Neighbour: [`super::boot`] runs the programs.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

/// Programs of one PostgreSQL version.
#[derive(Debug)]
pub(super) struct Installation {
    bin: PathBuf,
    /// PostgreSQL refuses to run as root; then its own user runs it.
    owner: Option<Owner>,
    /// Whether a server can be told to end with its parent.
    parent_death: bool,
}

/// The user that servers run as.
#[derive(Debug, Clone, Copy)]
pub(super) struct Owner {
    pub(super) uid: u32,
    pub(super) gid: u32,
}

const OWNER: &str = "postgres";

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
        let help = answer("setpriv", &["--help"]).unwrap_or_default();
        let root = answer("id", &["-u"]).as_deref() == Some("0");
        let owner = if root {
            Some(Owner::find(&help)?)
        } else {
            None
        };
        Ok(Self {
            bin,
            owner,
            parent_death: help.contains("--pdeathsig"),
        })
    }

    pub(super) fn owner(&self) -> Option<Owner> {
        self.owner
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
        let program = self.bin.join(program);
        let mut command = if self.parent_death || self.owner.is_some() {
            let mut command = Command::new("setpriv");
            if self.owner.is_some() {
                command
                    .arg(format!("--reuid={OWNER}"))
                    .arg(format!("--regid={OWNER}"));
                command.arg("--init-groups");
            }
            if self.parent_death {
                // An immediate shutdown: unlike a kill -9 it returns the shared memory segment.
                // The folder's guard kills what does not listen.
                command.args(["--pdeathsig", "QUIT"]);
            }
            command.arg("--").arg(program);
            command
        } else {
            Command::new(program)
        };
        command
            .env_clear()
            .env("HOME", home)
            .env("TZ", "UTC")
            .env("LC_ALL", "C.UTF-8");
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.current_dir(home).stdin(Stdio::null());
        command
    }
}

impl Owner {
    fn find(setpriv_help: &str) -> Result<Self, String> {
        if !setpriv_help.contains("--reuid") {
            return Err("PostgreSQL refuses root, and there is no setpriv to leave it".into());
        }
        let id = |flag| answer("id", &[flag, OWNER])?.parse().ok();
        match (id("-u"), id("-g")) {
            (Some(uid), Some(gid)) => Ok(Self { uid, gid }),
            _ => Err(format!(
                "PostgreSQL refuses root, and there is no user {OWNER}"
            )),
        }
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

/// What a program prints, if it is there and succeeds.
fn answer(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .ok()?;
    output
        .status
        .success()
        .then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
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
