//! Columns, and the primary key.

use super::Pair;
use crate::backend::Database;
use crate::snapshot::same::counted;
use crate::snapshot::{Change, Column, Table};

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
        if !self.same.ty(expected, found) {
            self.changes.push(Change::Type {
                column: column(),
                expected: expected.ty.clone(),
                found: found.ty.clone(),
            });
        } else if !self.same.collation(expected, found) {
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
        let comment = |column: &Column| self.same.comment(column.comment.as_ref());
        if comment(expected) != comment(found) {
            self.changes.push(Change::Comment {
                column: Some(column()),
                expected: expected.comment.clone(),
                found: found.comment.clone(),
            });
        }
    }

    /// Whether the column's collation is of Unicode: MariaDB's others refuse what they have not.
    fn has_every_character(&self, column: &Column) -> bool {
        let of_unicode = ["utf8mb4", "utf16", "utf32"];
        let name = column.collation.as_deref().unwrap_or("utf8mb4");
        self.same.0 != Database::Mysql || of_unicode.iter().any(|set| name.starts_with(set))
    }

    /// Where the values come from.
    fn values(&mut self, expected: &Column, found: &Column) {
        let column = || expected.name.clone();
        if self.same.default(expected) != self.same.default(found) {
            self.changes.push(Change::Default {
                column: column(),
                expected: expected.default.clone(),
                found: found.default.clone(),
            });
        }
        if !self.same.computed(expected, found) {
            self.changes.push(Change::Computed {
                column: column(),
                expected: expected.computed.clone(),
                found: found.computed.clone(),
            });
        }
        if !counted(expected, found) {
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

/// Whether rows are told apart by the column.
fn is_key(table: &Table, column: &str) -> bool {
    let unique = table.indexes.iter().filter(|index| index.unique);
    let mut uniques = unique.filter_map(|index| index.columns());
    let mut foreign = table.foreign_keys.iter();
    table.key().iter().any(|name| name == column)
        || uniques.any(|columns| columns.contains(&column))
        || foreign.any(|key| key.columns.iter().any(|name| name == column))
}
