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
///
/// A row that is deleted softly is there only if `DELETED` says so.
pub struct Find<T, const DELETED: bool = false> {
    key: Vec<Value>,
    table: PhantomData<fn() -> T>,
}

impl<T: TableDef, const DELETED: bool> Find<T, DELETED> {
    /// The row of this key.
    #[must_use]
    pub fn new(key: Vec<Value>) -> Self {
        Find {
            key,
            table: PhantomData,
        }
    }
}

impl<T: TableDef, const DELETED: bool> Query for Find<T, DELETED> {
    type SqlType = T::SqlType;
}

impl<T: TableDef, const DELETED: bool> QueryId for Find<T, DELETED> {
    type QueryId = Find<T, DELETED>;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl<T: TableDef, const DELETED: bool, DB: Dialect> QueryFragment<DB> for Find<T, DELETED> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        write::select_all(&mut out, T::META)?;
        write::where_key(&mut out, T::META, &self.key)?;
        if DELETED {
            return Ok(());
        }
        write::and_living(&mut out, T::META)
    }
}
