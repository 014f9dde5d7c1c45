//! The blocking link: every answer is there at once.

use std::future::{Future, ready};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use diesel::connection::{LoadConnection, TransactionManager};
use diesel::deserialize::FromSqlRow;
use diesel::expression::QueryMetadata;
use diesel::query_builder::{Query, QueryFragment, QueryId};
use diesel::result::{Error as DieselError, QueryResult};

use super::Session;
use crate::connection::DatabaseConnection;
use crate::event::{affected, returned};
use crate::hooks::Hooks;
use crate::id::TimeIds;
use crate::operation::{Fate, Level, Link, Opening, now, roll_back};

impl<C: DatabaseConnection> Link for Session<C> {
    type Backend = C::Backend;

    fn name(&self) -> &str {
        &self.name
    }

    fn ids(&self) -> &TimeIds {
        &self.ids
    }

    fn hooks(&self) -> Option<&Hooks> {
        self.hooks.as_deref()
    }

    fn load<U, Q>(&mut self, statement: Q) -> impl Future<Output = QueryResult<Vec<U>>> + Send
    where
        Q: Query + QueryFragment<C::Backend> + QueryId + Send + 'static,
        C::Backend: QueryMetadata<Q::SqlType>,
        U: FromSqlRow<Q::SqlType, C::Backend> + Send + 'static,
    {
        ready(self.counted(
            || Opening::of::<C::Backend, _>(&statement),
            |connection| load(connection, &statement),
            |rows| returned(rows.len()),
        ))
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
        ready(self.counted(
            || Opening::of::<C::Backend, _>(&statement),
            |connection| load_one(connection, &statement),
            |row| returned(usize::from(row.is_some())),
        ))
    }

    fn execute<Q>(&mut self, statement: Q) -> impl Future<Output = QueryResult<usize>> + Send
    where
        Q: QueryFragment<C::Backend> + QueryId + Send + 'static,
    {
        ready(self.counted(
            || Opening::of::<C::Backend, _>(&statement),
            |connection| connection.execute_returning_count(&statement),
            |rows| affected(*rows),
        ))
    }

    fn batch(&mut self, sql: &str) -> impl Future<Output = QueryResult<()>> + Send {
        ready(self.on_connection(
            || Opening::Unknown,
            |connection| connection.batch_execute(sql),
        ))
    }

    fn wait(&mut self, time: Duration) -> impl Future<Output = ()> + Send {
        std::thread::sleep(time);
        ready(())
    }

    fn fate(&mut self) -> &mut Fate {
        &mut self.held().fate
    }

    fn retire(&mut self) {
        self.held().retired = true;
    }

    fn depth(&mut self) -> Option<u32> {
        self.held().depth_inside()
    }

    fn find_out(&mut self) -> impl Future<Output = QueryResult<()>> + Send {
        ready(self.held().find_out())
    }

    fn in_test(&mut self) -> bool {
        self.held().in_test
    }

    fn mute(&mut self, muted: bool) {
        self.held().mute(muted);
    }

    fn send_begin(&mut self) -> impl Future<Output = QueryResult<()>> + Send {
        ready(self.on_connection(
            || Opening::Harmless,
            C::TransactionManager::begin_transaction,
        ))
    }

    fn send_begin_immediate(&mut self) -> impl Future<Output = QueryResult<()>> + Send {
        ready(self.on_connection(|| Opening::Harmless, C::begin_immediate))
    }

    fn send_commit(&mut self) -> impl Future<Output = QueryResult<()>> + Send {
        ready(self.ends(C::TransactionManager::commit_transaction))
    }

    fn send_roll_back(&mut self) -> impl Future<Output = QueryResult<()>> + Send {
        ready(self.ends(C::TransactionManager::rollback_transaction))
    }

    fn explain(&mut self) -> impl Future<Output = ()> + Send {
        self.take_due_plans();
        ready(())
    }

    /// Only a panic leaves what blocks.
    fn interrupt(&mut self) {}

    /// The session may be used after the panic, so nothing that was begun stays open. Where the
    /// rollback fails, the pool does not take the connection back.
    fn leave(&mut self, level: Level) {
        // A panic of an observer would be the second one at a time.
        let _ = catch_unwind(AssertUnwindSafe(|| now(roll_back(self, level))));
    }
}

fn load<C, U, Q>(connection: &mut C, statement: &Q) -> QueryResult<Vec<U>>
where
    C: DatabaseConnection<Backend: QueryMetadata<Q::SqlType>>,
    Q: Query + QueryFragment<C::Backend> + QueryId,
    U: FromSqlRow<Q::SqlType, C::Backend>,
{
    let rows = LoadConnection::load(connection, statement)?;
    rows.map(|row| U::build_from_row(&row?).map_err(DieselError::DeserializationError))
        .collect()
}

fn load_one<C, U, Q>(connection: &mut C, statement: &Q) -> QueryResult<Option<U>>
where
    C: DatabaseConnection<Backend: QueryMetadata<Q::SqlType>>,
    Q: Query + QueryFragment<C::Backend> + QueryId,
    U: FromSqlRow<Q::SqlType, C::Backend>,
{
    let mut first = None;
    for row in LoadConnection::load(connection, statement)? {
        let row = row?;
        if first.is_none() {
            let built = U::build_from_row(&row);
            first = Some(built.map_err(DieselError::DeserializationError)?);
        }
    }
    Ok(first)
}
