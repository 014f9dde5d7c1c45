//! What tables are in a database, as plain data.
//!
//! A [`Snapshot`] has two sources: [`Snapshot::of`] reads the metadata of models, and
//! [`inspect`](crate::inspect) a live database. [`drift`] says where two of them differ. All of it
//! is pure: spellings are brought to one form by `spelling`, and nothing here sends anything.

mod alike;
mod difference;
mod drift;
mod of;
mod same;
mod sentence;
mod spelling;
mod table;

pub(crate) use alike::alike;
pub use difference::{Change, Difference};
pub use drift::drift;
pub(crate) use drift::{compare, put, unlike};
pub(crate) use same::{Same, counted, pair_off, relates};
pub(crate) use spelling::{canonical_expression, canonical_type, length_of};
pub use table::{
    Action, Check, Column, Deferred, EnumType, ForeignKey, Generator, Index, Order, Part,
    PrimaryKey, Table, TableName, Term, Trigger, View,
};

use crate::backend::Database;

/// The tables, views and enum types of a database, or those that models describe.
///
/// ```
/// use orm_core::prelude::*;
/// use orm_core::backend::Database;
/// use orm_core::snapshot::Snapshot;
///
/// #[derive(Model, Debug)]
/// struct Customer {
///     #[model(generated)]
///     id: i64,
///     #[model(length(..=80), unique)]
///     email: String,
/// }
///
/// let snapshot = Snapshot::of(schema![Customer], Database::Postgres);
/// let customers = snapshot.table(None, "customers").expect("the model's");
/// assert_eq!(customers.columns[1].ty, "character varying(80)");
/// assert_eq!(customers.columns[1].collation.as_deref(), Some("C"));
/// assert_eq!(customers.indexes[0].name.as_deref(), Some("customers_email_key"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Snapshot {
    /// Whose words types, defaults and expressions are in.
    pub database: Database,
    /// The tables, by their names.
    pub tables: Vec<Table>,
    /// The views, by their names.
    pub views: Vec<View>,
    /// The enum types of PostgreSQL, by their names.
    pub enums: Vec<EnumType>,
    /// The schemas in which the connection looks for a name that has none, the one that it is in
    /// first. Models know of none.
    pub search_path: Vec<String>,
}

impl Snapshot {
    /// A snapshot of nothing.
    #[must_use]
    pub const fn empty(database: Database) -> Self {
        Snapshot {
            database,
            tables: Vec::new(),
            views: Vec::new(),
            enums: Vec::new(),
            search_path: Vec::new(),
        }
    }

    /// The table of a name; without a schema the one in the schema that the connection is in.
    #[must_use]
    pub fn table(&self, schema: Option<&str>, name: &str) -> Option<&Table> {
        let mut tables = self.tables.iter();
        tables.find(|table| table.name.schema.as_deref() == schema && table.name.name == name)
    }

    /// Tables and views in the order of their names.
    pub(crate) fn sort(&mut self) {
        self.tables.sort_by(|a, b| a.name.cmp(&b.name));
        self.views.sort_by(|a, b| a.name.cmp(&b.name));
        self.enums.sort_by(|a, b| a.name.cmp(&b.name));
    }
}
