//! `inspect`: what tables the database has.

use super::Engine;
use crate::connection::DatabaseConnection;
use crate::diff::Plan;
use crate::error::Result;
use crate::inspect::{Catalog, Scope};
use crate::schema::Schema;
use crate::snapshot::{Difference, Snapshot, TableName};

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
    #[track_caller]
    pub fn inspect(&self) -> Result<Snapshot> {
        self.session()?.inspect()
    }

    /// The tables and views of other schemas, or some tables.
    ///
    /// # Errors
    /// As [`inspect`](Self::inspect).
    #[track_caller]
    pub fn inspect_in(&self, scope: &Scope) -> Result<Snapshot> {
        self.session()?.inspect_in(scope)
    }

    /// Where the database is not what models describe; as
    /// [`Session::drift`](crate::session::Session::drift).
    ///
    /// ```
    /// use orm_core::prelude::*;
    ///
    /// #[derive(Model)]
    /// struct Note { #[model(generated)] id: i64, text: String }
    ///
    /// let engine = Engine::<SqliteConnection>::open(":memory:")?;
    /// engine.create_all(schema![Note])?;
    /// assert!(engine.drift(schema![Note])?.is_empty());
    /// # Ok::<(), orm_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`inspect`](Self::inspect).
    #[track_caller]
    pub fn drift(&self, schema: Schema) -> Result<Vec<Difference>> {
        self.session()?.drift(schema)
    }

    /// Refuses a database that is not what models describe; as
    /// [`Session::verify_schema`](crate::session::Session::verify_schema). See
    /// [`EngineBuilder::verify`](super::EngineBuilder::verify) for an engine that does not open then.
    ///
    /// ```
    /// use orm_core::prelude::*;
    ///
    /// #[derive(Model)]
    /// struct Note { #[model(generated)] id: i64, text: String }
    ///
    /// let engine = Engine::<SqliteConnection>::open(":memory:")?;
    /// let error = engine.verify_schema(schema![Note]).unwrap_err();
    /// assert_eq!(error.kind(), orm_core::ErrorKind::SchemaDrift);
    /// # Ok::<(), orm_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Session::verify_schema`](crate::session::Session::verify_schema) and
    /// [`session`](Self::session).
    #[track_caller]
    pub fn verify_schema(&self, schema: Schema) -> Result<()> {
        self.session()?.verify_schema(schema)
    }

    /// The steps that make the database what models describe; as
    /// [`Session::plan`](crate::session::Session::plan).
    ///
    /// ```
    /// use orm_core::prelude::*;
    ///
    /// #[derive(Model)]
    /// struct Note { #[model(generated)] id: i64, text: String }
    ///
    /// let engine = Engine::<SqliteConnection>::open(":memory:")?;
    /// let plan = engine.plan(schema![Note], &[])?;
    /// assert!(orm_core::diff::sql(&plan).statements[0].starts_with("CREATE TABLE \"notes\""));
    /// # Ok::<(), orm_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`inspect`](Self::inspect).
    #[track_caller]
    pub fn plan(&self, schema: Schema, drops: &[TableName]) -> Result<Plan> {
        self.session()?.plan(schema, drops)
    }
}
