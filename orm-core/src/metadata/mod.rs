//! What a model is, readable at run time and in constants.
//!
//! [`TableMeta`] and its parts are plain data, made by `#[derive(Model)]`. DDL,
//! validation, statements and routing read nothing else.

mod key;
mod rule;
mod table;

pub use key::{ForeignKeyMeta, GeneratedKey, IndexMeta, ReferentialAction, Sharding};
pub use rule::{Bound, Rule};
pub use table::{ColumnMeta, DefaultValue, TableMeta};
