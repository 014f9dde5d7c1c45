//! [`AsyncSession`]: a unit of work on one database, to be awaited.

use std::sync::Arc;

use diesel::result::{Error as DieselError, QueryResult};
use sync_wrapper::SyncWrapper;

use super::ending::{Left, stop};
use super::pool::renew;
use super::pooled::{Pooled, depth};
use super::progress::{Progress, Watch};
use super::{AsyncDatabaseConnection, BoxFuture};
use crate::backend::{Database, Dialect};
use crate::connection::watch::{self, Told, take_plans};
use crate::event::Rows;
use crate::hooks::Hooks;
use crate::id::TimeIds;
use crate::operation::{Fate, Opening, is_asked_before};
use crate::pool::{Lease, by_hand};

/// A unit of work on one database, to be awaited.
///
/// The methods are those of [`Session`](crate::session::Session), and each
/// gives a future. It is a connection of diesel-async as well.
///
/// # Cancellation
/// Any future of a session may be dropped. Dropped before its first poll, it
/// has done nothing. Later the session counts as left in the midst: every
/// further call on it fails with [`ErrorKind::Interrupted`](crate::ErrorKind::Interrupted), the server is
/// asked to stop, and the connection is closed instead of going back to the
/// pool, so that an open transaction is rolled back by the server. Whether a
/// statement that was under way outside of a transaction took effect is not
/// known then.
///
/// SQLite runs its statements on threads: one that was left there goes on to its
/// end, and holds its locks as long. The connection of a database in memory is rolled
/// back then, and kept with its data.
///
/// [`transaction`](Self::transaction) is told when it is left. diesel-async's own
/// (`AsyncConnection::transaction`) is not: left between two statements its
/// session goes on inside of the transaction, until the session is dropped and
/// the connection with it. One of ours around it is an error then, and rolled back.
pub struct AsyncSession<C: AsyncDatabaseConnection> {
    /// Reached through `&mut` only: so a `&AsyncSession` may be held over an await,
    /// although drivers' connections are not all `Sync`.
    held: SyncWrapper<Option<Held<C>>>,
    pub(super) progress: Progress,
    /// What became of the transaction that is open.
    pub(super) fate: Fate,
    /// Whether the connection was lent out, and may have been left in the midst unseen.
    lent: bool,
    /// Whether Diesel may tell somebody else of what is sent on it.
    pub(super) touched: bool,
    /// Whether a transaction may be open of which Diesel does not know.
    doubtful: bool,
    /// Whether what was run on the connection may have changed it: nobody else gets it.
    pub(super) retired: bool,
    /// Whether the connection is known to be there: no other one can stand for it.
    pub(super) proven: bool,
    /// Whether the connection is in the transaction of a test.
    pub(super) in_test: bool,
    /// Who is told what happens on the connection.
    watch: Option<Arc<watch::Watch>>,
    name: Arc<str>,
    ids: Arc<TimeIds>,
    pub(super) hooks: Option<Arc<Hooks>>,
}

enum Held<C: AsyncDatabaseConnection> {
    Pooled(Lease<Pooled<C>>),
    Owned(Box<C>),
}

impl<C: AsyncDatabaseConnection> AsyncSession<C> {
    pub(super) fn pooled(
        connection: Lease<Pooled<C>>,
        name: Arc<str>,
        ids: Arc<TimeIds>,
        hooks: Option<Arc<Hooks>>,
    ) -> Self {
        AsyncSession {
            proven: connection.proven,
            in_test: connection.in_test,
            watch: connection.watch.clone(),
            held: SyncWrapper::new(Some(Held::Pooled(connection))),
            progress: Progress::Done,
            fate: Fate::default(),
            lent: false,
            touched: false,
            doubtful: false,
            retired: false,
            name,
            ids,
            hooks,
        }
    }

