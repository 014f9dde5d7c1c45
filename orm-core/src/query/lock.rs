//! [`Locked`]: a query whose rows are locked as they are read, until the transaction ends.

// A bound that a user may miss stands beside the name: the compiler shows that line.
#![allow(clippy::multiple_bound_locations)]

use std::marker::PhantomData;

use diesel::expression::ValidGrouping;
use diesel::expression::is_aggregate::No;
use diesel::query_builder::{AstPass, Query as DieselQuery, QueryFragment, QueryId};
use diesel::result::QueryResult;

use super::assemble::First;
use super::builder::Query;
use super::clause::{AllColumns, Apply, Joined, NoGroup, NotDistinct, Selected};
use crate::backend::{Database, Dialect};
use crate::metadata::TableMeta;
use crate::table::{Model, TableDef};

/// What others may do with a locked row meanwhile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Strength {
    /// Neither change nor lock it.
    Update,
    /// Only refer to it by a foreign key.
    NoKeyUpdate,
    /// Read and share it.
    Share,
    /// All but delete it or change its key.
    KeyShare,
}

/// What is done about rows that others have locked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LockWait {
    /// They are waited for.
    Wait,
    /// The query fails at once.
    NoWait,
    /// They are left out.
    SkipLocked,
}

/// How rows are locked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RowLock {
    /// What others may do meanwhile.
    pub strength: Strength,
    /// What is done about rows that others have locked.
    pub wait: LockWait,
}

impl RowLock {
    fn sql(self, database: Database) -> &'static str {
        let exclusive = matches!(self.strength, Strength::Update | Strength::NoKeyUpdate);
        match (database, self.strength) {
            // The file is locked instead.
            (Database::Sqlite, _) => "",
            (Database::Postgres, Strength::Update) => " FOR UPDATE OF ",
            (Database::Postgres, Strength::NoKeyUpdate) => " FOR NO KEY UPDATE OF ",
            (Database::Postgres, Strength::Share) => " FOR SHARE OF ",
            (Database::Postgres, Strength::KeyShare) => " FOR KEY SHARE OF ",
            // Two strengths: the next one that is strong enough.
            (Database::Mysql, _) if exclusive => " FOR UPDATE",
            // MySQL has the newer words from 8.0.1 on, and only behind them waits otherwise.
            (Database::Mysql, _) => " /*!80001 FOR SHARE *//*M! LOCK IN SHARE MODE */",
        }
    }
}

/// A query whose rows are locked as they are read, until the transaction ends.
///
/// It runs in a transaction only: what is given to `load` and its like is what the closure of
/// [`transaction`](crate::session::Session::transaction) is given.
#[must_use = "a query does nothing until it is loaded"]
#[derive(Clone)]
pub struct Locked<Q> {
    pub(super) query: Q,
    pub(super) lock: RowLock,
}

impl<Q> Locked<Q> {
    /// Fails at once where others have locked a row: the error is of kind
    /// [`Conflict`](crate::ErrorKind::Conflict).
    pub fn nowait(mut self) -> Self {
        self.lock.wait = LockWait::NoWait;
        self
    }

    /// Leaves out the rows that others have locked.
    pub fn skip_locked(mut self) -> Self {
        self.lock.wait = LockWait::SkipLocked;
        self
    }
}

/// What of a query says whether its rows can be locked. As a type parameter that no argument has, it
/// makes an error be said at the method alone.
pub struct RowsToLock<S, G, D>(PhantomData<fn() -> (S, G, D)>);

/// Any query: it can be asked to lock its rows.
pub trait ToLock {
    /// [`RowsToLock`].
    type As;
}

#[diagnostic::do_not_recommend]
impl<M, Q, S, O, G, D, W, R, P, J> ToLock for Query<M, Q, S, O, G, D, W, R, P, J> {
    type As = RowsToLock<S, G, D>;
}

/// Each of its rows is one row of the model.
#[diagnostic::on_unimplemented(
    message = "the rows of this query cannot be locked",
    label = "grouped, distinct, or an aggregate",
    note = "a lock is of rows of a table: load those, and compute of them what is wanted"
)]
pub trait Lockable {}

#[diagnostic::do_not_recommend]
impl<S: PlainRows> Lockable for RowsToLock<S, NoGroup, NotDistinct> {}

/// A selection without aggregates.
pub trait PlainRows {}

impl<T> PlainRows for AllColumns<T> {}
impl<Tuple> PlainRows for Joined<Tuple> {}
#[diagnostic::do_not_recommend]
impl<E: ValidGrouping<(), IsAggregate = No>> PlainRows for Selected<E> {}

