//! The right side of a comparison, which `set(column.eq(…))` writes too.
//!
//! Diesel binds dates, times and floats for MariaDB and MySQL as they are, and
//! the server makes something else of what it does not hold, without a word. It
//! is refused here, as forms refuse it.

use std::any::TypeId;

use diesel::expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping};
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::sql_types::{Nullable, Timestamp};

use super::by_value;
use crate::backend::{Database, Dialect};
use crate::column::{Operand, Variants, sql_types};

impl<E: Expression> Expression for Operand<E> {
    type SqlType = E::SqlType;
}

impl<E: QueryId> QueryId for Operand<E> {
    type QueryId = Operand<E::QueryId>;
    const HAS_STATIC_QUERY_ID: bool = E::HAS_STATIC_QUERY_ID;
}

impl<E, DB: Dialect> QueryFragment<DB> for Operand<E>
where
    E: Expression + QueryFragment<DB>,
    E::SqlType: 'static,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        let ty = TypeId::of::<E::SqlType>();
        DB::check_binds(&self.expr, ty)?;
        if let (Some(Variants::PostgresEnum { schema, name, .. }), Database::Postgres) =
            (self.variants, DB::DATABASE)
        {
            // With no column beside it, in a CASE or a COALESCE, it would be a text.
            self.expr.walk_ast(out.reborrow())?;
            out.push_sql("::");
            if let Some(schema) = schema {
                out.push_identifier(schema)?;
                out.push_sql(".");
            }
            return out.push_identifier(name);
        }
        let Some((before, after)) = cast::<DB>(ty) else {
            return by_value::walk::<E::SqlType, _, DB>(&self.expr, &mut out);
        };
        // A column stays as it is, for the sake of its index.
        let bare = DB::render(&self.expr)? == "?";
        out.push_sql(if bare { before } else { "" });
        self.expr.walk_ast(out.reborrow())?;
        out.push_sql(if bare { after } else { "" });
        Ok(())
    }
}

/// What a bare bind of an SQL type stands in, so that the server takes it for that type.
fn cast<DB: Dialect>(ty: TypeId) -> Option<(&'static str, &'static str)> {
    macro_rules! is {
        ($sql:ty) => {
            [TypeId::of::<$sql>(), TypeId::of::<Nullable<$sql>>()].contains(&ty)
        };
    }
    match () {
        () if is!(Timestamp) => DB::TIMESTAMP_CAST,
        () if is!(sql_types::Decimal) => DB::DECIMAL_CAST,
        () if is!(sql_types::Json) => Some(DB::JSON_VALUE).filter(|(before, _)| !before.is_empty()),
        () => None,
    }
}

impl<E, QS> AppearsOnTable<QS> for Operand<E> where E: AppearsOnTable<QS> {}
impl<E, QS> SelectableExpression<QS> for Operand<E> where E: SelectableExpression<QS> {}
impl<E, GB> ValidGrouping<GB> for Operand<E>
where
    E: ValidGrouping<GB>,
{
    type IsAggregate = E::IsAggregate;
}
