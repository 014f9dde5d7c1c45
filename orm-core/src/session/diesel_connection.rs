//! A session is a Diesel connection: everything is handed to the one inside.

use std::marker::PhantomData;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::rc::Rc;

use diesel::backend::Backend;
use diesel::connection::{
    CacheSize, Connection, ConnectionSealed, Instrumentation, LoadConnection, SimpleConnection,
    TransactionManager, TransactionManagerStatus,
};
use diesel::expression::QueryMetadata;
use diesel::migration::{CREATE_MIGRATIONS_TABLE, MigrationConnection};
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::query_dsl::UpdateAndFetchResults;
use diesel::r2d2::R2D2Connection;
use diesel::result::Error as DieselError;
use diesel::{ConnectionError, ConnectionResult, QueryResult, RunQueryDsl};

use super::Session;
use crate::backend::{Database, Dialect};
use crate::connection::DatabaseConnection;
use crate::connection::watch::{Told, Watch, unread};
use crate::error::is_lost;
use crate::event::{self, affected};
use crate::operation::{Fate, Link, Open, Opening, may_repeat, now, text_of};
use crate::pool::{self, by_hand};

impl<C: DatabaseConnection> SimpleConnection for Session<C> {
    fn batch_execute(&mut self, query: &str) -> QueryResult<()> {
        self.held().sends_text(query);
        now(self.batch(query))
    }
}

impl<C: DatabaseConnection> ConnectionSealed for Session<C> {}

impl<C: DatabaseConnection> Connection for Session<C> {
    type Backend = C::Backend;
    type TransactionManager = SessionTransactions<C>;

    /// Sessions come from an engine; this one is refused.
    fn establish(_: &str) -> ConnectionResult<Self> {
        let message = "a session is opened by its engine: `engine.session()`";
        Err(ConnectionError::BadConnection(message.to_owned()))
    }

    fn begin_test_transaction(&mut self) -> QueryResult<()> {
        match self.held().in_test {
            true => now(self.begin()),
            false => self.on_connection(|| Opening::Harmless, C::begin_test_transaction),
        }
    }

    fn execute_returning_count<T>(&mut self, source: &T) -> QueryResult<usize>
    where
        T: QueryFragment<C::Backend> + QueryId,
    {
        if by_hand::is_text::<T>() {
            self.held().sends_text(&text_of::<C::Backend, _>(source));
        }
        self.counted(
            || Opening::of::<C::Backend, _>(source),
            |connection| connection.execute_returning_count(source),
            |rows| affected(*rows),
        )
    }

    fn transaction_state(
        &mut self,
    ) -> &mut <SessionTransactions<C> as TransactionManager<Self>>::TransactionStateData {
        self.held().connection.transaction_state()
    }

    fn instrumentation(&mut self) -> &mut dyn Instrumentation {
        self.held().connection.instrumentation()
    }

    fn set_instrumentation(&mut self, instrumentation: impl Instrumentation) {
        let held = self.held();
        // Another connection would lack it, and another session is told of nothing by it.
        (held.proven, held.touched) = (true, true);
        held.connection.set_instrumentation(instrumentation);
    }

    fn set_prepared_statement_cache_size(&mut self, size: CacheSize) {
        let held = self.held();
        held.proven = true;
        held.connection.set_prepared_statement_cache_size(size);
    }
}

impl<C: DatabaseConnection + LoadConnection<B>, B> LoadConnection<B> for Session<C> {
    type Cursor<'conn, 'query> = Noted<'conn, <C as LoadConnection<B>>::Cursor<'conn, 'query>>;
    type Row<'conn, 'query> = <C as LoadConnection<B>>::Row<'conn, 'query>;

    fn load<'conn, 'query, T>(
        &'conn mut self,
        source: T,
    ) -> QueryResult<Self::Cursor<'conn, 'query>>
    where
        T: Query + QueryFragment<C::Backend> + QueryId + 'query,
        C::Backend: QueryMetadata<T::SqlType>,
    {
        self.take_due_plans();
        let source = Again(Rc::new(source));
        if by_hand::is_text::<T>() {
            self.held()
                .sends_text(&text_of::<C::Backend, _>(&*source.0));
        }
        self.held().check()?;
        let same = source.0.clone();
        let first = || Opening::of::<C::Backend, _>(&*same);
        self.prove(first);
        let renews = self.renews();
        let held = self.held();
        held.proven = true;
        let inside = held.is_inside();
        let pool::Link {
            connection,
            instead,
            lost,
            fate,
            watch,
            ..
        } = held;
        let mut watch = watch.as_deref();
        if let Some(watch) = watch {
            watch.hold();
        }
        let mut rows = LoadConnection::<B>::load(connection, source.clone());
        if let Some(renews) = renews
            && may_repeat(&rows, first)
            && let Ok(fresh) = renews.renew()
        {
            if let (Some(watch), Err(error)) = (watch, &rows) {
                watch.told(Told::failed(error));
            }
            // The rows borrow it: it takes the place of the dead one at the next statement.
            let fresh = instead.insert(Box::new(fresh));
            watch = fresh.watch.as_deref();
            if let Some(watch) = watch {
                watch.hold();
            }
            rows = LoadConnection::<B>::load(&mut fresh.connection, source);
        }
        *lost |= is_lost(&rows);
        fate.note(C::Backend::DATABASE, &rows, || inside);
        if let (Some(watch), Err(error)) = (watch, &rows) {
            watch.told(Told::failed(error));
        }
        let rows = rows?;
        Ok(Noted {
            // Those that are there already have no error behind them.
            one_by_one: rows.size_hint().1.is_none(),
            rows,
            telling: Telling {
                watch,
                rows: 0,
                failed: None,
            },
            lost,
            fate,
            inside,
            database: C::Backend::DATABASE,
        })
    }
}

