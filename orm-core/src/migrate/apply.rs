//! One migration, up or down, with its row in both tables.
//!
//! In one transaction where there can be one. Elsewhere the row says `started` before and `done`
//! behind: a runner that dies between leaves a migration that is unfinished.
//! MariaDB and MySQL commit with each statement of DDL; there a migration in a transaction has no
//! checksum in its row until something of it is kept, so that one of which nothing was kept is
//! known to be pending. Where tables are that no rollback reaches, an empty checksum stands there
//! meanwhile: of a runner that died nobody knows then.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::attempt::{BACKOFF, patience};
use super::code::Step;
use super::concurrently::{self, drop_invalid};
use super::frame::{framed, has_rows_alone, is_blank, switches_keys};
use super::history::History;
use super::kept::{has_loose_tables, kept_some};
use super::lock::locked;
use super::settings::{Settings, wait_at_most};
use super::tables::{Tables, batch};
use super::{Migration, Run, Way};
use crate::backend::{Database, Dialect};
use crate::error::{Error, ErrorKind, Result};
use crate::operation::{Link, Open};

/// A migration on its way.
pub(super) struct Task<'t, L> {
    pub(super) migration: &'t Migration,
    /// The versions that are run before, as it was planned.
    pub(super) before: &'t BTreeSet<String>,
    pub(super) way: Way,
    /// The statements of that way.
    pub(super) sql: &'t str,
    /// What is run behind them, and before them on the way back.
    pub(super) step: Option<Arc<dyn Step<L>>>,
    pub(super) run: &'t Run,
    pub(super) tables: &'t Tables,
}

