//! Transactions and savepoints.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use diesel::Connection;
use diesel::connection::TransactionManager;

use super::Session;
use crate::connection::DatabaseConnection;
use crate::error::Error;

impl<C: DatabaseConnection> Session<C> {
    /// Runs a unit of work in a transaction; inside another, in a savepoint.
    ///
    /// `Ok` commits, `Err` and a panic roll back.
    ///
    /// ```
    /// # use orm_core::prelude::*;
    /// # #[derive(Model, Debug)]
    /// # struct Account {
    /// #     #[model(generated)]
    /// #     id: i64,
    /// #     #[model(range(0..))]
    /// #     cents: i64,
    /// # }
    /// # let engine = Engine::<SqliteConnection>::open(":memory:")?;
    /// # engine.create_all(schema![Account])?;
    /// # let mut session = engine.session()?;
    /// let failed = session.transaction(|tx| {
    ///     tx.insert(NewAccount { cents: 1 })?;
    ///     tx.insert(NewAccount { cents: -1 }) // breaks a rule
    /// });
    /// assert!(failed.is_err());
    /// assert_eq!(Account::query().count(&mut session)?, 0);
    /// # Ok::<(), orm_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// What the work returns; what the database says of BEGIN and COMMIT.
    ///
    /// # Panics
    /// If the work does; after the rollback.
    pub fn transaction<T, E, F>(&mut self, work: F) -> Result<T, E>
    where
        F: FnOnce(&mut Self) -> Result<T, E>,
        E: From<Error>,
    {
        type Manager<C> = <Session<C> as Connection>::TransactionManager;
        Manager::<C>::begin_transaction(self).map_err(|error| self.error(error))?;
        match catch_unwind(AssertUnwindSafe(|| work(self))) {
            Ok(Ok(value)) => {
                Manager::<C>::commit_transaction(self).map_err(|error| self.error(error))?;
                Ok(value)
            }
            Ok(Err(error)) => match Manager::<C>::rollback_transaction(self) {
                // What broke the transaction matters more than that the broken
                // one cannot be rolled back: its connection is not used again.
                Ok(()) | Err(diesel::result::Error::BrokenTransactionManager) => Err(error),
                Err(rollback) => Err(self.error(rollback).into()),
            },
            Err(panic) => {
                // A rollback that fails leaves a broken connection, which the
                // pool does not take back.
                let _ = Manager::<C>::rollback_transaction(self);
                resume_unwind(panic)
            }
        }
    }
}
