//! LIMIT and OFFSET, written behind the statement.
//!
//! Not through Diesel: SQLite prepares a statement anew at every call if its
//! LIMIT is a bare bind, because the planner looks at the value. An expression
//! around the bind keeps it from looking.

use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::sql_types::BigInt;

use crate::backend::{Database, Dialect};

/// All rows.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoWindow;

/// Some of the rows.
#[derive(Debug, Clone, Copy, Default)]
pub struct Window {
    /// At most so many rows; all if `None`.
    pub limit: Option<i64>,
    /// So many rows are passed over first.
    pub offset: i64,
}

/// A statement with its window.
#[derive(Debug, Clone, Copy)]
pub struct Windowed<Q> {
    statement: Q,
    limit: i64,
    offset: i64,
}

impl<Q> Windowed<Q> {
    /// Adds a window. Negative numbers count as zero.
    pub fn new(statement: Q, window: Window) -> Self {
        let limit = window.limit.map_or(i64::MAX, |limit| limit.max(0));
        Windowed {
            statement,
            limit,
            offset: window.offset.max(0),
        }
    }
}

impl<Q: Query> Query for Windowed<Q> {
    type SqlType = Q::SqlType;
}

impl<Q, C> diesel::RunQueryDsl<C> for Windowed<Q> {}

impl<Q: QueryId> QueryId for Windowed<Q> {
    type QueryId = Windowed<Q::QueryId>;
    const HAS_STATIC_QUERY_ID: bool = Q::HAS_STATIC_QUERY_ID;
}

impl<Q, DB: Dialect> QueryFragment<DB> for Windowed<Q>
where
    Q: QueryFragment<DB>,
    i64: diesel::serialize::ToSql<BigInt, DB>,
    DB: diesel::sql_types::HasSqlType<BigInt>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.statement.walk_ast(out.reborrow())?;
        let (limit, offset) = match DB::DATABASE {
            Database::Sqlite => (" LIMIT 0 + ", " OFFSET 0 + "),
            Database::Postgres | Database::Mysql => (" LIMIT ", " OFFSET "),
        };
        out.push_sql(limit);
        out.push_bind_param::<BigInt, _>(&self.limit)?;
        out.push_sql(offset);
        out.push_bind_param::<BigInt, _>(&self.offset)
    }
}

/// A statement of which the first row is wanted: `LIMIT 1`, as text.
#[derive(Debug, Clone, Copy)]
pub struct FirstOnly<Q>(pub(crate) Q);

impl<Q: Query> Query for FirstOnly<Q> {
    type SqlType = Q::SqlType;
}

impl<Q, C> diesel::RunQueryDsl<C> for FirstOnly<Q> {}

impl<Q: QueryId> QueryId for FirstOnly<Q> {
    type QueryId = FirstOnly<Q::QueryId>;
    const HAS_STATIC_QUERY_ID: bool = Q::HAS_STATIC_QUERY_ID;
}

impl<Q, DB: Dialect> QueryFragment<DB> for FirstOnly<Q>
where
    Q: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.0.walk_ast(out.reborrow())?;
        out.push_sql(" LIMIT 1");
        Ok(())
    }
}
