//! `inspect`: what tables the database has.

use super::Session;
use crate::connection::DatabaseConnection;
use crate::diff::Plan;
use crate::error::Result;
use crate::inspect::{Catalog, Scope, drift, inspect, plan, verify};
use crate::operation::now;
use crate::schema::Schema;
use crate::snapshot::{Difference, Snapshot, TableName};

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

    /// Where the database is not what models describe.
    ///
    /// Beside [`drift`](crate::snapshot::drift) of two snapshots it asks the database how it
    /// writes the checks, defaults, computed columns and indexes that differ in their words, on a
    /// temporary table that it forgets again. MariaDB's account needs `CREATE TEMPORARY TABLES`
    /// for that; without, words stand against words.
    ///
    /// # Errors
    /// What the database says.
    pub fn drift(&mut self, schema: Schema) -> Result<Vec<Difference>> {
        now(drift(self, schema))
    }

    /// Refuses a database that is not what models describe, by [`drift`](Self::drift). A difference
    /// that [is a note](Difference::is_note) is no reason, nor is a table that models do not know.
    ///
    /// # Errors
    /// [`ErrorKind::SchemaDrift`](crate::ErrorKind::SchemaDrift), which lists the differences; what
    /// the database says.
    pub fn verify_schema(&mut self, schema: Schema) -> Result<()> {
        now(verify(self, schema))
    }

    /// The steps that make the database what models describe. It asks as [`drift`](Self::drift)
    /// does, and changes nothing. Tables that models do not know are left alone, but for those in
    /// `drops`.
    ///
    /// # Errors
    /// What the database says.
    pub fn plan(&mut self, schema: Schema, drops: &[TableName]) -> Result<Plan> {
        now(plan(self, schema, drops))
    }
}