    /// A session on a connection that was opened elsewhere, under a name for errors.
    ///
    /// On SQLite the connection lacks what [`AsyncDatabaseConnection::open`] sets up.
    pub fn from_connection(connection: C, name: &str) -> Self {
        AsyncSession {
            watch: None,
            held: SyncWrapper::new(Some(Held::Owned(Box::new(connection)))),
            proven: true,
            in_test: false,
            progress: Progress::Done,
            fate: Fate::default(),
            lent: false,
            touched: false,
            doubtful: false,
            retired: false,
            name: name.into(),
            ids: TimeIds::shared(),
            hooks: None,
        }
    }

    /// The same session, which calls no hooks: whoever writes through it does.
    #[doc(hidden)]
    #[must_use]
    pub fn without_hooks(mut self) -> Self {
        self.hooks = None;
        self
    }

    /// The name of the engine or shard.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The source of ids that are made before an insert.
    #[must_use]
    pub fn ids(&self) -> &TimeIds {
        &self.ids
    }

    /// The connection of diesel-async itself, for what only it can do.
    ///
    /// Nothing is sent again on another connection afterwards, should this one turn out to be dead.
    /// What is sent on it past the session is not watched: a future may be dropped there in the
    /// midst. So the pool ends what was left on it, with a ROLLBACK, before anybody else gets it; a
    /// connection to MariaDB or MySQL is closed, and another one opened when it is needed.
    ///
    /// # Panics
    /// Never: a session has its connection until it is dropped.
    pub fn connection(&mut self) -> &mut C {
        (self.lent, self.touched) = (true, true);
        self.proven = true;
        self.fate.lend();
        self.watch.iter().for_each(|watch| watch.pass());
        self.held()
    }

    /// A text is sent, which may begin a transaction past Diesel.
    pub(super) fn sends_text(&mut self, sql: &str) {
        self.doubtful |= by_hand::may_begin(C::Backend::DATABASE, sql);
        self.retired |= by_hand::may_set_autocommit(C::Backend::DATABASE, sql);
    }

    pub(super) fn held(&mut self) -> &mut C {
        self.split().0
    }

    /// The connection, and what is noted of it.
    pub(super) fn split(&mut self) -> (&mut C, Watch<'_>) {
        let connection = match self.held.get_mut().as_mut().expect("until it is dropped") {
            Held::Pooled(pooled) => &mut pooled.connection,
            Held::Owned(connection) => &mut **connection,
        };
        let database = C::Backend::DATABASE;
        let in_test = self.in_test;
        let watch = Watch {
            // A connection of SQLite may not be asked while a thread is busy with it, and the
            // fate of its transactions is told by COMMIT.
            inside: database != Database::Sqlite && is_inside(connection, in_test),
            database,
            progress: &mut self.progress,
            fate: &mut self.fate,
            events: self.watch.as_deref(),
        };
        (connection, watch)
    }

    /// The connection, before something is sent on it.
    pub(super) fn enter(&mut self) -> QueryResult<&mut C> {
        self.fate.check()?;
        self.enter_at_any_rate()
    }

    /// The same in a transaction that cannot be committed any more: for what ends it.
    pub(super) fn enter_at_any_rate(&mut self) -> QueryResult<&mut C> {
        self.progress.check()?;
        self.progress = Progress::Sending;
        if let Some(watch) = &self.watch {
            watch.hold();
        }
        Ok(self.held())
    }

    /// Whether the connection may be dead, and is to be asked before this statement.
    pub(super) fn is_asked(&self, first: impl FnOnce() -> Opening) -> bool {
        !self.proven && is_asked_before(C::Backend::DATABASE, first)
    }

    /// Before a statement: a connection that may be dead is asked, if so it shall be. Whether the
    /// statement may be sent again, is the answer.
    ///
    /// # Errors
    /// If nothing may be sent.
    pub(super) async fn prove(&mut self, asked: bool) -> QueryResult<bool> {
        if self.fate.asks_first(C::Backend::DATABASE) {
            self.find_out().await?;
            self.fate.check()?;
        }
        if self.in_test {
            self.hold_on().await?;
        }
        match std::mem::replace(&mut self.proven, true) {
            true => Ok(false),
            false if asked => self.ask().await,
            false => Ok(true),
        }
    }

