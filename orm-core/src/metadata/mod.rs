//! What a model is, readable at run time and in constants.
//!
//! [`TableMeta`] and its parts are plain data, made by `#[derive(Model)]`. DDL,
//! validation, statements and routing read nothing else.

mod column;
mod index;
mod key;
mod rule;
mod sql;
mod table;

pub use column::{ColumnMeta, DefaultValue, Origin, Validate};
pub use index::{IndexMeta, IndexPart, IndexTerm, SortOrder};
pub use key::{Deferrable, ForeignKeyMeta, GeneratedKey, ReferentialAction, Sharding};
pub use rule::{Bound, CheckMeta, Rule};
pub use sql::SqlText;
pub use table::{TableMeta, TableName, ViewMeta};
