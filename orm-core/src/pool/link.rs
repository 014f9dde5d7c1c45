//! [`Link`]: a connection, and what is known of it. [`Manager`] opens them.

use std::num::NonZeroU32;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Instant;

use diesel::connection::{TransactionManager, get_default_instrumentation};
use diesel::result::QueryResult;

use super::PoolSettings;
use super::by_hand;
use super::shared::Kept;
use super::test::{self, TestTransaction};
use crate::backend::{Database, Dialect};
use crate::connection::DatabaseConnection;
use crate::connection::watch::{Observed, Told, Watch};
use crate::error::{Error, is_lost};
use crate::event::Rows;
use crate::operation::{Fate, question};
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
    /// Perhaps a transaction is open of which Diesel does not know.
    pub(crate) doubtful: bool,
    /// It gave an answer since it was lent: no other one can stand for it.
    pub(crate) proven: bool,
    /// What became of the transaction that is open.
    pub(crate) fate: Fate,
    /// It is in the transaction of a test, which is never committed.
    pub(crate) in_test: bool,
    /// Who is told what happens on it.
    pub(crate) watch: Option<Arc<Watch>>,
    /// Diesel may tell somebody else: it was lent to whoever has it.
    pub(crate) touched: bool,
}

impl<C> Link<C> {
    pub(crate) fn new(connection: C) -> Self {
        Link {
            connection,
            instead: None,
            lost: false,
            retired: false,
            doubtful: false,
            proven: true,
            fate: Fate::default(),
            in_test: false,
            watch: None,
            touched: false,
        }
    }

    /// Puts a fresh connection into the place of one that was dead.
    pub(crate) fn settle(&mut self) {
        if let Some(fresh) = self.instead.take() {
            *self = Link {
                lost: self.lost,
                fate: std::mem::take(&mut self.fate),
                retired: self.retired,
                doubtful: self.doubtful,
                ..*fresh
            };
        }
    }
}

impl<C: DatabaseConnection> Link<C> {
    /// How many transactions and savepoints are open; `None` if Diesel has lost count.
    fn depth(&mut self) -> Option<u32> {
        let status = C::TransactionManager::transaction_manager_status_mut(&mut self.connection);
        let depth = status.transaction_depth().ok()?;
        Some(depth.map_or(0, NonZeroU32::get))
    }

    /// How many of them were begun within the transaction of a test, if there is one.
    pub(crate) fn depth_inside(&mut self) -> Option<u32> {
        let outside = u32::from(self.in_test);
        self.depth().map(|depth| depth.saturating_sub(outside))
    }

    /// Whether a transaction is open; one of which Diesel has lost count is, that of a test is not.
    pub(crate) fn is_inside(&mut self) -> bool {
        self.depth_inside().is_none_or(|depth| depth > 0)
    }

    /// Whether something may be sent.
    ///
    /// # Errors
    /// If not.
    pub(crate) fn check(&mut self) -> QueryResult<()> {
        if self.fate.asks_first(C::Backend::DATABASE) {
            self.find_out()?;
        }
        self.fate.check()?;
        match self.in_test {
            true => self.hold_on(),
            false => Ok(()),
        }
    }

    /// Asks what became of the transaction that is open.
    ///
    /// # Errors
    /// If the database does not answer.
    #[cold]
    pub(crate) fn find_out(&mut self) -> QueryResult<()> {
        loop {
            self.mute(true);
            let answer = self
                .connection
                .batch_execute(question(C::Backend::DATABASE));
            self.mute(false);
            self.lost |= is_lost(&answer);
            if self.lost {
                return answer;
            }
            if !self.fate.answered(C::Backend::DATABASE, &answer) {
                return Ok(());
            }
        }
    }

    /// Moves the savepoint of a test up to here.
    #[cold]
    fn hold_on(&mut self) -> QueryResult<()> {
        if self.is_inside() {
            return Ok(());
        }
        self.mute(true);
        let moved = self.connection.batch_execute(test::HOLD_ON);
        let held = moved.or_else(|_| self.connection.batch_execute(test::GO_BACK));
        self.mute(false);
        held.map_err(|_| test::ended())
    }

    /// A text is sent, which may begin a transaction past Diesel.
    pub(crate) fn sends_text(&mut self, sql: &str) {
        self.doubtful |= by_hand::may_begin(C::Backend::DATABASE, sql);
        self.retired |= by_hand::may_set_autocommit(C::Backend::DATABASE, sql);
    }

    /// Rolls back to so many open transactions; whether there are as many.
    fn go_back(&mut self, to: u32) -> bool {
        // An observer that panics must not end the process: this may be in the midst of a panic.
        catch_unwind(AssertUnwindSafe(|| self.rolls_back(to))).unwrap_or(false)
    }

