//! Rows that came, and that their reader could not make what it wanted.
//!
//! A query is loaded by code for any Diesel connection. That a session is read from only the rows know,
//! which are dropped when their reader gives up: it says why here.

use std::cell::Cell;

use crate::error::{ErrorKind, kind_of};
use diesel::result::Error as DieselError;

thread_local! {
    static WHY: Cell<Option<ErrorKind>> = const { Cell::new(None) };
}

/// Drops the rows of a statement, of which one could not be read.
pub(crate) fn left(rows: impl Sized, error: &DieselError) {
    /// A panic of an observer must not leave it to the next statement.
    struct Over;
    impl Drop for Over {
        fn drop(&mut self) {
            WHY.set(None);
        }
    }
    let _over = Over;
    WHY.set(Some(kind_of(error)));
    drop(rows);
}

/// Why the rows are dropped now, if it is that.
pub(crate) fn kind() -> Option<ErrorKind> {
    WHY.take()
}
