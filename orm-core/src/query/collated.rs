//! An expression in the order that a merge knows: text by its bytes, decimals by value.

use diesel::expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping};
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::QueryResult;

use super::by_value;
use crate::backend::{Database, Dialect};
use crate::column::{Field, SqlScalar};
use crate::value::Kind;

/// `expr COLLATE "C"`, or `CAST(expr AS BINARY)`, where the expression is text and
/// the database might order it otherwise; the bare expression everywhere else.
#[derive(Debug, Clone, Copy)]
pub struct Collated<E>(pub E);

impl<E: Expression> Expression for Collated<E> {
    type SqlType = E::SqlType;
}

impl<E: QueryId> QueryId for Collated<E> {
    type QueryId = Collated<E::QueryId>;
    const HAS_STATIC_QUERY_ID: bool = E::HAS_STATIC_QUERY_ID;
}

impl<E, DB: Dialect> QueryFragment<DB> for Collated<E>
where
    E: Expression + QueryFragment<DB>,
    E::SqlType: SqlScalar + 'static,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        let text = match <<E::SqlType as SqlScalar>::Rust as Field>::KIND {
            Kind::Text => true,
            // By declaration on PostgreSQL, which a label that was read there knows.
            Kind::Enum => DB::DATABASE != Database::Postgres,
            _ => false,
        };
        let (before, collation) = match (text, DB::DATABASE) {
            (true, Database::Postgres) => ("(", " COLLATE \"C\")"),
            (true, Database::Sqlite) => ("(", " COLLATE BINARY)"),
            // Whatever the character set: a collation would have to be one of it.
            (true, Database::Mysql) => ("CAST(CONVERT(", " USING utf8mb4) AS BINARY)"),
            (false, _) => return by_value::walk::<E::SqlType, _, DB>(&self.0, &mut out),
        };
        out.push_sql(before);
        self.0.walk_ast(out.reborrow())?;
        out.push_sql(collation);
        Ok(())
    }
}

impl<E, QS> AppearsOnTable<QS> for Collated<E> where E: AppearsOnTable<QS> {}
impl<E, QS> SelectableExpression<QS> for Collated<E> where E: SelectableExpression<QS> {}
impl<E, GB> ValidGrouping<GB> for Collated<E>
where
    E: ValidGrouping<GB>,
{
    type IsAggregate = E::IsAggregate;
}
