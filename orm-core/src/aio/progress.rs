//! [`Progress`]: what a session is in the midst of, and whether more may be sent on it.

use diesel::result::{Error as DieselError, QueryResult};

use crate::backend::Database;
use crate::connection::watch::{self, Told};
use crate::error::{Interrupted, is_lost};
use crate::event::Rows;
use crate::operation::Fate;

/// How far the last thing that was begun has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Progress {
    /// It is done.
    Done,
    /// A statement is under way; seen by the next call, it was left.
    Sending,
    /// Rows of a statement of Diesel's were not read to the end. The drivers
    /// pass over the rest before the next statement.
    HalfRead,
    /// A transaction was left, or a wait between two statements.
    Left,
    /// The same, and rows were not read to the end: the server goes on sending.
    LeftHalfRead,
    /// The server closed the connection.
    Lost,
}

impl Progress {
    /// # Errors
    /// [`Interrupted`], if nothing more may be sent.
    pub(super) fn check(self) -> QueryResult<()> {
        match self {
            Progress::Sending | Progress::Left | Progress::LeftHalfRead => {
                Err(DieselError::QueryBuilderError(Box::new(Interrupted)))
            }
            Progress::Done | Progress::HalfRead | Progress::Lost => Ok(()),
        }
    }

    /// A transaction is left now.
    pub(super) fn interrupt(&mut self) {
        *self = match *self {
            Progress::Done => Progress::Left,
            Progress::HalfRead => Progress::LeftHalfRead,
            other => other,
        };
    }

    /// Whether the server may be at work.
    pub(super) fn is_under_way(self) -> bool {
        matches!(
            self,
            Progress::Sending | Progress::HalfRead | Progress::LeftHalfRead
        )
    }

    pub(super) fn after<T>(result: &QueryResult<T>) -> Self {
        match result {
            _ if is_lost(result) => Progress::Lost,
            // Of a row that is not what was expected: those behind it were not read.
            Err(DieselError::DeserializationError(_)) => Progress::HalfRead,
            _ => Progress::Done,
        }
    }
}

/// What a session notes of the statements of Diesel's that run on it.
pub(super) struct Watch<'s> {
    pub(super) progress: &'s mut Progress,
    pub(super) fate: &'s mut Fate,
    pub(super) events: Option<&'s watch::Watch>,
    pub(super) inside: bool,
    pub(super) database: Database,
}

impl Watch<'_> {
    /// # Errors
    /// If nothing more may be sent.
    pub(super) fn check(&self) -> QueryResult<()> {
        self.progress.check()?;
        self.fate.check()
    }

    /// What a statement builds before it is sent. A panic in there (of a value
    /// that is turned into the database's form) leaves the session.
    ///
    /// # Errors
    /// If nothing more may be sent.
    pub(super) fn build<T>(&mut self, build: impl FnOnce() -> T) -> QueryResult<T> {
        self.check()?;
        if let Some(events) = self.events {
            events.hold();
        }
        let before = std::mem::replace(self.progress, Progress::Left);
        let built = build();
        *self.progress = before;
        Ok(built)
    }

    /// Tells what came of a statement, and how many rows it has.
    pub(super) fn tell<T>(&self, result: &QueryResult<T>, rows: impl FnOnce(&T) -> Rows) {
        if let Some(events) = self.events {
            // Nothing more is sent in this future: a plan would wait for the next one.
            events.told(Told::of(result, rows).without_plan());
        }
    }

    /// What came of a statement.
    pub(super) fn note<T>(&mut self, result: &QueryResult<T>) {
        *self.progress = Progress::after(result);
        self.fate.note(self.database, result, || self.inside);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_behind_one_that_is_not_as_expected_are_left() {
        let expected = DieselError::DeserializationError("a text where a number was".into());
        let left = Progress::after::<()>(&Err(expected));
        assert_eq!(left, Progress::HalfRead);
        assert!(left.check().is_ok());
        assert_eq!(Progress::after(&Ok(())), Progress::Done);
    }
}
