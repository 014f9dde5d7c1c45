//! [`Fate`]: whether the transaction that is open can still be committed, and what waits for it.

use std::sync::Arc;

use diesel::result::{Error as DieselError, QueryResult};

use crate::backend::Database;
use crate::error::{Doomed, ends_transaction, is_closed, is_conflict, lacks_savepoint};
use crate::transaction::{Behind, Hooks, Panic};

/// What became of the transaction that is open, whoever saw the errors of its
/// statements.
///
/// A COMMIT does not tell. PostgreSQL answers that of a transaction in which a
/// statement failed by a rollback, without an error. MariaDB and MySQL end the
/// transaction that loses a deadlock, with all savepoints, and SQLite one in which a trigger says so
/// or its disk is full: what is sent after that would be kept, each statement by itself.
#[derive(Debug, Default)]
pub struct Fate {
    state: State,
    /// A statement lost against another transaction, since the last [`try_again`](Self::try_again).
    conflict: bool,
    /// The connection was lost since then.
    lost: bool,
    pub(super) hooks: Hooks,
    /// Who runs the hooks, if that is not whoever commits.
    behind: Option<Arc<Behind>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(super) enum State {
    /// As far as is known it can be committed.
    #[default]
    Open,
    /// Perhaps it cannot: the database is asked first.
    Doubtful,
    /// A statement failed, and PostgreSQL keeps nothing behind that.
    Failed,
    /// It lost against another one, up to the innermost savepoint.
    Aborted,
    /// It lost, with all savepoints.
    Gone,
    /// The database ended it for another reason, with all savepoints.
    Ended,
}

impl Fate {
    /// Notes what came of a statement; `inside` says whether a transaction was open.
    pub fn note<T>(
        &mut self,
        database: Database,
        result: &QueryResult<T>,
        inside: impl FnOnce() -> bool,
    ) {
        let Err(error) = result else {
            return;
        };
        let conflict = is_conflict(error);
        self.conflict |= conflict;
        self.lost |= is_closed(error);
        if !matches!(error, DieselError::DatabaseError(..)) {
            return;
        }
        let now = match database {
            Database::Mysql if ends_transaction(error) => State::Gone,
            Database::Mysql => return,
            Database::Postgres if conflict => State::Aborted,
            Database::Postgres | Database::Sqlite => State::Doubtful,
        };
        // Of a transaction that SQLite ended Diesel may know already, and one that was begun past
        // the session is not ours to be asked for.
        let inside = self.hooks.depth() > 0 || (database != Database::Sqlite && inside());
        if now > self.state && inside {
            self.state = now;
        }
    }

    /// Notes that the connection was lent inside of a transaction, or that rows were not read to
    /// their end: statements may fail there unseen.
    pub fn lend(&mut self) {
        if self.state == State::Open && self.hooks.depth() > 0 {
            self.state = State::Doubtful;
        }
    }

    /// Notes that a lock was not to be had, of which the database says nothing.
    pub(super) fn lose(&mut self) {
        self.conflict = true;
    }

    /// # Errors
    /// [`Doomed`], if nothing more may be sent.
    pub fn check(&self) -> QueryResult<()> {
        match self.state {
            State::Open | State::Doubtful => Ok(()),
            State::Failed => Err(Doomed::Failed.into()),
            State::Aborted | State::Gone => Err(Doomed::Lost.into()),
            State::Ended => Err(Doomed::Ended.into()),
        }
    }

    pub(super) fn state(&self) -> State {
        self.state
    }

    /// Whether the database ended the transaction, with all savepoints.
    pub(super) fn is_over(&self) -> bool {
        matches!(self.state, State::Gone | State::Ended)
    }

    /// Whether the database is asked before the next statement if the transaction is still there.
    /// PostgreSQL takes none behind one that failed, and is asked before COMMIT only.
    pub(crate) fn asks_first(&self, database: Database) -> bool {
        self.state == State::Doubtful && database != Database::Postgres
    }

    /// What it answered. Whether it is to be asked once more: what it said was of rows that nobody
    /// had read.
    pub(crate) fn answered(&mut self, database: Database, answer: &QueryResult<()>) -> bool {
        if answer.as_ref().is_err_and(is_closed) {
            self.lost = true;
            return false;
        }
        self.state = match (database, answer) {
            (Database::Postgres, Err(DieselError::DatabaseError(..))) => State::Failed,
            (Database::Postgres, _) => State::Open,
            (Database::Sqlite, Ok(())) => State::Ended,
            (Database::Sqlite, Err(_)) | (Database::Mysql, Ok(())) => State::Open,
            (Database::Mysql, Err(error)) if lacks_savepoint(error) => State::Ended,
            (Database::Mysql, Err(_)) => {
                self.note(database, answer, || true);
                return self.state == State::Doubtful;
            }
        };
        false
    }

    /// A transaction or savepoint was begun. The database takes a savepoint only where all is well.
    pub(super) fn begin(&mut self) {
        self.state = State::Open;
        if self.hooks.depth() == 0 {
            // A dead connection may have been replaced.
            self.lost = false;
        }
        self.hooks.begin();
    }

    /// What was noted is over.
    pub(super) fn settle(&mut self) {
        self.state = State::Open;
    }

    /// The database ended the transaction by itself.
    pub(super) fn end(&mut self) {
        self.state = self.state.max(State::Ended);
    }

    /// A transaction is run that will be run again if it loses.
    pub(super) fn try_again(&mut self) {
        (self.conflict, self.lost) = (false, false);
    }

    /// Whether a statement lost against another transaction in this try.
    pub(super) fn met_conflict(&self) -> bool {
        self.conflict
    }

    /// Whether a transaction is open that was begun through its session.
    pub(crate) fn awaits_commit(&self) -> bool {
        self.hooks.depth() > 0
    }

    /// Whether the connection was lost in this try.
    pub(super) fn lost_connection(&self) -> bool {
        self.lost
    }

    /// To be done once the outermost transaction is committed.
    pub(crate) fn after_commit(&mut self, hook: impl FnOnce() + Send + 'static) {
        self.hooks.add(hook);
    }

    /// Hooks of what is committed are left to somebody who runs them later.
    pub(crate) fn leave_hooks(&mut self, behind: &Arc<Behind>) {
        self.behind = Some(behind.clone());
    }

    /// Runs hooks of what was committed, unless that is left to somebody else.
    #[must_use = "a panic is to go on"]
    pub(super) fn run(&mut self, hooks: Hooks) -> Option<Panic> {
        match &self.behind {
            Some(behind) => {
                behind.add(hooks);
                None
            }
            None => hooks.run(),
        }
    }
}

/// What is asked where it is doubtful whether a transaction is still there: an error, or none, tells.
pub(crate) fn question(database: Database) -> &'static str {
    match database {
        Database::Postgres => "SELECT 1",
        // Inside of a transaction none can be begun.
        Database::Sqlite => "BEGIN; ROLLBACK",
        Database::Mysql => "SAVEPOINT orm_asked; RELEASE SAVEPOINT orm_asked",
    }
}
