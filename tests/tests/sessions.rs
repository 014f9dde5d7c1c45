//! Scenarios of engines, pools, sessions, transactions and units of work: as those of
//! `scenarios`, in a binary of their own, since the compiler needs memory for each.

// Rows are compared with lists of the rows that were made: what is cloned there is short-lived.
#![allow(clippy::cloned_ref_to_slice_refs)]

#[path = "form/mod.rs"]
mod form;
#[macro_use]
#[path = "scenarios/place.rs"]
mod place;

#[path = "sessions"]
mod topics {
    mod advisory_locks;
    mod after_commit;
    mod counters;
    mod engine;
    mod factories;
    mod pool;
    mod pool_returns;
    mod row_locks;
    mod sqlite_log;
    mod test_transaction;
    mod transaction_ends;
    mod transaction_options;
    mod transaction_retry;
    mod transactions;
    mod work;
}
