//! What happens on a connection, as events.
//!
//! Diesel's instrumentation tells when a statement is sent and when it is done, and no more: no time,
//! no rows, and of a statement whose rows are read one by one on SQLite not that it failed. A
//! [`Watch`] is told the rest by the session that uses the connection: it *holds* what is finished
//! until the session has *told* what came of it. What is sent past a session is finished at once.
//!
//! Observers are called while the watch is locked: their panics leave it usable.

mod notes;
mod observed;
#[cfg(feature = "async")]
mod opens;
#[cfg(all(feature = "async", feature = "postgres"))]
mod pipelined;
mod plans;
mod shown;
pub(crate) mod unread;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use diesel::connection::{Instrumentation, InstrumentationEvent};
use diesel::result::{Error as DieselError, QueryResult};

use crate::error::{ErrorKind, kind_of};
use crate::event::{Event, PoolStep, Rows, StatementId, Transaction, TransactionStep};
use notes::{Done, Running, State};
pub(crate) use observed::Observed;
#[cfg(all(feature = "async", feature = "postgres"))]
pub(crate) use opens::Closes;
#[cfg(all(feature = "async", feature = "postgres"))]
pub(crate) use pipelined::Sent;
pub(crate) use plans::take_plans;
use shown::shown;

/// Watches one connection, until it is closed.
pub(crate) struct Watch {
    observed: Arc<Observed>,
    state: Mutex<State>,
}

/// What a session knows of a statement that is done.
pub(crate) struct Told {
    error: Option<ErrorKind>,
    rows: Rows,
    /// It was one statement, whose plan may be asked for.
    single: bool,
}

impl Told {
    pub(crate) fn of<T>(result: &QueryResult<T>, rows: impl FnOnce(&T) -> Rows) -> Self {
        let (error, rows) = match result {
            Ok(done) => (None, rows(done)),
            Err(error) => (Some(kind_of(error)), Rows::Unknown),
        };
        Told {
            error,
            rows,
            single: rows != Rows::Unknown,
        }
    }

    pub(crate) fn failed(error: &DieselError) -> Self {
        Self::failed_with(kind_of(error))
    }

    pub(crate) fn failed_with(error: ErrorKind) -> Self {
        Told {
            error: Some(error),
            rows: Rows::Unknown,
            single: false,
        }
    }

    /// Nobody is there to ask for its plan.
    #[cfg(feature = "async")]
    pub(crate) fn without_plan(mut self) -> Self {
        self.single = false;
        self
    }

    pub(crate) fn rows(rows: Rows) -> Self {
        Told {
            error: None,
            rows,
            single: true,
        }
    }
}

impl Watch {
    pub(crate) fn new(observed: &Arc<Observed>) -> Arc<Self> {
        Arc::new(Watch {
            observed: observed.clone(),
            state: Mutex::default(),
        })
    }

