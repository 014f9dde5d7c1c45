//! [`Statement`]: a text with values bound in it.

use std::marker::PhantomData;

use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::result::QueryResult;

use crate::backend::Dialect;
use crate::value::Value;

/// A text, and the values that stand in it; its rows have the SQL type `ST`.
pub(crate) struct Statement<ST = ()> {
    parts: Vec<Part>,
    rows: PhantomData<fn() -> ST>,
}

enum Part {
    Text(String),
    Bound(Value),
}

impl<ST> Statement<ST> {
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Statement {
            parts: vec![Part::Text(text.into())],
            rows: PhantomData,
        }
    }

    pub(crate) fn text(mut self, text: impl Into<String>) -> Self {
        self.parts.push(Part::Text(text.into()));
        self
    }

    pub(crate) fn bind(mut self, value: Value) -> Self {
        self.parts.push(Part::Bound(value));
        self
    }
}

impl<ST> Query for Statement<ST> {
    type SqlType = ST;
}

impl<ST> QueryId for Statement<ST> {
    // The text is the key of the cache.
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<ST, DB: Dialect> QueryFragment<DB> for Statement<ST> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        for part in &self.parts {
            match part {
                Part::Text(text) => out.push_sql(text),
                Part::Bound(value) => DB::push_value(&mut out, value)?,
            }
        }
        Ok(())
    }
}
