//! Where a database is not what models describe.

mod columns;
mod constraints;
mod indexes;

use super::{Change, Difference, Snapshot, Table, canonical_expression};
use crate::backend::Database;

/// The differences between what is expected and what was found, table by table.
///
/// Spellings do not count: types are compared by their one name, expressions as trees. Names of
/// keys, indexes and checks, comments, and collations of columns that are no keys are
/// [notes](Difference::is_note).
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
    let database = found.database;
    let mut all = Vec::new();
    for table in &expected.tables {
        let name = &table.name;
        match found.table(name.schema.as_deref(), &name.name) {
            Some(there) => {
                let mut pair = Pair {
                    database,
                    expected: table,
                    found: there,
                    changes: Vec::new(),
                };
                pair.compare();
                all.extend(pair.changes.into_iter().map(|change| Difference {
                    table: name.clone(),
                    change,
                }));
            }
            None => all.push(Difference {
                table: name.clone(),
                change: Change::TableMissing,
            }),
        }
    }
    let known = |table: &&Table| !expected.tables.iter().any(|one| one.name == table.name);
    all.extend(found.tables.iter().filter(known).map(|table| Difference {
        table: table.name.clone(),
        change: Change::TableExtra,
    }));
    all
}

/// A table as it should be, and as it is.
struct Pair<'s> {
    database: Database,
    expected: &'s Table,
    found: &'s Table,
    changes: Vec<Change>,
}

impl Pair<'_> {
    fn compare(&mut self) {
        self.columns();
        self.primary_key();
        self.indexes();
        self.foreign_keys();
        self.checks();
        if self.expected.comment != self.found.comment {
            self.changes.push(Change::Comment {
                column: None,
                expected: self.expected.comment.clone(),
                found: self.found.comment.clone(),
            });
        }
    }

    fn spelled(&self, expression: &str) -> String {
        canonical_expression(self.database, expression)
    }

    fn spelled_option(&self, expression: Option<&String>) -> Option<String> {
        expression.map(|text| self.spelled(text))
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

/// Pairs what is the same on both sides; gives what is left of each.
///
/// Of several that are the same, those of one name are a pair first.
fn pair_off<'s, T>(
    expected: &'s [T],
    found: &'s [T],
    same: impl Fn(&T, &T) -> bool,
    name: impl Fn(&T) -> Option<&String>,
) -> (Vec<(&'s T, &'s T)>, Vec<&'s T>, Vec<&'s T>) {
    let mut pairs = Vec::new();
    let mut left: Vec<&T> = expected.iter().collect();
    let mut right: Vec<&T> = found.iter().collect();
    for by_name in [true, false] {
        left.retain(|one| {
            let mut there = right.iter();
            let at =
                there.position(|other| same(one, other) && (!by_name || name(one) == name(other)));
            if let Some(at) = at {
                pairs.push((*one, right.remove(at)));
            }
            at.is_none()
        });
    }
    (pairs, left, right)
}
