//! Columns, and the primary key.

use super::Pair;
use crate::backend::Database;
use crate::snapshot::spelling::{
    canonical_collation, canonical_expression, canonical_type, catalogued,
};
use crate::snapshot::{Change, Column, Generator, Table};

impl Pair<'_> {
    pub(super) fn columns(&mut self) {
        for expected in &self.expected.columns {
            match self.found.column(&expected.name) {
                Some(found) => self.column(expected, found),
                None => self.changes.push(Change::ColumnMissing {
                    column: expected.name.clone(),
                }),
            }
        }
        for found in &self.found.columns {
            if self.expected.column(&found.name).is_none() {
                let given = found.nullable
                    || found.default.is_some()
                    || found.generator.is_some()
                    || found.computed.is_some();
                self.changes.push(Change::ColumnExtra {
                    column: found.name.clone(),
                    required: !given,
                });
            }
        }
    }

    fn column(&mut self, expected: &Column, found: &Column) {
        let column = || expected.name.clone();
        let ty = |ty: &str| {
            let (ty, _) = canonical_type(self.database, ty);
            catalogued(self.database, &ty).into_owned()
        };
        if ty(&expected.ty) != ty(&found.ty) {
            self.changes.push(Change::Type {
                column: column(),
                expected: expected.ty.clone(),
                found: found.ty.clone(),
            });
        } else if !self.same_collation(expected, found) {
            self.changes.push(Change::Collation {
                column: column(),
                expected: expected.collation.clone(),
                found: found.collation.clone(),
                decides: is_key(self.expected, &expected.name)
                    || is_key(self.found, &found.name)
                    || !self.has_every_character(found),
            });
        }
        if expected.nullable != found.nullable {
            self.changes.push(Change::Nullability {
                column: column(),
                expected: expected.nullable,
            });
        }
        if !expected.read_only {
            self.values(expected, found);
        }
        let name = format!("`{}`", expected.name);
        self.options(Some("column"), name, &expected.options, &found.options);
        if self.comment(&expected.comment) != self.comment(&found.comment) {
            self.changes.push(Change::Comment {
                column: Some(column()),
                expected: expected.comment.clone(),
                found: found.comment.clone(),
            });
        }
    }

    pub(super) fn comment(&self, comment: &Option<String>) -> Option<String> {
        let text = catalogued(self.database, comment.as_ref()?);
        Some(text.into_owned())
    }

    fn same_collation(&self, expected: &Column, found: &Column) -> bool {
        let name = |column: &Column| {
            let name = column.collation.as_ref()?;
            Some(canonical_collation(self.database, name))
        };
        // There every text has a collation; who names none takes any.
        let any = self.database == Database::Mysql && expected.collation.is_none();
        any || name(expected) == name(found)
    }

    /// Whether the column's collation is of Unicode: MariaDB's others refuse what they have not.
    fn has_every_character(&self, column: &Column) -> bool {
        let of_unicode = ["utf8mb4", "utf16", "utf32"];
        let name = column.collation.as_deref().unwrap_or("utf8mb4");
        self.database != Database::Mysql || of_unicode.iter().any(|set| name.starts_with(set))
    }

    /// Where the values come from.
    fn values(&mut self, expected: &Column, found: &Column) {
        let column = || expected.name.clone();
        let default = |column: &Column| default(self.database, column);
        if default(expected) != default(found) {
            self.changes.push(Change::Default {
                column: column(),
                expected: expected.default.clone(),
                found: found.default.clone(),
            });
        }
        let spelled = |column: &Column| self.spelled_option(column.computed.as_ref());
        if spelled(expected) != spelled(found) {
            self.changes.push(Change::Computed {
                column: column(),
                expected: expected.computed.clone(),
                found: found.computed.clone(),
            });
        }
        let same = match (expected.generator, found.generator) {
            // Every key of one integer is a row id in SQLite, whether it is counted or given.
            (None, None | Some(Generator::RowId)) => true,
            (None, Some(_)) | (Some(_), None) => false,
            (Some(one), Some(other)) => (one == Generator::Always) == (other == Generator::Always),
        };
        if !same {
            self.changes.push(Change::Generator {
                column: column(),
                expected: expected.generator,
                found: found.generator,
            });
        }
    }

    pub(super) fn primary_key(&mut self) {
        let (expected, found) = (self.expected, self.found);
        if expected.key() != found.key() {
            self.changes.push(Change::PrimaryKey {
                expected: expected.key().to_vec(),
                found: found.key().to_vec(),
            });
        }
        let name = |table: &'_ Table| table.primary_key.as_ref().and_then(|key| key.name.clone());
        self.name("primary key", name(expected).as_ref(), name(found).as_ref());
    }
}

/// A default in one spelling; NULL is none, and a truth value may be a digit.
pub(super) fn default(database: Database, column: &Column) -> Option<String> {
    let text = canonical_expression(database, column.default.as_ref()?);
    (text != "null").then_some(text)
}

/// Whether rows are told apart by the column.
fn is_key(table: &Table, column: &str) -> bool {
    let unique = table.indexes.iter().filter(|index| index.unique);
    let mut uniques = unique.filter_map(|index| index.columns());
    let mut foreign = table.foreign_keys.iter();
    table.key().iter().any(|name| name == column)
        || uniques.any(|columns| columns.contains(&column))
        || foreign.any(|key| key.columns.iter().any(|name| name == column))
}
