//! Operations: what a session does, step by step, over whoever sends.
//!
//! Each operation is one `async fn` over a [`Link`], which sends statements and
//! decides nothing. The blocking session is a link whose futures are ready at
//! once, so its operations run by a single poll ([`now`]); the async session
//! is a link that waits. Thus an operation stands here once, and costs each
//! session a few lines.
//!
//! A future of an operation may be dropped at any of its awaits: between two
//! statements of a transaction the drop reaches the link ([`Link::interrupt`]),
//! during a statement or a wait the link knows it itself.

mod advisory;
mod backoff;
mod complete;
mod define;
mod delete;
mod fate;
mod given;
mod insert_at;
mod level;
mod load;
mod lock;
mod opening;
mod plan;
mod preload;
mod read;
mod reread;
mod reread_upsert;
mod retry;
mod statement;
mod test;
mod told;
mod transaction;
mod upsert;
mod violation;
mod words;
mod write;

pub use advisory::{Guarded, lock_until_commit};
pub(crate) use backoff::Backoff;
pub use complete::{complete, complete_form, complete_forms, complete_many, complete_patch};
pub use define::{create_all, drop_all, refresh};
pub use delete::{delete, delete_forever, restore};
pub use fate::Fate;
pub(crate) use fate::question;
pub use given::{Give, Given, Inserts, Targets, Updates};
pub(crate) use insert_at::insert_at;
pub use level::Level;
pub(crate) use level::roll_back;
pub use load::LoadModel;
pub use lock::lock_file;
pub(crate) use opening::text_of;
pub use opening::{Opening, is_asked_before, may_repeat};
pub(crate) use plan::plan;
pub use preload::PreloadOn;
pub use read::get;
pub(crate) use retry::{lost, not_nested, tried};
pub(crate) use statement::Statement;
pub(crate) use told::once_committed;
pub use transaction::Open;
pub use upsert::{insert_unless_exists, upsert};
pub(crate) use violation::translate;
pub(crate) use words::{texts, texts_of};
pub use write::{insert, insert_all, update};
pub(crate) use write::{insert_within, show_key, stale};

use std::future::Future;
use std::panic::resume_unwind;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use diesel::deserialize::FromSqlRow;
use diesel::expression::QueryMetadata;
use diesel::query_builder::{Query, QueryFragment, QueryId};
use diesel::result::{Error as DieselError, QueryResult};

use crate::backend::Dialect;
use crate::error::Error;
use crate::hooks::Hooks;
use crate::id::TimeIds;
use crate::table::TableDef;

