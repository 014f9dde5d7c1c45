//! Backfills: values for the rows of a table, chunk by chunk along its key.
//!
//! [`Backfill`] and [`RowBackfill`] say what is filled and how fast; they are values. The operations
//! walk the key over a [`Link`](crate::operation::Link): a chunk and the note of how far it came are
//! one transaction, so that whoever dies leaves whole chunks, and the next call goes on behind them.
//!
//! `spec`, `coding`, `range` and `progress` compute; `notes`, `key` and `walk` act.

#[cfg(feature = "cli")]
mod bar;
mod coding;
mod key;
mod notes;
mod progress;
mod range;
mod spec;
mod walk;

#[cfg(feature = "cli")]
pub use bar::bar;
pub use notes::{BackfillStatus, list, reset};
pub use progress::{Backfilled, Ending, Progress};
pub use range::Range;
pub use spec::{Backfill, RowBackfill};
pub use walk::{Step, fill, fill_rows, load_chunk};
