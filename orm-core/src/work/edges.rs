//! [`Edges`]: what the values of rows say of their order.

use std::collections::HashMap;

use super::identity::Identity;
use super::op::{Act, Claim, Op};
use super::order::{Edge, Way};
use crate::backend::Database;
use crate::metadata::{Deferrable, ForeignKeyMeta, ReferentialAction, TableMeta};

/// What the values of rows say of their order.
pub(super) struct Edges<'o> {
    database: Database,
    /// The rows that are inserted, by what is known of their keys.
    inserted: HashMap<Identity, usize>,
    /// The rows that refer to a row and will not any more, with the foreign key of theirs.
    leaving: HashMap<Identity, Vec<(usize, usize)>>,
    freed: HashMap<Claim, usize>,
    ops: &'o [Op],
}

impl<'o> Edges<'o> {
    pub(super) fn of(ops: &'o [Op], database: Database) -> Self {
        let mut edges = Edges {
            database,
            inserted: HashMap::new(),
            leaving: HashMap::new(),
            freed: HashMap::new(),
            ops,
        };
        for (at, op) in ops.iter().enumerate() {
            if op.act == Act::Insert {
                edges
                    .inserted
                    .extend(op.identity().map(|identity| (identity, at)));
            }
            edges
                .freed
                .extend(op.frees().into_iter().map(|claim| (claim, at)));
            let leaves = |key: &ForeignKeyMeta| match op.act {
                Act::Delete => true,
                Act::Update => op.writes(key.columns),
                Act::Insert | Act::SoftDelete => false,
            };
            let keys = op.table.foreign_keys.iter().enumerate();
            for (nth, key) in keys.filter(|(_, key)| leaves(key)) {
                if let Some(values) = op.before(key.columns) {
                    let parent = Identity::new((key.parent)(), values);
                    edges.leaving.entry(parent).or_default().push((at, nth));
                }
            }
        }
        edges
    }

    /// What an operation waits for.
    pub(super) fn waits_of(&self, at: usize, op: &Op) -> Vec<Edge> {
        let mut edges = Vec::new();
        let firm = |on| Edge {
            on,
            together: false,
            way: Way::Firm,
        };
        match op.act {
            Act::Insert | Act::Update => {
                let keys = op.table.foreign_keys.iter().enumerate();
                let written = keys.filter(|(_, key)| op.writes(key.columns));
                edges.extend(written.filter_map(|(nth, key)| self.to_parent(op, nth, key)));
                if op.act == Act::Update {
                    let own = op.identity().and_then(|own| self.inserted.get(&own));
                    edges.extend(own.copied().map(firm));
                }
            }
            Act::Delete => {
                let children = op.identity().and_then(|own| self.leaving.get(&own));
                let children = children.into_iter().flatten();
                edges.extend(children.map(|(child, nth)| self.to_child(*child, *nth)));
            }
            Act::SoftDelete => {}
        }
        let freed = op.claims();
        edges.extend(
            freed
                .iter()
                .filter_map(|claim| self.freed.get(claim))
                .copied()
                .map(firm),
        );
        // InnoDB does not delete a row that refers to itself.
        let counts = |edge: &Edge| {
            self.database == Database::Mysql && matches!(edge.way, Way::ClearBefore(_))
        };
        edges.retain(|edge| edge.on != at || counts(edge));
        edges
    }

    /// A row is written after the one that it refers to.
    fn to_parent(&self, op: &Op, nth: usize, key: &ForeignKeyMeta) -> Option<Edge> {
        let parent = Identity::new((key.parent)(), op.after(key.columns)?);
        let on = *self.inserted.get(&parent)?;
        let is_insert = op.act == Act::Insert;
        let way = if self.waits_for_commit(key) {
            Way::Drop
        } else if is_insert && nulled(op.table, key).next().is_some() {
            Way::SetBehind(nth)
        } else {
            Way::Firm
        };
        let together = is_insert && self.ops[on].table.is_same_table(op.table);
        Some(Edge { on, together, way })
    }

    /// A row is deleted after those that refer to it.
    fn to_child(&self, child: usize, nth: usize) -> Edge {
        let op = &self.ops[child];
        let key = &op.table.foreign_keys[nth];
        let goes_along = !matches!(
            key.on_delete,
            ReferentialAction::NoAction | ReferentialAction::Restrict
        );
        let way = if op.act == Act::Update {
            Way::Firm // lest the row go along
        } else if goes_along || self.waits_for_commit(key) {
            Way::Drop
        } else if nulled(op.table, key).next().is_some() {
            Way::ClearBefore(nth)
        } else {
            Way::Firm
        };
        Edge {
            on: child,
            together: false,
            way,
        }
    }

    fn waits_for_commit(&self, key: &ForeignKeyMeta) -> bool {
        key.deferrable == Deferrable::InitiallyDeferred && self.database != Database::Mysql
    }
}

/// The columns of a foreign key that may be NULL: then it refers to nothing.
pub(super) fn nulled<'t>(
    table: &'t TableMeta,
    key: &'t ForeignKeyMeta,
) -> impl Iterator<Item = usize> + 't {
    let columns = key.columns.iter().copied();
    columns.filter(|column| table.columns[*column].nullable && !table.key.contains(column))
}
