//! [`Recorder`]: an observer that keeps the statements.

use std::collections::HashMap;
use std::fmt;
use std::panic::Location;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::sent::{Listing, Sent};
use crate::event::{Event, Observer, StatementId};

/// An observer that keeps the statements that its engines sent, in the order in which they were sent.
/// Clones share what is kept.
///
/// What something sends is told by its place among all statements, not by the thread: a recorder is of
/// an engine that one test alone uses. Statements of two tests on one engine are counted for both.
///
/// ```
/// use orm_core::prelude::*;
/// use orm_core::testing::Recorder;
///
/// # #[derive(Model, Debug)]
/// # struct Customer {
/// #     #[model(generated)]
/// #     id: i64,
/// #     name: String,
/// # }
/// let sent = Recorder::new();
/// let engine = Engine::<SqliteConnection>::builder()
///     .url(":memory:")
///     .observe(sent.clone())
///     .open()?;
/// engine.create_all(schema![Customer])?;
///
/// sent.assert_statements(1, || {
///     engine.transaction(|tx| tx.insert(NewCustomer { name: "Ann".into() })) // BEGIN and COMMIT do not count
/// })?;
/// let (found, statements) = sent.record(|| Customer::query().load(&mut engine.session()?));
/// assert_eq!(found?.len(), 1);
/// assert_eq!(statements[0].summary, "SELECT customers");
/// assert_eq!(statements[0].rows.returned(), Some(1));
/// # Ok::<(), orm_core::Error>(())
/// ```
#[derive(Clone, Default)]
pub struct Recorder {
    notes: Arc<Mutex<Notes>>,
}

#[derive(Default)]
struct Notes {
    /// How many were forgotten: the place of the first that is kept.
    forgotten: usize,
    kept: Vec<Sent>,
    /// The places of those that are not finished.
    under_way: HashMap<StatementId, usize>,
}

impl Notes {
    fn next(&self) -> usize {
        self.forgotten + self.kept.len()
    }

    /// Those from a place on that are still kept.
    fn from(&self, place: usize) -> Vec<Sent> {
        let first = place.saturating_sub(self.forgotten).min(self.kept.len());
        self.kept[first..].to_vec()
    }
}

/// How many statements are right.
#[derive(Clone, Copy)]
enum Expected {
    Exactly(usize),
    AtMost(usize),
}

impl Expected {
    fn check(self, sent: &[Sent]) -> Result<(), String> {
        let counted = sent.iter().filter(|one| !one.is_transaction_control());
        let counted = counted.count();
        let (right, expected, most) = match self {
            Expected::Exactly(number) => (counted == number, number, ""),
            Expected::AtMost(number) => (counted <= number, number, "at most "),
        };
        if right {
            return Ok(());
        }
        let statements = |number| match number {
            1 => "1 statement was".to_owned(),
            many => format!("{many} statements were"),
        };
        let expected = statements(expected);
        let sent_were = match counted {
            0 => "none was".to_owned(),
            1 => "1 was".to_owned(),
            many => format!("{many} were"),
        };
        Err(format!(
            "{most}{expected} expected, and {sent_were} sent:{}",
            Listing(sent)
        ))
    }
}

impl Recorder {
    /// A recorder that has seen nothing; `.observe(recorder.clone())` on the builder of an engine or a
    /// cluster makes it see.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The statements so far, since the last [`clear`](Self::clear). Those of transactions are among
    /// them (BEGIN, SAVEPOINT), and those that are under way.
    #[must_use]
    pub fn statements(&self) -> Vec<Sent> {
        self.notes().kept.clone()
    }

    /// Forgets the statements so far.
    pub fn clear(&self) {
        let mut notes = self.notes();
        notes.forgotten = notes.next();
        notes.kept.clear();
        notes.under_way.clear();
    }

    /// Runs something, and gives what it sent.
    pub fn record<T>(&self, run: impl FnOnce() -> T) -> (T, Vec<Sent>) {
        let place = self.place();
        let value = run();
        (value, self.since(place))
    }

