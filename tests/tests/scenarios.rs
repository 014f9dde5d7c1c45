//! The scenarios: one source, run on every database that the features name, in two forms.
//!
//! SQLite always, in a file of its own a scenario; PostgreSQL with the feature `postgres` and
//! MariaDB with `mysql`, in a fresh database of the shared server. Each blocking, and with the
//! feature `async` to be awaited too. Each module is one topic and brings its own models.

// Rows are compared with lists of the rows that were made: what is cloned there is short-lived.
#![allow(clippy::cloned_ref_to_slice_refs)]

#[path = "form/mod.rs"]
mod form;
#[macro_use]
#[path = "scenarios/place.rs"]
mod place;

#[path = "scenarios"]
mod topics {
    mod aggregates;
    mod crud;
    mod drift;
    mod queries;
    mod random_models;
    mod relations;
    mod schemas;
    mod upserts;
    mod validation;
    mod violations;
}
