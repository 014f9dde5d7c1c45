//! A transaction is the Diesel connection that its session is: every call is handed on.

use diesel::connection::{
    CacheSize, Connection, ConnectionSealed, Instrumentation, LoadConnection, SimpleConnection,
    TransactionManager, TransactionManagerStatus,
};
use diesel::expression::QueryMetadata;
use diesel::query_builder::{Query, QueryFragment, QueryId};
use diesel::query_dsl::UpdateAndFetchResults;
use diesel::result::Error as DieselError;
use diesel::{ConnectionResult, QueryResult};
use ref_cast::RefCast;

use super::Transaction;
use crate::connection::DatabaseConnection;
use crate::session::{Session, SessionTransactions};

type Manager<C> = SessionTransactions<C>;

impl<C: DatabaseConnection> SimpleConnection for Transaction<C> {
    fn batch_execute(&mut self, query: &str) -> QueryResult<()> {
        self.0.batch_execute(query)
    }
}

impl<C: DatabaseConnection> ConnectionSealed for Transaction<C> {}

impl<C: DatabaseConnection> Connection for Transaction<C> {
    type Backend = C::Backend;
    type TransactionManager = Manager<C>;

    /// A transaction is of a session; this one is refused.
    fn establish(url: &str) -> ConnectionResult<Self> {
        Session::establish(url).map(Transaction)
    }

    fn begin_test_transaction(&mut self) -> QueryResult<()> {
        self.0.begin_test_transaction()
    }

    fn execute_returning_count<T>(&mut self, source: &T) -> QueryResult<usize>
    where
        T: QueryFragment<C::Backend> + QueryId,
    {
        self.0.execute_returning_count(source)
    }

    fn transaction_state(
        &mut self,
    ) -> &mut <Manager<C> as TransactionManager<Self>>::TransactionStateData {
        self.0.transaction_state()
    }

    fn instrumentation(&mut self) -> &mut dyn Instrumentation {
        self.0.instrumentation()
    }

    fn set_instrumentation(&mut self, instrumentation: impl Instrumentation) {
        self.0.set_instrumentation(instrumentation);
    }

    fn set_prepared_statement_cache_size(&mut self, size: CacheSize) {
        self.0.set_prepared_statement_cache_size(size);
    }
}

impl<C: DatabaseConnection + LoadConnection<B>, B> LoadConnection<B> for Transaction<C> {
    type Cursor<'conn, 'query> = <Session<C> as LoadConnection<B>>::Cursor<'conn, 'query>;
    type Row<'conn, 'query> = <Session<C> as LoadConnection<B>>::Row<'conn, 'query>;

    fn load<'conn, 'query, T>(
        &'conn mut self,
        source: T,
    ) -> QueryResult<Self::Cursor<'conn, 'query>>
    where
        T: Query + QueryFragment<C::Backend> + QueryId + 'query,
        C::Backend: QueryMetadata<T::SqlType>,
    {
        LoadConnection::<B>::load(&mut self.0, source)
    }
}

impl<C: DatabaseConnection> TransactionManager<Transaction<C>> for Manager<C> {
    type TransactionStateData =
        <Manager<C> as TransactionManager<Session<C>>>::TransactionStateData;

    fn begin_transaction(tx: &mut Transaction<C>) -> QueryResult<()> {
        Self::begin_transaction(&mut tx.0)
    }

    fn rollback_transaction(tx: &mut Transaction<C>) -> QueryResult<()> {
        Self::rollback_transaction(&mut tx.0)
    }

    fn commit_transaction(tx: &mut Transaction<C>) -> QueryResult<()> {
        Self::commit_transaction(&mut tx.0)
    }

    fn transaction<F, R, E>(tx: &mut Transaction<C>, work: F) -> Result<R, E>
    where
        F: FnOnce(&mut Transaction<C>) -> Result<R, E>,
        E: From<DieselError>,
    {
        <Self as TransactionManager<Session<C>>>::transaction(&mut tx.0, |session| {
            work(Transaction::ref_cast_mut(session))
        })
    }

    fn transaction_manager_status_mut(tx: &mut Transaction<C>) -> &mut TransactionManagerStatus {
        Self::transaction_manager_status_mut(&mut tx.0)
    }
}

impl<C, Changes, Output> UpdateAndFetchResults<Changes, Output> for Transaction<C>
where
    C: DatabaseConnection + UpdateAndFetchResults<Changes, Output>,
{
    fn update_and_fetch(&mut self, changeset: Changes) -> QueryResult<Output> {
        self.0.update_and_fetch(changeset)
    }
}