    /// Runs something that must send exactly so many statements. BEGIN, COMMIT, ROLLBACK and those of
    /// savepoints do not count, statements that failed do.
    ///
    /// # Panics
    /// If there were more or fewer, with a list of them: of one text once, with how often it was sent.
    #[track_caller]
    pub fn assert_statements<T>(&self, number: usize, run: impl FnOnce() -> T) -> T {
        self.asserted(Expected::Exactly(number), run)
    }

    /// Runs something that must send at most so many statements; as
    /// [`assert_statements`](Self::assert_statements) in all else.
    ///
    /// # Panics
    /// If there were more.
    #[track_caller]
    pub fn assert_at_most<T>(&self, number: usize, run: impl FnOnce() -> T) -> T {
        self.asserted(Expected::AtMost(number), run)
    }

    /// Awaits something, and gives what was sent meanwhile.
    pub async fn record_async<F: Future>(&self, run: F) -> (F::Output, Vec<Sent>) {
        let place = self.place();
        let value = run.await;
        (value, self.since(place))
    }

    /// Awaits something that must send exactly so many statements, as
    /// [`assert_statements`](Self::assert_statements).
    ///
    /// ```
    /// # use orm_core::testing::Recorder;
    /// # async fn example(sent: Recorder) {
    /// let sum = sent.assert_statements_async(0, async { 1 + 1 }).await;
    /// # }
    /// ```
    ///
    /// # Panics
    /// When it is awaited, if there were more or fewer.
    #[track_caller]
    pub fn assert_statements_async<F: Future>(
        &self,
        number: usize,
        run: F,
    ) -> impl Future<Output = F::Output> + use<'_, F> {
        self.asserted_async(Expected::Exactly(number), run, Location::caller())
    }

    /// Awaits something that must send at most so many statements.
    ///
    /// # Panics
    /// When it is awaited, if there were more.
    #[track_caller]
    pub fn assert_at_most_async<F: Future>(
        &self,
        number: usize,
        run: F,
    ) -> impl Future<Output = F::Output> + use<'_, F> {
        self.asserted_async(Expected::AtMost(number), run, Location::caller())
    }

    #[track_caller]
    fn asserted<T>(&self, expected: Expected, run: impl FnOnce() -> T) -> T {
        let (value, sent) = self.record(run);
        if let Err(wrong) = expected.check(&sent) {
            panic!("{wrong}");
        }
        value
    }

    async fn asserted_async<F: Future>(
        &self,
        expected: Expected,
        run: F,
        asked: &'static Location<'static>,
    ) -> F::Output {
        let (value, sent) = self.record_async(run).await;
        if let Err(wrong) = expected.check(&sent) {
            // Where a future is polled says nothing.
            panic!("{asked}: {wrong}");
        }
        value
    }

    fn place(&self) -> usize {
        self.notes().next()
    }

    fn since(&self, place: usize) -> Vec<Sent> {
        self.notes().from(place)
    }

    /// A panic elsewhere leaves the notes as they are, which is whole.
    fn notes(&self) -> MutexGuard<'_, Notes> {
        self.notes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Observer for Recorder {
    fn observe(&self, event: Event<'_>) {
        let mut notes = self.notes();
        match event {
            Event::Query { statement, .. } => {
                let place = notes.next();
                notes.under_way.insert(statement.id, place);
                notes.kept.push(Sent::of(&statement));
            }
            Event::Finished(done) => {
                let Some(place) = notes.under_way.remove(&done.statement.id) else {
                    return; // forgotten meanwhile
                };
                let kept = place.checked_sub(notes.forgotten);
                if let Some(sent) = kept.and_then(|nth| notes.kept.get_mut(nth)) {
                    sent.rows = done.rows;
                    sent.duration = Some(done.duration);
                    sent.error = done.error;
                }
            }
            _ => {}
        }
    }
}

impl fmt::Debug for Recorder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recorder")
            .field("statements", &self.notes().kept.len())
            .finish_non_exhaustive()
    }
}
