//! Queries on one database: any Diesel connection runs them, and a session
//! loads relations along.

use diesel::RunQueryDsl;
use diesel::backend::Backend;
use diesel::connection::{Connection, LoadConnection};
use diesel::deserialize::FromSqlRow;
use diesel::expression::QueryMetadata;
use diesel::query_builder::{Query as DieselQuery, QueryFragment, QueryId};
use diesel::query_dsl::{CompatibleType, LoadQuery};
use diesel::result::Error as DieselError;
use diesel::row::Row;

use super::{Session, Transaction};
use crate::connection::DatabaseConnection;
use crate::connection::watch::unread;
use crate::error::{Error, Result};
use crate::operation::{PreloadOn, now};
use crate::query::{
    Assemble, Blocking, CountOn, CountRows, Execute, First, FirstRow, NoPreload, Query, Runs, With,
};
use crate::relation::{Loaded, LoadedShape};

#[diagnostic::do_not_recommend]
impl<C: Connection> Runs for &mut C {
    type Mode = Blocking;
    type Executor = Self;

    fn executor(self) -> Self {
        self
    }
}

/// What a row of the SQL type `ST` can be loaded as: Diesel's own answer, in
/// one word.
#[diagnostic::on_unimplemented(
    message = "a row of this query cannot be loaded as `{Self}`",
    label = "other types were selected",
    note = "of the SQL type `{ST}` was selected; load a tuple of as many values, of these types, where a column that may be NULL is an `Option`"
)]
pub trait RowOf<ST, DB: Backend>: Sized {
    /// The SQL type that Diesel reads the row as.
    type SqlType;
    /// The row.
    ///
    /// # Errors
    /// A stored value that its type refuses.
    fn read<'r>(row: &impl Row<'r, DB>) -> diesel::deserialize::Result<Self>;
}

#[diagnostic::do_not_recommend]
impl<U, ST, DB> RowOf<ST, DB> for U
where
    DB: Backend,
    ST: CompatibleType<U, DB>,
    U: FromSqlRow<<ST as CompatibleType<U, DB>>::SqlType, DB>,
{
    type SqlType = <ST as CompatibleType<U, DB>>::SqlType;

    fn read<'r>(row: &impl Row<'r, DB>) -> diesel::deserialize::Result<Self> {
        U::build_from_row(row)
    }
}

fn load<C, S, U>(connection: &mut C, statement: S) -> Result<Vec<U>>
where
    C: LoadConnection<Backend: QueryMetadata<S::SqlType>>,
    S: DieselQuery + QueryFragment<C::Backend> + QueryId,
    U: RowOf<S::SqlType, C::Backend>,
{
    let mut rows = LoadConnection::load(connection, statement)?;
    let mut found = Vec::with_capacity(rows.size_hint().0);
    while let Some(row) = rows.next() {
        let row = U::read(&row?);
        match row {
            Ok(row) => found.push(row),
            Err(error) => {
                let error = DieselError::DeserializationError(error);
                unread::left(rows, &error);
                return Err(error.into());
            }
        }
    }
    Ok(found)
}

impl<C, Q, U> Execute<Q, U> for &mut C
where
    C: LoadConnection,
    Q: Assemble,
    Q::Statement: DieselQuery + QueryFragment<C::Backend> + QueryId,
    C::Backend: QueryMetadata<<Q::Statement as DieselQuery>::SqlType>,
    U: RowOf<<Q::Statement as DieselQuery>::SqlType, C::Backend>,
{
    fn load_all(self, query: Q) -> Result<Vec<U>> {
        load(self, query.assemble())
    }
}

impl<'q, C, M, Q, S, O, G, D, W, R, P, J, U> FirstRow<Query<M, Q, S, O, G, D, W, R, P, J>, U>
    for &'q mut C
where
    C: LoadConnection,
    Query<M, Q, S, O, G, D, First<W>, R, P, J>: Assemble,
    &'q mut C: Execute<Query<M, Q, S, O, G, D, First<W>, R, P, J>, U, Mode = Blocking>,
{
    fn first_row(self, query: Query<M, Q, S, O, G, D, W, R, P, J>) -> Result<Option<U>> {
        // Read to the end, which is one row: see `Link::load_one`.
        let rows: Vec<U> = self.load_all(query.only_first())?;
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

#[diagnostic::do_not_recommend]
impl<C, M, Q, S, O, G, D, W, R, Rel, Rest, J>
    Execute<
        Query<M, Q, S, O, G, D, W, R, With<Rel, Rest>, J>,
        Loaded<M, <With<Rel, Rest> as LoadedShape>::Shape>,
    > for &mut Transaction<C>
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
        let session: &mut Session<C> = self;
        Execute::<_, Loaded<M, <With<Rel, Rest> as LoadedShape>::Shape>>::load_all(session, query)
    }
}
