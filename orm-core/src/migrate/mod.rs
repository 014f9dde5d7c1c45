//! Migrations: SQL files, and what runs them.
//!
//! [`Migrations`] are read from a folder that Diesel's command line writes too, or stand in the
//! program. The operations run them over a [`Link`](crate::operation::Link), one runner at a time,
//! and note what was done: in Diesel's table `__diesel_schema_migrations`, so that both know the
//! same history, and in `__orm_migrations`, which has the checksum of each and tells which of them
//! was begun and not ended.
//!
//! What is decided from files and history is pure (`history`); `tables`, `lock`, `settings`,
//! `concurrently`, `apply` and `operations` act.

mod apply;
mod attempt;
mod checksum;
mod code;
mod concurrently;
mod embedded;
mod folder;
mod frame;
mod history;
mod kept;
mod lock;
mod metadata;
mod migration;
mod migrations;
mod operations;
mod progress;
mod repeatable;
mod replaced;
mod sets;
mod settings;
mod squash;
mod status;
mod tables;

pub use code::Code;
pub(crate) use code::{Step, StepFuture};
pub use embedded::EmbeddedMigrations;
pub use migration::{Migration, version};
pub use migrations::Migrations;
pub use operations::{migrate, pending, redo, revert, settle, status};
pub use progress::{Observe, Progress};
pub use repeatable::Repeatable;
pub use status::{State, Status};

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
    /// How long each statement of a migration waits for a lock on a table or a row: a statement that
    /// waits for a table keeps all who come after it waiting too. What did not get its lock in that
    /// time fails, and is tried again (`lock_retries`) if nothing of it is kept.
    ///
    /// `None`, the default, is five seconds where giving up keeps nothing: for migrations that are
    /// one transaction on PostgreSQL, and on MariaDB and MySQL for those that have rows alone.
    /// Elsewhere it is what the database or the connection says. `Some` is for each migration, so
    /// also for those that giving up leaves unfinished. MariaDB and MySQL count whole seconds, and
    /// SQLite has the one lock of `lock_timeout`.
    pub statement_lock_timeout: Option<Duration>,
    /// How often a migration is tried again that failed because it did not get a lock, or lost
    /// against another transaction, and of which nothing is kept. Between the tries it waits for at
    /// most 150 milliseconds, then for twice as long each time, up to 30 seconds; by chance down to
    /// half of that. Default: 3.
    pub lock_retries: u32,
    /// Run none that is newer than this version; revert it not, and none that is older. Default:
    /// `None`, all.
    pub to: Option<String>,
    /// Sees each migration as it begins and ends. Default: nobody does.
    pub observe: Observe,
}

/// Which way a migration is run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// It is run.
    Up,
    /// It is reverted.
    Down,
}

impl Way {
    /// What stands before its name.
    fn of(self) -> &'static str {
        match self {
            Way::Up => "",
            Way::Down => "the way back of ",
        }
    }

    /// What to do about one that did not end.
    fn how_to_settle(self) -> &'static str {
        match self {
            Way::Up => {
                "mend the database by hand, then `settle` it: `Done` if all of the migration is \
                 there, so that it counts as run; `Undone` if nothing of it is, so that it is \
                 pending"
            }
            Way::Down => {
                "mend the database by hand, then `settle` it: `Undone` if the migration is reverted \
                 whole, so that it is pending; `Done` if nothing of it is reverted, so that it \
                 counts as run"
            }
        }
    }
}

impl Default for Run {
    fn default() -> Self {
        Run {
            allow_changed: false,
            allow_missing: false,
            allow_out_of_order: false,
            lock_timeout: Duration::from_secs(60),
            statement_lock_timeout: None,
            lock_retries: 3,
            to: None,
            observe: Observe::default(),
        }
    }
}

/// How a migration ended, by the word of whoever mended the database by hand. Whichever way it was
/// begun, this says how the database is now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settled {
    /// All of it is done: it counts as run, as it stands in the files now.
    Done,
    /// Nothing of it is there: it counts as pending, or is forgotten if it has no file.
    Undone,
}
