//! [`Link`]: a connection, and what is known of it. [`Manager`] opens them.

use std::sync::Arc;

use diesel::connection::TransactionManager;
use diesel::result::QueryResult;

use super::shared::Kept;
use crate::backend::Dialect;
use crate::connection::{self, DatabaseConnection};
use crate::error::{Error, is_lost};
use crate::event::Observer;
use crate::operation::Fate;
use crate::url::DatabaseUrl;

/// A connection, and what is known of it.
pub struct Link<C> {
    pub(crate) connection: C,
    /// In the place of the connection from the next statement on: rows may borrow it meanwhile.
    pub(crate) instead: Option<C>,
    /// The server closed it: the driver alone does not tell.
    pub(crate) lost: bool,
    /// What was run on it may have changed it: nobody else gets it.
    pub(crate) retired: bool,
    /// It gave an answer since it was lent: no other one can stand for it.
    pub(crate) proven: bool,
    /// What became of the transaction that is open.
    pub(crate) fate: Fate,
}

impl<C> Link<C> {
    pub(crate) fn new(connection: C) -> Self {
        Link {
            connection,
            instead: None,
            lost: false,
            retired: false,
            proven: true,
            fate: Fate::default(),
        }
    }

    /// Puts a fresh connection into the place of one that was dead.
    pub(crate) fn settle(&mut self) {
        if let Some(fresh) = self.instead.take() {
            *self = Link {
                lost: self.lost,
                fate: std::mem::take(&mut self.fate),
                retired: self.retired,
                ..Link::new(fresh)
            };
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
            let inside = self.is_inside();
            self.fate.note(C::Backend::DATABASE, result, || inside);
        }
    }

    /// Asks whether it is there; then it is known to be.
    pub(crate) fn answers(&mut self) -> bool {
        self.proven = self.connection.ping().is_ok();
        self.proven
    }
}

impl<C: DatabaseConnection> Kept for Link<C> {
    type Maker = Manager<C>;

    fn is_whole(&mut self, maker: &Manager<C>) -> bool {
        self.settle();
        // The data of a database in memory would go with its connection.
        let retired = self.retired && !maker.url.is_memory();
        let whole =
            !retired && !self.lost && !std::thread::panicking() && !self.connection.is_broken();
        self.fate = Fate::default();
        whole
    }
}

/// Opens connections for the pool.
pub(crate) struct Manager<C> {
    url: DatabaseUrl,
    name: Arc<str>,
    observer: Option<Arc<dyn Observer>>,
    on_connect: Vec<String>,
    connection: std::marker::PhantomData<fn() -> C>,
}

impl<C> Manager<C> {
    pub(crate) fn new(
        url: DatabaseUrl,
        name: Arc<str>,
        observer: Option<Arc<dyn Observer>>,
        on_connect: Vec<String>,
    ) -> Self {
        Manager {
            url,
            name,
            observer,
            on_connect,
            connection: std::marker::PhantomData,
        }
    }

    pub(crate) fn url(&self) -> &DatabaseUrl {
        &self.url
    }
}

impl<C: DatabaseConnection> Manager<C> {
    pub(crate) fn open(&self) -> Result<Link<C>, Error> {
        self.connect().map(Link::new)
    }

    pub(crate) fn connect(&self) -> Result<C, Error> {
        let opened = C::open(&self.url);
        let mut connection = opened.map_err(|error| error.on(&self.name))?;
        if let Some(observer) = &self.observer {
            connection
                .set_instrumentation(connection::observed(self.name.clone(), observer.clone()));
        }
        for statement in &self.on_connect {
            let done = connection.batch_execute(statement);
            done.map_err(|error| Error::from(error).on(&self.name))?;
        }
        Ok(connection)
    }
}
