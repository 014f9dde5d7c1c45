//! A table beside what it shall be: columns, primary key, indexes, checks.

use std::collections::BTreeSet;

use crate::diff::family::converts;
use crate::diff::order::Phases;
use crate::diff::pieces::names;
use crate::diff::{Alteration, Step};
use crate::snapshot::{Check, Column, Index, Same, Snapshot, Table, TableName, Term, pair_off};

/// The names of indexes and foreign keys that are wanted.
pub(super) struct Named<'s>(BTreeSet<&'s String>);

impl<'s> Named<'s> {
    pub(super) fn of(wanted: &'s Snapshot) -> Self {
        let tables = wanted.tables.iter();
        let names = tables.flat_map(|table| {
            let indexes = table.indexes.iter().filter_map(|one| one.name.as_ref());
            let keys = table.foreign_keys.iter();
            indexes.chain(keys.filter_map(|one| one.name.as_ref()))
        });
        Named(names.collect())
    }

    /// Whether what is there may keep its name: it has that of its like, or one that nothing else
    /// is to have.
    pub(super) fn may_stay(&self, found: Option<&String>, wanted: Option<&String>) -> bool {
        found == wanted || found.is_none_or(|name| !self.0.contains(name))
    }
}

/// Columns that become others, and keys that go: what leans on them is made anew.
#[derive(Default)]
pub(super) struct Touched {
    /// Columns of another type, or that are made anew.
    pub(super) columns: BTreeSet<(TableName, String)>,
    /// Columns whose index or key goes.
    pub(super) indexed: BTreeSet<(TableName, String)>,
    /// Tables of which a column changes or goes.
    pub(super) tables: BTreeSet<TableName>,
}

pub(super) fn compare(
    (same, named): (Same, &Named<'_>),
    found: &Table,
    wanted: &Table,
    phases: &mut Phases,
    touched: &mut Touched,
) {
    let pair = Pair {
        same,
        named,
        found,
        wanted,
        anew: anew(same, found, wanted),
    };
    pair.mark(touched);
    pair.indexes(phases, touched);
    pair.checks(phases);
    pair.columns(phases, touched);
}

struct Pair<'s> {
    same: Same,
    named: &'s Named<'s>,
    found: &'s Table,
    wanted: &'s Table,
    /// Columns that are dropped and added: how they are computed cannot be altered, or no value of
    /// the one type is one of the other.
    anew: BTreeSet<String>,
}

