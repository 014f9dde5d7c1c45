//! What is asked between two tries of a transaction.

use std::any::Any;

use super::Link;
use super::transaction::nested;
use crate::error::Error;

/// Before each try.
///
/// # Errors
/// [`Refused`](crate::ErrorKind::Refused) inside of a transaction.
pub(crate) fn not_nested<L: Link>(link: &mut L) -> Result<(), Error> {
    link.check().map_err(|error| link.error(error))?;
    link.fate().try_again();
    match link.is_inside() {
        true => Err(nested("the transaction around it is what is to be run again").on(link.name())),
        false => Ok(()),
    }
}

/// Whether a try that failed is to be run again: not where its connection was lost, and perhaps its
/// COMMIT with it.
pub(crate) fn lost<L: Link, E: 'static>(link: &mut L, error: &E) -> bool {
    if link.fate().lost_connection() {
        return false;
    }
    match (error as &dyn Any).downcast_ref::<Error>() {
        Some(ours) => ours.is_retryable(),
        None => link.fate().met_conflict(),
    }
}

/// The error of the last try.
pub(crate) fn tried<E: 'static>(mut error: E, tries: u32) -> E {
    if let Some(ours) = (&mut error as &mut dyn Any).downcast_mut::<Error>() {
        ours.note_tries(tries);
    }
    error
}
