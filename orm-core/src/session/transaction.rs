//! Transactions and savepoints.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use super::Session;
use crate::connection::DatabaseConnection;
use crate::error::Error;
use crate::operation::{Link, Open, now};

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
        let mut open = now(Open::begin(self))?;
        match catch_unwind(AssertUnwindSafe(|| work(open.link()))) {
            Ok(result) => now(open.finish(result)),
            Err(panic) => {
                // A rollback that fails leaves a broken connection, which the
                // pool does not take back.
                let _ = now(open.link().roll_back());
                resume_unwind(panic)
            }
        }
    }
}
