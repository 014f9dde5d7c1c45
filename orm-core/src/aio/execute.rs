//! Queries on an async session.

use std::future::Future;

use diesel::result::QueryResult;
use diesel_async::RunQueryDsl;
use diesel_async::methods::LoadQuery;

use super::{AsyncDatabaseConnection, AsyncSession, Awaited, BoxFuture};
use crate::error::Result;
use crate::event::returned;
use crate::operation::{Link, Opening, PreloadOn};
use crate::query::{
    Assemble, CountOn, CountRows, Execute, First, FirstRow, NoPreload, Query, Runs, With,
};
use crate::relation::{Loaded, LoadedShape};

/// A query whose rows are loaded on an async session; what it borrows lives
/// for `'q`.
///
/// A trait beside [`Execute`], because whoever asks a session of its own (a
/// cluster) has no name for the lifetime of that.
#[diagnostic::on_unimplemented(
    message = "rows of the type `{U}` cannot be loaded from this query on an async session",
    note = "the clauses must fit together, the rows must be of the selected types, and all of it `Send`"
)]
pub trait RunOn<'q, C: AsyncDatabaseConnection, U>: Sized {
    /// All rows.
    ///
    /// # Errors
    /// What the database says; a row that is none of `U`.
    fn run_on(self, session: &mut AsyncSession<C>) -> impl Future<Output = Result<Vec<U>>> + Send;
}

async fn load<'q, C, S, U>(session: &mut AsyncSession<C>, statement: S) -> Result<Vec<U>>
where
    C: AsyncDatabaseConnection,
    S: LoadQuery<'q, C, U> + Send + 'q,
    U: Send,
{
    // It is taken by what sends it, and not sent again: so the connection is asked before.
    let asked = session.is_asked(|| Opening::Unknown);
    let ready = session.prove(asked).await;
    let rows = match ready.and_then(|_| session.enter()) {
        Ok(connection) => {
            let rows: QueryResult<Vec<U>> = RunQueryDsl::load(statement, connection).await;
            session.leave_counted(rows, |rows| returned(rows.len()))
        }
        Err(refused) => Err(refused),
    };
    if session.are_plans_due() {
        session.take_plans().await;
    }
    rows.map_err(|error| session.error(error))
}

impl<'q, C, M, Q, S, O, G, D, W, R, J, U> RunOn<'q, C, U>
    for Query<M, Q, S, O, G, D, W, R, NoPreload, J>
where
    C: AsyncDatabaseConnection,
    Self: Assemble,
    <Self as Assemble>::Statement: LoadQuery<'q, C, U> + Send + 'q,
    U: Send,
{
    fn run_on(self, session: &mut AsyncSession<C>) -> impl Future<Output = Result<Vec<U>>> + Send {
        load(session, self.assemble())
    }
}

impl<'q, C, M, Q, S, O, G, D, W, R, Rel, Rest, J>
    RunOn<'q, C, Loaded<M, <With<Rel, Rest> as LoadedShape>::Shape>>
    for Query<M, Q, S, O, G, D, W, R, With<Rel, Rest>, J>
where
    C: AsyncDatabaseConnection,
    M: Send + Sync,
    With<Rel, Rest>: PreloadOn<C::Backend, M>,
    <With<Rel, Rest> as LoadedShape>::Shape: Send,
    Query<M, Q, S, O, G, D, W, R, NoPreload, J>: Assemble,
    <Query<M, Q, S, O, G, D, W, R, NoPreload, J> as Assemble>::Statement:
        LoadQuery<'q, C, M> + Send + 'q,
{
    fn run_on(
        self,
        session: &mut AsyncSession<C>,
    ) -> impl Future<Output = Result<Vec<Loaded<M, <With<Rel, Rest> as LoadedShape>::Shape>>>> + Send
    {
        let statement = self.with_preload(NoPreload).assemble();
        async move {
            let rows: Vec<M> = load(session, statement).await?;
            let relations =
                <With<Rel, Rest> as PreloadOn<C::Backend, M>>::preload(session, &rows).await?;
            let rows = rows.into_iter().zip(relations);
            Ok(rows.map(|(row, set)| Loaded::new(row, set)).collect())
        }
    }
}

#[diagnostic::do_not_recommend]
impl<'s, C: AsyncDatabaseConnection> Runs for &'s mut AsyncSession<C> {
    type Mode = Awaited<'s>;
    type Executor = Self;

    fn executor(self) -> Self {
        self
    }
}

impl<'s, C, Q, U> Execute<Q, U> for &'s mut AsyncSession<C>
where
    C: AsyncDatabaseConnection,
    Q: RunOn<'s, C, U> + 's,
    U: 's,
{
    fn load_all(self, query: Q) -> BoxFuture<'s, Result<Vec<U>>> {
        Box::pin(query.run_on(self))
    }
}

impl<'s, C, M, Q, S, O, G, D, W, R, P, J, U> FirstRow<Query<M, Q, S, O, G, D, W, R, P, J>, U>
    for &'s mut AsyncSession<C>
where
    C: AsyncDatabaseConnection,
    Query<M, Q, S, O, G, D, First<W>, R, P, J>: RunOn<'s, C, U> + Send + 's,
    U: Send + 's,
{
    fn first_row(
        self,
        query: Query<M, Q, S, O, G, D, W, R, P, J>,
    ) -> BoxFuture<'s, Result<Option<U>>> {
        // Read to the end, which is one row: see `Link::load_one`.
        let query = query.only_first();
        Box::pin(async move { Ok(query.run_on(self).await?.into_iter().next()) })
    }
}

/// A query whose rows are counted on an async session.
pub trait CountRowsOn<'q, C: AsyncDatabaseConnection>: Sized {
    /// How many rows there are.
    ///
    /// # Errors
    /// What the database says.
    fn count_rows_on(
        self,
        session: &mut AsyncSession<C>,
    ) -> impl Future<Output = Result<i64>> + Send;
}

impl<'q, C, Q> CountRowsOn<'q, C> for Q
where
    C: AsyncDatabaseConnection,
    Q: CountRows,
    Q::Statement: LoadQuery<'q, C, i64> + Send + 'q,
{
    fn count_rows_on(
        self,
        session: &mut AsyncSession<C>,
    ) -> impl Future<Output = Result<i64>> + Send {
        let statement = self.count_statement();
        async move {
            let rows: Vec<i64> = load(session, statement).await?;
            Ok(rows.into_iter().next().unwrap_or_default())
        }
    }
}

impl<'s, C, Q> CountOn<Q> for &'s mut AsyncSession<C>
where
    C: AsyncDatabaseConnection,
    Q: CountRowsOn<'s, C> + 's,
{
    fn count_on(self, query: Q) -> BoxFuture<'s, Result<i64>> {
        Box::pin(query.count_rows_on(self))
    }
}
