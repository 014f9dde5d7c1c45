//! The pool: r2d2 over connections that are set up and observed.
//!
//! A connection is pinged at checkout only after it lay idle for half a
//! minute: a ping at each checkout costs as much as a query by key.

use std::sync::Arc;
use std::time::{Duration, Instant};

use diesel::connection::TransactionManager;
use diesel::result::QueryResult;
use r2d2::ManageConnection;

use crate::backend::Dialect;
use crate::connection::DatabaseConnection;
use crate::connection::watch::{Observed, Watch};
use crate::error::{Error, is_lost};
use crate::operation::Fate;
use crate::url::DatabaseUrl;

/// How long a connection may lie idle before it is pinged at checkout.
const PING_AFTER: Duration = Duration::from_secs(30);

/// A connection, and when it was last given back.
pub struct Link<C> {
    pub(crate) connection: C,
    /// The server closed it: the driver alone does not tell.
    pub(crate) lost: bool,
    /// What was run on it may have changed it: nobody else gets it.
    pub(crate) retired: bool,
    /// What became of the transaction that is open.
    pub(crate) fate: Fate,
    /// Who is told what happens on it.
    pub(crate) watch: Option<Arc<Watch>>,
    idle_since: Instant,
}

impl<C> Link<C> {
    pub(crate) fn new(connection: C) -> Self {
        Link {
            connection,
            lost: false,
            retired: false,
            fate: Fate::default(),
            watch: None,
            idle_since: Instant::now(),
        }
    }
}

impl<C: DatabaseConnection> Link<C> {
    /// Whether a transaction is open; one of which Diesel has lost count is.
    pub(crate) fn is_inside(&mut self) -> bool {
        let status = C::TransactionManager::transaction_manager_status_mut(&mut self.connection);
        !matches!(status.transaction_depth(), Ok(None))
    }

    /// Notes what came of a statement.
    pub(crate) fn note<T>(&mut self, result: &QueryResult<T>) {
        if result.is_err() {
            self.lost |= is_lost(result);
            let mut fate = self.fate;
            fate.note(C::Backend::DATABASE, result, || self.is_inside());
            self.fate = fate;
        }
    }
}

/// Makes connections for the pool.
pub struct Manager<C> {
    url: DatabaseUrl,
    observed: Option<Arc<Observed>>,
    connection: std::marker::PhantomData<fn() -> C>,
}

impl<C> Manager<C> {
    pub(crate) fn new(url: DatabaseUrl, observed: Option<Arc<Observed>>) -> Self {
        Manager {
            url,
            observed,
            connection: std::marker::PhantomData,
        }
    }
}

impl<C: DatabaseConnection> ManageConnection for Manager<C> {
    type Connection = Link<C>;
    type Error = Error;

    fn connect(&self) -> Result<Link<C>, Error> {
        let Some(observed) = &self.observed else {
            return C::open(&self.url).map(Link::new);
        };
        let begun = Instant::now();
        let opened = C::open(&self.url);
        observed.opened(begun, &opened);
        let mut link = Link::new(opened?);
        let watch = Watch::new(observed);
        link.connection.set_instrumentation(watch.instrumentation());
        link.watch = Some(watch);
        Ok(link)
    }

    fn is_valid(&self, link: &mut Link<C>) -> Result<(), Error> {
        if link.idle_since.elapsed() < PING_AFTER {
            return Ok(());
        }
        link.connection.ping().map_err(Error::from)
    }

    fn has_broken(&self, link: &mut Link<C>) -> bool {
        // r2d2 asks this when a connection is given back.
        link.idle_since = Instant::now();
        // The data of a database in memory would go with its connection.
        let retired = link.retired && !self.url.is_memory();
        retired || link.lost || std::thread::panicking() || link.connection.is_broken()
    }
}
