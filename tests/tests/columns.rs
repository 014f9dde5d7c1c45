//! Scenarios of columns, keys and the shapes of models: as those of `scenarios`, in a binary of their
//! own, since the compiler needs memory for each.

// Rows are compared with lists of the rows that were made: what is cloned there is short-lived.
#![allow(clippy::cloned_ref_to_slice_refs)]

#[path = "form/mod.rs"]
mod form;
#[macro_use]
#[path = "scenarios/place.rs"]
mod place;

#[path = "columns"]
mod topics {
    mod column_types;
    mod conversions;
    mod keys;
    mod literals;
    #[cfg(feature = "mysql")]
    mod mysql_dialect;
    mod shapes;
    mod types;
}