    /// What is set on the connection.
    pub(crate) fn instrumentation(self: &Arc<Self>) -> impl Instrumentation + use<> {
        Instrument(self.clone())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What finishes from now on waits for what the session tells.
    pub(crate) fn hold(&self) {
        let mut state = self.state();
        self.flush(&mut state);
        state.hold();
    }

    /// Whether nothing is told of what is sent from now on: the pool asks whether the connection is
    /// there.
    pub(crate) fn mute(&self, muted: bool) {
        self.state().muted = muted;
    }

    /// No transaction is open but that of a test: what is begun inside of it is told of as if it was not.
    pub(crate) fn begins(&self, in_test: bool) {
        self.state().begins(in_test);
    }

    /// What came of the statements since [`hold`](Self::hold). Whether plans shall be taken now.
    pub(crate) fn told(&self, told: Told) -> bool {
        let mut state = self.state();
        let error = told.error.filter(|_| state.is_one());
        if let Some(running) = state.running.take() {
            // Diesel does not say of all that fails before it is sent.
            state.done = Some(running.finished(error));
        }
        if let Some(mut done) = state.done.take() {
            done.error = done.error.or(error);
            done.rows = told.rows;
            done.explains = told.single && done.error.is_none();
            self.emit(&mut state, done);
        }
        self.settle(&mut state);
        state.release();
        state.are_plans_due()
    }

    /// Whether plans shall be taken now.
    pub(crate) fn are_plans_due(&self) -> bool {
        self.state().are_plans_due()
    }

    /// What was slow and wants a plan; outside of transactions only.
    fn slow_ones(&self) -> Vec<Done> {
        let mut state = self.state();
        match state.are_plans_due() {
            true => {
                state.explaining = true;
                std::mem::take(&mut state.slow)
            }
            false => Vec::new(),
        }
    }

    /// The plans were taken; what was sent for them was not slow itself.
    fn explained(&self) {
        self.state().explaining = false;
    }

    /// Tells of what was slow.
    fn slow(&self, done: &Done, plan: Option<&str>) {
        self.observed.was_slow(self.id(&done.running), done, plan);
    }

    /// A session is done with the connection: nothing waits any more.
    #[cfg(feature = "async")]
    pub(crate) fn leave(&self) {
        // An observer that panics must not keep the session from closing its connection: this may be
        // in the midst of a panic.
        let _ = catch_unwind(AssertUnwindSafe(|| {
            self.pass();
            self.give_up_plans();
        }));
    }

    /// What follows is sent past the session: nothing waits any more.
    #[cfg(feature = "async")]
    pub(crate) fn pass(&self) {
        let mut state = self.state();
        state.release();
        self.flush(&mut state);
    }

    /// Tells of what was slow and gets no plan any more.
    fn give_up_plans(&self) {
        let slow = std::mem::take(&mut self.state().slow);
        slow.iter().for_each(|done| self.slow(done, None));
    }

    /// Tells of a transaction that ended without a statement of its own.
    fn settle(&self, state: &mut State) {
        if let Some(duration) = state.ended() {
            self.leaves(TransactionStep::RollBack, duration);
        }
    }

    fn leaves(&self, step: TransactionStep, duration: Duration) {
        let event = Transaction::new(self.observed.origin(), step, 1, duration);
        self.observed.observer.observe(Event::Transaction(event));
    }

    fn start(&self, query: &dyn diesel::connection::DebugQuery) {
        let Some((sql, binds)) = shown(query, self.observed.show_binds) else {
            return;
        };
        let mut state = self.state();
        if state.muted {
            return;
        }
        self.flush(&mut state);
        self.settle(&mut state);
        let running = state.starts(sql, binds);
        // Before anybody is told: one who panics at that keeps it from being sent, and it ends.
        let running = state.running.insert(running);
        self.observed.starts(self.id(running), running);
        running.begins_now();
    }

    fn finish(&self, error: Option<&DieselError>) {
        let mut state = self.state();
        let Some(running) = state.running.take() else {
            return;
        };
        let mut done = running.finished(error.map(kind_of));
        done.transaction = state.steps(done.error);
        match state.is_held() {
            true => state.done = Some(done),
            false => self.emit(&mut state, done),
        }
    }

    /// Whatever waits is told now; a statement that is still running was left.
    fn flush(&self, state: &mut State) {
        if let Some(done) = state.done.take() {
            self.emit(state, done);
        }
        if let Some(running) = state.running.take() {
            let done = running.finished(Some(ErrorKind::Interrupted));
            self.emit(state, done);
        }
    }

    fn emit(&self, state: &mut State, done: Done) {
        self.observed.ends(self.id(&done.running), &done);
        if let Some((step, depth, duration)) = done.transaction {
            let mut event = Transaction::new(self.observed.origin(), step, depth, duration);
            event.error = done.error;
            self.observed.observer.observe(Event::Transaction(event));
        }
        if !done.running.for_plan && self.observed.is_slow(&done) {
            let explains = self.observed.explain && done.is_explainable(self.observed.system);
            if let Some(done) = state.queue(done, explains) {
                self.slow(&done, None);
            }
        }
    }

    fn id(&self, running: &Running) -> StatementId {
        StatementId::new(std::ptr::from_ref(self).addr(), running.number)
    }
}

/// Hands Diesel's events to a watch.
struct Instrument(Arc<Watch>);

impl Instrumentation for Instrument {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        let watch = &self.0;
        match event {
            InstrumentationEvent::StartQuery { query, .. } => watch.start(query),
            InstrumentationEvent::FinishQuery { error, .. } => watch.finish(error),
            InstrumentationEvent::BeginTransaction { depth, .. } => {
                watch.state().will(TransactionStep::Begin, depth.get());
            }
            InstrumentationEvent::CommitTransaction { depth, .. } => {
                watch.state().will(TransactionStep::Commit, depth.get());
            }
            InstrumentationEvent::RollbackTransaction { depth, .. } => {
                watch.state().will(TransactionStep::RollBack, depth.get());
            }
            _ => {}
        }
    }
}

impl Drop for Watch {
    /// The connection is closed.
    fn drop(&mut self) {
        // An observer that panics must not end the process: this may be in the midst of a panic.
        let _ = catch_unwind(AssertUnwindSafe(|| {
            let mut state = self.state();
            self.flush(&mut state);
            self.settle(&mut state);
            if let Some(duration) = state.left() {
                self.leaves(TransactionStep::Leave, duration);
            }
            drop(state);
            self.give_up_plans();
            self.observed.pool(PoolStep::Close);
        }));
    }
}
