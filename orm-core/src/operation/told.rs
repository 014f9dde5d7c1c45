//! Tells an engine's hooks of what was written, and keeps for the commit what waits for it.

use super::Link;
use crate::changeset::{Delete, Patch};
use crate::hooks::Work;
use crate::table::TableDef;

/// Of rows that were inserted.
pub(super) fn of_inserts<'r, L: Link, T: TableDef>(
    link: &mut L,
    rows: impl IntoIterator<Item = &'r T::Model>,
) where
    T::Model: 'r,
{
    if let Some(hooks) = link.hooks() {
        let work = hooks.after_inserting::<T>(rows);
        once_committed(link, work);
    }
}

/// Of an update, by what was kept of it.
pub(super) fn of_update<L: Link, T: TableDef>(link: &mut L, kept: Option<Patch<T>>) {
    if let (Some(hooks), Some(patch)) = (link.hooks(), kept) {
        let work = hooks.after_updating(&patch);
        once_committed(link, work);
    }
}

/// Of a delete, by what was kept of it.
pub(super) fn of_delete<L: Link, T: TableDef>(link: &mut L, kept: Option<Delete<T>>) {
    if let (Some(hooks), Some(delete)) = (link.hooks(), kept) {
        let work = hooks.after_deleting(&delete);
        once_committed(link, work);
    }
}

/// Does what waits for the commit behind that; at once, if there is none to wait for.
pub(crate) fn once_committed<L: Link>(link: &mut L, work: Vec<Work>) {
    for work in work {
        match link.fate().awaits_commit() {
            true => link.fate().after_commit(work),
            false => work(),
        }
    }
}
