//! CREATE and DROP statements from metadata, as text.

mod column;
mod create;
mod mysql;
mod text;

pub use column::{column_type, default_sql};
pub use create::{create_all, drop_all};
pub use text::{constraint_name, quote_identifier, quote_text};
