//! Where a database is not what models describe.

mod columns;
mod constraints;
mod indexes;
mod unlike;
mod views;

pub(crate) use unlike::{put, unlike};

use super::alike::alike;
use super::same::Same;
use super::{Change, Difference, EnumType, Snapshot, Table, TableName};
use crate::backend::Database;

/// The differences between what is expected and what was found, table by table.
///
/// Spellings do not count: types are compared by their one name, expressions as trees. Names of
/// keys, indexes and checks, comments, and collations of columns that are no keys are
/// [notes](Difference::is_note). What a database writes in other words altogether is a difference
/// here; [`Session::drift`](crate::session::Session::drift) asks it first how it would write that.
///
/// ```
/// use orm_core::prelude::*;
/// use orm_core::snapshot::{Snapshot, drift};
///
/// #[derive(Model, Debug)]
/// struct Customer {
///     #[model(generated)]
///     id: i64,
///     #[model(unique)]
///     email: String,
/// }
///
/// let engine = Engine::<SqliteConnection>::open(":memory:")?;
/// let mut session = engine.session()?;
/// sql_query("CREATE TABLE customers (id INTEGER PRIMARY KEY, email TEXT)").execute(&mut session)?;
///
/// let expected = Snapshot::of(schema![Customer], Database::Sqlite);
/// let found = session.inspect()?;
/// let sentences: Vec<String> = drift(&expected, &found).iter().map(|one| one.to_string()).collect();
/// assert_eq!(sentences, [
///     "`customers.email` may be NULL, and should not",
///     "`customers` lacks the unique `customers_email_key` (email)",
/// ]);
/// # use orm_core::backend::Database;
/// # use orm_core::diesel::sql_query;
/// # Ok::<(), orm_core::Error>(())
/// ```
#[must_use]
pub fn drift(expected: &Snapshot, found: &Snapshot) -> Vec<Difference> {
    let (expected, notes) = alike(expected, found);
    compare(&expected, found, notes)
}

/// The differences between two snapshots that are [`alike`] in their names.
pub(crate) fn compare(
    expected: &Snapshot,
    found: &Snapshot,
    notes: Vec<Difference>,
) -> Vec<Difference> {
    let mut all = notes;
    all.extend(views::compare(expected, found));
    all.extend(enums(expected, found));
    for table in &expected.tables {
        let name = &table.name;
        match found.table(name.schema.as_deref(), &name.name) {
            Some(there) => {
                let mut pair = Pair::new(found.database, table, there);
                pair.compare();
                all.extend(of(name, pair.changes));
            }
            None => all.extend(of(name, vec![Change::TableMissing])),
        }
    }
    let known = |table: &&Table| !expected.tables.iter().any(|one| one.name == table.name);
    let extra = found.tables.iter().filter(known);
    all.extend(extra.flat_map(|table| of(&table.name, vec![Change::TableExtra])));
    all
}

/// Changes of one table.
fn of(table: &TableName, changes: Vec<Change>) -> impl Iterator<Item = Difference> {
    changes.into_iter().map(|change| Difference {
        table: table.clone(),
        change,
    })
}

fn enums(expected: &Snapshot, found: &Snapshot) -> Vec<Difference> {
    let mut all = Vec::new();
    for one in &expected.enums {
        let change = match found.enums.iter().find(|other| other.name == one.name) {
            None => Change::EnumMissing,
            Some(other) if other.labels == one.labels => continue,
            Some(other) => Change::EnumLabels {
                expected: one.labels.clone(),
                found: other.labels.clone(),
            },
        };
        all.extend(of(&one.name, vec![change]));
    }
    let known = |one: &&EnumType| !expected.enums.iter().any(|other| other.name == one.name);
    let extra = found.enums.iter().filter(known);
    all.extend(extra.flat_map(|one| of(&one.name, vec![Change::EnumExtra])));
    all
}

/// A table as it should be, and as it is.
struct Pair<'s> {
    same: Same,
    expected: &'s Table,
    found: &'s Table,
    changes: Vec<Change>,
}

impl<'s> Pair<'s> {
    fn new(database: Database, expected: &'s Table, found: &'s Table) -> Self {
        Pair {
            same: Same(database),
            expected,
            found,
            changes: Vec::new(),
        }
    }

    fn compare(&mut self) {
        self.columns();
        self.primary_key();
        self.indexes();
        self.foreign_keys();
        self.checks();
        let (expected, found) = (self.expected, self.found);
        self.options(None, String::new(), &expected.options, &found.options);
        let comment = |table: &Table| self.same.comment(table.comment.as_ref());
        if comment(expected) != comment(found) {
            self.changes.push(Change::Comment {
                column: None,
                expected: self.expected.comment.clone(),
                found: self.found.comment.clone(),
            });
        }
    }

    fn options(
        &mut self,
        of: Option<&'static str>,
        name: String,
        expected: &[String],
        found: &[String],
    ) {
        if expected != found {
            self.changes.push(Change::Options {
                of,
                name,
                expected: expected.to_vec(),
                found: found.to_vec(),
            });
        }
    }

    /// Notes another name, where both have one.
    fn name(&mut self, what: &'static str, expected: Option<&String>, found: Option<&String>) {
        if let (Some(expected), Some(found)) = (expected, found)
            && expected != found
        {
            self.changes.push(Change::Name {
                what,
                expected: expected.clone(),
                found: found.clone(),
            });
        }
    }
}
