//! [`Pooled`]: a connection of the async pool, and what is known of it. [`Connections`] opens them.

use std::num::NonZeroU32;
use std::sync::Arc;

use diesel::connection::get_default_instrumentation;
use diesel::result::QueryResult;
use diesel_async::TransactionManager;

use super::AsyncDatabaseConnection;
use crate::backend::{Database, Dialect};
#[cfg(feature = "postgres")]
use crate::connection::watch::Closes;
use crate::connection::watch::{Observed, Watch};
use crate::error::{Error, Result};
use crate::pool::test::{self, TestTransaction};
use crate::pool::{Kept, PoolSettings};
use crate::url::DatabaseUrl;

/// A connection of the pool.
pub(super) struct Pooled<C> {
    pub(super) connection: C,
    /// Whether nothing is left on it to be read.
    pub(super) read: bool,
    /// It gave an answer since it was lent: no other one can stand for it.
    pub(super) proven: bool,
    /// It is not lent again.
    pub(super) lost: bool,
    /// What was left on it is to be ended before it is lent again.
    pub(super) unsettled: bool,
    /// It is in the transaction of a test, which is never committed.
    pub(super) in_test: bool,
    /// Who is told what happens on it.
    pub(super) watch: Option<Arc<Watch>>,
    /// Diesel may tell somebody else: it was lent to whoever has it.
    pub(super) touched: bool,
}

impl<C> Pooled<C> {
    fn new(connection: C) -> Self {
        Pooled {
            connection,
            watch: None,
            touched: false,
            read: true,
            proven: true,
            lost: false,
            unsettled: false,
            in_test: false,
        }
    }
}

impl<C: AsyncDatabaseConnection> Pooled<C> {
    /// Whether it is there; observers are not told of the question.
    pub(super) async fn answers(&mut self) -> QueryResult<bool> {
        self.mute(true);
        let answer = self.connection.answers().await;
        self.mute(false);
        answer
    }

    /// Ends what was left on it; whether it can be lent again. A thread may be busy with that of SQLite,
    /// which this waits for.
    pub(super) async fn settle(&mut self) -> bool {
        if C::Backend::DATABASE == Database::Sqlite {
            self.mute(true);
            let free = self.connection.batch_execute("").await;
            self.mute(false);
            if free.is_err() {
                return false;
            }
        }
        let outside = u32::from(self.in_test);
        while depth(&mut self.connection).is_some_and(|depth| depth > outside) {
            let back = C::TransactionManager::rollback_transaction(&mut self.connection);
            if back.await.is_err() {
                break;
            }
        }
        let whole = match self.in_test {
            true => depth(&mut self.connection) == Some(outside),
            false => {
                self.mute(true);
                let back = self.connection.roll_back_all().await;
                self.mute(false);
                back.is_ok()
            }
        };
        self.unsettled &= !whole;
        whole
    }

    /// Begins the transaction of a test. That of SQLite has the lock to write: to take it later fails
    /// at once, where another test has written meanwhile.
    async fn begin_test(&mut self) -> QueryResult<()> {
        self.connection.begin_immediate().await?;
        self.connection.batch_execute(test::BEGIN).await?;
        self.in_test = true;
        Ok(())
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

    fn mute(&self, muted: bool) {
        if let Some(watch) = &self.watch {
            watch.mute(muted);
        }
    }
}

impl<C: AsyncDatabaseConnection> Kept for Pooled<C> {
    type Maker = Connections<C>;

    fn is_whole(&mut self, maker: &Connections<C>) -> bool {
        if self.lost || self.unsettled {
            // No other connection has the data of one that is alone.
            return !self.lost && maker.alone;
        }
        // A test's is in a transaction, and broken only as far as Diesel can tell.
        let whole = self.in_test || !self.connection.is_broken();
        if whole && self.touched {
            self.is_watched();
        }
        whole
    }

    fn has_answered(&self) -> bool {
        self.proven
    }

    fn observed(maker: &Connections<C>) -> Option<&Observed> {
        maker.observed.as_deref()
    }
}

/// How many transactions and savepoints are open; `None` if Diesel has lost count.
pub(super) fn depth<C: AsyncDatabaseConnection>(connection: &mut C) -> Option<u32> {
    let status = C::TransactionManager::transaction_manager_status_mut(connection);
    let depth = status.transaction_depth().ok()?;
    Some(depth.map_or(0, NonZeroU32::get))
}

/// Opens connections for the pool.
pub(super) struct Connections<C> {
    pub(super) url: DatabaseUrl,
    name: Arc<str>,
    pub(super) observed: Option<Arc<Observed>>,
    on_connect: Vec<String>,
    /// Whether there is one connection, which no other can stand for.
    alone: bool,
    test: Option<TestTransaction>,
    connection: std::marker::PhantomData<fn() -> C>,
}

impl<C> Connections<C> {
    pub(super) fn new(
        url: DatabaseUrl,
        name: Arc<str>,
        observed: Option<Arc<Observed>>,
        settings: &PoolSettings,
    ) -> Self {
        Connections {
            url,
            name,
            observed,
            on_connect: settings.on_connect.clone(),
            alone: settings.is_one(),
            test: settings.test.then(TestTransaction::default),
            connection: std::marker::PhantomData,
        }
    }

    /// A connection that several tasks share, each of which tells what it does.
    #[cfg(feature = "postgres")]
    pub(super) async fn open(&self) -> Result<(C, Option<Closes>), Error>
    where
        C: AsyncDatabaseConnection,
    {
        let connection = self.told(self.connect()).await?;
        Ok((connection, self.observed.clone().map(Closes)))
    }

    /// A connection of the pool.
    pub(super) async fn pooled(&self) -> Result<Pooled<C>, Error>
    where
        C: AsyncDatabaseConnection,
    {
        if let Some(test) = &self.test {
            test.begins().map_err(|error| error.on(&self.name))?;
        }
        let opens = async {
            let mut pooled = Pooled::new(self.connect().await?);
            if let Some(test) = &self.test {
                pooled.begin_test().await?;
                test.has_begun();
            }
            Ok(pooled)
        };
        let mut pooled = self.told(opens).await?;
        if let Some(observed) = &self.observed {
            pooled.watch = Some(Watch::new(observed));
            pooled.is_watched();
        }
        Ok(pooled)
    }

    /// Tells whoever observes what came of opening.
    async fn told<T>(&self, opens: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
        let telling = self.observed.as_ref().map(Observed::opens);
        let opened = opens.await.map_err(|error| error.on(&self.name));
        if let Some(telling) = telling {
            telling.ends(&opened);
        }
        opened
    }

    /// Opens a connection and sets it up, which nobody observes: there may be passwords in what is sent
    /// for that.
    async fn connect(&self) -> Result<C, Error>
    where
        C: AsyncDatabaseConnection,
    {
        let mut connection = C::open(&self.url).await?;
        for statement in &self.on_connect {
            connection.batch_execute(statement).await?;
        }
        Ok(connection)
    }
}
