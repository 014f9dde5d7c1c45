//! What an engine does, as events for whoever observes it.
//!
//! Events are borrowed data. They hold no URL, and no bound value unless an engine was told
//! `show_binds`. Who makes them: `connection` (statements, transactions) and the pools. With the
//! features `tracing` and `metrics` there are observers that hand them on: `Tracing` and
//! `Metrics`.

mod caller;
#[cfg(feature = "metrics")]
mod metrics;
mod pool;
mod statement;
mod summary;
mod token;
#[cfg(feature = "tracing")]
mod tracing;
mod transaction;

use std::sync::Arc;

#[cfg(feature = "metrics")]
pub use self::metrics::Metrics;
#[cfg(feature = "tracing")]
pub use self::tracing::Tracing;
#[doc(hidden)]
pub use caller::carried;
pub use pool::{Pool, PoolStep};
pub use statement::{Finished, Origin, Rows, Slow, Statement, StatementId};
pub(crate) use statement::{affected, returned};
pub use summary::Summary;
pub use transaction::{Transaction, TransactionStep};

/// One thing that happened.
///
/// ```
/// use std::sync::{Arc, Mutex};
/// use orm_core::event::Event;
/// use orm_core::prelude::*;
///
/// # #[derive(Model, Debug)]
/// # struct Customer {
/// #     #[model(generated)]
/// #     id: i64,
/// #     name: String,
/// # }
/// let seen = Arc::new(Mutex::new(Vec::new()));
/// let notes = seen.clone();
/// let engine = Engine::<SqliteConnection>::builder()
///     .url(":memory:")
///     .observe(move |event: Event<'_>| {
///         if let Event::Finished(done) = event {
///             let line = format!("{}, {:?}", done.statement.summary(), done.rows.any());
///             notes.lock().unwrap().push(line);
///         }
///     })
///     .open()?;
/// engine.create_all(schema![Customer])?;
/// seen.lock().unwrap().clear();
///
/// engine.session()?.insert(NewCustomer { name: "Ann".into() })?;
/// assert_eq!(*seen.lock().unwrap(), ["INSERT customers, Some(1)"]);
/// # Ok::<(), orm_core::Error>(())
/// ```
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum Event<'e> {
    /// A statement is about to be sent.
    #[non_exhaustive]
    Query {
        /// The name of the engine, or of the shard.
        database: &'e str,
        /// The text, without the bound values.
        sql: &'e str,
        /// The same statement, with what else is known of it.
        statement: Statement<'e>,
    },
    /// A statement came to its end: each that was about to be sent does, once.
    Finished(Finished<'e>),
    /// A statement took longer than the engine was told to bear.
    Slow(Slow<'e>),
    /// A transaction or a savepoint began or ended.
    Transaction(Transaction<'e>),
    /// A connection was opened, lent, given back, waited for in vain or closed.
    Pool(Pool<'e>),
}

/// Observes events. Implemented by closures.
///
/// It runs where the event happens, while the statement waits: what takes long belongs elsewhere. On
/// an async SQLite connection that is one of tokio's threads for blocking work.
pub trait Observer: Send + Sync + 'static {
    /// Sees an event, on the thread where it happens.
    fn observe(&self, event: Event<'_>);
}

impl<F: Fn(Event<'_>) + Send + Sync + 'static> Observer for F {
    fn observe(&self, event: Event<'_>) {
        self(event);
    }
}

/// Adds an observer behind the one that is there.
#[must_use]
pub fn joined(before: Option<Arc<dyn Observer>>, observer: impl Observer) -> Arc<dyn Observer> {
    match before {
        None => Arc::new(observer),
        Some(before) => Arc::new(move |event: Event<'_>| {
            before.observe(event);
            observer.observe(event);
        }),
    }
}
