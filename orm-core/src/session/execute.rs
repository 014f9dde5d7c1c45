//! Queries on one database: any Diesel connection runs them.

use diesel::RunQueryDsl;
use diesel::connection::Connection;
use diesel::query_dsl::LoadQuery;

use crate::error::{Error, Result};
use crate::query::{Assemble, CountOn, CountRows, Execute, First, FirstRow, Query};

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
        // Read to the end, which is one row: see `LoadModel::load_rows`.
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
