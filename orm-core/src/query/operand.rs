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

use crate::backend::Dialect;
use crate::column::Operand;
use crate::column::sql_types::Json;

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
        DB::check_binds(&self.0, ty)?;
        let is = |one: TypeId, nullable: TypeId| ty == one || ty == nullable;
        let cast = if is(
            TypeId::of::<Timestamp>(),
            TypeId::of::<Nullable<Timestamp>>(),
        ) {
            DB::TIMESTAMP_CAST
        } else if is(TypeId::of::<Json>(), TypeId::of::<Nullable<Json>>()) {
            Some(DB::JSON_VALUE).filter(|(before, _)| !before.is_empty())
        } else {
            None
        };
        let Some((before, after)) = cast else {
            return self.0.walk_ast(out);
        };
        // A column stays as it is, for the sake of its index.
        let bare = DB::render(&self.0)? == "?";
        out.push_sql(if bare { before } else { "" });
        self.0.walk_ast(out.reborrow())?;
        out.push_sql(if bare { after } else { "" });
        Ok(())
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
