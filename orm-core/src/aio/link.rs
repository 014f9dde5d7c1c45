//! The async link: sends, waits, and knows whether it was left meanwhile.

use std::future::Future;

use diesel::deserialize::FromSqlRow;
use diesel::expression::QueryMetadata;
use diesel::query_builder::{Query, QueryFragment, QueryId};
use diesel::result::{Error as DieselError, QueryResult};
use diesel_async::{AsyncConnectionCore, TransactionManager};
use futures_util::{StreamExt, TryStreamExt};

use super::session::Progress;
use super::{AsyncDatabaseConnection, AsyncSession};
use crate::id::TimeIds;
use crate::operation::Link;

impl<C: AsyncDatabaseConnection> Link for AsyncSession<C> {
    type Backend = C::Backend;

    fn name(&self) -> &str {
        self.name()
    }

    fn ids(&self) -> &TimeIds {
        self.ids()
    }

    fn load<U, Q>(&mut self, statement: Q) -> impl Future<Output = QueryResult<Vec<U>>> + Send
    where
        Q: Query + QueryFragment<C::Backend> + QueryId + Send + 'static,
        C::Backend: QueryMetadata<Q::SqlType>,
        U: FromSqlRow<Q::SqlType, C::Backend> + Send + 'static,
    {
        async move {
            let connection = self.enter()?;
            let rows = load(connection, statement).await;
            self.leave(rows)
        }
    }

    fn load_one<U, Q>(
        &mut self,
        statement: Q,
    ) -> impl Future<Output = QueryResult<Option<U>>> + Send
    where
        Q: Query + QueryFragment<C::Backend> + QueryId + Send + 'static,
        C::Backend: QueryMetadata<Q::SqlType>,
        U: FromSqlRow<Q::SqlType, C::Backend> + Send + 'static,
    {
        async move {
            let connection = self.enter()?;
            let row = load_one(connection, statement).await;
            self.leave(row)
        }
    }

    fn execute<Q>(&mut self, statement: Q) -> impl Future<Output = QueryResult<usize>> + Send
    where
        Q: QueryFragment<C::Backend> + QueryId + Send + 'static,
    {
        async move {
            let rows = self.enter()?.execute_returning_count(statement).await;
            self.leave(rows)
        }
    }

    async fn batch(&mut self, sql: &str) -> QueryResult<()> {
        let done = self.enter()?.batch_execute(sql).await;
        self.leave(done)
    }

    async fn begin(&mut self) -> QueryResult<()> {
        let done = C::TransactionManager::begin_transaction(self.enter()?).await;
        self.leave(done)
    }

    async fn commit(&mut self) -> QueryResult<()> {
        let done = C::TransactionManager::commit_transaction(self.enter()?).await;
        self.leave(done)
    }

    async fn roll_back(&mut self) -> QueryResult<()> {
        let done = C::TransactionManager::rollback_transaction(self.enter()?).await;
        self.leave(done)
    }

    fn interrupt(&mut self) {
        if matches!(self.progress, Progress::Done | Progress::HalfRead) {
            self.progress = Progress::Left;
        }
    }
}

/// All rows of a statement.
pub(super) async fn load<C, U, Q>(connection: &mut C, statement: Q) -> QueryResult<Vec<U>>
where
    C: AsyncConnectionCore,
    Q: Query + QueryFragment<C::Backend> + QueryId + Send + 'static,
    U: FromSqlRow<Q::SqlType, C::Backend> + Send + 'static,
{
    let rows = connection.load(statement).await?;
    rows.map(|row| U::build_from_row(&row?).map_err(DieselError::DeserializationError))
        .try_collect()
        .await
}

/// The first row of a statement, all rows of which are read.
pub(super) async fn load_one<C, U, Q>(connection: &mut C, statement: Q) -> QueryResult<Option<U>>
where
    C: AsyncConnectionCore,
    Q: Query + QueryFragment<C::Backend> + QueryId + Send + 'static,
    U: FromSqlRow<Q::SqlType, C::Backend> + Send + 'static,
{
    let rows = connection.load(statement).await?;
    rows.map(|row| U::build_from_row(&row?).map_err(DieselError::DeserializationError))
        .try_fold(None, |first, row| {
            std::future::ready(Ok(Some(first.unwrap_or(row))))
        })
        .await
}
