//! Tells a cluster's hooks of what was written, once for each write, on however many shards it was.
//!
//! What a cluster writes is committed when it is told of, so what waits for the commit is done at once.

use orm_core::changeset::{Delete, Patch};
use orm_core::table::TableDef;

use crate::layout::Layout;

/// Of rows that were inserted.
pub(super) fn of_inserts<'r, T: TableDef>(
    layout: &Layout,
    rows: impl IntoIterator<Item = &'r T::Model>,
) where
    T::Model: 'r,
{
    if let Some(hooks) = layout.hooks() {
        let work = hooks.after_inserting::<T>(rows);
        work.into_iter().for_each(|work| work());
    }
}

/// What is needed of a patch to tell of it.
pub(super) fn keep_for_update<T: TableDef>(layout: &Layout, patch: &Patch<T>) -> Option<Patch<T>> {
    layout.hooks()?.keep_for_update(patch)
}

/// Of an update, by what was kept of it.
pub(super) fn of_update<T: TableDef>(layout: &Layout, kept: Option<Patch<T>>) {
    if let (Some(hooks), Some(patch)) = (layout.hooks(), kept) {
        let work = hooks.after_updating(&patch);
        work.into_iter().for_each(|work| work());
    }
}

/// What is needed of a delete to tell of it.
pub(super) fn keep_for_delete<T: TableDef>(
    layout: &Layout,
    delete: &Delete<T>,
) -> Option<Delete<T>> {
    layout.hooks()?.keep_for_delete(delete)
}

/// Of a delete, by what was kept of it.
pub(super) fn of_delete<T: TableDef>(layout: &Layout, kept: Option<Delete<T>>) {
    if let (Some(hooks), Some(delete)) = (layout.hooks(), kept) {
        let work = hooks.after_deleting(&delete);
        work.into_iter().for_each(|work| work());
    }
}
