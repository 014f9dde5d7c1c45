//! `inspect`: what tables the database has.

use super::{AsyncDatabaseConnection, AsyncEngine, AsyncSession, BoxFuture};
use crate::diff::Plan;
use crate::error::Result;
use crate::inspect::{Catalog, Scope, drift, inspect, plan, verify};
use crate::schema::Schema;
use crate::snapshot::{Difference, Snapshot, TableName};

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

    /// As [`Session::drift`](crate::session::Session::drift).
    ///
    /// # Errors
    /// What the database says.
    pub fn drift(&mut self, schema: Schema) -> BoxFuture<'_, Result<Vec<Difference>>> {
        Box::pin(drift(self, schema))
    }

    /// As [`Session::verify_schema`](crate::session::Session::verify_schema).
    ///
    /// # Errors
    /// As [`Session::verify_schema`](crate::session::Session::verify_schema).
    pub fn verify_schema(&mut self, schema: Schema) -> BoxFuture<'_, Result<()>> {
        Box::pin(verify(self, schema))
    }

    /// As [`Session::plan`](crate::session::Session::plan).
    ///
    /// # Errors
    /// What the database says.
    pub fn plan<'s>(
        &'s mut self,
        schema: Schema,
        drops: &'s [TableName],
    ) -> BoxFuture<'s, Result<Plan>> {
        Box::pin(plan(self, schema, drops))
    }
}

impl<C: AsyncDatabaseConnection<Backend: Catalog>> AsyncEngine<C> {
    /// As [`Engine::inspect`](crate::engine::Engine::inspect).
    ///
    /// # Errors
    /// What the database says; as [`session`](Self::session).
    #[track_caller]
    pub fn inspect(&self) -> BoxFuture<'_, Result<Snapshot>> {
        let session = self.session();
        Box::pin(async move { inspect(&mut session.await?, &Scope::default()).await })
    }

    /// As [`Engine::inspect_in`](crate::engine::Engine::inspect_in).
    ///
    /// # Errors
    /// As [`inspect`](Self::inspect).
    #[track_caller]
    pub fn inspect_in<'s>(&'s self, scope: &'s Scope) -> BoxFuture<'s, Result<Snapshot>> {
        let session = self.session();
        Box::pin(async move { inspect(&mut session.await?, scope).await })
    }

    /// As [`Engine::drift`](crate::engine::Engine::drift).
    ///
    /// # Errors
    /// As [`inspect`](Self::inspect).
    #[track_caller]
    pub fn drift(&self, schema: Schema) -> BoxFuture<'_, Result<Vec<Difference>>> {
        let session = self.session();
        Box::pin(async move { drift(&mut session.await?, schema).await })
    }

    /// As [`Engine::verify_schema`](crate::engine::Engine::verify_schema).
    ///
    /// # Errors
    /// As [`Engine::verify_schema`](crate::engine::Engine::verify_schema).
    #[track_caller]
    pub fn verify_schema(&self, schema: Schema) -> BoxFuture<'_, Result<()>> {
        let session = self.session();
        Box::pin(async move { verify(&mut session.await?, schema).await })
    }

    /// As [`Engine::plan`](crate::engine::Engine::plan).
    ///
    /// # Errors
    /// As [`inspect`](Self::inspect).
    #[track_caller]
    pub fn plan<'s>(
        &'s self,
        schema: Schema,
        drops: &'s [TableName],
    ) -> BoxFuture<'s, Result<Plan>> {
        let session = self.session();
        Box::pin(async move { plan(&mut session.await?, schema, drops).await })
    }
}
