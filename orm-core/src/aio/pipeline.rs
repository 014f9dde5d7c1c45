//! [`Pipeline`]: reads of many tasks over one PostgreSQL connection.
//!
//! PostgreSQL answers in order, so a client may send a query before the answer
//! to the one before has come. Where many tasks look up rows at once this
//! carries more than a pool does: no checkout, and one packet holds several
//! queries.

use std::future::Future;
use std::sync::Arc;

use diesel::deserialize::FromSqlRow;
use diesel::expression::QueryMetadata;
use diesel::pg::Pg;
use diesel::query_builder::{AsQuery, QueryFragment, QueryId};
use diesel::query_dsl::CompatibleType;
use diesel::result::{Error as DieselError, QueryResult};
use diesel_async::AsyncConnectionCore;
use futures_util::{Stream, StreamExt, TryStreamExt};

use super::shared::Shared;
use super::{AsyncEngine, AsyncPgConnection, Awaited, BoxFuture, link};
use crate::changeset::Find;
use crate::error::{Error, ErrorKind, Result};
use crate::query::{Assemble, CountOn, CountRows, Execute, First, FirstRow, Query, Runs};
use crate::table::{KeyValues, Model, TableDef};

/// Reads over one connection that many tasks share. Cheap to clone.
///
/// Reads only: a transaction or a setting would be everybody's. Each read sees
/// what was committed before it; several of them are not one snapshot. A long
/// query holds up those behind it: keep those on sessions.
///
/// ```no_run
/// use orm_core::aio::prelude::*;
///
/// # #[derive(Model, Debug)]
/// # struct Customer {
/// #     #[model(generated)]
/// #     id: i64,
/// #     name: String,
/// # }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> orm_core::Result<()> {
/// let engine = AsyncEngine::<AsyncPgConnection>::open("postgres://localhost/shop").await?;
/// let pipeline = engine.pipeline().await?;
///
/// let ann = pipeline.get::<Customer>(1).await?;
/// let some = Customer::query().filter(customers::name.eq("Ann")).load(&pipeline).await?;
/// # let _ = (ann, some);
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// A connection that is lost fails the reads that are under way with
/// [`ErrorKind::Connect`](crate::error::ErrorKind::Connect); the next read opens another, within the
/// engine's timeout. One that gave no answer for half a minute, to nobody or to readers who did not
/// wait so long, is asked before it is used again, and replaced if it does not answer.
#[derive(Clone)]
pub struct Pipeline {
    shared: Arc<Shared>,
}

impl AsyncEngine<AsyncPgConnection> {
    /// Opens a connection of its own, beside the pool, for pipelined reads.
    ///
    /// # Errors
    /// [`ErrorKind::Connect`](crate::error::ErrorKind::Connect) if it cannot be opened;
    /// [`ErrorKind::Unsupported`](crate::error::ErrorKind::Unsupported) if the engine is that of a
    /// test transaction, of which another connection sees nothing.
    pub fn pipeline(&self) -> BoxFuture<'_, Result<Pipeline>> {
        Box::pin(async {
            if self.pool().settings().test {
                let message = "a pipeline has a connection of its own, which sees nothing of the transaction of a test";
                return Err(Error::new(ErrorKind::Unsupported, message).on(self.name()));
            }
            let shared = Arc::new(Shared::of(self));
            shared.line().await?;
            Ok(Pipeline { shared })
        })
    }
}

impl Pipeline {
    /// The row of a key, if there is one.
    ///
    /// # Errors
    /// What the database says; a stored value that its column's type refuses.
    pub fn get<M>(&self, key: M::Key) -> BoxFuture<'_, Result<Option<M>>>
    where
        M: Model + FromSqlRow<<M::Table as TableDef>::SqlType, Pg>,
        Pg: QueryMetadata<<M::Table as TableDef>::SqlType>,
    {
        let find = Find::<M::Table>::new(key.into_key_values());
        Box::pin(async move {
            let line = self.shared.line().await?;
            let sent = self.shared.sends(&find);
            let found = link::load_one(&mut &line.connection, find).await;
            if let Some(sent) = sent {
                sent.ends(&found, |row| usize::from(row.is_some()));
            }
            self.shared.seen(&line, found)
        })
    }
}

