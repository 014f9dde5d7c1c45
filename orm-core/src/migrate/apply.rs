//! One migration, up or down, with its row in both tables.
//!
//! In one transaction where there can be one. Elsewhere the row says `started` before and `done`
//! behind: a runner that dies between leaves a migration that is unfinished.
//! MariaDB and MySQL commit with each statement of DDL; there a migration in a transaction has no
//! checksum in its row until something of it is kept, so that one of which nothing was kept is
//! known to be pending.

use super::frame::{framed, switches_keys};
use super::history::{History, unfinished};
use super::lock::locked;
use super::tables::{self, batch};
use super::{Migration, Run};
use crate::backend::{Database, Dialect};
use crate::error::{Error, ErrorKind, Result};
use crate::operation::{Link, Open, texts};

/// Which way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    Up,
    Down,
}

/// A migration on its way.
pub(super) struct Task<'t> {
    pub(super) migration: &'t Migration,
    pub(super) way: Way,
    /// The statements of that way.
    pub(super) sql: &'t str,
    pub(super) run: &'t Run,
}

impl Task<'_> {
    /// Runs it; `false` if another runner did meanwhile.
    pub(super) async fn apply<L: Link>(&self, link: &mut L) -> Result<bool> {
        let database = L::Backend::DATABASE;
        if database == Database::Mysql {
            return self.in_steps(link).await;
        }
        match framed(self.sql) {
            Some(frame) if database == Database::Sqlite && frame.without_keys => {
                let before = keys(link).await?;
                batch(link, "PRAGMA foreign_keys = OFF").await?;
                let done = self.whole(link, frame.body).await;
                let again = put_keys(link, &before).await;
                done.and_then(|done| again.map(|()| done))
            }
            Some(frame) if !frame.without_keys => self.whole(link, frame.body).await,
            _ if self.migration.in_transaction => {
                if database == Database::Sqlite && switches_keys(self.sql) {
                    let message = format!(
                        "the migration `{}` switches foreign keys off in a transaction, where SQLite \
                         does not heed it: write BEGIN and COMMIT behind that, or \
                         `run_in_transaction = false`",
                        self.migration.label()
                    );
                    return Err(Error::new(ErrorKind::Migration, message).on(link.name()));
                }
                self.whole(link, self.sql).await
            }
            _ => self.in_steps(link).await,
        }
    }

    /// All of it in one transaction.
    async fn whole<L: Link>(&self, link: &mut L, sql: &str) -> Result<bool> {
        let mut open = Open::begin(link).await?;
        let result = self.inside(open.link(), sql).await;
        match finish(open, result).await {
            Ok(done) => Ok(done),
            Err(error) => {
                // A text that ends the transaction keeps the note that it is begun.
                let lost = error.kind() == ErrorKind::Connect;
                let kept = !lost && self.is_kept(link).await;
                Err(self.failed(error, kept))
            }
        }
    }

    /// In a transaction, which on MariaDB and MySQL a statement of DDL ends: then the note is kept
    /// that it is begun.
    async fn inside<L: Link>(&self, link: &mut L, sql: &str) -> Result<bool> {
        if !self.is_mine(link).await? {
            return Ok(false);
        }
        let checksum = self.migration.checksum();
        tables::note_started(link, self.migration, Some(&checksum)).await?;
        batch(link, sql).await?;
        let history = tables::read(link).await?;
        if !history.is_unfinished(&self.migration.version) {
            let message = "its text rolled back the transaction that it is run in";
            return Err(Error::new(ErrorKind::Database, message).on(link.name()));
        }
        self.enter(link).await?;
        Ok(true)
    }

    /// Looks again whether it is still to be done, where runners do not wait for each other: on
    /// SQLite, behind the lock of the file.
    async fn is_mine<L: Link>(&self, link: &mut L) -> Result<bool> {
        if L::Backend::DATABASE != Database::Sqlite {
            return Ok(true);
        }
        if let Err(error) = tables::lock_file(link).await {
            return Err(match error.kind() {
                ErrorKind::Conflict => {
                    let message = locked(self.run.lock_timeout).to_string();
                    error.told(ErrorKind::MigrationLocked, |_| message)
                }
                _ => error,
            });
        }
        let history = tables::read(link).await?;
        let version = &self.migration.version;
        if history.is_unfinished(version) {
            return Err(unfinished(&self.migration.label()).on(link.name()));
        }
        Ok(history.is_run(version) == (self.way == Way::Down))
    }

    async fn enter<L: Link>(&self, link: &mut L) -> Result<()> {
        match self.way {
            Way::Up => tables::enter(link, self.migration, true).await,
            Way::Down => {
                tables::leave_replaced(link, self.migration).await?;
                tables::leave(link, &self.migration.version).await
            }
        }
    }

    /// What is kept as it is done, between `started` and `done`.
    async fn in_steps<L: Link>(&self, link: &mut L) -> Result<bool> {
        let checksum = self.migration.checksum();
        // Nothing is kept yet of what a transaction holds together.
        let at_once = (!self.migration.in_transaction).then_some(checksum.as_str());
        let mut open = Open::begin(link).await?;
        let mine = self.start(open.link(), at_once).await;
        let Some(history) = open.finish(mine).await? else {
            return Ok(false);
        };
        let failed = if self.migration.in_transaction {
            let mut open = Open::begin(link).await?;
            let result = self.inside(open.link(), self.sql).await;
            finish(open, result).await.map(drop)
        } else {
            self.loose(link).await
        };
        let Err(error) = failed else {
            return Ok(true);
        };
        let kept = at_once.is_some() || self.is_kept(link).await;
        if !kept {
            self.put_back(link, &history).await;
        }
        Err(self.failed(error, kept))
    }

    /// Notes it as started; gives what was noted before, `None` if another runner did it.
    async fn start<L: Link>(
        &self,
        link: &mut L,
        checksum: Option<&str>,
    ) -> Result<Option<History>> {
        if !self.is_mine(link).await? {
            return Ok(None);
        }
        let history = tables::read(link).await?;
        tables::note_started(link, self.migration, checksum).await?;
        Ok(Some(history))
    }

    /// Without a transaction; its end in one.
    async fn loose<L: Link>(&self, link: &mut L) -> Result<()> {
        let sqlite = L::Backend::DATABASE == Database::Sqlite;
        let before = match sqlite {
            true => keys(link).await?,
            false => Vec::new(),
        };
        let mut done = batch(link, self.sql).await;
        if sqlite && done.is_ok() {
            done = batch(link, "BEGIN; ROLLBACK").await;
        }
        if done.is_err() {
            // A transaction that the text began and did not end; mostly there is none.
            let _ = link.batch("ROLLBACK").await;
        }
        let again = match sqlite {
            true => put_keys(link, &before).await,
            false => Ok(()),
        };
        done?;
        again?;
        let mut open = Open::begin(link).await?;
        let entered = self.enter(open.link()).await;
        open.finish(entered).await
    }

    /// Whether something may be kept of a transaction that was rolled back.
    async fn is_kept<L: Link>(&self, link: &mut L) -> bool {
        let version = &self.migration.version;
        let Ok(now) = tables::read(link).await else {
            return true;
        };
        now.is_unfinished(version) || now.is_run(version) == (self.way == Way::Up)
    }

    /// Notes again what was noted before. Failing leaves a row without a checksum, which says the
    /// same.
    async fn put_back<L: Link>(&self, link: &mut L, before: &History) {
        let version = &self.migration.version;
        let _ = match before.notes.get(version).filter(|note| !note.started) {
            None => tables::forget_note(link, version).await,
            Some(note) => {
                tables::note_done(link, version, &note.name, note.checksum.as_deref()).await
            }
        };
    }

    /// An error, with the name of the migration. Whether running it again may help stays as it is
    /// where nothing was kept.
    fn failed(&self, error: Error, kept: bool) -> Error {
        let label = self.migration.label();
        let way = match self.way {
            Way::Up => "",
            Way::Down => "the way back of ",
        };
        let state = match (kept, error.kind()) {
            (true, _) => {
                "some of it may be done: mend the database by hand, then `settle` it as done or \
                 undone"
            }
            (false, ErrorKind::Connect) => "it is kept as a whole or not at all: see its status",
            (false, _) => "nothing of it was kept",
        };
        // Of data that is invalid the database names the constraint; ours are words for a form.
        let said = std::error::Error::source(&error).map(ToString::to_string);
        let said = said.filter(|_| error.kind() == ErrorKind::Invalid);
        let tell = |message: &str| {
            let said = said.as_deref().unwrap_or(message);
            format!("{way}the migration `{label}` failed: {said} ({state})")
        };
        match error.kind() {
            ErrorKind::MigrationLocked | ErrorKind::MigrationUnfinished => error,
            kind @ (ErrorKind::Conflict | ErrorKind::Connect | ErrorKind::Interrupted) if !kept => {
                error.told(kind, tell)
            }
            _ => error.told(ErrorKind::MigrationFailed, tell),
        }
    }
}

/// Ends the transaction, unless the text of the migration did: then there is none to be ended, and
/// what came of the text counts.
async fn finish<L: Link>(mut open: Open<'_, L>, result: Result<bool>) -> Result<bool> {
    if open.link().is_inside() {
        return open.finish(result).await;
    }
    let _ = open.finish(Ok::<(), Error>(())).await;
    result
}

/// Whether SQLite checks foreign keys on this connection.
async fn keys<L: Link>(link: &mut L) -> Result<Vec<String>> {
    texts(
        link,
        "SELECT CAST(foreign_keys AS TEXT) FROM pragma_foreign_keys",
    )
    .await
}

async fn put_keys<L: Link>(link: &mut L, before: &[String]) -> Result<()> {
    match before.first() {
        Some(value) => batch(link, &format!("PRAGMA foreign_keys = {value}")).await,
        None => Ok(()),
    }
}
