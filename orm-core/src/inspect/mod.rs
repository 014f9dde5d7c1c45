//! Reads what tables a live database has.
//!
//! [`inspect`] asks the catalogue of the database and gives a [`Snapshot`]. It goes over a
//! [`Link`], so that the blocking and the async session share it; each database has a reader of
//! its own, which asks a few statements and puts their rows together. Every statement gives rows
//! of one JSON text, so that the readers need no types of Diesel's.

mod drift;
#[cfg(any(feature = "sqlite", feature = "mysql"))]
mod lexer;
#[cfg(feature = "mysql")]
mod mysql;
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(any(feature = "sqlite", feature = "postgres", feature = "mysql"))]
mod rows;
mod scope;
#[cfg(feature = "sqlite")]
mod sqlite;

pub use drift::{drift, plan, verify};
pub use scope::Scope;

#[cfg(any(feature = "sqlite", feature = "postgres", feature = "mysql"))]
use rows::{is_internal, rows};

use std::future::Future;

use crate::backend::Dialect;
use crate::error::Result;
use crate::operation::Link;
use crate::snapshot::{Snapshot, Table, View};

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

    /// The checks, indexes, defaults and computed columns of `asked`, in their order, as the
    /// database writes them in a table like `found`. What it does not take stays as it was said.
    /// Leaves nothing behind.
    ///
    /// # Errors
    /// What the database says of what was no question.
    #[doc(hidden)]
    fn spell<L>(
        link: &mut L,
        found: &Table,
        home: Option<&str>,
        asked: Table,
    ) -> impl Future<Output = Result<Table>> + Send
    where
        L: Link<Backend = Self>,
    {
        let _ = (link, found, home);
        async move { Ok(asked) }
    }

    /// The definitions of views as the database writes them. Leaves nothing behind.
    ///
    /// # Errors
    /// What the database says of what was no question.
    #[doc(hidden)]
    fn spell_views<L>(
        link: &mut L,
        views: Vec<View>,
    ) -> impl Future<Output = Result<Vec<View>>> + Send
    where
        L: Link<Backend = Self>,
    {
        let _ = link;
        async move { Ok(views) }
    }
}

/// The tables and views of a database, as far as the scope goes.
///
/// Internal tables are left out: SQLite's own, and those that note which migrations ran and how far
/// backfills came.
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
