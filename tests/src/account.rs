//! The account that a kind of server runs as, and the commands that run under it.
//!
//! Contract: database servers refuse root. Where the tests run as root, a server runs as the user
//! that its package made, through `setpriv`; elsewhere it runs as whoever runs the tests. A server
//! ends with the thread that starts it. Neighbours: [`crate::process::spawn`] gives a thread that
//! lives long enough, [`crate::folder`] sweeps what did not listen.

use std::path::Path;
use std::process::{Command, Stdio};

/// Who runs the servers of one kind.
#[derive(Debug)]
pub(crate) struct Account {
    /// The package's own user, if the tests run as root.
    owner: Option<Owner>,
    /// Whether a server can be told to end with its parent.
    parent_death: bool,
}

#[derive(Debug, Clone, Copy)]
struct Owner {
    name: &'static str,
    uid: u32,
    gid: u32,
}

impl Account {
    /// The account for servers of `kind`, whose package makes the user `name`; or why there is
    /// none.
    pub(crate) fn find(kind: &str, name: &'static str) -> Result<Self, String> {
        let help = answer("setpriv", &["--help"]).unwrap_or_default();
        let root = answer("id", &["-u"]).as_deref() == Some("0");
        let owner = if root {
            if !help.contains("--reuid") {
                return Err(format!(
                    "{kind} refuses root, and there is no setpriv to leave it"
                ));
            }
            Some(
                Owner::find(name)
                    .ok_or_else(|| format!("{kind} refuses root, and there is no user {name}"))?,
            )
        } else {
            None
        };
        Ok(Self {
            owner,
            parent_death: help.contains("--pdeathsig"),
        })
    }

    /// Hands a folder to the user that servers run as.
    pub(crate) fn give(&self, path: &Path) {
        if let Some(owner) = self.owner {
            std::os::unix::fs::chown(path, Some(owner.uid), Some(owner.gid))
                .expect("root gives folders away");
        }
    }

    /// A server program, with `home` as HOME and working folder; the kernel sends it the signal
    /// `last` when the thread that starts it ends.
    pub(crate) fn server(&self, program: &Path, home: &Path, last: &str) -> Command {
        let mut command = if self.parent_death || self.owner.is_some() {
            let mut command = Command::new("setpriv");
            if let Some(owner) = self.owner {
                command
                    .arg(format!("--reuid={}", owner.name))
                    .arg(format!("--regid={}", owner.name));
                command.arg("--init-groups");
            }
            if self.parent_death {
                command.args(["--pdeathsig", last]);
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
    fn find(name: &'static str) -> Option<Self> {
        let id = |flag| answer("id", &[flag, name])?.parse().ok();
        Some(Self {
            name,
            uid: id("-u")?,
            gid: id("-g")?,
        })
    }
}

/// What a program prints, if it is there and succeeds.
pub(crate) fn answer(program: &str, arguments: &[&str]) -> Option<String> {
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