/// A connection in use: sends statements, one after the other, and waits between them.
pub trait Link: Send + Sized + 'static {
    /// The backend that statements are written for.
    type Backend: Dialect;

    /// The name of the engine or shard, for errors.
    fn name(&self) -> &str;

    /// The source of ids that are made before an insert.
    fn ids(&self) -> &TimeIds;

    /// What the engine does before and after writes.
    fn hooks(&self) -> Option<&Hooks> {
        None
    }

    /// All rows of a statement.
    ///
    /// # Errors
    /// What the database says; a row that is none of `U`.
    fn load<U, Q>(&mut self, statement: Q) -> impl Future<Output = QueryResult<Vec<U>>> + Send
    where
        Q: Query + QueryFragment<Self::Backend> + QueryId + Send + 'static,
        Self::Backend: QueryMetadata<Q::SqlType>,
        U: FromSqlRow<Q::SqlType, Self::Backend> + Send + 'static;

    /// The first row of a statement, all rows of which are read: one that is
    /// dropped before its end keeps SQLite from ever shrinking its log.
    ///
    /// # Errors
    /// As [`load`](Self::load).
    fn load_one<U, Q>(
        &mut self,
        statement: Q,
    ) -> impl Future<Output = QueryResult<Option<U>>> + Send
    where
        Q: Query + QueryFragment<Self::Backend> + QueryId + Send + 'static,
        Self::Backend: QueryMetadata<Q::SqlType>,
        U: FromSqlRow<Q::SqlType, Self::Backend> + Send + 'static;

    /// Runs a statement without rows, and says how many rows it touched.
    ///
    /// # Errors
    /// What the database says.
    fn execute<Q>(&mut self, statement: Q) -> impl Future<Output = QueryResult<usize>> + Send
    where
        Q: QueryFragment<Self::Backend> + QueryId + Send + 'static;

    /// Runs a text of statements.
    ///
    /// # Errors
    /// What the database says.
    fn batch(&mut self, sql: &str) -> impl Future<Output = QueryResult<()>> + Send;

    /// Waits so long before the next statement: on its thread, or on the runtime. A future that is
    /// dropped meanwhile leaves the connection, as during a statement.
    fn wait(&mut self, time: Duration) -> impl Future<Output = ()> + Send;

    /// What became of the transaction that is open. The link notes here what its
    /// statements came to, and sends none that is refused.
    fn fate(&mut self) -> &mut Fate;

    /// Whether more may be sent.
    ///
    /// # Errors
    /// If the transaction that is open is doomed, or the link was left.
    fn check(&mut self) -> QueryResult<()> {
        self.fate().check()
    }

    /// Keeps the connection from others: what runs on it now may change it (its role, its locks, its
    /// tables that are temporary). It is closed with the session, unless its data would go with it.
    fn retire(&mut self);

    /// How many transactions and savepoints are open, as Diesel counts them; `None` if it has lost
    /// count.
    fn depth(&mut self) -> Option<u32>;

    /// Whether a transaction or savepoint is open. One of which Diesel has lost count is.
    fn is_inside(&mut self) -> bool {
        self.depth().is_none_or(|depth| depth > 0)
    }

    /// Asks the database, whatever the fate, whether the transaction is still open and can be
    /// committed, and notes that. Observers are not told of the question.
    ///
    /// # Errors
    /// If the database does not answer.
    fn find_out(&mut self) -> impl Future<Output = QueryResult<()>> + Send;

    /// Whether a transaction of a test is open around all others, and not counted among them.
    fn in_test(&mut self) -> bool;

    /// Whether observers are told nothing of what is sent from now on.
    fn mute(&mut self, muted: bool);

    /// Sends BEGIN or SAVEPOINT.
    ///
    /// # Errors
    /// What the database says.
    fn send_begin(&mut self) -> impl Future<Output = QueryResult<()>> + Send;

    /// Sends BEGIN so that SQLite takes the lock to write at once; elsewhere as
    /// [`send_begin`](Self::send_begin).
    ///
    /// # Errors
    /// What the database says.
    fn send_begin_immediate(&mut self) -> impl Future<Output = QueryResult<()>> + Send;

    /// Sends COMMIT or RELEASE, whatever the fate. A COMMIT that failed leaves no transaction open.
    ///
    /// # Errors
    /// What the database says.
    fn send_commit(&mut self) -> impl Future<Output = QueryResult<()>> + Send;

    /// Sends ROLLBACK, to the savepoint if there is one, whatever the fate.
    ///
    /// # Errors
    /// What the database says.
    fn send_roll_back(&mut self) -> impl Future<Output = QueryResult<()>> + Send;

    /// Opens a transaction, or a savepoint.
    ///
    /// # Errors
    /// What the database says; if the transaction that is open is doomed.
    fn begin(&mut self) -> impl Future<Output = QueryResult<()>> + Send {
        level::begin(self, false)
    }

    /// Commits the transaction, or releases the savepoint; one that is doomed is
    /// rolled back.
    ///
    /// # Errors
    /// What the database says; that it was doomed.
    ///
    /// # Panics
    /// If a hook of the transaction does, once all were run.
    fn commit(&mut self) -> impl Future<Output = QueryResult<()>> + Send {
        async {
            let level = level::innermost(self).await;
            let done = level::commit(self, level).await;
            let panicked = match done {
                Ok(hooks) => Ok(self.fate().run(hooks)),
                Err(error) => Err(error),
            };
            self.explain().await;
            match panicked? {
                Some(panic) => resume_unwind(panic),
                None => Ok(()),
            }
        }
    }

    /// Rolls the transaction back, to the savepoint if there is one.
    ///
    /// # Errors
    /// What the database says.
    fn roll_back(&mut self) -> impl Future<Output = QueryResult<()>> + Send {
        async {
            let level = level::innermost(self).await;
            let done = level::roll_back(self, level).await;
            self.explain().await;
            done
        }
    }

    /// Takes the plans of what was slow, if that is to be done now: a transaction that ends leaves
    /// it to whoever has seen to its hooks.
    fn explain(&mut self) -> impl Future<Output = ()> + Send;

    /// A transaction was left in the midst: nothing more is sent here, and the
    /// connection is not used again.
    fn interrupt(&mut self);

    /// A transaction was left in the midst: as [`interrupt`](Self::interrupt), or, on a link that
    /// blocks, rolled back.
    fn leave(&mut self, level: Level) {
        let _ = level;
        self.interrupt();
    }

    /// What the database said, with the name of it.
    fn error(&self, error: DieselError) -> Error {
        Error::from(error).on(self.name())
    }

    /// What the database said of a write to a table, on the fields of the model.
    fn error_of<T: TableDef>(&self, error: DieselError) -> Error {
        violation::translate(error, T::META).on(self.name())
    }
}

/// The output of an operation over a link that blocks.
///
/// # Panics
/// If the future waits: a blocking link never does.
pub fn now<T>(operation: impl Future<Output = T>) -> T {
    let mut context = Context::from_waker(Waker::noop());
    match pin!(operation).poll(&mut context) {
        Poll::Ready(output) => output,
        Poll::Pending => unreachable!("a blocking link answers at once"),
    }
}
