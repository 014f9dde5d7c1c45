//! What is said of a transaction before it begins, and what waits for its end.
//!
//! [`TransactionOptions`] and [`Retry`] are values: `plan` turns them into the statements of a
//! database, and `operation` sends those. Nothing here acts.

mod advisory;
pub(crate) mod backoff;
mod hooks;
mod options;
mod plan;
mod retry;

pub use advisory::AdvisoryLock;
pub(crate) use advisory::LockKey;
pub(crate) use hooks::{Behind, Hooks, Panic, RunsBehind};
pub use options::{Isolation, TransactionOptions};
pub(crate) use plan::{Plan, millis};
pub use retry::Retry;
