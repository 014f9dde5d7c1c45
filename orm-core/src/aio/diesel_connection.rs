//! An async session is a connection of diesel-async: everything is handed to
//! the one inside.

use std::marker::PhantomData;

use diesel::ConnectionResult;
use diesel::connection::{CacheSize, Instrumentation, TransactionManagerStatus};
use diesel::query_builder::{AsQuery, QueryFragment, QueryId};
use diesel::result::{ConnectionError, QueryResult};
use diesel_async::{
    AsyncConnection, AsyncConnectionCore, SimpleAsyncConnection, TransactionManager,
};

use super::tracked::{Tracked, TrackedLoad, TrackedRows};
use super::{AsyncDatabaseConnection, AsyncSession};
use crate::operation::{Link, text_of};
use crate::pool::by_hand;

impl<C: AsyncDatabaseConnection> SimpleAsyncConnection for AsyncSession<C> {
    async fn batch_execute(&mut self, query: &str) -> QueryResult<()> {
        self.sends_text(query);
        self.batch(query).await
    }
}

impl<C: AsyncDatabaseConnection> AsyncConnectionCore for AsyncSession<C> {
    type ExecuteFuture<'conn, 'query> = Tracked<'conn, C::ExecuteFuture<'conn, 'query>>;
    type LoadFuture<'conn, 'query> = TrackedLoad<'conn, C::LoadFuture<'conn, 'query>>;
    type Stream<'conn, 'query> = TrackedRows<'conn, C::Stream<'conn, 'query>>;
    type Row<'conn, 'query> = C::Row<'conn, 'query>;
    type Backend = C::Backend;

    fn load<'conn, 'query, T>(&'conn mut self, source: T) -> Self::LoadFuture<'conn, 'query>
    where
        T: AsQuery + 'query,
        T::Query: QueryFragment<C::Backend> + QueryId + 'query,
    {
        // What is built here cannot be sent again.
        self.proven = true;
        let source = source.as_query();
        if by_hand::is_text::<T::Query>() {
            self.sends_text(&text_of::<C::Backend, _>(&source));
        }
        let (connection, mut watch) = self.split();
        let load = watch.build(|| connection.load(source));
        TrackedLoad::new(load, watch)
    }

    fn execute_returning_count<'conn, 'query, T>(
        &'conn mut self,
        source: T,
    ) -> Self::ExecuteFuture<'conn, 'query>
    where
        T: QueryFragment<C::Backend> + QueryId + 'query,
    {
        // What is built here cannot be sent again.
        self.proven = true;
        if by_hand::is_text::<T>() {
            self.sends_text(&text_of::<C::Backend, _>(&source));
        }
        let (connection, mut watch) = self.split();
        let execute = watch.build(|| connection.execute_returning_count(source));
        Tracked::new(execute, watch)
    }
}

impl<C: AsyncDatabaseConnection> AsyncConnection for AsyncSession<C> {
    type TransactionManager = AsyncSessionTransactions<C>;

    /// Sessions come from an engine; this one is refused.
    async fn establish(_: &str) -> ConnectionResult<Self> {
        let message = "a session is opened by its engine: `engine.session().await`";
        Err(ConnectionError::BadConnection(message.to_owned()))
    }

    async fn begin_test_transaction(&mut self) -> QueryResult<()> {
        if self.in_test {
            return self.begin().await;
        }
        let begun = self.enter()?.begin_test_transaction().await;
        self.proven = true;
        self.leave(begun)
    }

    fn transaction_state(
        &mut self,
    ) -> &mut <AsyncSessionTransactions<C> as TransactionManager<Self>>::TransactionStateData {
        self.held().transaction_state()
    }

    fn instrumentation(&mut self) -> &mut dyn Instrumentation {
        self.held().instrumentation()
    }

    fn set_instrumentation(&mut self, instrumentation: impl Instrumentation) {
        // Another connection would lack it, and another session is told of nothing by it.
        (self.proven, self.touched) = (true, true);
        self.held().set_instrumentation(instrumentation);
    }

    fn set_prepared_statement_cache_size(&mut self, size: CacheSize) {
        self.proven = true;
        self.held().set_prepared_statement_cache_size(size);
    }
}

/// Diesel's transactions on an async session: those of the connection inside.
pub struct AsyncSessionTransactions<C>(PhantomData<fn() -> C>);

impl<C: AsyncDatabaseConnection> TransactionManager<AsyncSession<C>>
    for AsyncSessionTransactions<C>
{
    type TransactionStateData =
        <C::TransactionManager as TransactionManager<C>>::TransactionStateData;

    async fn begin_transaction(session: &mut AsyncSession<C>) -> QueryResult<()> {
        session.begin().await
    }

    async fn rollback_transaction(session: &mut AsyncSession<C>) -> QueryResult<()> {
        session.roll_back().await
    }

    async fn commit_transaction(session: &mut AsyncSession<C>) -> QueryResult<()> {
        session.commit().await
    }

    fn transaction_manager_status_mut(
        session: &mut AsyncSession<C>,
    ) -> &mut TransactionManagerStatus {
        C::TransactionManager::transaction_manager_status_mut(session.held())
    }
}