impl Pair<'_> {
    fn push(&self, phase: &mut Vec<Step>, alteration: Alteration) {
        phase.push(Step::alter(&self.wanted.name, alteration));
    }

    fn is_kept(&self, column: &str) -> bool {
        self.wanted.column(column).is_some() && !self.anew.contains(column)
    }

    /// Whether the values of a computed column are stored, and stay when it is computed no longer.
    fn is_freed(&self, found: &Column) -> bool {
        let wanted = self.wanted.column(&found.name);
        let plain = |wanted: &Column| !wanted.read_only && wanted.computed.is_none();
        found.computed.is_some()
            && !found.options.iter().any(|option| option == "VIRTUAL")
            && wanted.is_some_and(|wanted| plain(wanted) && self.same.stored(found, wanted))
    }

    fn mark(&self, touched: &mut Touched) {
        for column in &self.found.columns {
            let other = self.wanted.column(&column.name);
            let kept = other.is_some_and(|other| self.same.stored(column, other));
            if !kept || self.anew.contains(&column.name) {
                let name = (self.found.name.clone(), column.name.clone());
                touched.columns.insert(name);
                touched.tables.insert(self.found.name.clone());
            }
        }
    }

    fn columns(&self, phases: &mut Phases, touched: &mut Touched) {
        let key = |table: &Table| table.key().to_vec();
        let other_key = key(self.found) != key(self.wanted)
            || key(self.found).iter().any(|name| !self.is_kept(name));
        let steps = &mut phases.alter_tables;
        if let (Some(key), true) = (&self.found.primary_key, other_key) {
            self.push(steps, Alteration::DropPrimaryKey(key.clone()));
            touched.tables.insert(self.found.name.clone());
            for column in &key.columns {
                let name = (self.found.name.clone(), column.clone());
                touched.indexed.insert(name);
            }
        }
        // Before the columns go that they were computed of.
        for found in self.found.columns.iter().filter(|one| self.is_freed(one)) {
            if let Some(column) = self.wanted.column(&found.name) {
                let alteration = Alteration::AlterColumn {
                    from: found.clone(),
                    to: self.altered(found, column),
                    fill: None,
                    absent: None,
                };
                self.push(steps, alteration);
            }
        }
        // The last first, so that on the way back each finds the one that it stands behind.
        let going = self.found.columns.iter().enumerate().rev();
        let goes = |column: &Column| !self.is_kept(&column.name) && !self.is_freed(column);
        for (position, column) in going.filter(|(_, column)| goes(column)) {
            let alteration = Alteration::DropColumn {
                column: column.clone(),
                after: before(&self.found.columns, position),
            };
            self.push(steps, alteration);
        }
        for column in &self.wanted.columns {
            let Some(found) = self.found.column(&column.name) else {
                continue;
            };
            if !self.is_kept(&column.name) {
                continue;
            }
            if !self.same.column(found, column) || found.comment != column.comment {
                let alteration = Alteration::AlterColumn {
                    from: found.clone(),
                    to: self.altered(found, column),
                    fill: None,
                    absent: None,
                };
                self.push(steps, alteration);
            }
        }
        for (position, column) in self.wanted.columns.iter().enumerate() {
            let found = self.found.column(&column.name);
            if found.is_none_or(goes) {
                let alteration = Alteration::AddColumn {
                    column: column.clone(),
                    after: before(&self.wanted.columns, position),
                    fill: None,
                };
                self.push(steps, alteration);
            }
        }
        if let (Some(key), true) = (&self.wanted.primary_key, other_key) {
            self.push(steps, Alteration::AddPrimaryKey(key.clone()));
        }
        if self.found.comment != self.wanted.comment {
            let alteration = Alteration::Comment {
                from: self.found.comment.clone(),
                to: self.wanted.comment.clone(),
            };
            self.push(steps, alteration);
        }
    }

    /// What is wanted, where the database says the same in other words in the words it has.
    fn altered(&self, found: &Column, wanted: &Column) -> Column {
        let mut column = wanted.clone();
        if self.same.stored(found, wanted) {
            column.ty.clone_from(&found.ty);
            column.collation.clone_from(&found.collation);
        }
        column.options.clone_from(&found.options);
        if wanted.read_only {
            // How the database makes its values, the model does not say.
            column.default.clone_from(&found.default);
            column.computed.clone_from(&found.computed);
            column.generator = found.generator;
        }
        column
    }

    fn indexes(&self, phases: &mut Phases, touched: &mut Touched) {
        let same = |found: &Index, other: &Index| {
            is_valid(found)
                && self
                    .named
                    .may_stay(found.name.as_ref(), other.name.as_ref())
                && self.same.index(self.found, found) == self.same.index(self.wanted, other)
        };
        let (_, gone, new) = pair_off(&self.found.indexes, &self.wanted.indexes, same, |index| {
            index.name.as_ref()
        });
        let leans = |index: &Index| {
            let mut anew = self.anew.iter();
            anew.any(|column| index_names(self.same, index, column))
        };
        for index in &self.found.indexes {
            let again = !gone.contains(&index) && leans(index);
            if again {
                self.push(&mut phases.add_parts, Alteration::AddIndex(index.clone()));
            }
            if again || gone.contains(&index) {
                self.push(&mut phases.drop_parts, Alteration::DropIndex(index.clone()));
                let columns = index.parts.iter().filter_map(|part| match &part.term {
                    Term::Column(name) => Some((self.found.name.clone(), name.clone())),
                    Term::Expression(_) => None,
                });
                touched.indexed.extend(columns);
            }
        }
        for index in new {
            self.push(&mut phases.add_parts, Alteration::AddIndex(index.clone()));
        }
    }

    fn checks(&self, phases: &mut Phases) {
        let same = |one: &Check, other: &Check| self.same.check(one, other);
        let (_, gone, new) = pair_off(&self.found.checks, &self.wanted.checks, same, |check| {
            check.name.as_ref()
        });
        for check in &self.found.checks {
            let mut anew = self.anew.iter();
            let leans = anew.any(|column| names(self.same.0, &check.expression, column));
            let again = !gone.contains(&check) && leans;
            if again {
                self.push(&mut phases.add_parts, Alteration::AddCheck(check.clone()));
            }
            if again || gone.contains(&check) {
                self.push(&mut phases.drop_parts, Alteration::DropCheck(check.clone()));
            }
        }
        for check in new {
            self.push(&mut phases.add_parts, Alteration::AddCheck(check.clone()));
        }
    }
}

/// Columns of a type that takes none of the values, and computed columns whose expression changes,
/// or a column in it: no database alters them all.
fn anew(same: Same, found: &Table, wanted: &Table) -> BTreeSet<String> {
    let mut anew = BTreeSet::new();
    for column in &found.columns {
        let Some(other) = wanted.column(&column.name) else {
            continue;
        };
        let changes = !(column.read_only || other.read_only || same.computed(column, other));
        let leans = |expression: &String| {
            found.columns.iter().any(|base| {
                let kept = wanted.column(&base.name);
                let kept = kept.is_some_and(|kept| same.stored(base, kept));
                !kept && names(same.0, expression, &base.name)
            })
        };
        let retyped = column.computed.is_some() && !same.column(column, other);
        let strange = !same.ty(column, other) && !converts(same.0, column, other);
        if changes || retyped || strange || column.computed.as_ref().is_some_and(leans) {
            anew.insert(column.name.clone());
        }
    }
    anew
}

pub(super) fn index_names(same: Same, index: &Index, column: &str) -> bool {
    let expression = |text: &String| names(same.0, text, column);
    let mut parts = index.parts.iter();
    parts.any(|part| match &part.term {
        Term::Column(name) => name == column,
        Term::Expression(text) => expression(text),
    }) || index.include.iter().any(|name| name == column)
        || index.predicate.as_ref().is_some_and(expression)
}

/// Whether an index was made to its end: PostgreSQL keeps what CREATE INDEX CONCURRENTLY left when
/// it failed, and does not use it.
fn is_valid(index: &Index) -> bool {
    !index.options.iter().any(|option| option == "INVALID")
}

/// The column that stands before a position.
fn before(columns: &[Column], position: usize) -> Option<String> {
    let before = position.checked_sub(1)?;
    Some(columns[before].name.clone())
}
