//! `inspect`: what tables the database has.

use super::Engine;
use crate::connection::DatabaseConnection;
use crate::error::Result;
use crate::inspect::{Catalog, Scope};
use crate::snapshot::Snapshot;

impl<C: DatabaseConnection<Backend: Catalog>> Engine<C> {
    /// The tables and views of the schema that connections are in.
    ///
    /// ```
    /// use orm_core::prelude::*;
    /// use orm_core::diesel::connection::SimpleConnection;
    ///
    /// let engine = Engine::<SqliteConnection>::open(":memory:")?;
    /// engine.session()?.batch_execute("CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT)")?;
    /// let found = engine.inspect()?;
    /// assert_eq!(found.tables[0].key(), ["id"]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// What the database says; as [`session`](Self::session).
    pub fn inspect(&self) -> Result<Snapshot> {
        self.session()?.inspect()
    }

    /// The tables and views of other schemas, or some tables.
    ///
    /// # Errors
    /// As [`inspect`](Self::inspect).
    pub fn inspect_in(&self, scope: &Scope) -> Result<Snapshot> {
        self.session()?.inspect_in(scope)
    }
}
