//! Connections of a pool: opened, lent, given back, waited for, closed.

use std::time::Duration;

use super::Origin;
use crate::error::ErrorKind;

/// Something happened to a connection of a pool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Pool<'e> {
    /// Where.
    pub origin: Origin<'e>,
    /// What.
    pub step: PoolStep,
}

impl<'e> Pool<'e> {
    /// What happened, and where.
    #[must_use]
    pub fn new(origin: Origin<'e>, step: PoolStep) -> Self {
        Pool { origin, step }
    }
}

/// What happened to a connection of a pool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum PoolStep {
    /// It was opened and set up.
    Open {
        /// How long that took.
        took: Duration,
    },
    /// It could not be opened.
    Fail {
        /// How long that took.
        took: Duration,
        /// Why.
        error: ErrorKind,
    },
    /// It was closed.
    Close,
    /// It was lent.
    CheckOut {
        /// How long somebody waited for it.
        waited: Duration,
    },
    /// It was given back, or was closed instead.
    CheckIn {
        /// How long it was lent.
        used: Duration,
    },
    /// None was to be had in time.
    Timeout {
        /// How long somebody waited.
        waited: Duration,
    },
}
