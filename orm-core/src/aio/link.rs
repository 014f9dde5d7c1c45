//! The async link: sends, waits, and knows whether it was left meanwhile.

use diesel::deserialize::FromSqlRow;
use diesel::expression::QueryMetadata;
use diesel::query_builder::{Query, QueryFragment, QueryId};
use diesel::result::{Error as DieselError, QueryResult};
use diesel_async::{AsyncConnectionCore, TransactionManager};
use futures_util::{StreamExt, TryStreamExt};

use super::session::is_inside;
use super::{AsyncDatabaseConnection, AsyncSession};
use crate::event::{affected, returned};
use crate::hooks::Hooks;
use crate::id::TimeIds;
use crate::operation::{Fate, Link};

impl<C: AsyncDatabaseConnection> Link for AsyncSession<C> {
    type Backend = C::Backend;

    fn name(&self) -> &str {
        self.name()
    }

    fn ids(&self) -> &TimeIds {
        self.ids()
    }

    fn hooks(&self) -> Option<&Hooks> {
        self.hooks.as_deref()
    }

    async fn load<U, Q>(&mut self, statement: Q) -> QueryResult<Vec<U>>
    where
        Q: Query + QueryFragment<C::Backend> + QueryId + Send + 'static,
        C::Backend: QueryMetadata<Q::SqlType>,
        U: FromSqlRow<Q::SqlType, C::Backend> + Send + 'static,
    {
        let connection = self.enter()?;
        let rows = load(connection, statement).await;
        let rows = self.leave_counted(rows, |rows| returned(rows.len()));
        if self.are_plans_due() {
            self.take_plans().await;
        }
        rows
    }

    async fn load_one<U, Q>(&mut self, statement: Q) -> QueryResult<Option<U>>
    where
        Q: Query + QueryFragment<C::Backend> + QueryId + Send + 'static,
        C::Backend: QueryMetadata<Q::SqlType>,
        U: FromSqlRow<Q::SqlType, C::Backend> + Send + 'static,
    {
        let connection = self.enter()?;
        let row = load_one(connection, statement).await;
        let row = self.leave_counted(row, |row| returned(usize::from(row.is_some())));
        if self.are_plans_due() {
            self.take_plans().await;
        }
        row
    }

    async fn execute<Q>(&mut self, statement: Q) -> QueryResult<usize>
    where
        Q: QueryFragment<C::Backend> + QueryId + Send + 'static,
    {
        let rows = self.enter()?.execute_returning_count(statement).await;
        let rows = self.leave_counted(rows, |rows| affected(*rows));
        if self.are_plans_due() {
            self.take_plans().await;
        }
        rows
    }

    async fn batch(&mut self, sql: &str) -> QueryResult<()> {
        let done = self.enter()?.batch_execute(sql).await;
        self.leave(done)
    }

    fn fate(&mut self) -> &mut Fate {
        &mut self.fate
    }

    fn retire(&mut self) {
        self.retired = true;
    }

    fn is_inside(&mut self) -> bool {
        is_inside(self.held())
    }

    async fn send_begin(&mut self) -> QueryResult<()> {
        let done = C::TransactionManager::begin_transaction(self.enter()?).await;
        self.leave(done)
    }

    async fn send_commit(&mut self) -> QueryResult<()> {
        let done = C::TransactionManager::commit_transaction(self.enter_at_any_rate()?).await;
        let done = self.leave(done);
        if self.are_plans_due() {
            self.take_plans().await;
        }
        done
    }

    async fn send_roll_back(&mut self) -> QueryResult<()> {
        let done = C::TransactionManager::rollback_transaction(self.enter_at_any_rate()?).await;
        let done = self.leave(done);
        if self.are_plans_due() {
            self.take_plans().await;
        }
        done
    }

    fn interrupt(&mut self) {
        self.progress.interrupt();
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
