//! From Rust types to columns and back.
//!
//! [`ColumnType`] is the one trait by which a type of yours becomes a column.
//! [`Scalar`] is the closed picture of it that the rest of the crate reads
//! (built-in types implement it directly), [`Field`] adds NULL. The SQL types
//! that Diesel lacks for all three databases are in [`sql_types`].

mod builtin;
mod deferred;
mod given;
mod literal;
mod scalar;
pub mod sql_types;

#[cfg(feature = "mysql")]
pub(crate) mod mysql_range;
#[cfg(feature = "mysql")]
mod on_mysql;
#[cfg(feature = "postgres")]
mod on_postgres;
#[cfg(feature = "sqlite")]
mod on_sqlite;

pub use deferred::Deferred;
pub use given::IntoField;
pub use literal::{IntoSqlExpr, JsonValue, Operand, val};
pub use scalar::{ColumnError, ColumnType, Field, Scalar, SqlOf, SqlScalar};
