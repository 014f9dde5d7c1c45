//! [`Parents`]: the added rows whose keys another record takes.

use std::sync::Arc;

use super::added::Added;
use crate::column::ColumnError;
use crate::table::{KeyValues, Model};
use crate::value::Value;

/// Added rows whose keys are handed on: one handle, or a tuple of up to four.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no row that the unit of work adds",
    label = "takes handles of added rows",
    note = "give what `add` gave, borrowed: `&ann`, or a tuple of such: `(&ann, &lamp)`"
)]
pub trait Parents {
    /// The key, or a tuple of the keys.
    type Keys;

    /// The records, if they are of this unit.
    #[doc(hidden)]
    fn records(&self, unit: &Arc<()>) -> Option<Vec<usize>>;

    /// The keys from their values, each record's in turn.
    ///
    /// # Errors
    /// If they are none.
    #[doc(hidden)]
    fn keys(values: &[Vec<Value>]) -> Result<Self::Keys, ColumnError>;
}

fn key<M: Model>(values: &[Vec<Value>], nth: usize) -> Result<M::Key, ColumnError> {
    M::Key::from_key_values(values.get(nth).cloned().unwrap_or_default())
}

fn record<M>(added: &Added<M>, unit: &Arc<()>) -> Option<usize> {
    Arc::ptr_eq(&added.unit, unit).then_some(added.record)
}

impl<M: Model> Parents for &Added<M> {
    type Keys = M::Key;

    fn records(&self, unit: &Arc<()>) -> Option<Vec<usize>> {
        Some(vec![record(self, unit)?])
    }

    fn keys(values: &[Vec<Value>]) -> Result<M::Key, ColumnError> {
        key::<M>(values, 0)
    }
}

macro_rules! parents {
    ($(($($model:ident $nth:tt),*);)*) => {$(
        impl<$($model: Model),*> Parents for ($(&Added<$model>,)*) {
            type Keys = ($($model::Key,)*);

            fn records(&self, unit: &Arc<()>) -> Option<Vec<usize>> {
                Some(vec![$(record(self.$nth, unit)?),*])
            }

            fn keys(values: &[Vec<Value>]) -> Result<Self::Keys, ColumnError> {
                Ok(($(key::<$model>(values, $nth)?,)*))
            }
        }
    )*};
}
parents! { (A 0, B 1); (A 0, B 1, C 2); (A 0, B 1, C 2, D 3); }
