//! [`UnitOfWork`]: rows of many models to be added, changed and removed, as one value.
//!
//! A unit collects and sends nothing. `session.flush(&unit)` checks all of it, plans it and sends
//! it in one transaction. What is collected is in `record`, what it comes to apart from types in
//! `op`, what must be before what in `plan` and `order`: all of that is pure. `flush` acts, over
//! whoever sends. `docs/design/unit-of-work.md` says why it is so.

mod added;
mod checking;
mod collect;
mod edges;
mod filter;
mod flush;
mod identity;
mod making;
mod merge;
mod op;
mod order;
mod parents;
mod patch;
mod plan;
mod reading;
mod record;
mod uniques;
mod unread;
mod update;

pub use added::{Added, Flushed};
pub use collect::UnitOfWork;
pub use flush::flush;
pub use identity::Identity;
pub use parents::Parents;
