//! [`Migration`]: what leads from one schema to the next, and back.

use chrono::NaiveDateTime;

use super::checksum::checksum;
use super::frame;
use crate::backend::Database;
use crate::diff::{Plan, Script, sql};
use crate::error::{Error, ErrorKind, Result};

/// A migration.
///
/// ```
/// use orm_core::migrate::Migration;
///
/// let notes = Migration::new("2026-11-21-120000", "notes", "CREATE TABLE notes (id BIGINT);")
///     .down("DROP TABLE notes;");
/// assert_eq!(notes.version, "20261121120000");
/// assert!(notes.in_transaction);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Migration {
    /// What it is known by, and sorted by as a text; at most 50 characters, without `-`.
    pub version: String,
    /// What it is called, for whoever reads it.
    pub name: String,
    /// The statements.
    pub up: String,
    /// The statements of the way back, if there is one.
    pub down: Option<String>,
    /// Whether it is run in a transaction that the runner opens. Default: `true`.
    pub in_transaction: bool,
    /// Whether [code](super::Code) belongs to it, without which it is not run. Default: `false`.
    pub needs_code: bool,
    /// The versions of those that it was [squashed](super::Migrations::squash) from, its own among
    /// them: a database that ran all of these has nothing to do. Empty for any other.
    pub replaces: Vec<String>,
    /// The versions of those that these were squashed from themselves: a database may have run them.
    pub replaced_before: Vec<String>,
}

/// A version of a point in time, to the second: `20261121120000`.
#[must_use]
pub fn version(at: NaiveDateTime) -> String {
    at.format("%Y%m%d%H%M%S").to_string()
}

impl Migration {
    /// A migration without a way back, in a transaction.
    #[must_use]
    pub fn new(version: &str, name: &str, up: impl Into<String>) -> Self {
        Migration {
            version: version.replace('-', ""),
            name: name.to_owned(),
            up: up.into(),
            down: None,
            in_transaction: true,
            needs_code: false,
            replaces: Vec::new(),
            replaced_before: Vec::new(),
        }
    }

    /// Gives it a way back.
    #[must_use]
    pub fn down(mut self, down: impl Into<String>) -> Self {
        self.down = Some(down.into());
        self
    }

    /// It is run outside of a transaction: each statement is kept at once, unless the text has a
    /// transaction of its own.
    #[must_use]
    pub fn without_transaction(mut self) -> Self {
        self.in_transaction = false;
        self
    }

    /// The migration of a plan, with the way back, on which values that are gone are
    /// [neutral](Plan::fill_neutrally) ones. A plan of several [parts](Plan::parts) is a migration a
    /// part.
    ///
    /// ```
    /// use orm_core::backend::Database;
    /// use orm_core::diff::diff;
    /// use orm_core::migrate::Migration;
    /// use orm_core::prelude::*;
    /// use orm_core::snapshot::Snapshot;
    ///
    /// #[derive(Model)]
    /// struct Note { #[model(generated)] id: i64, text: String }
    ///
    /// let wanted = Snapshot::of(schema![Note], Database::Postgres);
    /// let plan = diff(&Snapshot::empty(Database::Postgres), &wanted, &[]);
    /// let migration = Migration::of_plan("20261121120000", "notes", &plan);
    /// assert!(migration.up.starts_with("CREATE TABLE \"notes\""));
    /// assert_eq!(migration.down.as_deref(), Some("DROP TABLE \"notes\";\n"));
    /// ```
    #[must_use]
    pub fn of_plan(version: &str, name: &str, plan: &Plan) -> Self {
        let mut back = plan.inverse();
        back.fill_neutrally();
        let (up, down) = (sql(plan), sql(&back));
        let in_transaction = up.in_transaction && down.in_transaction;
        let database = plan.from.database;
        // On SQLite one way may open its own transaction and the other one not: the mark is one
        // for both, so both open their own.
        let text = |script: Script| {
            let own = database == Database::Sqlite && script.in_transaction && !in_transaction;
            let (before, after) = match own {
                true => ("BEGIN IMMEDIATE;\n", "COMMIT;\n"),
                false => ("", ""),
            };
            let body: String = script
                .statements
                .iter()
                .map(|s| format!("{s};\n"))
                .collect();
            format!("{before}{body}{after}")
        };
        let mut migration = Migration::new(version, name, text(up)).down(text(down));
        migration.in_transaction = in_transaction;
        migration
    }

    /// Whether it stands for a [`Repeatable`](super::Repeatable) in what was run or is pending: it has no
    /// version then.
    #[must_use]
    pub fn is_repeatable(&self) -> bool {
        self.version.is_empty()
    }

    /// The version and the name, as the folder is called.
    #[must_use]
    pub fn label(&self) -> String {
        label(&self.version, &self.name)
    }

    /// The versions that it replaces, without its own.
    pub(super) fn others(&self) -> impl Iterator<Item = &str> {
        let all = self.replaces.iter().chain(&self.replaced_before);
        all.map(String::as_str).filter(|one| *one != self.version)
    }

    /// What tells whether `up` was changed, and whether it was run with its code.
    pub(super) fn checksum(&self) -> String {
        match self.needs_code {
            true => self.checksum_with_code(),
            false => checksum(&self.up),
        }
    }

    fn checksum_with_code(&self) -> String {
        checksum(&format!("{}\n-- and code", self.up.trim_end()))
    }

    /// Whether what was run, by its checksum, is this. Code that is not needed any more is none of it:
    /// all databases ran it.
    pub(super) fn is_of(&self, noted: &str) -> bool {
        noted == self.checksum() || noted == self.checksum_with_code()
    }

    /// Whether that was this one, before it had code.
    pub(super) fn is_bare(&self, noted: &str) -> bool {
        self.needs_code && noted == checksum(&self.up)
    }

    /// The way back, if it says anything.
    pub(super) fn way_back(&self) -> Option<&str> {
        let down = self.down.as_deref();
        down.filter(|text| !frame::is_blank(text))
    }

    /// Whether there is something to run. Asked of what is to be run alone: one that was run must
    /// not keep the others from it.
    pub(super) fn check_text(&self) -> Result<()> {
        match frame::is_blank(&self.up) && !self.needs_code {
            true => Err(self.refused(
                "has no statement to run: its `up.sql` is empty, or nothing but comments",
            )),
            false => Ok(()),
        }
    }

    fn refused(&self, what: &str) -> Error {
        let message = format!("the migration `{}` {what}", self.label());
        Error::new(ErrorKind::Migration, message)
    }

    /// Whether its version can be one.
    pub(super) fn check_version(&self) -> Result<()> {
        let refused = |what: &str| Err(self.refused(what));
        if self.version.is_empty() {
            refused("has no version: text before the first `_`")
        } else if self.version.chars().count() > 50 {
            refused("has a version of more than 50 characters")
        } else if !self.version.chars().all(char::is_alphanumeric) {
            refused("has a version of more than letters and digits: its folder would be another's")
        } else {
            Ok(())
        }
    }
}

pub(super) fn label(version: &str, name: &str) -> String {
    match (version, name) {
        ("", name) => name.to_owned(),
        (version, "") => version.to_owned(),
        (version, name) => format!("{version}_{name}"),
    }
}
