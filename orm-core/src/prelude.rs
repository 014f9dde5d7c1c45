//! What a program needs in scope: `use orm_core::prelude::*;`
//!
//! Diesel's own traits are listed one by one, without its `ExpressionMethods`:
//! [`ExpressionMethods`] of this crate stands in its place, and both together
//! would be ambiguous. Nothing of `diesel::dsl` is here but functions by name:
//! its type aliases would hide a model named `Order` or `Filter`.

pub use crate::vocabulary::*;

#[cfg(feature = "mysql")]
pub use diesel::MysqlConnection;
#[cfg(feature = "postgres")]
pub use diesel::PgConnection;
#[cfg(feature = "sqlite")]
pub use diesel::SqliteConnection;
pub use diesel::{Connection, RunQueryDsl};

pub use crate::engine::Engine;
pub use crate::session::Session;
