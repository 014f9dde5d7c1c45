//! CREATE and DROP statements from metadata, as text.

mod column;
mod create;
mod text;

pub use column::{column_type, default_sql};
pub use create::{create_all, drop_all};
pub use text::{quote_identifier, quote_text};
