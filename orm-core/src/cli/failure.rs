//! How a command ends: [`Exit`], and why it did not do what was asked.

use std::error::Error as _;
use std::io;
use std::process::ExitCode;

use crate::error::{Error, ErrorKind};

/// How a command ended: the exit code of the process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Exit {
    /// 0: done, or nothing to do.
    Done,
    /// 1: refused, or a check found something.
    Found,
    /// 2: the command line was not understood, or a setting is missing.
    Usage,
    /// 3: the database or a file failed.
    Failed,
}

impl Exit {
    /// The exit code.
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            Exit::Done => 0,
            Exit::Found => 1,
            Exit::Usage => 2,
            Exit::Failed => 3,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(exit.code())
    }
}

/// Why a command ended early: one short line, what it is about line by line, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Failure {
    pub(super) exit: Exit,
    /// One word for programs.
    pub(super) kind: &'static str,
    pub(super) message: String,
    pub(super) lines: Vec<String>,
    pub(super) help: Option<String>,
}

impl Failure {
    pub(super) fn new(exit: Exit, kind: &'static str, message: impl Into<String>) -> Self {
        Failure {
            exit,
            kind,
            message: message.into(),
            lines: Vec::new(),
            help: None,
        }
    }

    pub(super) fn refused(kind: &'static str, message: impl Into<String>) -> Self {
        Failure::new(Exit::Found, kind, message)
    }

    pub(super) fn usage(kind: &'static str, message: impl Into<String>) -> Self {
        Failure::new(Exit::Usage, kind, message)
    }

    /// A file that could not be read or written.
    pub(super) fn file(path: &std::path::Path, what: &str, error: &io::Error) -> Self {
        let message = format!("`{}` {what}: {error}", path.display());
        Failure::new(Exit::Failed, "file", message)
    }

    pub(super) fn lines(mut self, lines: impl IntoIterator<Item = String>) -> Self {
        self.lines.extend(lines);
        self
    }

    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let (exit, kind, help) = class(&error);
        let mut text = error.to_string();
        if let Some(database) = error.database() {
            let prefix = format!("{database}: ");
            text = text.strip_prefix(&prefix).unwrap_or(&text).to_owned();
        }
        // What the library calls its settings, as they are typed.
        for (theirs, ours) in [
            ("`allow_changed`", "`--allow-changed`"),
            ("`allow_missing`", "`--allow-missing`"),
            ("`allow_out_of_order`", "`--allow-out-of-order`"),
            ("`lock_timeout`", "`--lock-timeout`"),
            ("`settle` it", "`migrate settle` it"),
            ("`Done`", "`--done`"),
            ("`Undone`", "`--undone`"),
        ] {
            text = text.replace(theirs, ours);
        }
        let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        let message = lines.next().unwrap_or_default().to_owned();
        let mut failure = Failure::new(exit, kind, message);
        failure.lines = lines.map(str::to_owned).collect();
        failure.help = help.map(str::to_owned);
        failure
    }
}

fn class(error: &Error) -> (Exit, &'static str, Option<&'static str>) {
    let of_file = error
        .source()
        .is_some_and(|source| source.is::<io::Error>());
    match error.kind() {
        ErrorKind::Url => (Exit::Usage, "url", None),
        ErrorKind::Config => (Exit::Usage, "config", None),
        ErrorKind::Migration if of_file => (Exit::Failed, "file", None),
        ErrorKind::Migration => (Exit::Found, "migration", None),
        ErrorKind::MigrationUnfinished => (
            Exit::Found,
            "migration_unfinished",
            Some("`migrate settle VERSION --done` or `--undone`"),
        ),
        ErrorKind::SchemaDrift => (Exit::Found, "schema_drift", None),
        ErrorKind::Refused => (Exit::Found, "refused", None),
        ErrorKind::Unsupported => (Exit::Found, "unsupported", None),
        ErrorKind::MigrationFailed => (Exit::Failed, "migration_failed", None),
        ErrorKind::MigrationLocked => (Exit::Failed, "migration_locked", None),
        ErrorKind::Connect | ErrorKind::CommitUnknown | ErrorKind::PoolTimeout => {
            (Exit::Failed, "connect", None)
        }
        _ => (Exit::Failed, "database", None),
    }
}
