//! What observers are told, and what they are never told: events, spans, metrics, slow queries; and hooks;
//! and the testing kit's recorder, which is an observer.
//!
//! Each on a database of its own, blocking and awaited, as the scenarios are.

// Rows are compared with lists of the rows that were made: what is cloned there is short-lived.
#![allow(clippy::cloned_ref_to_slice_refs)]

#[path = "form/mod.rs"]
mod form;
#[macro_use]
#[path = "scenarios/place.rs"]
mod place;

#[path = "events"]
mod topics {
    mod committed;
    mod hooks;
    mod loaded;
    mod metrics;
    mod on_clusters;
    mod recorder;
    mod secrets;
    mod seen;
    mod slow;
    mod statements;
    mod tracing;
    mod transactions;
}
