//! [`Link`]: a connection, and what is known of it. [`Manager`] opens them.

use std::sync::Arc;
use std::time::Instant;

use diesel::connection::TransactionManager;
use diesel::result::QueryResult;

use super::shared::Kept;
use crate::backend::Dialect;
use crate::connection::DatabaseConnection;
use crate::connection::watch::{Observed, Told, Watch};
use crate::error::{Error, is_lost};
use crate::event::Rows;
use crate::operation::Fate;
use crate::url::DatabaseUrl;

/// A connection, and what is known of it.
pub struct Link<C> {
    pub(crate) connection: C,
    /// In the place of the connection from the next statement on: rows may borrow it meanwhile.
    pub(crate) instead: Option<Box<Link<C>>>,
    /// The server closed it: the driver alone does not tell.
    pub(crate) lost: bool,
    /// What was run on it may have changed it: nobody else gets it.
    pub(crate) retired: bool,
    /// It gave an answer since it was lent: no other one can stand for it.
    pub(crate) proven: bool,
    /// What became of the transaction that is open.
    pub(crate) fate: Fate,
    /// Who is told what happens on it.
    pub(crate) watch: Option<Arc<Watch>>,
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
            watch: None,
        }
    }

    /// Puts a fresh connection into the place of one that was dead.
    pub(crate) fn settle(&mut self) {
        if let Some(fresh) = self.instead.take() {
            *self = Link {
                lost: self.lost,
                fate: std::mem::take(&mut self.fate),
                retired: self.retired,
                ..*fresh
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

    /// Sends something, and tells whoever observes what came of it; whether plans of what was slow
    /// are due.
    pub(crate) fn send<T>(
        &mut self,
        run: impl FnOnce(&mut C) -> QueryResult<T>,
        rows: impl FnOnce(&T) -> Rows,
    ) -> (QueryResult<T>, bool) {
        if let Some(watch) = &self.watch {
            watch.hold();
        }
        let result = run(&mut self.connection);
        let due = match self.watch.is_some() {
            true => self.tell(Told::of(&result, rows)),
            false => false,
        };
        (result, due)
    }

    #[cold]
    fn tell(&self, told: Told) -> bool {
        self.watch.as_ref().is_some_and(|watch| watch.told(told))
    }

    /// Asks whether it is there; then it is known to be.
    pub(crate) fn answers(&mut self) -> bool {
        self.mute(true);
        self.proven = self.connection.ping().is_ok();
        self.mute(false);
        self.proven
    }

    fn mute(&self, muted: bool) {
        if let Some(watch) = &self.watch {
            watch.mute(muted);
        }
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
    observed: Option<Arc<Observed>>,
    on_connect: Vec<String>,
    connection: std::marker::PhantomData<fn() -> C>,
}

impl<C> Manager<C> {
    pub(crate) fn new(
        url: DatabaseUrl,
        name: Arc<str>,
        observed: Option<Arc<Observed>>,
        on_connect: Vec<String>,
    ) -> Self {
        Manager {
            url,
            name,
            observed,
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
        let begun = Instant::now();
        let opened = C::open(&self.url);
        if let Some(observed) = &self.observed {
            observed.opened(begun, &opened);
        }
        let mut link = Link::new(opened.map_err(|error| error.on(&self.name))?);
        if let Some(observed) = &self.observed {
            let watch = Watch::new(observed);
            link.connection.set_instrumentation(watch.instrumentation());
            link.watch = Some(watch);
        }
        for statement in &self.on_connect {
            let done = link.connection.batch_execute(statement);
            done.map_err(|error| Error::from(error).on(&self.name))?;
        }
        Ok(link)
    }
}
