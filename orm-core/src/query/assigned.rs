//! The right side of `column.eq(…)`, which UPDATE and INSERT write too.
//!
//! Diesel binds its `Timestamp` as MySQL's TIMESTAMP. Compared, such a value is
//! right; written into a DATETIME column, MariaDB makes NULL of what is before
//! 1970 or after 2038. A cast keeps it.

use std::any::TypeId;

use diesel::expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping};
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::sql_types::{Nullable, Timestamp};

use crate::backend::{Database, Dialect};

/// The expression itself; a timestamp on MariaDB and MySQL as a DATETIME.
#[derive(Debug, Clone, Copy)]
pub struct Assigned<E>(pub(crate) E);

impl<E: Expression> Expression for Assigned<E> {
    type SqlType = E::SqlType;
}

impl<E: QueryId> QueryId for Assigned<E> {
    type QueryId = Assigned<E::QueryId>;
    const HAS_STATIC_QUERY_ID: bool = E::HAS_STATIC_QUERY_ID;
}

impl<E, DB: Dialect> QueryFragment<DB> for Assigned<E>
where
    E: Expression + QueryFragment<DB>,
    E::SqlType: 'static,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        let ty = TypeId::of::<E::SqlType>();
        let timestamp =
            ty == TypeId::of::<Timestamp>() || ty == TypeId::of::<Nullable<Timestamp>>();
        if DB::DATABASE != Database::Mysql || !timestamp {
            return self.0.walk_ast(out);
        }
        out.push_sql("CAST(");
        self.0.walk_ast(out.reborrow())?;
        out.push_sql(" AS DATETIME(6))");
        Ok(())
    }
}

impl<E, QS> AppearsOnTable<QS> for Assigned<E> where E: AppearsOnTable<QS> {}
impl<E, QS> SelectableExpression<QS> for Assigned<E> where E: SelectableExpression<QS> {}
impl<E, GB> ValidGrouping<GB> for Assigned<E>
where
    E: ValidGrouping<GB>,
{
    type IsAggregate = E::IsAggregate;
}
