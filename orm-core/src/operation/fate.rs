//! [`Fate`]: whether the transaction that is open can still be committed, and what waits for it.

use diesel::result::{Error as DieselError, QueryResult};

use crate::backend::Database;
use crate::error::{Doomed, ends_transaction, is_conflict};
use crate::transaction::Hooks;

/// What became of the transaction that is open, whoever saw the errors of its
/// statements.
///
/// A COMMIT does not tell. PostgreSQL answers that of a transaction in which a
/// statement failed by a rollback, without an error. MariaDB and MySQL end the
/// transaction that loses a deadlock, with all savepoints: what is sent after
/// that would be kept, each statement by itself.
#[derive(Debug, Default)]
pub struct Fate {
    state: State,
    /// A statement lost against another transaction, since the outermost BEGIN.
    conflict: bool,
    pub(super) hooks: Hooks,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(super) enum State {
    /// As far as is known it can be committed.
    #[default]
    Open,
    /// Perhaps it cannot: the database is asked first.
    Doubtful,
    /// It lost against another one, up to the innermost savepoint.
    Aborted,
    /// It lost, with all savepoints.
    Gone,
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
        if !matches!(error, DieselError::DatabaseError(..)) {
            return;
        }
        let now = match database {
            Database::Mysql if ends_transaction(error) => State::Gone,
            Database::Postgres if conflict => State::Aborted,
            Database::Postgres => State::Doubtful,
            Database::Sqlite | Database::Mysql => return,
        };
        if now > self.state && inside() {
            self.state = now;
        }
    }

    /// Notes that the connection was lent inside of a transaction: statements may
    /// fail there unseen.
    pub fn lend(&mut self, database: Database) {
        if database == Database::Postgres && self.state == State::Open {
            self.state = State::Doubtful;
        }
    }

    /// # Errors
    /// [`Doomed::Lost`], if nothing more may be sent.
    pub fn check(&self) -> QueryResult<()> {
        match self.state {
            State::Open | State::Doubtful => Ok(()),
            State::Aborted | State::Gone => Err(Doomed::Lost.into()),
        }
    }

    pub(super) fn state(&self) -> State {
        self.state
    }

    /// A transaction or savepoint was begun. The database takes a savepoint only where all is well.
    pub(super) fn begin(&mut self) {
        self.state = State::Open;
        if self.hooks.depth() == 0 {
            self.conflict = false;
        }
        self.hooks.begin();
    }

    /// What was noted is over.
    pub(super) fn settle(&mut self) {
        self.state = State::Open;
    }

    /// Whether a statement lost against another transaction, since the outermost one was begun.
    pub(crate) fn met_conflict(&self) -> bool {
        self.conflict
    }

    /// Whether a transaction is open that was begun through its session.
    pub(crate) fn awaits_commit(&self) -> bool {
        self.hooks.depth() > 0
    }

    /// To be done once the outermost transaction is committed.
    pub(crate) fn after_commit(&mut self, hook: impl FnOnce() + Send + 'static) {
        self.hooks.add(hook);
    }
}
