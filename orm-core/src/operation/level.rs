//! [`Level`]: a transaction or savepoint among those that are open, and how it is begun and ended.

use diesel::result::{Error as DieselError, QueryResult};

use super::fate::State;
use super::{Link, test};
use crate::backend::{Database, Dialect};
use crate::error::{Doomed, UnknownCommit, is_closed, lacks_savepoint};
use crate::transaction::Hooks;

impl From<Doomed> for DieselError {
    fn from(doomed: Doomed) -> Self {
        DieselError::QueryBuilderError(Box::new(doomed))
    }
}

/// How many transactions and savepoints are open, up to one of them: as Diesel counts them, and as
/// those that may have hooks. Each begin and end of a session counts for both; past the session there
/// are some that only Diesel counts.
#[derive(Debug, Clone, Copy)]
pub struct Level {
    depth: u32,
    hooks: usize,
}

impl Level {
    /// The innermost that is open.
    pub(super) fn innermost<L: Link>(link: &mut L) -> Self {
        Level {
            depth: link.depth().unwrap_or_default(),
            hooks: link.fate().hooks.depth(),
        }
    }

    fn outside(self) -> Self {
        Level {
            depth: self.depth.saturating_sub(1),
            hooks: self.hooks.saturating_sub(1),
        }
    }
}

/// The level that ends now, whoever began it.
pub(super) async fn innermost<L: Link>(link: &mut L) -> Level {
    may_count(link).await;
    Level::innermost(link)
}

/// Before Diesel's count is looked at where the connection may have been left to a thread: waits for
/// that.
async fn may_count<L: Link>(link: &mut L) {
    if L::Backend::DATABASE == Database::Sqlite {
        let _ = is_asked(link).await;
    }
}

pub(super) async fn begin<L: Link>(link: &mut L, immediate: bool) -> QueryResult<()> {
    link.check()?;
    match immediate && !link.in_test() {
        true => link.send_begin_immediate().await?,
        false => link.send_begin().await?,
    }
    link.fate().begin();
    Ok(())
}

/// Commits, and gives what is to be done behind that. What cannot be committed is rolled back.
pub(super) async fn commit<L: Link>(link: &mut L, level: Level) -> QueryResult<Hooks> {
    let asked = is_asked(link).await;
    if asked.is_ok() && is_ended(link, level) {
        let ended = link.fate().check();
        link.fate().hooks.roll_back_to(level.outside().hooks);
        settle(link, false);
        return ended.and(Err(DieselError::NotInTransaction));
    }
    let outermost = level.hooks <= 1;
    let refused = match asked {
        Ok(()) => is_committable(link, level, outermost).await,
        failed => failed,
    };
    if let Err(refused) = refused {
        // A rollback that fails leaves a broken connection, which is not used again.
        let _ = roll_back(link, level).await;
        return Err(refused);
    }
    let done = link.send_commit().await;
    settle(link, done.is_ok());
    let error = match done {
        Ok(()) => return Ok(link.fate().hooks.commit()),
        Err(error) => error,
    };
    if is_closed(&error) {
        link.fate().hooks.roll_back_to(level.outside().hooks);
        settle(link, false);
        return Err(match outermost {
            true => UnknownCommit(error).into(),
            false => error,
        });
    }
    let is_gone = !outermost && lacks_savepoint(&error);
    if is_gone {
        link.fate().end();
    }
    let _ = roll_back(link, level).await;
    match is_gone {
        true => Err(Doomed::Ended.into()),
        false => Err(error),
    }
}

/// Whether somebody else has ended a level.
fn is_ended<L: Link>(link: &mut L, level: Level) -> bool {
    link.depth().is_some_and(|depth| depth < level.depth.max(1))
}

/// Finds out what is doubtful.
///
/// # Errors
/// If the database does not answer.
async fn is_asked<L: Link>(link: &mut L) -> QueryResult<()> {
    match link.fate().state() {
        State::Doubtful => link.find_out().await,
        _ => Ok(()),
    }
}

/// # Errors
/// If it cannot be committed.
async fn is_committable<L: Link>(link: &mut L, level: Level, outermost: bool) -> QueryResult<()> {
    let deeper = link.depth().is_some_and(|depth| depth > level.depth);
    if deeper || link.fate().hooks.depth() > level.hooks {
        return Err(Doomed::LeftOpen.into());
    }
    link.fate().check()?;
    match outermost && link.in_test() {
        true => test::check_deferred(link).await,
        false => Ok(()),
    }
}

/// Rolls back, and with it what was begun inside and is open still.
pub(crate) async fn roll_back<L: Link>(link: &mut L, level: Level) -> QueryResult<()> {
    may_count(link).await;
    let outside = level.outside();
    link.fate().hooks.roll_back_to(outside.hooks);
    if is_ended(link, level) {
        return match level.depth {
            0 => Err(DieselError::NotInTransaction),
            // It is ended, as it shall be.
            _ => {
                settle(link, false);
                Ok(())
            }
        };
    }
    loop {
        let before = link.depth();
        let over = link.fate().is_over();
        let done = link.send_roll_back().await;
        settle(link, done.is_ok() && !over);
        let done = match done {
            // The savepoint is gone with all the others, which is no news.
            Err(error) if over && !is_closed(&error) => Ok(()),
            done => done,
        };
        let now = link.depth();
        if now == before || now.is_none_or(|depth| depth <= outside.depth) {
            return done;
        }
    }
}

/// After a transaction or savepoint ended: what is known of the one outside.
fn settle<L: Link>(link: &mut L, well: bool) {
    if link.fate().state() == State::Open {
        return;
    }
    // Diesel may know that SQLite ended it before all levels were left.
    if well || (link.fate().hooks.depth() == 0 && !link.is_inside()) {
        link.fate().settle();
    }
}
