//! Loading a model: the one bound that generic code needs.

use std::future::Future;

use diesel::backend::Backend;
use diesel::deserialize::FromSqlRow;
use diesel::expression::QueryMetadata;
use diesel::query_builder::{Query, QueryFragment, QueryId};
use diesel::result::QueryResult;

use super::Link;
use crate::backend::Dialect;
use crate::table::{Model, TableDef};

/// A model whose rows can be read from a backend: every model, from every
/// backend of this crate.
///
/// Names in one word what Diesel asks for in four, so that generic code needs
/// `M: LoadModel<C::Backend>` and no more.
pub trait LoadModel<DB: Backend>: Model {
    /// All rows of a statement.
    ///
    /// # Errors
    /// What the database says; a row that is none of the model.
    fn load_rows<L, Q>(
        link: &mut L,
        statement: Q,
    ) -> impl Future<Output = QueryResult<Vec<Self>>> + Send
    where
        L: Link<Backend = DB>,
        Q: Query<SqlType = <Self::Table as TableDef>::SqlType>
            + QueryFragment<DB>
            + QueryId
            + Send
            + 'static;

    /// The first row of a statement, all rows of which are read.
    ///
    /// # Errors
    /// What the database says; a row that is none of the model.
    fn load_one<L, Q>(
        link: &mut L,
        statement: Q,
    ) -> impl Future<Output = QueryResult<Option<Self>>> + Send
    where
        L: Link<Backend = DB>,
        Q: Query<SqlType = <Self::Table as TableDef>::SqlType>
            + QueryFragment<DB>
            + QueryId
            + Send
            + 'static;
}

impl<M, DB> LoadModel<DB> for M
where
    M: Model + FromSqlRow<<M::Table as TableDef>::SqlType, DB>,
    DB: Dialect + QueryMetadata<<M::Table as TableDef>::SqlType>,
{
    fn load_rows<L, Q>(
        link: &mut L,
        statement: Q,
    ) -> impl Future<Output = QueryResult<Vec<Self>>> + Send
    where
        L: Link<Backend = DB>,
        Q: Query<SqlType = <Self::Table as TableDef>::SqlType>
            + QueryFragment<DB>
            + QueryId
            + Send
            + 'static,
    {
        link.load(statement)
    }

    fn load_one<L, Q>(
        link: &mut L,
        statement: Q,
    ) -> impl Future<Output = QueryResult<Option<Self>>> + Send
    where
        L: Link<Backend = DB>,
        Q: Query<SqlType = <Self::Table as TableDef>::SqlType>
            + QueryFragment<DB>
            + QueryId
            + Send
            + 'static,
    {
        link.load_one(statement)
    }
}