    pub(super) fn mute(&self, muted: bool) {
        if let Some(watch) = &self.watch {
            watch.mute(muted);
        }
    }

    /// Boxed, as what follows: it is rare, and a part of every operation's future.
    fn ask(&mut self) -> BoxFuture<'_, QueryResult<bool>> {
        Box::pin(async move {
            self.enter()?;
            let answer = match self.held.get_mut() {
                Some(Held::Pooled(pooled)) => pooled.answers().await,
                _ => Ok(true),
            };
            self.progress = Progress::Done;
            if !matches!(answer, Ok(true)) {
                self.renew().await;
            }
            Ok(false)
        })
    }

    /// Puts a fresh connection of the pool into the place of one that is dead; whether there is one.
    pub(super) fn renew(&mut self) -> BoxFuture<'_, bool> {
        Box::pin(async move {
            let Some(Held::Pooled(pooled)) = self.held.get_mut() else {
                return false;
            };
            // The future may be dropped here: the session has its dead connection still, and is left.
            let before = std::mem::replace(&mut self.progress, Progress::Left);
            let renewed = renew(pooled).await.is_ok();
            self.progress = if renewed { Progress::Done } else { before };
            if renewed {
                self.watch.clone_from(&pooled.watch);
            }
            renewed
        })
    }

    /// What came of it.
    pub(super) fn leave<T>(&mut self, result: QueryResult<T>) -> QueryResult<T> {
        self.leave_counted(result, |_| Rows::Unknown)
    }

    /// What came of one statement, and how many rows that is.
    pub(super) fn leave_counted<T>(
        &mut self,
        result: QueryResult<T>,
        rows: impl FnOnce(&T) -> Rows,
    ) -> QueryResult<T> {
        // An observer that panics leaves the session in the midst.
        if let Some(watch) = &self.watch {
            watch.told(Told::of(&result, rows));
        }
        match &result {
            Ok(_) => self.progress = Progress::Done,
            Err(error) => {
                self.split().1.note(&result);
                if matches!(error, DieselError::DeserializationError(_)) {
                    // What stood behind the row was passed over.
                    self.progress = Progress::HalfRead;
                }
            }
        }
        result
    }
}

impl<C: AsyncDatabaseConnection> AsyncSession<C> {
    /// Whether plans of what was slow shall be taken now.
    pub(super) fn are_plans_due(&self) -> bool {
        let watch = self.watch.as_ref();
        watch.is_some_and(|watch| watch.are_plans_due())
    }

    /// Takes them. Boxed: it sends statements, behind each of which this stands.
    pub(super) fn take_plans(&mut self) -> BoxFuture<'_, ()> {
        let watch = self.watch.clone();
        Box::pin(async move {
            if let Some(watch) = watch {
                take_plans(self, &watch).await;
            }
        })
    }
}

/// Whether a transaction is open; one of which Diesel has lost count is, that of a test is not.
pub(super) fn is_inside<C: AsyncDatabaseConnection>(connection: &mut C, in_test: bool) -> bool {
    let outside = u32::from(in_test);
    depth(connection).is_none_or(|depth| depth > outside)
}

impl<C: AsyncDatabaseConnection> Drop for AsyncSession<C> {
    fn drop(&mut self) {
        let under_way = self.progress.is_under_way();
        if let Some(watch) = &self.watch {
            watch.leave();
        }
        match self.held.get_mut().take() {
            Some(Held::Pooled(mut pooled)) => {
                pooled.touched |= self.touched;
                let left = Left {
                    progress: self.progress,
                    proven: self.proven,
                    lent: self.lent,
                    doubtful: self.doubtful,
                    retired: self.retired,
                };
                left.ends(pooled);
            }
            Some(Held::Owned(connection)) => stop(*connection, under_way),
            None => {}
        }
    }
}

impl<C: AsyncDatabaseConnection> std::fmt::Debug for AsyncSession<C> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AsyncSession")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}
