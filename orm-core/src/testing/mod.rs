//! The testing kit: what tests of a program against a real database lean on.
//!
//! A [`Recorder`] keeps the statements that an engine sent, and counts them. Nothing here is used by
//! the rest of the crate, and a program that does not name it builds nothing of it.
//! `docs/design/testing.md` says why it is so.

mod recorder;
mod sent;

pub use recorder::Recorder;
pub use sent::Sent;
