//! [`Session`]: a unit of work on one database; the only place that sends.
//!
//! A session owns a connection, pooled or not, and is a Diesel connection
//! itself: whatever runs on Diesel's runs on it. Its own operations are those of
//! `operation`, over a link that blocks.

mod backfill;
mod diesel_connection;
mod execute;
mod inspect;
mod link;
mod migrate;
mod read;
mod transaction;
mod work;
mod write;

pub use crate::operation::{LoadModel, PreloadOn};
pub use diesel_connection::SessionTransactions;

use std::sync::Arc;

use diesel::result::QueryResult;
use r2d2::PooledConnection;

use crate::backend::Dialect;
use crate::connection::DatabaseConnection;
use crate::id::TimeIds;
use crate::pool::{self, Manager};

/// A unit of work on one database.
///
/// ```
/// use orm_core::prelude::*;
///
/// #[derive(Model, Debug)]
/// struct Customer {
///     #[model(generated)]
///     id: i64,
///     name: String,
/// }
///
/// let engine = Engine::<SqliteConnection>::open(":memory:")?;
/// engine.create_all(schema![Customer])?;
/// let mut session = engine.session()?;
///
/// let ann = session.insert(NewCustomer { name: "Ann".into() })?;
/// session.update(Customer::patch(ann.id).name("Anne"))?;
/// let anne = session.get::<Customer>(ann.id)?.expect("just inserted");
/// assert_eq!(anne.name, "Anne");
/// # Ok::<(), orm_core::Error>(())
/// ```
pub struct Session<C: DatabaseConnection> {
    connection: Connected<C>,
    name: Arc<str>,
    ids: Arc<TimeIds>,
}

enum Connected<C: DatabaseConnection> {
    Pooled(PooledConnection<Manager<C>>),
    Owned(Box<pool::Link<C>>),
}

impl<C: DatabaseConnection> Session<C> {
    pub(crate) fn pooled(
        connection: PooledConnection<Manager<C>>,
        name: Arc<str>,
        ids: Arc<TimeIds>,
    ) -> Self {
        Session {
            connection: Connected::Pooled(connection),
            name,
            ids,
        }
    }

    /// A session on a connection that was opened elsewhere, under a name for errors.
    ///
    /// On SQLite the connection lacks what [`DatabaseConnection::open`] sets up.
    pub fn from_connection(connection: C, name: &str) -> Self {
        Session {
            connection: Connected::Owned(Box::new(pool::Link::new(connection))),
            name: name.into(),
            ids: TimeIds::shared(),
        }
    }

    /// The name of the engine or shard.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The source of ids that are made before an insert.
    #[must_use]
    pub fn ids(&self) -> &TimeIds {
        &self.ids
    }

    /// Diesel's connection itself, for what only it can do (COPY, for one).
    pub fn connection(&mut self) -> &mut C {
        let held = self.held();
        held.fate.lend(C::Backend::DATABASE);
        &mut held.connection
    }

    fn held(&mut self) -> &mut pool::Link<C> {
        match &mut self.connection {
            Connected::Pooled(link) => link,
            Connected::Owned(link) => link,
        }
    }

    /// Runs something on the connection, and notes if the server closed it: the pool does not
    /// take such a one back.
    fn on_connection<T>(&mut self, run: impl FnOnce(&mut C) -> QueryResult<T>) -> QueryResult<T> {
        self.held().fate.check()?;
        self.at_any_rate(run)
    }

    /// The same in a transaction that cannot be committed any more: for what ends it.
    fn at_any_rate<T>(&mut self, run: impl FnOnce(&mut C) -> QueryResult<T>) -> QueryResult<T> {
        let held = self.held();
        let result = run(&mut held.connection);
        held.note(&result);
        result
    }
}

impl<C: DatabaseConnection> std::fmt::Debug for Session<C> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}
