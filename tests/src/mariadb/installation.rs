//! The MariaDB that this machine has: where its programs are, and who may run them.
//!
//! Contract: looked up once a process; a machine without it gets a reason, not a panic.
//! Neighbours: [`super::boot`] runs the programs, [`crate::account`] says as whom.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use crate::account::Account;

/// The programs that are used.
#[derive(Debug)]
pub(super) struct Installation {
    server: PathBuf,
    install: PathBuf,
    client: PathBuf,
    account: Account,
}

/// Where servers are that the `PATH` of a user does not name.
const BESIDE_PATH: &[&str] = &["/usr/sbin", "/usr/local/sbin", "/usr/libexec"];

impl Installation {
    /// The installation, or why there is none.
    pub(super) fn find() -> Result<&'static Self, &'static str> {
        static FOUND: OnceLock<Result<Installation, String>> = OnceLock::new();
        FOUND
            .get_or_init(Self::look)
            .as_ref()
            .map_err(String::as_str)
    }

    fn look() -> Result<Self, String> {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let folders: Vec<PathBuf> = std::env::split_paths(&path)
            .chain(BESIDE_PATH.iter().map(PathBuf::from))
            .collect();
        let program = |name| {
            program(&folders, name)
                .ok_or_else(|| format!("no program {name} in PATH nor in {BESIDE_PATH:?}"))
        };
        Ok(Self {
            server: program("mariadbd")?,
            install: program("mariadb-install-db")?,
            client: program("mariadb")?,
            account: Account::find("MariaDB", "mysql")?,
        })
    }

    /// Hands a folder to the user that servers run as.
    pub(super) fn give(&self, path: &Path) {
        self.account.give(path);
    }

    /// The client, run by whoever runs the tests. Options files are the user's own business.
    pub(super) fn client(&self) -> Command {
        let mut command = Command::new(&self.client);
        // The user's own MYSQL_HOST or MYSQL_PWD shall not reach a test.
        for (name, _) in std::env::vars_os() {
            let foreign = |name: &str| name.starts_with("MYSQL_") || name.starts_with("MARIADB_");
            if name.to_str().is_some_and(foreign) {
                command.env_remove(name);
            }
        }
        command.arg("--no-defaults");
        command
    }

    /// The server, run as its owner with `home` as HOME; it ends with the thread that starts it.
    pub(super) fn server(&self, home: &Path) -> Command {
        self.private(&self.server, home)
    }

    /// The program that fills a data folder, run likewise.
    pub(super) fn install(&self, home: &Path) -> Command {
        self.private(&self.install, home)
    }

    /// Options files of the machine are about its own server, and would be taken for ours.
    fn private(&self, program: &Path, home: &Path) -> Command {
        let mut command = self.account.server(program, home, "KILL");
        command.arg("--no-defaults");
        command
    }
}

fn program(folders: &[PathBuf], name: &str) -> Option<PathBuf> {
    folders
        .iter()
        .map(|folder| folder.join(name))
        .find(|path| path.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_folder_that_has_a_program_gives_it() {
        let folder = tempfile::tempdir().expect("temporary");
        let folders: Vec<PathBuf> = ["a", "b", "c"].map(|name| folder.path().join(name)).into();
        for folder in &folders[1..] {
            std::fs::create_dir(folder).expect("own");
            std::fs::write(folder.join("mariadbd"), "").expect("own");
        }
        assert_eq!(
            program(&folders, "mariadbd"),
            Some(folders[1].join("mariadbd"))
        );
        assert_eq!(program(&folders, "mariadb"), None);
    }
}
