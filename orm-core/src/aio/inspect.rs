//! `inspect`: what tables the database has.

use super::{AsyncDatabaseConnection, AsyncEngine, AsyncSession, BoxFuture};
use crate::error::Result;
use crate::inspect::{Catalog, Scope, inspect};
use crate::snapshot::Snapshot;

impl<C: AsyncDatabaseConnection<Backend: Catalog>> AsyncSession<C> {
    /// As [`Session::inspect`](crate::session::Session::inspect).
    ///
    /// # Errors
    /// What the database says.
    pub fn inspect(&mut self) -> BoxFuture<'_, Result<Snapshot>> {
        Box::pin(async move { inspect(self, &Scope::default()).await })
    }

    /// As [`Session::inspect_in`](crate::session::Session::inspect_in).
    ///
    /// # Errors
    /// What the database says.
    pub fn inspect_in<'s>(&'s mut self, scope: &'s Scope) -> BoxFuture<'s, Result<Snapshot>> {
        Box::pin(inspect(self, scope))
    }
}

impl<C: AsyncDatabaseConnection<Backend: Catalog>> AsyncEngine<C> {
    /// As [`Engine::inspect`](crate::engine::Engine::inspect).
    ///
    /// # Errors
    /// What the database says; as [`session`](Self::session).
    pub fn inspect(&self) -> BoxFuture<'_, Result<Snapshot>> {
        Box::pin(async move { inspect(&mut self.session().await?, &Scope::default()).await })
    }

    /// As [`Engine::inspect_in`](crate::engine::Engine::inspect_in).
    ///
    /// # Errors
    /// As [`inspect`](Self::inspect).
    pub fn inspect_in<'s>(&'s self, scope: &'s Scope) -> BoxFuture<'s, Result<Snapshot>> {
        Box::pin(async move { inspect(&mut self.session().await?, scope).await })
    }
}
