//! `inspect`: what tables the database has.

use super::Session;
use crate::connection::DatabaseConnection;
use crate::error::Result;
use crate::inspect::{Catalog, Scope, inspect};
use crate::operation::now;
use crate::snapshot::Snapshot;

impl<C: DatabaseConnection<Backend: Catalog>> Session<C> {
    /// The tables and views of the schema that the connection is in.
    ///
    /// # Errors
    /// What the database says.
    pub fn inspect(&mut self) -> Result<Snapshot> {
        self.inspect_in(&Scope::default())
    }

    /// The tables and views of other schemas, or some tables.
    ///
    /// # Errors
    /// What the database says.
    pub fn inspect_in(&mut self, scope: &Scope) -> Result<Snapshot> {
        now(inspect(self, scope))
    }
}
