//! [`Model`]: the struct that the user wrote, as the rest of the crate sees it.

use super::TableDef;
use crate::column::Field;
use crate::value::Value;

/// A struct that is a table. Implemented by `#[derive(Model)]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a model",
    label = "not a model",
    note = "write `#[derive(Model)]` on the struct; if it is there, mend what is told of its fields"
)]
pub trait Model: Sized + Send + Sync + 'static {
    /// The table.
    type Table: TableDef<Model = Self>;
    /// The type of the key; a tuple if several columns make it.
    type Key: KeyValues;

    /// The key of this row.
    fn key(&self) -> Self::Key;
    /// All columns, in the order of the fields; NULL for those that were not read.
    fn into_values(self) -> Vec<Value>;
    /// A copy of one column, by its position; NULL of one that was not read.
    ///
    /// # Panics
    /// If there is no such column.
    fn value_of(&self, column: usize) -> Value;
}

/// The key of a view without one: no row has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoKey(());

impl NoKey {
    #[doc(hidden)]
    pub const NEW: Self = NoKey(());
}

impl KeyValues for NoKey {
    fn into_key_values(self) -> Vec<Value> {
        Vec::new()
    }
}

/// A key: the type of one column, or a tuple of up to five.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a key",
    note = "a key is the type of one column, or a tuple of up to five of them"
)]
pub trait KeyValues {
    /// The key as values, in the order of its columns.
    fn into_key_values(self) -> Vec<Value>;
}

impl<F: Field> KeyValues for F {
    fn into_key_values(self) -> Vec<Value> {
        vec![self.into_value()]
    }
}

/// A key of several columns, each of them borrowed.
pub trait KeyRefs<'k> {
    /// The tuple of references.
    type Refs;
}

macro_rules! tuple_keys {
    ($(($($name:ident)*);)*) => {$(
        impl<$($name: Field),*> KeyValues for ($($name,)*) {
            fn into_key_values(self) -> Vec<Value> {
                #[allow(non_snake_case)]
                let ($($name,)*) = self;
                vec![$($name.into_value()),*]
            }
        }

        impl<'k, $($name: 'k),*> KeyRefs<'k> for ($($name,)*) {
            type Refs = ($(&'k $name,)*);
        }
    )*};
}
tuple_keys! { (A); (A B); (A B C); (A B C D); (A B C D E); }
