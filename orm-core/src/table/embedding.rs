//! [`Embedding`]: an embedded struct's columns in a query.

use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;

use diesel::backend::Backend;
use diesel::expression::{
    AppearsOnTable, Expression, IsContainedInGroupBy, SelectableExpression, ValidGrouping,
};
use diesel::internal::operators_macro::FieldAliasMapper;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::query_source::Alias;
use diesel::result::QueryResult;

use super::{Column, ColumnDef, EmbedDef};

/// The columns of an embedded struct: `customers::home`. Each is a field of it,
/// `customers::home.street`; as an expression it is all of them, one after the other.
///
/// ```
/// use orm_core::prelude::*;
///
/// #[derive(Embedded, Debug, Clone, PartialEq)]
/// struct Address { street: String, city: String }
///
/// #[derive(Model, Debug)]
/// struct Customer {
///     #[model(generated)]
///     id: i64,
///     #[model(embedded)]
///     home: Address,
/// }
///
/// # let engine = Engine::<SqliteConnection>::open(":memory:")?;
/// # engine.create_all(schema![Customer])?;
/// # let mut session = engine.session()?;
/// # let home = Address { street: "Main St 1".into(), city: "Ghent".into() };
/// # session.insert(NewCustomer { home })?;
/// let homes: Vec<(i64, (String, String))> =
///     customers::table.select((customers::id, customers::home)).load(&mut session)?;
/// assert_eq!(homes[0].1.1, "Ghent");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
// Stands where a constant is named that no bound can guard: nothing is asked of the struct before
// the columns are used.
pub struct Embedding<F>(PhantomData<fn() -> F>);

impl<F> Embedding<F> {
    #[doc(hidden)]
    pub const NEW: Self = Embedding(PhantomData);
}

impl<F> Clone for Embedding<F> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<F> Copy for Embedding<F> {}
impl<F> Default for Embedding<F> {
    fn default() -> Self {
        Self::NEW
    }
}
impl<F: EmbedDef> fmt::Debug for Embedding<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(F::FIELD)
    }
}

impl<F: EmbedDef> Deref for Embedding<F> {
    type Target = F::Access;

    fn deref(&self) -> &F::Access {
        F::access()
    }
}

impl<F: EmbedDef> QueryId for Embedding<F> {
    type QueryId = Self;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl<F: EmbedDef> Expression for Embedding<F> {
    type SqlType = F::SqlType;
}

impl<F: EmbedDef, DB: Backend> QueryFragment<DB> for Embedding<F>
where
    F::Columns: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        F::columns().walk_ast(out)
    }
}

impl<F: EmbedDef, QS> AppearsOnTable<QS> for Embedding<F> where F::Columns: AppearsOnTable<QS> {}

impl<F: EmbedDef, QS> SelectableExpression<QS> for Embedding<F>
where
    Self: AppearsOnTable<QS>,
    F::Columns: SelectableExpression<QS>,
{
}

impl<F: EmbedDef, GB> ValidGrouping<GB> for Embedding<F>
where
    F::Columns: ValidGrouping<GB>,
{
    type IsAggregate = <F::Columns as ValidGrouping<GB>>::IsAggregate;
}

impl<F: EmbedDef, C: ColumnDef> IsContainedInGroupBy<Column<C>> for Embedding<F>
where
    F::Columns: IsContainedInGroupBy<Column<C>>,
{
    type Output = <F::Columns as IsContainedInGroupBy<Column<C>>>::Output;
}

impl<F: EmbedDef, S> FieldAliasMapper<S> for Embedding<F>
where
    F::Columns: FieldAliasMapper<S>,
{
    type Out = <F::Columns as FieldAliasMapper<S>>::Out;

    fn map(self, alias: &Alias<S>) -> Self::Out {
        F::columns().map(alias)
    }
}