    fn rolls_back(&mut self, to: u32) -> bool {
        loop {
            match self.depth() {
                Some(depth) if depth == to => return true,
                Some(depth) if depth > to && !self.connection.is_ended() => {
                    let back = C::TransactionManager::rollback_transaction(&mut self.connection);
                    if back.is_err() {
                        return false;
                    }
                }
                _ => return false,
            }
        }
    }

    /// Ends whatever transaction is open, of which observers are not told.
    fn roll_back_all(&mut self) -> bool {
        self.mute(true);
        let back = self.connection.roll_back_all();
        self.mute(false);
        back.is_ok()
    }

    /// Notes what came of a statement.
    pub(crate) fn note<T>(&mut self, result: &QueryResult<T>) {
        if result.is_err() {
            // SQLite has nobody who could close it.
            self.lost |= C::Backend::DATABASE != Database::Sqlite && is_lost(result);
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

    /// Begins the transaction of a test. That of SQLite has the lock to write: to take it later fails
    /// at once, where another test has written meanwhile.
    fn begin_test(&mut self) -> QueryResult<()> {
        let begun = self.connection.begin_immediate();
        let begun = begun.and_then(|()| self.connection.batch_execute(test::BEGIN));
        self.in_test = true;
        begun
    }

    /// Diesel tells the watch of all that is sent from now on.
    fn is_watched(&mut self) {
        self.touched = false;
        match &self.watch {
            Some(watch) => {
                watch.begins(self.in_test);
                let instrumentation = watch.instrumentation();
                self.connection.set_instrumentation(instrumentation);
            }
            None => {
                let instrumentation = get_default_instrumentation();
                self.connection.set_instrumentation(instrumentation);
            }
        }
    }

    /// Ends what was left on it; whether it can be lent again.
    fn is_left_well(&mut self, maker: &Manager<C>) -> bool {
        let doubtful = std::mem::take(&mut self.doubtful);
        if self.in_test {
            return !self.lost && self.go_back(1);
        }
        if maker.url.is_memory() {
            // Its data would go with it.
            return (self.go_back(0) && !doubtful) || self.roll_back_all();
        }
        // That of Diesel's for tests does not count as broken.
        let whole = !self.retired
            && !self.lost
            && !std::thread::panicking()
            && !self.connection.is_broken()
            && !self.is_inside();
        whole && (!doubtful || self.roll_back_all())
    }

    pub(crate) fn mute(&self, muted: bool) {
        if let Some(watch) = &self.watch {
            watch.mute(muted);
        }
    }
}

impl<C: DatabaseConnection> Kept for Link<C> {
    type Maker = Manager<C>;

    fn is_whole(&mut self, maker: &Manager<C>) -> bool {
        self.settle();
        self.fate = Fate::default();
        let whole = self.is_left_well(maker);
        if whole && self.touched {
            self.is_watched();
        }
        whole
    }

    fn has_answered(&self) -> bool {
        self.proven
    }

    fn observed(maker: &Manager<C>) -> Option<&Observed> {
        maker.observed.as_deref()
    }
}

/// Opens connections for the pool.
pub(crate) struct Manager<C> {
    url: DatabaseUrl,
    name: Arc<str>,
    observed: Option<Arc<Observed>>,
    on_connect: Vec<String>,
    test: Option<TestTransaction>,
    connection: std::marker::PhantomData<fn() -> C>,
}

impl<C> Manager<C> {
    pub(crate) fn new(
        url: DatabaseUrl,
        name: Arc<str>,
        observed: Option<Arc<Observed>>,
        settings: &PoolSettings,
    ) -> Self {
        Manager {
            url,
            name,
            observed,
            on_connect: settings.on_connect.clone(),
            test: settings.test.then(TestTransaction::default),
            connection: std::marker::PhantomData,
        }
    }

    pub(crate) fn url(&self) -> &DatabaseUrl {
        &self.url
    }
}

impl<C: DatabaseConnection> Manager<C> {
    pub(crate) fn open(&self) -> Result<Link<C>, Error> {
        if let Some(test) = &self.test {
            test.begins().map_err(|error| error.on(&self.name))?;
        }
        let begun = Instant::now();
        let opened = self.opened().map_err(|error| error.on(&self.name));
        if let Some(observed) = &self.observed {
            observed.opened(begun, &opened);
        }
        let mut link = opened?;
        if let Some(observed) = &self.observed {
            link.watch = Some(Watch::new(observed));
            link.is_watched();
        }
        Ok(link)
    }

    /// Opens a connection and sets it up, which nobody observes: there may be passwords in what is sent
    /// for that.
    fn opened(&self) -> Result<Link<C>, Error> {
        let mut link = Link::new(C::open(&self.url)?);
        for statement in &self.on_connect {
            link.connection.batch_execute(statement)?;
        }
        if let Some(test) = &self.test {
            link.begin_test()?;
            test.has_begun();
        }
        Ok(link)
    }
}
