//! What Diesel does with a table: written once, run on the tables of `#[derive(Model)]` and on those
//! of `diesel::table!`, on every database that the features name.
//!
//! A behaviour is plain Diesel: its prelude, its connections, its derives; no session and nothing of
//! our query builder. Its rows are written out, and both tables must send the same text, bind the
//! same values and have the same statements prepared. What cannot be so is in `short.rs`, with the
//! reason in `docs/design/models.md`.

#[macro_use]
#[path = "behaviours/place.rs"]
mod place;
#[macro_use]
#[path = "behaviours/forms.rs"]
mod forms;
#[path = "behaviours/by_model.rs"]
mod by_model;
#[path = "behaviours/by_table.rs"]
mod by_table;

#[path = "behaviours"]
mod topics {
    mod alias;
    mod arithmetic;
    mod associations;
    mod boxed;
    mod cached;
    mod combine;
    mod conflict;
    #[cfg(feature = "postgres")]
    mod copy;
    mod filter;
    mod functions;
    mod group;
    mod insert;
    mod joins;
    #[cfg(any(feature = "postgres", feature = "mysql"))]
    mod locking;
    mod order;
    mod own;
    mod raw;
    mod select;
    mod short;
    #[cfg(feature = "postgres")]
    mod sources;
    mod subqueries;
    mod update;
}
