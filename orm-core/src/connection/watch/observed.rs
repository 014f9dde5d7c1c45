//! [`Observed`]: who observes an engine; makes the events of what a watch has noted.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::notes::{Done, Running};
#[cfg(feature = "async")]
use super::opens::Opens;
use crate::backend::Database;
use crate::error::Error;
use crate::event::{
    Event, Finished, Observer, Origin, Pool, PoolStep, Slow, Statement, StatementId,
};
use crate::url::DatabaseUrl;

/// Who observes an engine, and what they are shown.
pub(crate) struct Observed {
    pub(super) database: Arc<str>,
    pub(super) system: Database,
    pub(super) namespace: Option<String>,
    pub(super) server: Option<(String, Option<u16>)>,
    pub(super) observer: Arc<dyn Observer>,
    pub(super) show_binds: bool,
    pub(super) slow: Option<Duration>,
    pub(super) explain: bool,
    /// How many statements were sent on connections that several tasks share.
    #[cfg(all(feature = "async", feature = "postgres"))]
    pub(super) pipelined: std::sync::atomic::AtomicU64,
}

impl Observed {
    pub(crate) fn new(
        database: Arc<str>,
        system: Database,
        url: &DatabaseUrl,
        observer: Arc<dyn Observer>,
    ) -> Self {
        Observed {
            database,
            system,
            namespace: url.namespace(),
            server: url.server_of(),
            observer,
            show_binds: false,
            slow: None,
            explain: false,
            #[cfg(all(feature = "async", feature = "postgres"))]
            pipelined: Default::default(),
        }
    }

    /// Shows bound values.
    pub(crate) fn showing_binds(mut self, show: bool) -> Self {
        self.show_binds = show;
        self
    }

    /// Tells of what takes longer, with its plan or without.
    pub(crate) fn slow(mut self, over: Option<Duration>, explain: bool) -> Self {
        self.slow = over;
        self.explain = explain && over.is_some();
        self
    }

    /// Tells of a statement that is about to be sent.
    pub(super) fn starts(&self, id: StatementId, running: &Running) {
        let statement = self.statement(id, running);
        self.observer.observe(Event::Query {
            database: &self.database,
            sql: statement.sql,
            statement,
        });
    }

    /// Tells of a statement that is done.
    pub(super) fn ends(&self, id: StatementId, done: &Done) {
        self.observer
            .observe(Event::Finished(self.finished(id, done)));
    }

    /// Tells of a statement that was slow.
    pub(super) fn was_slow(&self, id: StatementId, done: &Done, plan: Option<&str>) {
        let event = Slow::new(self.finished(id, done), plan);
        self.observer.observe(Event::Slow(event));
    }

    pub(super) fn is_slow(&self, done: &Done) -> bool {
        self.slow.is_some_and(|over| done.duration > over)
    }

    pub(super) fn statement<'s>(&'s self, id: StatementId, running: &'s Running) -> Statement<'s> {
        let mut statement = Statement::new(id, self.origin(), &running.sql);
        statement.binds = running.binds.as_deref();
        statement.in_transaction = running.in_transaction;
        statement
    }

    pub(super) fn finished<'s>(&'s self, id: StatementId, done: &'s Done) -> Finished<'s> {
        let mut finished = Finished::new(self.statement(id, &done.running), done.duration);
        finished.rows = done.rows;
        finished.error = done.error;
        finished
    }

    pub(super) fn origin(&self) -> Origin<'_> {
        let mut origin = Origin::new(&self.database, self.system, self.namespace.as_deref());
        if let Some((address, port)) = &self.server {
            (origin.address, origin.port) = (Some(address.as_str()), *port);
        }
        origin
    }

    /// Tells of a connection of the pool.
    pub(crate) fn pool(&self, step: PoolStep) {
        let event = Event::Pool(Pool::new(self.origin(), step));
        self.observer.observe(event);
    }

    /// Somebody begins to open a connection: tells of it if he gives up.
    #[cfg(feature = "async")]
    pub(crate) fn opens(self: &Arc<Self>) -> Opens {
        Opens {
            observed: self.clone(),
            begun: Instant::now(),
            done: false,
        }
    }

    /// Tells what came of opening a connection.
    pub(crate) fn opened<C>(&self, begun: Instant, opened: &Result<C, Error>) {
        let took = begun.elapsed();
        self.pool(match opened {
            Ok(_) => PoolStep::Open { took },
            Err(error) => PoolStep::Fail {
                took,
                error: error.kind(),
            },
        });
    }
}