impl<M, Q, S, O, G, D, W, R, P, J> Query<M, Q, S, O, G, D, W, R, P, J> {
    /// Locks the rows as they are read: nobody else changes or locks them until the transaction
    /// ends. Rows that were joined are not locked, but on MariaDB and MySQL.
    ///
    /// SQLite locks its file to write instead, before it reads.
    ///
    /// ```
    /// # use orm_core::prelude::*;
    /// # #[derive(Model, Debug)]
    /// # struct Account { #[model(generated)] id: i64, cents: i64 }
    /// # let engine = Engine::<SqliteConnection>::open(":memory:")?;
    /// # engine.create_all(schema![Account])?;
    /// # engine.session()?.insert(NewAccount { cents: 1 })?;
    /// engine.transaction(|tx| {
    ///     let account = Account::query().filter(accounts::id.eq(1)).for_update().first(&mut *tx)?;
    ///     tx.update(Account::patch(1).cents(account.cents + 1))
    /// })?;
    /// # Ok::<(), orm_core::Error>(())
    /// ```
    pub fn for_update<A: Lockable>(self) -> Locked<Self>
    where
        Self: ToLock<As = A>,
    {
        self.locked(Strength::Update)
    }

    /// As [`for_update`](Self::for_update), but others may refer to the rows by foreign keys. On
    /// MariaDB and MySQL as `for_update`.
    pub fn for_no_key_update<A: Lockable>(self) -> Locked<Self>
    where
        Self: ToLock<As = A>,
    {
        self.locked(Strength::NoKeyUpdate)
    }

    /// Locks the rows as they are read: others may read and share them, and change them when the
    /// transaction ended.
    pub fn for_share<A: Lockable>(self) -> Locked<Self>
    where
        Self: ToLock<As = A>,
    {
        self.locked(Strength::Share)
    }

    /// As [`for_share`](Self::for_share), but others may change what is no key. On MariaDB and MySQL
    /// as `for_share`.
    pub fn for_key_share<A: Lockable>(self) -> Locked<Self>
    where
        Self: ToLock<As = A>,
    {
        self.locked(Strength::KeyShare)
    }

    fn locked(self, strength: Strength) -> Locked<Self> {
        let wait = LockWait::Wait;
        Locked {
            query: self,
            lock: RowLock { strength, wait },
        }
    }
}

/// A query to be locked, and the table whose rows are.
pub trait LockedQuery {
    /// The query that locks.
    type Query;
    /// The table of the model.
    fn table() -> &'static TableMeta;
    /// How rows are locked.
    fn lock(&self) -> RowLock;
    /// The query that locks.
    fn into_query(self) -> Self::Query;
}

impl<M: Model, Q, S, O, W, R, P, J> LockedQuery
    for Locked<Query<M, Q, S, O, NoGroup, NotDistinct, W, R, P, J>>
{
    type Query = Query<M, Q, S, O, NoGroup, NotDistinct, Locking<W>, R, P, J>;

    fn table() -> &'static TableMeta {
        M::Table::META
    }

    fn lock(&self) -> RowLock {
        self.lock
    }

    fn into_query(self) -> Self::Query {
        let lock = self.lock;
        let table = M::Table::META.name;
        let parts = self.query.into_parts();
        let parts = parts.with_window(|window| Locking {
            window,
            lock,
            table,
        });
        parts.into_query()
    }
}

/// A window, and the lock behind it.
#[derive(Debug, Clone, Copy)]
pub struct Locking<W> {
    window: W,
    lock: RowLock,
    table: &'static str,
}

impl<W> Locking<W> {
    fn around<Q>(&self, statement: Q) -> LockedStatement<Q> {
        LockedStatement {
            statement,
            lock: self.lock,
            table: self.table,
        }
    }
}

#[diagnostic::do_not_recommend]
impl<Q, W: Apply<Q> + Copy> Apply<Q> for Locking<W> {
    type Out = LockedStatement<W::Out>;
    fn apply(self, statement: Q) -> Self::Out {
        self.around(self.window.apply(statement))
    }
}

#[diagnostic::do_not_recommend]
impl<Q, W: Copy> Apply<Q> for First<Locking<W>>
where
    First<W>: Apply<Q>,
{
    type Out = LockedStatement<<First<W> as Apply<Q>>::Out>;
    fn apply(self, statement: Q) -> Self::Out {
        self.0.around(First(self.0.window).apply(statement))
    }
}

/// A statement that locks rows of a table.
#[derive(Debug, Clone, Copy)]
pub struct LockedStatement<Q> {
    statement: Q,
    lock: RowLock,
    table: &'static str,
}

impl<Q: DieselQuery> DieselQuery for LockedStatement<Q> {
    type SqlType = Q::SqlType;
}

impl<Q, C> diesel::RunQueryDsl<C> for LockedStatement<Q> {}

/// The lock is a value: the type does not say the text.
impl<Q> QueryId for LockedStatement<Q> {
    type QueryId = PhantomData<()>;
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Q, DB> QueryFragment<DB> for LockedStatement<Q>
where
    DB: Dialect,
    Q: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.statement.walk_ast(out.reborrow())?;
        out.push_sql(self.lock.sql(DB::DATABASE));
        match DB::DATABASE {
            Database::Sqlite => return Ok(()),
            Database::Postgres => out.push_identifier(self.table)?,
            Database::Mysql => {}
        }
        out.push_sql(match self.lock.wait {
            LockWait::Wait => "",
            LockWait::NoWait => " NOWAIT",
            LockWait::SkipLocked => " SKIP LOCKED",
        });
        Ok(())
    }
}
