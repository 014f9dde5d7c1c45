//! The async link: sends, waits, and knows whether it was left meanwhile.

use std::time::Duration;

use diesel::deserialize::FromSqlRow;
use diesel::expression::QueryMetadata;
use diesel::query_builder::{Query, QueryFragment, QueryId};
use diesel::result::{Error as DieselError, QueryResult};
use diesel_async::{AsyncConnectionCore, TransactionManager};
use futures_util::{StreamExt, TryStreamExt};

use super::pooled::depth;
use super::progress::Progress;
use super::{AsyncDatabaseConnection, AsyncSession};
use crate::error::is_lost;
use crate::event::{Rows, affected, returned};
use crate::hooks::Hooks;
use crate::id::TimeIds;
use crate::operation::{Fate, Link, Opening, may_repeat};

/// Sends a statement; the first of a session again on a fresh connection, if its own was dead and
/// nothing can have been done twice.
macro_rules! sent {
    ($session:ident, $first:expr, $rows:expr, |$connection:ident| $send:expr) => {{
        let asked = $session.is_asked(|| $first);
        let repeats = $session.prove(asked).await?;
        let $connection = $session.enter()?;
        let done = $send.await;
        let mut done = $session.leave_counted(done, $rows);
        if repeats && may_repeat(&done, || $first) && $session.renew().await {
            let $connection = $session.enter()?;
            let again = $send.await;
            done = $session.leave_counted(again, $rows);
        }
        if $session.are_plans_due() {
            $session.take_plans().await;
        }
        done
    }};
}

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
        sent!(
            self,
            Opening::of::<C::Backend, _>(&statement),
            |rows| returned(rows.len()),
            |connection| { load(connection, &statement) }
        )
    }

    async fn load_one<U, Q>(&mut self, statement: Q) -> QueryResult<Option<U>>
    where
        Q: Query + QueryFragment<C::Backend> + QueryId + Send + 'static,
        C::Backend: QueryMetadata<Q::SqlType>,
        U: FromSqlRow<Q::SqlType, C::Backend> + Send + 'static,
    {
        sent!(
            self,
            Opening::of::<C::Backend, _>(&statement),
            |row| returned(usize::from(row.is_some())),
            |connection| { load_one(connection, &statement) }
        )
    }

    async fn execute<Q>(&mut self, statement: Q) -> QueryResult<usize>
    where
        Q: QueryFragment<C::Backend> + QueryId + Send + 'static,
    {
        sent!(
            self,
            Opening::of::<C::Backend, _>(&statement),
            |rows| affected(*rows),
            |connection| { connection.execute_returning_count(&statement) }
        )
    }

    async fn batch(&mut self, sql: &str) -> QueryResult<()> {
        sent!(self, Opening::Unknown, |_| Rows::Unknown, |connection| {
            connection.batch_execute(sql)
        })
    }

    async fn wait(&mut self, time: Duration) {
        let before = self.progress;
        // Seen only if the rest is never reached.
        self.progress.interrupt();
        tokio::time::sleep(time).await;
        self.progress = before;
    }

    fn fate(&mut self) -> &mut Fate {
        if self.progress == Progress::HalfRead {
            // An error may stand behind the last row that was read.
            self.fate.lend();
        }
        &mut self.fate
    }

    fn check(&mut self) -> QueryResult<()> {
        self.progress.check()?;
        self.fate.check()
    }

    fn retire(&mut self) {
        self.retired = true;
    }

    fn depth(&mut self) -> Option<u32> {
        // A thread may be busy with a connection that was left, which may not be asked then.
        self.progress.check().ok()?;
        let outside = u32::from(self.in_test);
        depth(self.held()).map(|depth| depth.saturating_sub(outside))
    }

    async fn find_out(&mut self) -> QueryResult<()> {
        AsyncSession::find_out(self).await
    }

    fn in_test(&mut self) -> bool {
        self.in_test
    }

    fn mute(&mut self, muted: bool) {
        AsyncSession::mute(self, muted);
    }

    async fn send_begin(&mut self) -> QueryResult<()> {
        sent!(self, Opening::Harmless, |_| Rows::Unknown, |connection| {
            C::TransactionManager::begin_transaction(connection)
        })
    }

    async fn send_begin_immediate(&mut self) -> QueryResult<()> {
        sent!(self, Opening::Harmless, |_| Rows::Unknown, |connection| {
            connection.begin_immediate()
        })
    }

    async fn send_commit(&mut self) -> QueryResult<()> {
        let done = C::TransactionManager::commit_transaction(self.enter_at_any_rate()?).await;
        let done = self.leave(done);
        if done.is_err() && !is_lost(&done) && !self.in_test && self.depth() == Some(0) {
            // It may be that it was not sent at all, behind rows that nobody had read.
            if self.end_what_is_left().await.is_err() {
                self.retire();
            }
        }
        done
    }

    async fn send_roll_back(&mut self) -> QueryResult<()> {
        let done = C::TransactionManager::rollback_transaction(self.enter_at_any_rate()?).await;
        self.leave(done)
    }

    async fn explain(&mut self) {
        if self.are_plans_due() {
            self.take_plans().await;
        }
    }

    fn interrupt(&mut self) {
        self.progress.interrupt();
    }
}

/// All rows of a statement. It is built before the future is: what it borrows is not in there.
fn load<'c, 'q, C, U, Q>(
    connection: &'c mut C,
    statement: Q,
) -> impl Future<Output = QueryResult<Vec<U>>> + Send
where
    C: AsyncConnectionCore,
    Q: Query + QueryFragment<C::Backend> + QueryId + 'q,
    U: FromSqlRow<Q::SqlType, C::Backend> + Send + 'static,
{
    let loading: C::LoadFuture<'c, 'q> = connection.load(statement);
    async move {
        let rows = loading.await?;
        rows.map(|row| U::build_from_row(&row?).map_err(DieselError::DeserializationError))
            .try_collect()
            .await
    }
}

/// The first row of a statement, all rows of which are read.
pub(super) fn load_one<'c, 'q, C, U, Q>(
    connection: &'c mut C,
    statement: Q,
) -> impl Future<Output = QueryResult<Option<U>>> + Send
where
    C: AsyncConnectionCore,
    Q: Query + QueryFragment<C::Backend> + QueryId + 'q,
    U: FromSqlRow<Q::SqlType, C::Backend> + Send + 'static,
{
    let loading: C::LoadFuture<'c, 'q> = connection.load(statement);
    async move {
        let rows = loading.await?;
        rows.map(|row| U::build_from_row(&row?).map_err(DieselError::DeserializationError))
            .try_fold(None, |first, row| {
                std::future::ready(Ok(Some(first.unwrap_or(row))))
            })
            .await
    }
}
