//! [`Scope`]: which schemas and tables are read.

use crate::snapshot::Snapshot;

/// Which schemas and tables are read. By default: all tables of the schema that the connection is
/// in (SQLite: the database that was opened).
///
/// ```
/// use orm_core::inspect::Scope;
///
/// let billing = Scope::default().schemas(["public", "billing"]).tables(["invoices", "payments"]);
/// let everything = Scope::all_schemas();
/// # let _ = (billing, everything);
/// ```
#[derive(Debug, Clone, Default)]
pub struct Scope {
    pub(super) schemas: Schemas,
    pub(super) tables: Option<Vec<String>>,
}

#[derive(Debug, Clone, Default)]
pub(super) enum Schemas {
    #[default]
    Current,
    All,
    #[cfg_attr(
        not(any(feature = "sqlite", feature = "postgres", feature = "mysql")),
        allow(dead_code) // no database, no catalogue to read
    )]
    Named(Vec<String>),
    /// PostgreSQL's schema of temporary tables.
    #[cfg_attr(not(feature = "postgres"), allow(dead_code))] // asked for by its reader
    Temporary,
}

impl Scope {
    /// All schemas but the database's own. On SQLite a schema is an attached database, on MariaDB
    /// and MySQL a database of the server.
    #[must_use]
    pub fn all_schemas() -> Self {
        Scope {
            schemas: Schemas::All,
            tables: None,
        }
    }

    /// The schemas that the tables, views and types of a snapshot are in, and the one that the connection is in:
    /// what [`drift`](crate::snapshot::drift) needs.
    #[must_use]
    pub fn of(expected: &Snapshot) -> Self {
        let tables = expected.tables.iter().map(|table| &table.name);
        let views = expected.views.iter().map(|view| &view.name);
        let enums = expected.enums.iter().map(|one| &one.name);
        let names = tables.chain(views).chain(enums);
        let mut schemas: Vec<String> = names.filter_map(|name| name.schema.clone()).collect();
        schemas.sort();
        schemas.dedup();
        if schemas.is_empty() {
            return Scope::default();
        }
        // The empty name stands for the current schema.
        schemas.push(String::new());
        Scope {
            schemas: Schemas::Named(schemas),
            tables: None,
        }
    }

    /// These schemas only.
    #[must_use]
    pub fn schemas<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        self.schemas = Schemas::Named(names.into_iter().map(Into::into).collect());
        self
    }

    /// These tables only, in whichever schema.
    #[must_use]
    pub fn tables<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        self.tables = Some(names.into_iter().map(Into::into).collect());
        self
    }

    /// Whether a table is read.
    #[cfg(any(feature = "sqlite", feature = "postgres", feature = "mysql"))]
    pub(super) fn has(&self, table: &str) -> bool {
        let listed = self.tables.as_ref();
        !super::is_internal(table)
            && listed.is_none_or(|tables| tables.iter().any(|name| name == table))
    }
}