impl<L: Link> Task<'_, L> {
    /// Runs it; `false` if another runner did meanwhile.
    pub(super) async fn apply(&self, link: &mut L) -> Result<bool> {
        link.retire();
        let settings = Settings::of(link).await?;
        let mut tries = 1;
        loop {
            let done = self.once(link, &settings).await;
            let restored = settings.put_back(link).await;
            match done {
                Ok(done) => return restored.map(|()| done),
                // Of a conflict nothing is kept.
                Err(error) if error.is_retryable() && tries <= self.run.lock_retries => {
                    BACKOFF.wait(link, tries - 1).await;
                    tries += 1;
                }
                Err(error) if tries > 1 => {
                    let kind = error.kind();
                    return Err(error.told(kind, |said| format!("{said}, tried {tries} times")));
                }
                Err(error) => return Err(error),
            }
        }
    }

    async fn once(&self, link: &mut L, settings: &Settings) -> Result<bool> {
        let database = L::Backend::DATABASE;
        if database == Database::Mysql {
            return self.in_steps(link, settings).await;
        }
        match framed(self.sql) {
            Some(frame) if database == Database::Sqlite && frame.without_keys => {
                if self.step.is_some() {
                    let message = format!(
                        "the migration `{}` has code beside a text that switches foreign keys off, \
                         which would not hold for the code either: make it a migration of its own",
                        self.migration.label()
                    );
                    return Err(Error::new(ErrorKind::Migration, message).on(link.name()));
                }
                batch(link, "PRAGMA foreign_keys = OFF").await?;
                self.whole(link, settings, frame.body).await
            }
            Some(frame) if !frame.without_keys => self.whole(link, settings, frame.body).await,
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
                self.whole(link, settings, self.sql).await
            }
            _ => self.in_steps(link, settings).await,
        }
    }

    /// All of it in one transaction.
    async fn whole(&self, link: &mut L, settings: &Settings, sql: &str) -> Result<bool> {
        let mut open = Open::begin(link).await?;
        let result = self.inside(open.link(), settings, sql).await;
        match finish(open, result).await {
            Ok(done) => Ok(done),
            Err(error) => {
                // A text that ends the transaction keeps the note that it is begun.
                let lost = error.lost_connection();
                let kept = !lost && self.is_kept(link).await;
                Err(self.failed(error, kept))
            }
        }
    }

    /// In a transaction, which on MariaDB and MySQL a statement of DDL ends: then the note is kept
    /// that it is begun.
    async fn inside(&self, link: &mut L, settings: &Settings, sql: &str) -> Result<bool> {
        if !self.is_mine(link).await? {
            return Ok(false);
        }
        let checksum = self.migration.checksum();
        let tables = self.tables;
        tables
            .note_started(link, self.migration, Some(&checksum))
            .await?;
        if let Some(time) = patience(self.run, L::Backend::DATABASE, sql) {
            wait_at_most(link, time).await?;
        }
        self.steps(link, sql, true).await?;
        settings.put_back(link).await?;
        let history = tables.read(link).await?;
        if !history.is_begun(&self.migration.version) {
            let message = "its text rolled back the transaction that it is run in";
            return Err(Error::new(ErrorKind::Database, message).on(link.name()));
        }
        self.enter(link).await?;
        Ok(true)
    }

    /// The text and the code, the code last on the way there and first on the way back.
    async fn steps(&self, link: &mut L, sql: &str, inside: bool) -> Result<()> {
        if self.way == Way::Down {
            self.code(link).await?;
        }
        if !is_blank(sql) {
            batch(link, sql).await?;
        }
        if self.way == Way::Up && self.step.is_some() {
            if inside && L::Backend::DATABASE == Database::Mysql && !has_rows_alone(sql) {
                // The text committed, so that each row of the code would be kept at once.
                batch(link, "START TRANSACTION").await?;
            }
            self.code(link).await?;
        }
        Ok(())
    }

    async fn code(&self, link: &mut L) -> Result<()> {
        let Some(step) = &self.step else {
            return Ok(());
        };
        step.run(link).await.map_err(|error| match error.kind() {
            // These are the words of the runner.
            ErrorKind::Migration | ErrorKind::MigrationLocked | ErrorKind::MigrationUnfinished => {
                error.told(ErrorKind::MigrationFailed, str::to_owned)
            }
            _ => error,
        })
    }

    /// Looks again whether it is still to be done, and is the next one, where runners do not wait
    /// for each other: on SQLite, behind the lock of the file.
    async fn is_mine(&self, link: &mut L) -> Result<bool> {
        if L::Backend::DATABASE != Database::Sqlite {
            return Ok(true);
        }
        if let Err(error) = self.tables.lock_file(link).await {
            return Err(match error.kind() {
                ErrorKind::Conflict => {
                    let message = locked(self.run.lock_timeout).to_string();
                    error.told(ErrorKind::MigrationLocked, |_| message)
                }
                _ => error,
            });
        }
        let history = self.tables.read(link).await?;
        let next = history.is_next(self.migration, self.way, self.before, self.run);
        next.map_err(|error| error.on(link.name()))
    }

    async fn enter(&self, link: &mut L) -> Result<()> {
        match self.way {
            Way::Up => self.tables.enter(link, self.migration, true).await,
            Way::Down => {
                self.tables.leave_replaced(link, self.migration).await?;
                self.tables.leave(link, &self.migration.version).await
            }
        }
    }

    /// What is kept as it is done, between `started` and `done`.
    async fn in_steps(&self, link: &mut L, settings: &Settings) -> Result<bool> {
        let checksum = self.migration.checksum();
        let together = self.migration.in_transaction;
        let at_once = match together {
            false => Some(checksum.as_str()),
            // Nothing is kept yet of what a transaction holds together.
            true => has_loose_tables(link).await?.then_some(""),
        };
        let mut open = Open::begin(link).await?;
        let mine = self.start(open.link(), at_once).await;
        let Some(history) = open.finish(mine).await? else {
            return Ok(false);
        };
        let (failed, left) = if together {
            let mut open = Open::begin(link).await?;
            let result = self.inside(open.link(), settings, self.sql).await;
            let failed = finish(open, result).await.map(drop);
            let left = match &failed {
                Err(error) => kept_some(link, error, at_once.is_some()).await,
                Ok(()) => false,
            };
            (failed, left)
        } else {
            (self.loose(link, settings).await, false)
        };
        let Err(error) = failed else {
            return Ok(true);
        };
        let kept = left || !together || self.is_kept(link).await;
        if left || !kept {
            // Failing leaves a row that says no more than it knows.
            let _ = self.note_again(link, left, &history).await;
        }
        let error = self.failed(error, kept);
        Err(self.with_invalid(link, error).await)
    }

    /// Notes it as started; gives what was noted before, `None` if another runner did it.
    async fn start(&self, link: &mut L, checksum: Option<&str>) -> Result<Option<History>> {
        if !self.is_mine(link).await? {
            return Ok(None);
        }
        let history = self.tables.read(link).await?;
        self.tables
            .note_started(link, self.migration, checksum)
            .await?;
        Ok(Some(history))
    }

    /// Without a transaction; its end in one.
    async fn loose(&self, link: &mut L, settings: &Settings) -> Result<()> {
        let mut done = drop_invalid(link, self.sql).await;
        if let Some(time) = self.run.statement_lock_timeout
            && done.is_ok()
        {
            done = wait_at_most(link, time).await;
        }
        if done.is_ok() {
            done = self.steps(link, self.sql, false).await;
        }
        if done.is_ok() && L::Backend::DATABASE == Database::Sqlite {
            done = batch(link, "BEGIN; ROLLBACK").await;
        }
        if done.is_err() {
            // A transaction that the text began and did not end; mostly there is none.
            let _ = link.batch("ROLLBACK").await;
        }
        let restored = settings.put_back(link).await;
        done?;
        restored?;
        let mut open = Open::begin(link).await?;
        let entered = self.enter(open.link()).await;
        open.finish(entered).await
    }

    /// Whether something may be kept of a transaction that was rolled back.
    async fn is_kept(&self, link: &mut L) -> bool {
        let version = &self.migration.version;
        let Ok(now) = self.tables.read(link).await else {
            return true;
        };
        now.is_begun(version) || now.is_run(version) == (self.way == Way::Up)
    }

    /// Notes what a rollback left as begun; what it did not leave as it was noted before.
    async fn note_again(&self, link: &mut L, left: bool, before: &History) -> Result<()> {
        let (migration, tables) = (self.migration, self.tables);
        let version = &migration.version;
        let mut open = Open::begin(link).await?;
        let link = open.link();
        let noted = match before.notes.get(version).filter(|note| !note.started) {
            _ if left => {
                let checksum = migration.checksum();
                tables.note_started(link, migration, Some(&checksum)).await
            }
            None => tables.forget_note(link, version).await,
            Some(note) => {
                let checksum = note.checksum.as_deref();
                tables.note_done(link, version, &note.name, checksum).await
            }
        };
        open.finish(noted).await
    }

    /// An error, with the indexes that were not finished.
    async fn with_invalid(&self, link: &mut L, error: Error) -> Error {
        let invalid = concurrently::invalid(link).await.unwrap_or_default();
        match concurrently::told(&concurrently::of(self.migration, &invalid)) {
            Some(told) => {
                let kind = error.kind();
                error.told(kind, |said| format!("{said}; {told}"))
            }
            None => error,
        }
    }

    /// An error, with the name of the migration. Whether running it again may help stays as it is
    /// where nothing was kept.
    fn failed(&self, error: Error, kept: bool) -> Error {
        let (label, way) = (self.migration.label(), self.way.of());
        let state = match (kept, error.kind()) {
            (true, _) => format!("some of it may be done: {}", self.way.how_to_settle()),
            (false, ErrorKind::Connect | ErrorKind::CommitUnknown) => {
                "it is kept as a whole or not at all: see its status".to_owned()
            }
            (false, _) => "nothing of it was kept".to_owned(),
        };
        // Of data that is invalid the database names the constraint; ours are words for a form.
        let said = std::error::Error::source(&error).map(ToString::to_string);
        let said = said.filter(|_| error.kind() == ErrorKind::Invalid);
        let tell = |message: &str| {
            let said = said.as_deref().unwrap_or(message);
            format!("{way}the migration `{label}` failed: {said} ({state})")
        };
        match error.kind() {
            ErrorKind::Migration | ErrorKind::MigrationLocked | ErrorKind::MigrationUnfinished => {
                error
            }
            kind @ (ErrorKind::Conflict
            | ErrorKind::Connect
            | ErrorKind::CommitUnknown
            | ErrorKind::Interrupted)
                if !kept =>
            {
                error.told(kind, tell)
            }
            _ => error.told(ErrorKind::MigrationFailed, tell),
        }
    }
}

/// Ends the transaction, unless the text of the migration did: then there is none to be ended, and
/// what came of the text counts.
pub(super) async fn finish<L: Link>(mut open: Open<'_, L>, result: Result<bool>) -> Result<bool> {
    if open.link().is_inside() {
        return open.finish(result).await;
    }
    let _ = open.finish(Ok::<(), Error>(())).await;
    result
}
