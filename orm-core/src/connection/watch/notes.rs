//! What a watch has noted: the statement that runs, the one that waits to be told of, the
//! transactions that are open, what was slow.

use std::time::{Duration, Instant};

use crate::backend::Database;
use crate::error::ErrorKind;
use crate::event::{Rows, Summary, TransactionStep};

/// Of so many statements of a transaction the plans are taken; of more they are not.
const MOST_PLANS: usize = 8;

/// A statement that was sent.
pub(crate) struct Running {
    pub(super) number: u64,
    pub(super) sql: String,
    pub(super) binds: Option<String>,
    pub(super) in_transaction: bool,
    /// It is sent for the plan of another one.
    pub(super) for_plan: bool,
    begun: Instant,
}

impl Running {
    /// One that no session waits for.
    #[cfg(all(feature = "async", feature = "postgres"))]
    pub(super) fn alone(number: u64, sql: String, binds: Option<String>) -> Self {
        Running {
            number,
            sql,
            binds,
            in_transaction: false,
            for_plan: false,
            begun: Instant::now(),
        }
    }

    /// The time of observers does not count.
    pub(super) fn begins_now(&mut self) {
        self.begun = Instant::now();
    }

    pub(super) fn finished(self, error: Option<ErrorKind>) -> Done {
        Done {
            duration: self.begun.elapsed(),
            error,
            rows: Rows::Unknown,
            transaction: None,
            explains: false,
            running: self,
        }
    }
}

/// A statement that came to its end.
pub(crate) struct Done {
    pub(super) running: Running,
    pub(super) duration: Duration,
    pub(super) error: Option<ErrorKind>,
    pub(super) rows: Rows,
    /// What it did to a transaction: the depth, and since when that was open.
    pub(super) transaction: Option<(TransactionStep, u32, Duration)>,
    /// It is one statement, and went well.
    pub(super) explains: bool,
}

impl Done {
    pub(crate) fn sql(&self) -> &str {
        &self.running.sql
    }

    /// Whether the database is asked for its plan. MariaDB and MySQL take the bound values for that.
    pub(super) fn is_explainable(&self, system: Database) -> bool {
        let verbs = ["SELECT", "INSERT", "UPDATE", "DELETE"];
        let is_one = |verb: &str| verbs.iter().any(|one| verb.eq_ignore_ascii_case(one));
        let verb = Summary::on(system, self.sql()).operation();
        self.explains && system != Database::Mysql && verb.is_some_and(is_one)
    }
}

#[derive(Default)]
pub(super) struct State {
    pub(super) running: Option<Running>,
    /// It waits for what the session tells.
    pub(super) done: Option<Done>,
    /// These want a plan, which is taken outside of transactions.
    pub(super) slow: Vec<Done>,
    /// What is sent now is the pool's own question.
    pub(super) muted: bool,
    /// It is in the transaction of a test, of which nothing is told.
    pub(super) in_test: bool,
    /// Plans are taken now.
    pub(super) explaining: bool,
    /// How many statements there were since it was told to hold; `None`: it was not.
    held: Option<u32>,
    number: u64,
    /// Since when each transaction and savepoint is open, the outermost first.
    open: Vec<Instant>,
    /// The COMMIT of the outermost one failed: it is over, unless a ROLLBACK comes next.
    failed: bool,
    /// What the next statement does to a transaction.
    next: Option<(TransactionStep, u32)>,
}

impl State {
    pub(super) fn begins(&mut self, in_test: bool) {
        self.in_test = in_test;
        self.open.clear();
        (self.failed, self.next) = (false, None);
    }

    pub(super) fn hold(&mut self) {
        self.held = Some(0);
    }

    pub(super) fn release(&mut self) {
        self.held = None;
    }

    pub(super) fn is_held(&self) -> bool {
        self.held.is_some()
    }

    /// Whether one statement was sent since it was told to hold: then an error is that one's.
    pub(super) fn is_one(&self) -> bool {
        self.held == Some(1)
    }

    pub(super) fn starts(&mut self, sql: String, binds: Option<String>) -> Running {
        self.number += 1;
        self.held = self.held.map(|statements| statements + 1);
        Running {
            number: self.number,
            sql,
            binds,
            in_transaction: !self.open.is_empty(),
            for_plan: self.explaining,
            begun: Instant::now(),
        }
    }

    /// The next statement begins or ends a transaction.
    pub(super) fn will(&mut self, step: TransactionStep, depth: u32) {
        let depth = depth - u32::from(self.in_test);
        if !self.muted {
            self.next = Some((step, depth));
        }
    }

    /// What the statement that is done did to a transaction.
    pub(super) fn steps(
        &mut self,
        error: Option<ErrorKind>,
    ) -> Option<(TransactionStep, u32, Duration)> {
        let (step, depth) = self.next.take()?;
        let well = error.is_none();
        let outside = depth.saturating_sub(1) as usize;
        if step == TransactionStep::Begin {
            // Diesel counts anew after what it lost count of.
            self.open.truncate(outside);
            if !well {
                return None;
            }
            self.open.push(Instant::now());
            return Some((step, depth, Duration::ZERO));
        }
        let since = self.open.get(outside).map(Instant::elapsed);
        // What a COMMIT left open, a ROLLBACK ends.
        if well || step == TransactionStep::RollBack {
            self.open.truncate(outside);
        }
        self.failed = step == TransactionStep::Commit && error.is_some() && outside == 0;
        // One that was lost is left with its connection.
        self.failed &= error != Some(ErrorKind::Connect);
        Some((step, depth, since.unwrap_or_default()))
    }

    /// How long a transaction was open that the database has ended with its COMMIT. Nothing is sent
    /// for that: PostgreSQL needs no ROLLBACK then.
    pub(super) fn ended(&mut self) -> Option<Duration> {
        let rolls_back = matches!(self.next, Some((TransactionStep::RollBack, _)));
        match std::mem::take(&mut self.failed) && !rolls_back {
            true => self.left(),
            false => None,
        }
    }

    /// How long a transaction was open that is left now.
    pub(super) fn left(&mut self) -> Option<Duration> {
        let since = self.open.first().map(Instant::elapsed);
        self.open.clear();
        since
    }

    pub(super) fn are_plans_due(&self) -> bool {
        !self.slow.is_empty() && self.open.is_empty()
    }

    /// Keeps what wants a plan; gives back what gets none.
    pub(super) fn queue(&mut self, done: Done, explains: bool) -> Option<Done> {
        if !explains || self.slow.len() == MOST_PLANS {
            return Some(done);
        }
        self.slow.push(done);
        None
    }
}
