//! Migrations: SQL files, and what runs them.
//!
//! [`Migrations`] are read from a folder that Diesel's command line writes too, or stand in the
//! program. The operations run them over a [`Link`](crate::operation::Link), one runner at a time,
//! and note what was done: in Diesel's table `__diesel_schema_migrations`, so that both know the
//! same history, and in `__orm_migrations`, which has the checksum of each and tells which of them
//! was begun and not ended.
//!
//! What is decided from files and history is pure (`history`); `tables`, `lock`, `apply` and
//! `operations` act.

mod apply;
mod checksum;
mod embedded;
mod folder;
mod frame;
mod history;
mod lock;
mod migration;
mod migrations;
mod operations;
mod tables;

pub use embedded::EmbeddedMigrations;
pub use history::{State, Status};
pub use migration::{Migration, version};
pub use migrations::Migrations;
pub use operations::{migrate, redo, revert, settle, status};

use std::time::Duration;

/// How migrations are run.
///
/// ```
/// use std::time::Duration;
/// use orm_core::migrate::Run;
///
/// let run = Run { lock_timeout: Duration::from_secs(5), ..Run::default() };
/// assert!(!run.allow_changed);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// Run on although a migration was changed since it was run. Default: `false`.
    pub allow_changed: bool,
    /// Run on although one that was run is not among the migrations. Default: `false`.
    pub allow_missing: bool,
    /// Run those too that are older than the newest one that was run, as they come of two branches
    /// that are merged. Default: `false`.
    pub allow_out_of_order: bool,
    /// How long to wait for another runner. Default: one minute. MariaDB and MySQL count whole
    /// seconds; on SQLite it is how long each migration waits for the lock of the file.
    pub lock_timeout: Duration,
}

impl Default for Run {
    fn default() -> Self {
        Run {
            allow_changed: false,
            allow_missing: false,
            allow_out_of_order: false,
            lock_timeout: Duration::from_secs(60),
        }
    }
}

/// How a migration ended, by the word of whoever mended the database by hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settled {
    /// All of it is done: it counts as run, as it stands in the files now.
    Done,
    /// Nothing of it is there: it counts as pending, or is forgotten if it has no file.
    Undone,
}
