//! What an aggregate is compared with: a value of its type, or of a type that is stored as it.

use crate::column::{ColumnType, IntoField};

/// What an aggregate of the type `F` is compared with.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be compared with an aggregate of the type `{F}`",
    label = "a value of another type",
    note = "sums and averages are an `Option`, and are compared with the value inside; a count is an `i64`"
)]
pub trait AggregateRhs<F, Marker> {
    /// The value.
    fn into_rhs(self) -> F;
}

/// A value of the type itself, or of what is inside of an `Option`.
#[derive(Debug, Clone, Copy)]
pub struct ByField;
/// A value of a type that is stored as it.
#[derive(Debug, Clone, Copy)]
pub struct ByStored;
/// A reference to such a value.
#[derive(Debug, Clone, Copy)]
pub struct ByStoredReference;

#[diagnostic::do_not_recommend]
impl<F, T: IntoField<F>> AggregateRhs<F, ByField> for T {
    fn into_rhs(self) -> F {
        self.into_field()
    }
}

#[diagnostic::do_not_recommend]
impl<T: ColumnType> AggregateRhs<Option<T::Stored>, ByStored> for T {
    fn into_rhs(self) -> Option<T::Stored> {
        Some(self.into_stored())
    }
}

#[diagnostic::do_not_recommend]
impl<T: ColumnType> AggregateRhs<Option<T::Stored>, ByStoredReference> for &T {
    fn into_rhs(self) -> Option<T::Stored> {
        Some(self.clone().into_stored())
    }
}
