//! From Rust types to columns and back.
//!
//! [`ColumnType`] is the one trait by which a type of yours becomes a column.
//! [`Scalar`] is the closed picture of it that the rest of the crate reads
//! (built-in types implement it directly), [`Field`] adds NULL. [`Variants`] are
//! the values of a type that has few. The SQL types
//! that Diesel lacks for all three databases are in [`sql_types`].

#[cfg(feature = "postgres")]
mod array;
mod builtin;
mod deferred;
mod diesel_value;
mod expressed;
mod finite;
pub(crate) mod fit;
mod given;
mod instant;
mod json;
mod label;
mod literal;
mod scalar;
pub mod sql_types;
mod variants;

#[cfg(feature = "mysql")]
pub(crate) mod mysql_range;
#[cfg(feature = "mysql")]
mod on_mysql;
#[cfg(feature = "postgres")]
mod on_postgres;
#[cfg(feature = "sqlite")]
mod on_sqlite;
#[cfg(feature = "sqlite")]
pub(crate) mod sqlite_range;
#[cfg(any(feature = "sqlite", feature = "mysql"))]
mod years;

#[cfg(feature = "postgres")]
pub use array::ArrayElement;
#[cfg(feature = "postgres")]
pub(crate) use array::push_array;
pub use deferred::Deferred;
pub use diesel_value::DieselValue;
#[doc(hidden)]
pub use expressed::Expressed;
pub use given::IntoField;
pub use instant::Now;
pub use json::{AsJson, Document, JsonField};
pub use label::{EnumLabel, PostgresEnum};
pub use literal::{IntoSqlExpr, JsonValue, Operand, val};
pub use orm_derive::ColumnType;
pub use scalar::{Accepts, ColumnError, ColumnType, Field, Scalar, SqlOf, SqlOrdered, SqlScalar};
pub use variants::Variants;
pub(crate) use variants::same_text;
