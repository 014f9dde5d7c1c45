//! [`Find`]: one row by its key.

use std::marker::PhantomData;

use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::result::QueryResult;

use super::write;
use crate::backend::Dialect;
use crate::table::TableDef;
use crate::value::Value;

/// `SELECT … FROM table WHERE key = …`
///
/// Without a LIMIT: the key is unique, and a bound LIMIT makes SQLite prepare
/// the statement anew at every call.
pub struct Find<T> {
    key: Vec<Value>,
    table: PhantomData<fn() -> T>,
}

impl<T: TableDef> Find<T> {
    /// The row of this key.
    #[must_use]
    pub fn new(key: Vec<Value>) -> Self {
        Find {
            key,
            table: PhantomData,
        }
    }
}

impl<T: TableDef> Query for Find<T> {
    type SqlType = T::SqlType;
}

impl<T: TableDef> QueryId for Find<T> {
    type QueryId = Find<T>;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl<T: TableDef, DB: Dialect> QueryFragment<DB> for Find<T> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        write::select_all(&mut out, T::META)?;
        write::where_key(&mut out, T::META, &self.key)
    }
}
