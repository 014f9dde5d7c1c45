//! Foreign keys, and the tables that come and go, in an order in which keys hold.

use super::table::{Named, Touched};
use super::{Snapshot, table};
use crate::backend::Database;
use crate::diff::order::Phases;
use crate::diff::{Alteration, Step};
use crate::snapshot::{ForeignKey, Same, Table, TableName, pair_off, relates};

pub(super) struct Keys<'s> {
    pub(super) same: Same,
    pub(super) named: &'s Named<'s>,
    pub(super) from: &'s Snapshot,
    pub(super) to: &'s Snapshot,
    pub(super) created: &'s [&'s Table],
    pub(super) dropped: &'s [&'s Table],
    pub(super) touched: &'s Touched,
}

impl Keys<'_> {
    pub(super) fn compare(&self, phases: &mut Phases) {
        for wanted in &self.to.tables {
            if let Some(found) = table(self.from, &wanted.name) {
                self.altered(found, wanted, phases);
            }
        }
        // A key of a table that nobody asked about may lean on what changes.
        let known = |table: &&Table| super::has(self.to, &table.name);
        let others = self.from.tables.iter().filter(|table| !known(table));
        for other in others.filter(|table| !self.is_dropped(&table.name)) {
            for key in other
                .foreign_keys
                .iter()
                .filter(|key| self.leans(other, key))
            {
                drop_key(other, key, phases);
                add_key(other, key, phases);
            }
        }
        self.create(phases);
        self.drop(phases);
    }

    fn is_dropped(&self, name: &TableName) -> bool {
        self.dropped.iter().any(|table| table.name == *name)
    }

    fn altered(&self, found: &Table, wanted: &Table, phases: &mut Phases) {
        let same = |one: &ForeignKey, other: &ForeignKey| {
            relates(one, other)
                && self.same.acts(one) == self.same.acts(other)
                && self.named.may_stay(one.name.as_ref(), other.name.as_ref())
        };
        let (_, gone, new) = pair_off(&found.foreign_keys, &wanted.foreign_keys, same, |key| {
            key.name.as_ref()
        });
        for key in &found.foreign_keys {
            let again = !gone.contains(&key) && self.leans(found, key);
            if again {
                add_key(wanted, key, phases);
            }
            if again || gone.contains(&key) {
                drop_key(wanted, key, phases);
            }
        }
        for key in new {
            add_key(wanted, key, phases);
        }
    }

    /// Whether a key stands on a column, or an index, that is made anew.
    fn leans(&self, own: &Table, key: &ForeignKey) -> bool {
        // SQLite looks at keys when rows change, and at the end.
        if self.to.database == Database::Sqlite {
            return false;
        }
        let touched = |table: &TableName, column: &String| {
            let name = (table.clone(), column.clone());
            self.touched.columns.contains(&name) || self.touched.indexed.contains(&name)
        };
        key.columns.iter().any(|column| touched(&own.name, column))
            || key
                .parent_columns
                .iter()
                .any(|column| touched(&key.parent, column))
    }

    /// New tables, parents first; a key to one that is not there yet is added at the end.
    fn create(&self, phases: &mut Phases) {
        let mut rest: Vec<&Table> = self.created.to_vec();
        while !rest.is_empty() {
            let waits = |table: &Table| {
                table.foreign_keys.iter().any(|key| {
                    key.parent != table.name && rest.iter().any(|other| other.name == key.parent)
                })
            };
            let ready = rest.iter().position(|table| !waits(table)).unwrap_or(0);
            let mut made = rest.remove(ready).clone();
            let later = |key: &ForeignKey| {
                key.parent != made.name
                    && (rest.iter().any(|other| other.name == key.parent)
                        || self.is_altered(&key.parent))
            };
            let (later, now): (Vec<_>, Vec<_>) = made.foreign_keys.iter().cloned().partition(later);
            for key in &later {
                add_key(&made, key, phases);
            }
            made.foreign_keys = now;
            phases.create_tables.push(Step::CreateTable { table: made });
        }
    }

    /// Whether a table is altered in this plan: its key may not be there yet.
    fn is_altered(&self, name: &TableName) -> bool {
        super::has(self.from, name)
    }

    /// Tables that go: first the keys from and to them, then they themselves.
    fn drop(&self, phases: &mut Phases) {
        for mut gone in children_first(self.dropped) {
            for key in std::mem::take(&mut gone.foreign_keys) {
                drop_key(&gone, &key, phases);
            }
            phases.drop_tables.push(Step::DropTable { table: gone });
        }
        let known = |table: &&Table| super::has(self.to, &table.name);
        let others = self.from.tables.iter().filter(|table| !known(table));
        for other in others.filter(|table| !self.is_dropped(&table.name)) {
            for key in other
                .foreign_keys
                .iter()
                .filter(|key| self.is_dropped(&key.parent))
            {
                drop_key(other, key, phases);
            }
        }
    }
}

/// Tables so that none goes before one that refers to it; those of a circle as they come.
fn children_first(tables: &[&Table]) -> Vec<Table> {
    let mut rest: Vec<&Table> = tables.to_vec();
    let mut ordered = Vec::new();
    while !rest.is_empty() {
        let refers = |table: &&Table| {
            let others = rest.iter().filter(|other| other.name != table.name);
            let mut keys = others.flat_map(|other| &other.foreign_keys);
            keys.any(|key| key.parent == table.name)
        };
        let free = rest.iter().position(|table| !refers(table)).unwrap_or(0);
        ordered.push(rest.remove(free).clone());
    }
    ordered
}

fn drop_key(table: &Table, key: &ForeignKey, phases: &mut Phases) {
    let alteration = Alteration::DropForeignKey(key.clone());
    phases.drop_keys.push(Step::alter(&table.name, alteration));
}

fn add_key(table: &Table, key: &ForeignKey, phases: &mut Phases) {
    let alteration = Alteration::AddForeignKey(key.clone());
    phases.add_keys.push(Step::alter(&table.name, alteration));
}