/// A statement that can be sent again.
struct Again<T>(Rc<T>);

impl<T> Clone for Again<T> {
    fn clone(&self) -> Self {
        Again(self.0.clone())
    }
}

impl<T: Query> Query for Again<T> {
    type SqlType = T::SqlType;
}

impl<DB: Backend, T: QueryFragment<DB>> QueryFragment<DB> for Again<T> {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.0.walk_ast(out)
    }
}

impl<T: QueryId> QueryId for Again<T> {
    type QueryId = T::QueryId;
    const HAS_STATIC_QUERY_ID: bool = T::HAS_STATIC_QUERY_ID;
}

/// The rows of a statement; the server may close the connection between two of them.
pub struct Noted<'conn, Rows> {
    /// Dropped before it is told of: SQLite ends the statement with its rows.
    rows: Rows,
    telling: Telling<'conn>,
    lost: &'conn mut bool,
    fate: &'conn mut Fate,
    inside: bool,
    database: Database,
    /// More may come from the server.
    one_by_one: bool,
}

impl<Rows> Drop for Noted<'_, Rows> {
    /// Diesel passes over what was not read, errors too.
    fn drop(&mut self) {
        if self.one_by_one && self.database == Database::Postgres {
            self.fate.lend();
        }
    }
}

/// What is told of a statement when its rows were read.
struct Telling<'conn> {
    watch: Option<&'conn Watch>,
    rows: u64,
    failed: Option<Told>,
}

impl Telling<'_> {
    fn note<T>(&mut self, row: &QueryResult<T>) {
        match row {
            Ok(_) => self.rows += 1,
            Err(error) if self.watch.is_some() => self.failed = Some(Told::failed(error)),
            Err(_) => {}
        }
    }
}

impl Drop for Telling<'_> {
    fn drop(&mut self) {
        if let Some(watch) = self.watch {
            let rows = Told::rows(event::Rows::Returned(self.rows));
            let failed = self.failed.take();
            let failed = failed.or_else(|| unread::kind().map(Told::failed_with));
            // The connection is still lent: plans are taken when it is used next.
            watch.told(failed.unwrap_or(rows));
        }
    }
}

impl<Row, Rows: Iterator<Item = QueryResult<Row>>> Iterator for Noted<'_, Rows> {
    type Item = QueryResult<Row>;

    fn next(&mut self) -> Option<QueryResult<Row>> {
        let Some(row) = self.rows.next() else {
            self.one_by_one = false;
            return None;
        };
        self.telling.note(&row);
        *self.lost |= is_lost(&row);
        self.fate.note(self.database, &row, || self.inside);
        Some(row)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.rows.size_hint()
    }
}

/// Diesel's transactions on a session: those of the connection inside.
pub struct SessionTransactions<C>(PhantomData<fn() -> C>);

impl<C: DatabaseConnection> TransactionManager<Session<C>> for SessionTransactions<C> {
    type TransactionStateData =
        <C::TransactionManager as TransactionManager<C>>::TransactionStateData;

    fn begin_transaction(session: &mut Session<C>) -> QueryResult<()> {
        now(session.begin())
    }

    fn rollback_transaction(session: &mut Session<C>) -> QueryResult<()> {
        now(session.roll_back())
    }

    fn commit_transaction(session: &mut Session<C>) -> QueryResult<()> {
        now(session.commit())
    }

    /// What is begun inside and left open is rolled back as well; a panic rolls back.
    fn transaction<F, R, E>(session: &mut Session<C>, work: F) -> Result<R, E>
    where
        F: FnOnce(&mut Session<C>) -> Result<R, E>,
        E: From<DieselError>,
    {
        let mut open = now(Open::enter_diesel(session))?;
        match catch_unwind(AssertUnwindSafe(|| work(open.link()))) {
            Ok(result) => now(open.finish_diesel(result)),
            Err(panic) => {
                now(open.abandon());
                resume_unwind(panic)
            }
        }
    }

    fn transaction_manager_status_mut(session: &mut Session<C>) -> &mut TransactionManagerStatus {
        C::TransactionManager::transaction_manager_status_mut(&mut session.held().connection)
    }
}

impl<C: DatabaseConnection> R2D2Connection for Session<C> {
    fn ping(&mut self) -> QueryResult<()> {
        self.on_connection(|| Opening::Harmless, C::ping)
    }

    fn is_broken(&mut self) -> bool {
        self.held().connection.is_broken()
    }
}

impl<C: DatabaseConnection> MigrationConnection for Session<C> {
    fn setup(&mut self) -> QueryResult<usize> {
        diesel::sql_query(CREATE_MIGRATIONS_TABLE).execute(self)
    }
}

impl<C, Changes, Output> UpdateAndFetchResults<Changes, Output> for Session<C>
where
    C: DatabaseConnection + UpdateAndFetchResults<Changes, Output>,
{
    fn update_and_fetch(&mut self, changeset: Changes) -> QueryResult<Output> {
        self.once(|connection| connection.update_and_fetch(changeset))
    }
}
