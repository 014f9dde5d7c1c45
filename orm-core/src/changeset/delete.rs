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
    only_if: Vec<(usize, Value)>,
    table: PhantomData<fn() -> T>,
}

impl<T: TableDef> Delete<T> {
    /// The row of this key.
    #[must_use]
    pub fn new(key: Vec<Value>) -> Self {
        Delete {
            key,
            only_if: Vec::new(),
            table: PhantomData,
        }
    }
}

impl<T: TableDef> Delete<T> {
    /// Only if a column, by its position, has this value.
    #[must_use]
    pub fn only_if(mut self, column: usize, value: Value) -> Self {
        self.only_if.push((column, value));
        self
    }
}

impl<T> QueryId for Delete<T> {
    // Conditions change the text: it is the key of the cache.
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<T: TableDef, DB: Dialect> QueryFragment<DB> for Delete<T> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("DELETE FROM ");
        write::table_name(&mut out, T::META)?;
        write::where_key(&mut out, T::META, &self.key)?;
        write::and_conditions(&mut out, T::META, &self.only_if)
    }
}
