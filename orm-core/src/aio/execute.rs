//! Queries on an async session.

use diesel::result::QueryResult;
use diesel_async::RunQueryDsl;
use diesel_async::methods::LoadQuery;

use super::{AsyncDatabaseConnection, AsyncSession, Awaited, BoxFuture};
use crate::error::Result;
use crate::operation::{Link, PreloadOn};
use crate::query::{
    Assemble, CountOn, CountRows, Execute, First, FirstRow, NoPreload, Query, Runs, With,
};
use crate::relation::{Loaded, LoadedShape};

impl<'s, C: AsyncDatabaseConnection> Runs for &'s mut AsyncSession<C> {
    type Mode = Awaited<'s>;
}

/// All rows of one of Diesel's statements.
async fn load<'s, C, S, U>(session: &'s mut AsyncSession<C>, statement: S) -> Result<Vec<U>>
where
    C: AsyncDatabaseConnection,
    S: LoadQuery<'s, C, U> + Send + 's,
    U: Send,
{
    // Not borrowed for all of `'s`: the session is asked once more afterwards.
    let rows = run(session, statement).await;
    rows.map_err(|error| session.error(error))
}

async fn run<'q, C, S, U>(session: &mut AsyncSession<C>, statement: S) -> QueryResult<Vec<U>>
where
    C: AsyncDatabaseConnection,
    S: LoadQuery<'q, C, U> + Send + 'q,
    U: Send,
{
    let connection = session.enter()?;
    let rows = RunQueryDsl::load(statement, connection).await;
    session.leave(rows)
}

impl<'s, C, Q, U> Execute<Q, U> for &'s mut AsyncSession<C>
where
    C: AsyncDatabaseConnection,
    Q: Assemble,
    Q::Statement: LoadQuery<'s, C, U> + Send + 's,
    U: Send + 's,
{
    fn load_all(self, query: Q) -> BoxFuture<'s, Result<Vec<U>>> {
        Box::pin(load(self, query.assemble()))
    }
}

impl<'s, C, M, Q, S, O, G, D, W, R, P, J, U> FirstRow<Query<M, Q, S, O, G, D, W, R, P, J>, U>
    for &'s mut AsyncSession<C>
where
    C: AsyncDatabaseConnection,
    Query<M, Q, S, O, G, D, First<W>, R, P, J>: Assemble,
    <Query<M, Q, S, O, G, D, First<W>, R, P, J> as Assemble>::Statement:
        LoadQuery<'s, C, U> + Send + 's,
    U: Send + 's,
{
    fn first_row(
        self,
        query: Query<M, Q, S, O, G, D, W, R, P, J>,
    ) -> BoxFuture<'s, Result<Option<U>>> {
        // Read to the end, which is one row: see `Link::load_one`.
        let statement = query.only_first().assemble();
        Box::pin(async move { Ok(load(self, statement).await?.into_iter().next()) })
    }
}

impl<'s, C, Q> CountOn<Q> for &'s mut AsyncSession<C>
where
    C: AsyncDatabaseConnection,
    Q: CountRows,
    Q::Statement: LoadQuery<'s, C, i64> + Send + 's,
{
    fn count_on(self, query: Q) -> BoxFuture<'s, Result<i64>> {
        let statement = query.count_statement();
        Box::pin(async move {
            let rows: Vec<i64> = load(self, statement).await?;
            Ok(rows.into_iter().next().unwrap_or_default())
        })
    }
}

#[diagnostic::do_not_recommend]
impl<'s, C, M, Q, S, O, G, D, W, R, Rel, Rest, J>
    Execute<
        Query<M, Q, S, O, G, D, W, R, With<Rel, Rest>, J>,
        Loaded<M, <With<Rel, Rest> as LoadedShape>::Shape>,
    > for &'s mut AsyncSession<C>
where
    C: AsyncDatabaseConnection,
    M: Send + Sync + 's,
    With<Rel, Rest>: PreloadOn<C::Backend, M>,
    <With<Rel, Rest> as LoadedShape>::Shape: Send,
    Query<M, Q, S, O, G, D, W, R, NoPreload, J>: Assemble,
    <Query<M, Q, S, O, G, D, W, R, NoPreload, J> as Assemble>::Statement:
        LoadQuery<'s, C, M> + Send + 's,
{
    fn load_all(
        self,
        query: Query<M, Q, S, O, G, D, W, R, With<Rel, Rest>, J>,
    ) -> BoxFuture<'s, Result<Vec<Loaded<M, <With<Rel, Rest> as LoadedShape>::Shape>>>> {
        let statement = query.with_preload(NoPreload).assemble();
        Box::pin(async move {
            let rows = run(self, statement).await;
            let rows: Vec<M> = rows.map_err(|error| self.error(error))?;
            let relations =
                <With<Rel, Rest> as PreloadOn<C::Backend, M>>::preload(self, &rows).await?;
            Ok(rows
                .into_iter()
                .zip(relations)
                .map(|(row, set)| Loaded::new(row, set))
                .collect())
        })
    }
}