impl Pipeline {
    async fn load<S, U, ST>(&self, statement: S) -> Result<Vec<U>>
    where
        S: AsQuery<Query: QueryFragment<Pg> + QueryId> + Send,
        S::SqlType: CompatibleType<U, Pg, SqlType = ST>,
        U: FromSqlRow<ST, Pg> + Send + 'static,
        ST: 'static,
    {
        let line = self.shared.line().await?;
        let mut connection = &line.connection;
        // The query itself need not be `Send`: it is not kept over an await.
        let (sent, loading) = {
            let query = statement.as_query();
            let sent = self.shared.sends(&query);
            (sent, AsyncConnectionCore::load(&mut connection, query))
        };
        let rows = collect::<U, ST, _>(loading).await;
        if let Some(sent) = sent {
            sent.ends(&rows, Vec::len);
        }
        self.shared.seen(&line, rows)
    }
}

async fn collect<U, ST, Rows>(
    loading: impl Future<Output = QueryResult<Rows>>,
) -> QueryResult<Vec<U>>
where
    Rows: Stream<
        Item = QueryResult<<AsyncPgConnection as AsyncConnectionCore>::Row<'static, 'static>>,
    >,
    U: FromSqlRow<ST, Pg>,
{
    let rows = loading.await?;
    rows.map(|row| U::build_from_row(&row?).map_err(DieselError::DeserializationError))
        .try_collect()
        .await
}

#[diagnostic::do_not_recommend]
impl<'p> Runs for &'p Pipeline {
    type Mode = Awaited<'p>;
    type Executor = Self;

    fn executor(self) -> Self {
        self
    }
}

impl<'p, Q, U, ST> Execute<Q, U> for &'p Pipeline
where
    Q: Assemble,
    Q::Statement: AsQuery<Query: QueryFragment<Pg> + QueryId> + Send + 'p,
    <Q::Statement as AsQuery>::SqlType: CompatibleType<U, Pg, SqlType = ST>,
    U: FromSqlRow<ST, Pg> + Send + 'static,
    ST: 'static,
{
    fn load_all(self, query: Q) -> BoxFuture<'p, Result<Vec<U>>> {
        Box::pin(self.load(query.assemble()))
    }
}

impl<'p, M, Q, S, O, G, D, W, R, P, J, U, ST> FirstRow<Query<M, Q, S, O, G, D, W, R, P, J>, U>
    for &'p Pipeline
where
    Query<M, Q, S, O, G, D, First<W>, R, P, J>: Assemble,
    <Query<M, Q, S, O, G, D, First<W>, R, P, J> as Assemble>::Statement:
        AsQuery<Query: QueryFragment<Pg> + QueryId> + Send + 'p,
    <<Query<M, Q, S, O, G, D, First<W>, R, P, J> as Assemble>::Statement as AsQuery>::SqlType:
        CompatibleType<U, Pg, SqlType = ST>,
    U: FromSqlRow<ST, Pg> + Send + 'static,
    ST: 'static,
{
    fn first_row(
        self,
        query: Query<M, Q, S, O, G, D, W, R, P, J>,
    ) -> BoxFuture<'p, Result<Option<U>>> {
        let statement = query.only_first().assemble();
        Box::pin(async move { Ok(self.load(statement).await?.into_iter().next()) })
    }
}

impl<'p, Q, ST> CountOn<Q> for &'p Pipeline
where
    Q: CountRows,
    Q::Statement: AsQuery<Query: QueryFragment<Pg> + QueryId> + Send + 'p,
    <Q::Statement as AsQuery>::SqlType: CompatibleType<i64, Pg, SqlType = ST>,
    i64: FromSqlRow<ST, Pg>,
    ST: 'static,
{
    fn count_on(self, query: Q) -> BoxFuture<'p, Result<i64>> {
        let statement = query.count_statement();
        Box::pin(async move {
            let rows: Vec<i64> = self.load(statement).await?;
            Ok(rows.into_iter().next().unwrap_or_default())
        })
    }
}

impl std::fmt::Debug for Pipeline {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pipeline")
            .field("engine", self.shared.engine())
            .finish_non_exhaustive()
    }
}
