//! [`Delete`]: one row, by its key.

use std::marker::PhantomData;

use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::QueryResult;

use super::write;
use crate::backend::Dialect;
use crate::table::TableDef;
use crate::value::Value;

/// `DELETE FROM table WHERE key = …`
pub struct Delete<T> {
    key: Vec<Value>,
    table: PhantomData<fn() -> T>,
}

impl<T: TableDef> Delete<T> {
    /// The row of this key.
    #[must_use]
    pub fn new(key: Vec<Value>) -> Self {
        Delete {
            key,
            table: PhantomData,
        }
    }
}

impl<T: TableDef> QueryId for Delete<T> {
    type QueryId = Delete<T>;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl<T: TableDef, DB: Dialect> QueryFragment<DB> for Delete<T> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("DELETE FROM ");
        write::table_name(&mut out, T::META)?;
        write::where_key(&mut out, T::META, &self.key)
    }
}
