//! Queries on one database: any Diesel connection runs them, and a session
//! loads relations along.

use diesel::RunQueryDsl;
use diesel::connection::Connection;
use diesel::query_dsl::LoadQuery;

use super::Session;
use crate::connection::DatabaseConnection;
use crate::error::{Error, Result};
use crate::operation::{PreloadOn, now};
use crate::query::{
    Assemble, Blocking, CountOn, CountRows, Execute, First, FirstRow, NoPreload, Query, Runs, With,
};
use crate::relation::{Loaded, LoadedShape};

impl<C: Connection> Runs for &mut C {
    type Mode = Blocking;
}

impl<'q, C, Q, U> Execute<Q, U> for &mut C
where
    C: Connection,
    Q: Assemble,
    Q::Statement: LoadQuery<'q, C, U> + RunQueryDsl<C>,
{
    fn load_all(self, query: Q) -> Result<Vec<U>> {
        query.assemble().load(self).map_err(Error::from)
    }
}

impl<'q, C, M, Q, S, O, G, D, W, R, P, J, U> FirstRow<Query<M, Q, S, O, G, D, W, R, P, J>, U>
    for &mut C
where
    C: Connection,
    Query<M, Q, S, O, G, D, First<W>, R, P, J>: Assemble,
    <Query<M, Q, S, O, G, D, First<W>, R, P, J> as Assemble>::Statement:
        LoadQuery<'q, C, U> + RunQueryDsl<C>,
{
    fn first_row(self, query: Query<M, Q, S, O, G, D, W, R, P, J>) -> Result<Option<U>> {
        // Read to the end, which is one row: see `Link::load_one`.
        let rows = query
            .only_first()
            .assemble()
            .load(self)
            .map_err(Error::from)?;
        Ok(rows.into_iter().next())
    }
}

impl<'q, C, Q> CountOn<Q> for &mut C
where
    C: Connection,
    Q: CountRows,
    Q::Statement: LoadQuery<'q, C, i64> + RunQueryDsl<C>,
{
    fn count_on(self, query: Q) -> Result<i64> {
        let rows: Vec<i64> = query.count_statement().load(self).map_err(Error::from)?;
        Ok(rows.into_iter().next().unwrap_or_default())
    }
}

#[diagnostic::do_not_recommend]
impl<C, M, Q, S, O, G, D, W, R, Rel, Rest, J>
    Execute<
        Query<M, Q, S, O, G, D, W, R, With<Rel, Rest>, J>,
        Loaded<M, <With<Rel, Rest> as LoadedShape>::Shape>,
    > for &mut Session<C>
where
    C: DatabaseConnection,
    With<Rel, Rest>: PreloadOn<C::Backend, M>,
    for<'s> &'s mut Session<C>:
        Execute<Query<M, Q, S, O, G, D, W, R, NoPreload, J>, M, Mode = Blocking>,
{
    fn load_all(
        self,
        query: Query<M, Q, S, O, G, D, W, R, With<Rel, Rest>, J>,
    ) -> Result<Vec<Loaded<M, <With<Rel, Rest> as LoadedShape>::Shape>>> {
        let rows: Vec<M> = (&mut *self).load_all(query.with_preload(NoPreload))?;
        let relations = now(<With<Rel, Rest> as PreloadOn<C::Backend, M>>::preload(
            self, &rows,
        ))?;
        Ok(rows
            .into_iter()
            .zip(relations)
            .map(|(row, set)| Loaded::new(row, set))
            .collect())
    }
}
