//! Reads what tables a live database has.
//!
//! [`inspect`] asks the catalogue of the database and gives a [`Snapshot`]. It goes over a
//! [`Link`], so that the blocking and the async session share it; each database has a reader of
//! its own, which asks a few statements and puts their rows together. Every statement gives rows
//! of one JSON text, so that the readers need no types of Diesel's.

#[cfg(feature = "mysql")]
mod mysql;
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(any(feature = "sqlite", feature = "postgres", feature = "mysql"))]
mod rows;
mod scope;
#[cfg(feature = "sqlite")]
mod sqlite;

pub use scope::Scope;

#[cfg(any(feature = "sqlite", feature = "postgres", feature = "mysql"))]
use rows::{is_internal, rows};

use std::future::Future;

use crate::backend::Dialect;
use crate::error::Result;
use crate::operation::Link;
use crate::snapshot::Snapshot;

/// A backend whose catalogue can be read: every one of this crate.
#[diagnostic::on_unimplemented(
    message = "the catalogue of `{Self}` cannot be read",
    note = "in generic code add the bound `C::Backend: orm_core::inspect::Catalog`"
)]
pub trait Catalog: Dialect {
    /// Reads the catalogue.
    ///
    /// # Errors
    /// What the database says.
    #[doc(hidden)]
    fn read<L>(link: &mut L, scope: &Scope) -> impl Future<Output = Result<Snapshot>> + Send
    where
        L: Link<Backend = Self>;
}

/// The tables and views of a database, as far as the scope goes.
///
/// Internal tables are left out: SQLite's own, and those that note which migrations ran.
///
/// # Errors
/// What the database says.
pub async fn inspect<L>(link: &mut L, scope: &Scope) -> Result<Snapshot>
where
    L: Link<Backend: Catalog>,
{
    let mut snapshot = L::Backend::read(link, scope).await?;
    snapshot.sort();
    Ok(snapshot)
}
