//! Transactions and savepoints: begun and ended.

use std::time::Duration;

use super::Origin;
use crate::error::ErrorKind;

/// A transaction or a savepoint began or ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Transaction<'e> {
    /// Where.
    pub origin: Origin<'e>,
    /// What became of it.
    pub step: TransactionStep,
    /// 1 is a transaction, more a savepoint inside of it.
    pub depth: u32,
    /// From its begin until now; zero at the begin.
    pub duration: Duration,
    /// What the database said of COMMIT or ROLLBACK, if it refused.
    pub error: Option<ErrorKind>,
}

impl<'e> Transaction<'e> {
    pub(crate) fn new(
        origin: Origin<'e>,
        step: TransactionStep,
        depth: u32,
        duration: Duration,
    ) -> Self {
        Transaction {
            origin,
            step,
            depth,
            duration,
            error: None,
        }
    }
}

/// What became of a transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TransactionStep {
    /// It is open.
    Begin,
    /// It is kept; with an error, it is not, and [`RollBack`](Self::RollBack) or
    /// [`Leave`](Self::Leave) follows.
    Commit,
    /// It is undone; with an error, its connection is lost or not used again.
    RollBack,
    /// Its connection was lost or closed before it ended: the database rolls it back.
    Leave,
}

impl TransactionStep {
    /// In one word, lower case: `begin`, `commit`, `rollback`, `leave`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            TransactionStep::Begin => "begin",
            TransactionStep::Commit => "commit",
            TransactionStep::RollBack => "rollback",
            TransactionStep::Leave => "leave",
        }
    }
}
