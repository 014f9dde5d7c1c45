//! [`Model`]: the struct that the user wrote, as the rest of the crate sees it.

use super::TableDef;
use crate::column::{ColumnError, Field};
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

    fn from_key_values(_: Vec<Value>) -> Result<Self, ColumnError> {
        Err("a view has no key".into())
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

    /// The key from its values.
    ///
    /// # Errors
    /// If they are of other kinds or none of the key's types, or not as many as its columns.
    fn from_key_values(values: Vec<Value>) -> Result<Self, ColumnError>
    where
        Self: Sized;
}

impl<F: Field> KeyValues for F {
    fn into_key_values(self) -> Vec<Value> {
        vec![self.into_value()]
    }

    fn from_key_values(values: Vec<Value>) -> Result<Self, ColumnError> {
        let [value] = <[Value; 1]>::try_from(values).map_err(|_| "a key of one column")?;
        F::from_value(value)
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

            fn from_key_values(values: Vec<Value>) -> Result<Self, ColumnError> {
                let mut values = values.into_iter();
                let mut next = || values.next().ok_or("a key of more columns");
                Ok(($($name::from_value(next()?)?,)*))
            }
        }

        impl<'k, $($name: 'k),*> KeyRefs<'k> for ($($name,)*) {
            type Refs = ($(&'k $name,)*);
        }
    )*};
}
tuple_keys! { (A); (A B); (A B C); (A B C D); (A B C D E); }
