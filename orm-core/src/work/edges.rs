//! [`Edges`]: what the values of rows say of their order.

use std::collections::HashMap;

use super::identity::Identity;
use super::op::{Act, Op};
use super::order::{Edge, Node, Way};
use super::uniques::{Claim, Place, Uniques};
use crate::backend::Database;
use crate::metadata::{Deferrable, ForeignKeyMeta, ReferentialAction, TableMeta};

/// What the values of rows say of their order.
pub(super) struct Edges<'o> {
    database: Database,
    /// The rows that are inserted, by what is known of their keys.
    inserted: HashMap<Identity, usize>,
    /// The rows that refer to a row and will not any more, with the foreign key of theirs.
    leaving: HashMap<Identity, Vec<(usize, usize)>>,
    /// The rows that give up a place in a unique, and whether that is sure.
    freed: HashMap<Claim, Vec<(usize, bool)>>,
    uniques: Uniques,
    /// Nodes behind the operations: of a unique whose values cannot be compared all that may give up a
    /// place in it, those that are removed apart from those that are changed.
    hubs: Vec<Vec<usize>>,
    hub_of: HashMap<Place, [Option<usize>; 2]>,
    ops: &'o [Op],
}

impl<'o> Edges<'o> {
    pub(super) fn of(ops: &'o [Op], database: Database) -> Self {
        let mut edges = Edges {
            database,
            inserted: HashMap::new(),
            leaving: HashMap::new(),
            freed: HashMap::new(),
            uniques: Uniques::of(ops, database),
            hubs: Vec::new(),
            hub_of: HashMap::new(),
            ops,
        };
        for (at, op) in ops.iter().enumerate() {
            if op.act == Act::Insert {
                edges
                    .inserted
                    .extend(op.identity().map(|identity| (identity, at)));
            }
            edges.note_freed(at, op);
            let leaves = |key: &ForeignKeyMeta| match op.act {
                Act::Delete => true,
                Act::Update | Act::SoftDelete => op.writes(key.columns),
                Act::Insert => false,
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

    fn note_freed(&mut self, at: usize, op: &Op) {
        for unique in self.uniques.get(op).filter(|unique| unique.may_free(op)) {
            if unique.is_plain {
                let freed = unique.freed_by(op);
                if let Some((claim, sure)) = freed {
                    self.freed.entry(claim).or_default().push((at, sure));
                }
                continue;
            }
            let hubs = self.hub_of.entry(unique.place(op)).or_default();
            let hub = hubs[usize::from(op.act == Act::Update)].get_or_insert_with(|| {
                self.hubs.push(Vec::new());
                self.hubs.len() - 1
            });
            self.hubs[*hub].push(at);
        }
    }

    /// The nodes behind the operations, which do nothing.
    pub(super) fn hubs(&self) -> impl ExactSizeIterator<Item = Node> + '_ {
        self.hubs.iter().map(|all| Node {
            group: 0,
            waits: all.iter().map(|on| edge(*on, Way::Firm)).collect(),
        })
    }

    /// What an operation waits for.
    pub(super) fn waits_of(&self, at: usize, op: &Op) -> Vec<Edge> {
        let mut edges = Vec::new();
        if op.act != Act::Delete {
            let keys = op.table.foreign_keys.iter().enumerate();
            let written = keys.filter(|(_, key)| op.writes(key.columns));
            edges.extend(written.filter_map(|(nth, key)| self.to_parent(op, nth, key)));
        }
        match op.act {
            Act::Insert => {}
            Act::Update | Act::SoftDelete => {
                let own = op.identity().and_then(|own| self.inserted.get(&own));
                edges.extend(own.map(|own| edge(*own, Way::Firm)));
            }
            Act::Delete => {
                let children = op.identity().and_then(|own| self.leaving.get(&own));
                let children = children.into_iter().flatten();
                edges.extend(children.map(|(child, nth)| self.to_child(*child, *nth)));
            }
        }
        self.to_freed(op, &mut edges);
        // InnoDB does not delete a row that refers to itself.
        let counts = |edge: &Edge| {
            self.database == Database::Mysql && matches!(edge.way, Way::ClearBefore(_))
        };
        edges.retain(|edge| edge.on != at || counts(edge));
        edges
    }

    /// A row takes a place in a unique after the one that has it.
    fn to_freed(&self, op: &Op, edges: &mut Vec<Edge>) {
        for unique in self.uniques.get(op) {
            if let Some((claim, sure)) = unique.claimed_by(op) {
                let freed = self.freed.get(&claim).into_iter().flatten();
                edges.extend(freed.map(|(on, freed)| match sure && *freed {
                    true => edge(*on, Way::Firm),
                    false => edge(*on, Way::Guess),
                }));
            }
            if unique.is_plain || !unique.may_claim(op) {
                continue;
            }
            let hubs = self.hub_of.get(&unique.place(op)).copied();
            let [removed, changed] = hubs.unwrap_or_default();
            let before = match op.act {
                Act::Insert => [removed, changed],
                Act::Update => [removed, None],
                Act::SoftDelete | Act::Delete => [None, None],
            };
            let before = before.into_iter().flatten();
            edges.extend(before.map(|hub| edge(self.ops.len() + hub, Way::Guess)));
        }
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
        // What is restricted does not wait for the commit.
        let may_wait = self.waits_for_commit(key) && key.on_delete != ReferentialAction::Restrict;
        let way = if op.act != Act::Delete {
            Way::Firm // lest the row go along
        } else if goes_along || may_wait {
            Way::Drop
        } else if nulled(op.table, key).next().is_some() {
            Way::ClearBefore(nth)
        } else {
            Way::Firm
        };
        edge(child, way)
    }

    fn waits_for_commit(&self, key: &ForeignKeyMeta) -> bool {
        key.deferrable == Deferrable::InitiallyDeferred && self.database != Database::Mysql
    }
}

fn edge(on: usize, way: Way) -> Edge {
    Edge {
        on,
        together: false,
        way,
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
