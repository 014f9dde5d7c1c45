//! Loading a model: the one bound that generic code needs.

use diesel::backend::Backend;
use diesel::connection::{DefaultLoadingMode, LoadConnection};
use diesel::deserialize::FromSqlRow;
use diesel::expression::QueryMetadata;
use diesel::query_builder::{Query, QueryFragment, QueryId};
use diesel::result::QueryResult;

use crate::backend::Dialect;
use crate::table::{Model, TableDef};

/// A model whose rows can be read from a backend: every model, from every
/// backend of this crate.
///
/// Names in one word what Diesel asks for in four, so that generic code needs
/// `M: LoadModel<C::Backend>` and no more.
pub trait LoadModel<DB: Backend>: Model {
    /// All rows of a statement. Reads to the end: a statement that is dropped
    /// before keeps SQLite from ever shrinking its log.
    ///
    /// # Errors
    /// What the database says; a row that is none of the model.
    fn load_rows<C, Q>(connection: &mut C, statement: Q) -> QueryResult<Vec<Self>>
    where
        C: LoadConnection<DefaultLoadingMode, Backend = DB>,
        Q: Query<SqlType = <Self::Table as TableDef>::SqlType> + QueryFragment<DB> + QueryId;

    /// The first row of a statement, all rows of which are read.
    ///
    /// # Errors
    /// What the database says; a row that is none of the model.
    fn load_one<C, Q>(connection: &mut C, statement: Q) -> QueryResult<Option<Self>>
    where
        C: LoadConnection<DefaultLoadingMode, Backend = DB>,
        Q: Query<SqlType = <Self::Table as TableDef>::SqlType> + QueryFragment<DB> + QueryId;
}

impl<M, DB> LoadModel<DB> for M
where
    M: Model + FromSqlRow<<M::Table as TableDef>::SqlType, DB>,
    DB: Dialect + QueryMetadata<<M::Table as TableDef>::SqlType>,
{
    fn load_rows<C, Q>(connection: &mut C, statement: Q) -> QueryResult<Vec<Self>>
    where
        C: LoadConnection<DefaultLoadingMode, Backend = DB>,
        Q: Query<SqlType = <Self::Table as TableDef>::SqlType> + QueryFragment<DB> + QueryId,
    {
        let rows = connection.load(statement)?;
        rows.map(|row| {
            M::build_from_row(&row?).map_err(diesel::result::Error::DeserializationError)
        })
        .collect()
    }

    fn load_one<C, Q>(connection: &mut C, statement: Q) -> QueryResult<Option<Self>>
    where
        C: LoadConnection<DefaultLoadingMode, Backend = DB>,
        Q: Query<SqlType = <Self::Table as TableDef>::SqlType> + QueryFragment<DB> + QueryId,
    {
        let mut first = None;
        for row in connection.load(statement)? {
            let row = row?;
            if first.is_none() {
                let built = M::build_from_row(&row);
                first = Some(built.map_err(diesel::result::Error::DeserializationError)?);
            }
        }
        Ok(first)
    }
}
