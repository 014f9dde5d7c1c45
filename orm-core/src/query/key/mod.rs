//! The shard key in a filter: a predicate that remembers its value.
//!
//! Diesel's expressions do not give their values back. So `eq` on a shard key
//! returns a node of ours with an SQL type of its own ([`KeyBool`]), by which a
//! query knows that it is routed. Everything else that is built of it (`or`,
//! `not`) has Diesel's `Bool`: such a query is not routed, it fails closed.
//!
//! Here is what `eq` takes; `fixed` is a key that equals a value, `equated` one that equals an
//! expression, as in the ON clause of a join.

mod equated;
mod fixed;

pub use equated::{KeysBool, KeysEqual};
pub(super) use fixed::FixesKey;
pub use fixed::{KeyAnd, KeyBool, KeyEq};

use std::marker::PhantomData;

use diesel::expression::Expression;
use diesel::internal::derives::as_expression::Bound;
use diesel::sql_types::SqlType;

use crate::column::{Field, IntoField, IntoSqlExpr, Operand};
use crate::table::{By, Column, ColumnDef, TableDef};

/// A column without a role in routing.
#[derive(Debug, Clone, Copy)]
pub struct Plain;
/// The shard key.
#[derive(Debug, Clone, Copy)]
pub struct ShardKey;

/// What a column of this role can be compared with by `eq`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be compared with this column",
    label = "a value of another type",
    note = "give a value of the column's own Rust type, or an expression of the same SQL type"
)]
pub trait EqTo<C: ColumnDef, Role, Marker> {
    /// The predicate.
    type Out;
    /// Builds it.
    fn equal_to(self, column: Column<C>) -> Self::Out;
}

/// The conversion is found; the marker says which.
#[derive(Debug, Clone, Copy)]
pub struct Found<Marker>(PhantomData<Marker>);
/// No conversion is found.
#[derive(Debug, Clone, Copy)]
pub struct NotFound;

#[diagnostic::do_not_recommend]
impl<C: ColumnDef, T, M> EqTo<C, Plain, Found<M>> for T
where
    T: IntoSqlExpr<C::SqlType, M>,
{
    type Out = diesel::dsl::Eq<Column<C>, T::Expression>;

    fn equal_to(self, column: Column<C>) -> Self::Out {
        diesel::ExpressionMethods::eq(column, self.into_sql_expr())
    }
}

#[diagnostic::do_not_recommend]
impl<C: ColumnDef, T, M> EqTo<C, ShardKey, Found<M>> for T
where
    T: EqRhs<C, M>,
{
    type Out = T::Out;

    fn equal_to(self, column: Column<C>) -> T::Out {
        self.equal_to_key(column)
    }
}

/// Never holds. With one impl alone the compiler would take it at once, and say
/// what does not hold twice: at `eq` and at the value. Of two it looks first
/// which one holds.
#[diagnostic::do_not_recommend]
impl<C: ColumnDef, T: Nothing, Role> EqTo<C, Role, NotFound> for T {
    type Out = T;

    fn equal_to(self, _: Column<C>) -> T {
        self
    }
}

/// Never implemented.
pub trait Nothing {}

/// What a shard key can be compared with: a value, which routes, or another
/// expression, which does not.
pub trait EqRhs<C: ColumnDef, Marker> {
    /// The predicate.
    type Out;
    /// Builds it.
    fn equal_to_key(self, column: Column<C>) -> Self::Out;
}

/// Compared with an expression.
#[derive(Debug, Clone, Copy)]
pub struct WithExpression;
/// Compared with a value.
#[derive(Debug, Clone, Copy)]
pub struct WithValue;

impl<C: ColumnDef, E> EqRhs<C, WithExpression> for E
where
    E: Expression<SqlType = C::SqlType>,
    C::SqlType: SqlType,
{
    type Out = KeysEqual<C, E>;

    fn equal_to_key(self, _: Column<C>) -> Self::Out {
        KeysEqual::new(self)
    }
}

/// The Rust type of a shard key.
pub trait ShardKeyType {
    /// The field's type.
    type Key: Field;
}

impl<G, K: Field, C> ShardKeyType for By<G, K, C> {
    type Key = K;
}

type KeyOf<C> = <<<C as ColumnDef>::Table as TableDef>::Sharding as ShardKeyType>::Key;

impl<C: ColumnDef, T> EqRhs<C, WithValue> for T
where
    <C::Table as TableDef>::Sharding: ShardKeyType,
    T: IntoField<KeyOf<C>>,
    KeyOf<C>: Field<SqlType = C::SqlType> + Clone,
{
    type Out = KeyEq<C, Operand<Bound<C::SqlType, <KeyOf<C> as Field>::Row>>>;

    fn equal_to_key(self, _: Column<C>) -> Self::Out {
        let key: KeyOf<C> = self.into_field();
        KeyEq::new(
            key.clone().into_value(),
            Operand::new(Bound::new(key.into_row())),
        )
    }
}
