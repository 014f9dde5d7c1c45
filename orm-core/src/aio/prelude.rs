//! What an async program needs in scope: `use orm_core::aio::prelude::*;`
//!
//! As [`orm_core::prelude`](crate::prelude), with the async engine and session,
//! and diesel-async's `RunQueryDsl` in the place of Diesel's: both together
//! would be ambiguous. A file uses one of the two preludes.

pub use crate::vocabulary::*;

pub use super::{AsyncEngine, AsyncSession};
pub use diesel_async::{AsyncConnection, RunQueryDsl, SimpleAsyncConnection};

#[cfg(feature = "mysql")]
pub use super::AsyncMysqlConnection;
#[cfg(feature = "postgres")]
pub use super::AsyncPgConnection;
#[cfg(feature = "sqlite")]
pub use super::AsyncSqliteConnection;
