//! Merging what several shards answered into what one database would have.
//!
//! Pure: rows in, rows out. The order of values is that of
//! [`orm_core::value::compare`]; NULLs stand where the database puts them.

mod direction;
mod sorted;

pub use direction::{Directed, Direction, NullsWord};
pub use sorted::{Nulls, Term, merge_sorted, sort_rows, window};
