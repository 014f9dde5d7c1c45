//! Transactions and savepoints: [`Transaction`], and what begins one.

mod diesel_connection;

use std::ops::{Deref, DerefMut};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use ref_cast::RefCast;

use super::Session;
use crate::connection::DatabaseConnection;
use crate::error::Error;
use crate::operation::{Link, Open, lost, not_nested, now, tried};
use crate::transaction::{Retry, TransactionOptions};

/// A session inside of a transaction, which the closure of
/// [`transaction`](Session::transaction) is given.
///
/// It is a session in all else: methods are called on it, queries run on it, Diesel's as well, and
/// `&mut Transaction<C>` is taken where a `&mut Session<C>` is asked for. A function that asks for a
/// `&mut Transaction<C>` cannot be called outside of one.
#[derive(RefCast)]
#[repr(transparent)]
pub struct Transaction<C: DatabaseConnection>(Session<C>);

impl<C: DatabaseConnection> Transaction<C> {
    /// Runs a closure once the outermost transaction is committed, in the order in which they were
    /// given. It is dropped, and never run, if the transaction or a savepoint around it is rolled
    /// back, whoever does that, or if it is not known whether the COMMIT was done.
    ///
    /// ```
    /// # use orm_core::prelude::*;
    /// # use std::sync::mpsc;
    /// # #[derive(Model, Debug)]
    /// # struct Order { #[model(generated)] id: i64, cents: i64 }
    /// # let engine = Engine::<SqliteConnection>::open(":memory:")?;
    /// # engine.create_all(schema![Order])?;
    /// # let (mails, sent) = mpsc::channel();
    /// engine.transaction(|tx| {
    ///     let order = tx.insert(NewOrder { cents: 100 })?;
    ///     tx.after_commit(move || mails.send(order.id).expect("somebody listens"));
    ///     Ok::<_, orm_core::Error>(())
    /// })?;
    /// assert_eq!(sent.recv(), Ok(1));
    /// # Ok::<(), orm_core::Error>(())
    /// ```
    ///
    /// What it panics with goes on once the others were run; the transaction is committed then, and
    /// the session can be used.
    pub fn after_commit(&mut self, hook: impl FnOnce() + Send + 'static) {
        self.0.fate().after_commit(hook);
    }

    /// As [`Session::transaction`]: a savepoint. Diesel's method of this name, where it is in scope,
    /// would come before the session's.
    ///
    /// # Errors
    /// As [`Session::transaction`].
    ///
    /// # Panics
    /// If the work does, after the rollback.
    pub fn transaction<T, E, F>(&mut self, work: F) -> Result<T, E>
    where
        F: FnOnce(&mut Transaction<C>) -> Result<T, E>,
        E: From<Error>,
    {
        self.0.transaction(work)
    }
}

impl<C: DatabaseConnection> Deref for Transaction<C> {
    type Target = Session<C>;

    fn deref(&self) -> &Session<C> {
        &self.0
    }
}

impl<C: DatabaseConnection> DerefMut for Transaction<C> {
    fn deref_mut(&mut self) -> &mut Session<C> {
        &mut self.0
    }
}

impl<C: DatabaseConnection> std::fmt::Debug for Transaction<C> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Transaction")
            .field("name", &self.name())
            .finish_non_exhaustive()
    }
}

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
    /// What the work returns; what the database says of BEGIN and COMMIT;
    /// [`CommitUnknown`](crate::ErrorKind::CommitUnknown) if the connection was lost before COMMIT
    /// was answered.
    ///
    /// # Panics
    /// If the work does, after the rollback; if a hook does, after COMMIT.
    pub fn transaction<T, E, F>(&mut self, work: F) -> Result<T, E>
    where
        F: FnOnce(&mut Transaction<C>) -> Result<T, E>,
        E: From<Error>,
    {
        self.transaction_with(&TransactionOptions::new(), work)
    }

    /// As [`transaction`](Self::transaction), begun as options say. What they set on the connection
    /// is put back behind it.
    ///
    /// # Errors
    /// As [`transaction`](Self::transaction). If any option is set, before anything is sent:
    /// * [`Refused`](crate::ErrorKind::Refused) inside of another transaction;
    /// * [`Unsupported`](crate::ErrorKind::Unsupported) if the database cannot do what they say;
    /// * [`Config`](crate::ErrorKind::Config) if they contradict each other, or a timeout is zero.
    ///
    /// # Panics
    /// As [`transaction`](Self::transaction).
    pub fn transaction_with<T, E, F>(
        &mut self,
        options: &TransactionOptions,
        work: F,
    ) -> Result<T, E>
    where
        F: FnOnce(&mut Transaction<C>) -> Result<T, E>,
        E: From<Error>,
    {
        let mut open = now(Open::begin_with(self, options))?;
        let work = AssertUnwindSafe(|| work(Transaction::ref_cast_mut(open.link())));
        match catch_unwind(work) {
            Ok(result) => now(open.finish(result)),
            Err(panic) => {
                now(open.abandon());
                resume_unwind(panic)
            }
        }
    }

    /// As [`transaction_with`](Self::transaction_with), and all of it again if it lost against
    /// another transaction; so the closure may be called several times.
    ///
    /// ```
    /// # use orm_core::prelude::*;
    /// # #[derive(Model, Debug)]
    /// # struct Account { #[model(generated)] id: i64, cents: i64 }
    /// # let engine = Engine::<SqliteConnection>::open(":memory:")?;
    /// # engine.create_all(schema![Account])?;
    /// # let mut session = engine.session()?;
    /// # let id = session.insert(NewAccount { cents: 1 })?.id;
    /// let retry = TransactionOptions::new().serializable().immediate().retry(5);
    /// session.transaction_retry(&retry, |tx| {
    ///     let account = tx.get::<Account>(id)?.expect("it is there");
    ///     tx.update(Account::patch(id).cents(account.cents + 1))
    /// })?;
    /// # Ok::<(), orm_core::Error>(())
    /// ```
    ///
    /// A try lost if its error says so ([`Error::is_retryable`]). Of an error of your own type that
    /// cannot be asked: then it lost if the database said so of any statement in it.
    ///
    /// # Errors
    /// As [`transaction_with`](Self::transaction_with), of the last try; an [`Error`] of that says how
    /// many there were. [`Refused`](crate::ErrorKind::Refused) inside of another transaction, which
    /// would have to be run again as well.
    ///
    /// # Panics
    /// As [`transaction`](Self::transaction).
    pub fn transaction_retry<T, E, F>(&mut self, retry: &Retry, mut work: F) -> Result<T, E>
    where
        F: FnMut(&mut Transaction<C>) -> Result<T, E>,
        E: From<Error> + 'static,
    {
        let mut tries = 0;
        loop {
            not_nested(self)?;
            tries += 1;
            match self.transaction_with(retry.options(), &mut work) {
                Ok(value) => return Ok(value),
                Err(error) if !lost(self, &error) => return Err(error),
                Err(error) => match retry.wait_after(tries) {
                    Some(wait) => now(self.wait(wait)),
                    None => return Err(tried(error, tries)),
                },
            }
        }
    }
}
