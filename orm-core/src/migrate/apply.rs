//! One migration, up or down, with its row in both tables.
//!
//! In one transaction where there can be one. Elsewhere the row says `started` before and `done`
//! behind: a runner that dies between leaves a migration that is [unfinished](State::Unfinished).
//! MariaDB and MySQL commit with each statement of DDL; there a migration in a transaction has no
//! checksum in its row until something of it is kept, so that one of which nothing was kept is
//! known to be pending.
//!
//! [State::Unfinished]: super::State::Unfinished

use super::frame::framed;
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
            _ if self.migration.in_transaction => self.whole(link, self.sql).await,
            _ => self.in_steps(link).await,
        }
    }

    /// All of it in one transaction.
    async fn whole<L: Link>(&self, link: &mut L, sql: &str) -> Result<bool> {
        let mut open = Open::begin(link).await?;
        let result = self.inside(open.link(), sql).await;
        let done = open.finish(result).await;
        done.map_err(|error| self.failed(error, false))
    }

    async fn inside<L: Link>(&self, link: &mut L, sql: &str) -> Result<bool> {
        if !self.is_mine(link).await? {
            return Ok(false);
        }
        batch(link, sql).await?;
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
            Way::Down => tables::leave(link, &self.migration.version).await,
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
            let result = self.marked(open.link(), &checksum).await;
            open.finish(result).await
        } else {
            self.loose(link).await
        };
        let Err(error) = failed else {
            return Ok(true);
        };
        let kept = match at_once {
            Some(_) => true,
            None => self.was_kept(link, &history).await,
        };
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

    /// In a transaction that a statement of DDL ends: then the checksum is kept.
    async fn marked<L: Link>(&self, link: &mut L, checksum: &str) -> Result<()> {
        tables::note_started(link, self.migration, Some(checksum)).await?;
        batch(link, self.sql).await?;
        self.enter(link).await
    }

    /// Without a transaction; its end in one.
    async fn loose<L: Link>(&self, link: &mut L) -> Result<()> {
        let sqlite = L::Backend::DATABASE == Database::Sqlite;
        let before = match sqlite {
            true => keys(link).await?,
            false => Vec::new(),
        };
        let done = batch(link, self.sql).await;
        if done.is_err() {
            // One that the text began and did not end; mostly there is none.
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

    /// Whether something was kept of a transaction that was rolled back. If not, what was noted
    /// before is noted again.
    async fn was_kept<L: Link>(&self, link: &mut L, before: &History) -> bool {
        let version = &self.migration.version;
        match tables::read(link).await {
            Ok(now) if !now.is_unfinished(version) => {}
            _ => return true,
        }
        // Failing here leaves a row without a checksum, which says the same.
        let _ = match before.notes.get(version).filter(|note| !note.started) {
            None => tables::forget_note(link, version).await,
            Some(note) => {
                tables::note_done(link, version, &note.name, note.checksum.as_deref()).await
            }
        };
        false
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
