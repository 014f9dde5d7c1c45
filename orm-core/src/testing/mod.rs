//! The testing kit: what tests of a program against a real database lean on.
//!
//! A [`Recorder`] keeps the statements that an engine sent, and counts them. A [`Factory`] makes rows of a
//! model: what they hold is decided by `value` and its neighbours, which rows that takes by `plan`, all
//! of that pure; `create` inserts them, over whoever sends. Nothing here is used by the rest of the
//! crate, and a program that does not name it builds nothing of it. `docs/design/testing.md` says why it
//! is so.

mod column_value;
mod create;
mod distinct;
mod executor;
mod factory;
mod json;
mod limits;
mod number;
mod plan;
mod recorder;
mod sent;
mod sequence;
mod text;
mod value;

pub use column_value::{BuiltIn, ColumnValue, Own, OwnNullable};
#[cfg(feature = "postgres")]
pub use column_value::{InArray, InArrayNullable};
pub use create::Prepared;
pub use executor::Creates;
pub use factory::{Factory, ModelFactory};
pub use recorder::Recorder;
pub use sent::Sent;
