//! Columns, and the primary key.

use super::Pair;
use crate::backend::Database;
use crate::snapshot::spelling::{canonical_collation, canonical_expression, canonical_type};
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
        let ty = |ty: &str| canonical_type(self.database, ty).0;
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
                of_key: is_key(self.expected, &expected.name) || is_key(self.found, &found.name),
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
        if expected.comment != found.comment {
            self.changes.push(Change::Comment {
                column: Some(column()),
                expected: expected.comment.clone(),
                found: found.comment.clone(),
            });
        }
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
            (Some(_), Some(_)) => true,
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
fn default(database: Database, column: &Column) -> Option<String> {
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
