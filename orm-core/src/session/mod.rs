//! [`Session`]: a unit of work on one database; the only place that sends.
//!
//! A session owns a connection, pooled or not, and is a Diesel connection
//! itself: whatever runs on Diesel's runs on it. Its own operations are those of
//! `operation`, over a link that blocks.

mod advisory;
mod backfill;
mod diesel_connection;
mod execute;
mod inspect;
mod link;
mod lock;
mod migrate;
mod read;
mod transaction;
mod work;
mod write;

pub use crate::operation::{LoadModel, PreloadOn};
pub use diesel_connection::SessionTransactions;
pub use transaction::Transaction;

use std::sync::Arc;

use diesel::result::QueryResult;

use crate::backend::Dialect;
use crate::connection::DatabaseConnection;
use crate::connection::watch::take_plans;
use crate::event::Rows;
use crate::hooks::Hooks;
use crate::id::TimeIds;
use crate::operation::{Opening, is_asked_before, may_repeat, now};
use crate::pool::{Lease, Link, Renews};

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
    hooks: Option<Arc<Hooks>>,
}

enum Connected<C: DatabaseConnection> {
    Pooled(Lease<Link<C>>),
    Owned(Box<Link<C>>),
}

impl<C: DatabaseConnection> Session<C> {
    pub(crate) fn pooled(
        connection: Lease<Link<C>>,
        name: Arc<str>,
        ids: Arc<TimeIds>,
        hooks: Option<Arc<Hooks>>,
    ) -> Self {
        Session {
            connection: Connected::Pooled(connection),
            name,
            ids,
            hooks,
        }
    }

    /// A session on a connection that was opened elsewhere, under a name for errors.
    ///
    /// On SQLite the connection lacks what [`DatabaseConnection::open`] sets up.
    pub fn from_connection(connection: C, name: &str) -> Self {
        Session {
            connection: Connected::Owned(Box::new(Link::new(connection))),
            name: name.into(),
            ids: TimeIds::shared(),
            hooks: None,
        }
    }

    /// The same session, which calls no hooks: whoever writes through it does.
    #[doc(hidden)]
    #[must_use]
    pub fn without_hooks(mut self) -> Self {
        self.hooks = None;
        self
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
    ///
    /// Nothing is sent again on another connection afterwards, should this one turn out to be dead:
    /// that would lack what was done here.
    pub fn connection(&mut self) -> &mut C {
        let held = self.held();
        held.fate.lend();
        (held.proven, held.doubtful, held.touched) = (true, true, true);
        &mut held.connection
    }

    fn held(&mut self) -> &mut Link<C> {
        let held = match &mut self.connection {
            Connected::Pooled(lease) => &mut **lease,
            Connected::Owned(link) => link,
        };
        held.settle();
        held
    }

    /// Runs something on the connection, and notes if the server closed it: the pool does not
    /// take such a one back. The first time a dead connection may be replaced.
    fn on_connection<T>(
        &mut self,
        first: impl Fn() -> Opening,
        run: impl FnMut(&mut C) -> QueryResult<T>,
    ) -> QueryResult<T> {
        self.counted(first, run, |_| Rows::Unknown)
    }

    /// The same of one statement, of whose answer is known how many rows it is.
    fn counted<T>(
        &mut self,
        first: impl Fn() -> Opening,
        mut run: impl FnMut(&mut C) -> QueryResult<T>,
        rows: impl Fn(&T) -> Rows,
    ) -> QueryResult<T> {
        let held = self.held();
        held.check()?;
        if held.proven {
            return self.noted(run, rows);
        }
        self.prove(&first);
        let (result, plans) = self.held().send(&mut run, &rows);
        if !std::mem::replace(&mut self.held().proven, true)
            && may_repeat(&result, &first)
            && self.renew()
        {
            return self.noted(run, rows);
        }
        self.held().note(&result);
        self.take_plans(plans);
        result
    }

    /// What is sent, with what came of it noted and told.
    fn noted<T>(
        &mut self,
        run: impl FnOnce(&mut C) -> QueryResult<T>,
        rows: impl FnOnce(&T) -> Rows,
    ) -> QueryResult<T> {
        let held = self.held();
        let (result, plans) = held.send(run, rows);
        held.note(&result);
        self.take_plans(plans);
        result
    }

    /// The plans of what was slow.
    fn take_plans(&mut self, due: bool) {
        if due && let Some(watch) = self.held().watch.clone() {
            now(take_plans(self, &watch));
        }
    }

    /// The same with what can be run only once.
    fn once<T>(&mut self, run: impl FnOnce(&mut C) -> QueryResult<T>) -> QueryResult<T> {
        self.held().check()?;
        self.prove(|| Opening::Unknown);
        self.held().proven = true;
        self.noted(run, |_| Rows::Unknown)
    }

    /// Asks the connection before a first statement that could not be sent again.
    fn prove(&mut self, first: impl FnOnce() -> Opening) {
        if !self.held().proven
            && is_asked_before(C::Backend::DATABASE, first)
            && !self.held().answers()
        {
            self.renew();
        }
    }

    /// Puts a fresh connection of the pool into the place of one that is dead; whether there is one.
    fn renew(&mut self) -> bool {
        let Connected::Pooled(lease) = &mut self.connection else {
            return false;
        };
        let Ok(fresh) = Renews::of(lease).renew() else {
            return false;
        };
        lease.instead = Some(Box::new(fresh));
        true
    }

    /// What a dead connection is replaced by, if it may be.
    fn renews(&mut self) -> Option<Renews<C>> {
        match &self.connection {
            Connected::Pooled(lease) if !lease.proven => Some(Renews::of(lease)),
            _ => None,
        }
    }

    /// The same in a transaction that may be doomed: what ends it. Plans are taken later.
    fn ends<T>(&mut self, run: impl FnOnce(&mut C) -> QueryResult<T>) -> QueryResult<T> {
        let held = self.held();
        let (result, _) = held.send(run, |_| Rows::Unknown);
        held.note(&result);
        result
    }

    /// Plans that were not taken yet: of rows that Diesel read, of what ended a transaction.
    fn take_due_plans(&mut self) {
        if self.held().watch.is_some() && !std::thread::panicking() {
            self.take_plans_left();
        }
    }

    #[cold]
    fn take_plans_left(&mut self) {
        let watch = self.held().watch.as_ref();
        let due = watch.is_some_and(|watch| watch.are_plans_due());
        self.take_plans(due);
    }
}

impl<C: DatabaseConnection> Drop for Session<C> {
    fn drop(&mut self) {
        self.take_due_plans();
    }
}

impl<C: DatabaseConnection> std::fmt::Debug for Session<C> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}
