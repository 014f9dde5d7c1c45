//! When two parts of a table are the same to a database, however they are spelled.

use crate::backend::Database;
use crate::ddl::quote_identifier;
use crate::snapshot::{
    Action, Check, Column, ForeignKey, Generator, Index, Part, Table, Term, canonical_collation,
    canonical_expression, canonical_type,
};

/// How one database compares.
#[derive(Clone, Copy)]
pub(super) struct Same(pub(super) Database);

impl Same {
    fn expression(self, text: Option<&String>) -> Option<String> {
        text.map(|text| canonical_expression(self.0, text))
    }

    /// Whether a column holds the same values in the same way, comments apart.
    pub(super) fn column(self, one: &Column, other: &Column) -> bool {
        let values = one.read_only
            || other.read_only
            || (self.default(one) == self.default(other)
                && self.expression(one.computed.as_ref())
                    == self.expression(other.computed.as_ref())
                && counted(one) == counted(other));
        self.ty(one, other) && one.nullable == other.nullable && values
    }

    /// Whether the type and the collation of two columns are the same.
    pub(super) fn ty(self, one: &Column, other: &Column) -> bool {
        let ty = |column: &Column| canonical_type(self.0, &column.ty).0;
        let collation = |column: &Column| {
            let name = column.collation.as_ref();
            name.map(|name| canonical_collation(self.0, name))
        };
        let any =
            self.0 == Database::Mysql && (one.collation.is_none() || other.collation.is_none());
        ty(one) == ty(other) && (any || collation(one) == collation(other))
    }

    /// Whether the expressions of two computed columns are the same; also where neither has one.
    pub(super) fn computed(self, one: &Column, other: &Column) -> bool {
        self.expression(one.computed.as_ref()) == self.expression(other.computed.as_ref())
    }

    /// A default in one spelling; NULL is none.
    pub(super) fn default(self, column: &Column) -> Option<String> {
        let text = canonical_expression(self.0, column.default.as_ref()?);
        (text != "null").then_some(text)
    }

    pub(super) fn index(self, table: &Table, one: &Index, other: &Index) -> bool {
        let parts = |index: &Index| -> Vec<Part> {
            let parts = index.parts.iter();
            parts.map(|part| self.part(table, part)).collect()
        };
        parts(one) == parts(other)
            && one.unique == other.unique
            && one.nulls_agree == other.nulls_agree
            && self.expression(one.predicate.as_ref()) == self.expression(other.predicate.as_ref())
            && one.method == other.method
            && one.include == other.include
    }

    /// A part of an index in one spelling: a column in brackets is a column.
    fn part(self, table: &Table, part: &Part) -> Part {
        let mut part = part.clone();
        if let Term::Expression(text) = &part.term {
            let spelled = canonical_expression(self.0, text);
            let mut columns = table.columns.iter();
            let column = columns.find(|column| {
                let name = quote_identifier(self.0, &column.name);
                canonical_expression(self.0, &name) == spelled
            });
            part.term = match column {
                Some(column) => Term::Column(column.name.clone()),
                None => Term::Expression(spelled),
            };
        }
        part
    }

    pub(super) fn check(self, one: &Check, other: &Check) -> bool {
        let spelled = |check: &Check| canonical_expression(self.0, &check.expression);
        spelled(one) == spelled(other)
    }

    pub(super) fn foreign_key(self, one: &ForeignKey, other: &ForeignKey) -> bool {
        let columns = |key: &ForeignKey| {
            let mut columns: Vec<_> = key
                .columns
                .iter()
                .cloned()
                .zip(key.parent_columns.iter().cloned())
                .collect();
            columns.sort();
            columns
        };
        // MariaDB checks at once, whichever word says so.
        let action = |action: Action| match (action, self.0) {
            (Action::Restrict, Database::Mysql) => Action::NoAction,
            (action, _) => action,
        };
        one.parent == other.parent
            && columns(one) == columns(other)
            && action(one.on_delete) == action(other.on_delete)
            && action(one.on_update) == action(other.on_update)
            && one.deferred == other.deferred
    }
}

/// Whether the database counts a column. In SQLite every key of one integer is a row id.
fn counted(column: &Column) -> bool {
    !matches!(column.generator, None | Some(Generator::RowId))
}
