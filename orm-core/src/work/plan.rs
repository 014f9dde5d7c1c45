//! [`Plan`]: a unit checked as a whole and put in order, before anything is sent.

use std::collections::HashMap;

use super::checking::Checking;
use super::collect::UnitOfWork;
use super::edges::Edges;
use super::merge::{Task, merge};
use super::op::{Act, Op};
use super::order::{Apart, Edge, Node, Order, Way, order};
use super::record::AnyDraft;
use super::unread::{Unread, unread};
use crate::backend::Database;
use crate::ddl::parents_first;
use crate::error::{Error, ErrorKind, Invalid, Result};
use crate::hooks::Hooks;
use crate::id::TimeIds;
use crate::metadata::TableMeta;
use crate::operation::Link;
use crate::value::Value;

/// What is sent, in batches: each is of one table, and of one thing to do.
pub(super) struct Plan {
    pub(super) ops: Vec<Op>,
    /// Beside the operations, what is done.
    pub(super) tasks: Vec<Task>,
    /// The rows to be inserted that take no key which only the database makes.
    pub(super) drafts: Vec<Option<Box<dyn AnyDraft>>>,
    /// Operations by their positions; behind them [`apart`](Self::apart).
    pub(super) batches: Vec<Vec<usize>>,
    pub(super) apart: Vec<Apart>,
    /// The rows of which more must be known than the key.
    pub(super) unread: Vec<Unread>,
}

/// Checks a unit and puts it in order; rows that were [unread](Plan::unread) are known when it is
/// put in order again.
///
/// # Errors
/// [`ErrorKind::Invalid`] with all broken rules of all objects; [`ErrorKind::Refused`] if records
/// contradict each other, or wait for each other.
pub(super) fn plan<S: Link>(
    work: &UnitOfWork<S>,
    ids: &TimeIds,
    database: Database,
    hooks: Option<&Hooks>,
    known: &HashMap<usize, Vec<Option<Value>>>,
) -> Result<Plan> {
    if let Some(message) = &work.refused {
        return Err(Error::new(ErrorKind::Refused, message.as_str()));
    }
    let mut checking = Checking::new(work, ids, database, hooks)?;
    let merged = merge(&work.records, |record| checking.changed(record), known);
    let merged = merged.map_err(|message| Error::new(ErrorKind::Refused, message))?;
    let (mut ops, mut tasks, mut drafts) = (Vec::new(), Vec::new(), Vec::new());
    for (record, task) in merged {
        if let Some((op, draft)) = checking.op(record, &task)? {
            ops.push(op);
            tasks.push(task);
            drafts.push(draft);
        }
    }
    checking.check_keys(&ops);
    if !checking.broken.is_empty() {
        return Err(Invalid::new(checking.broken).into());
    }
    let unread = unread(&ops, &tasks, known, database);
    let order = in_order(&ops, &tasks, &drafts, database)?;
    Ok(Plan {
        ops,
        tasks,
        drafts,
        unread,
        batches: order.batches,
        apart: order.apart,
    })
}

fn tables_of<'o>(ops: impl Iterator<Item = &'o Op>) -> Vec<&'static TableMeta> {
    let mut tables: Vec<&'static TableMeta> = Vec::new();
    for op in ops {
        if !tables.iter().any(|table| table.is_same_table(op.table)) {
            tables.push(op.table);
        }
    }
    tables
}

/// What waits for what.
fn in_order(
    ops: &[Op],
    tasks: &[Task],
    drafts: &[Option<Box<dyn AnyDraft>>],
    database: Database,
) -> Result<Order> {
    // Their names first: units that write the same tables lock them in the same order.
    let mut tables = tables_of(ops.iter());
    tables.sort_by_key(|table| (table.schema, table.name));
    let tables = parents_first(&tables);
    let place = |op: &Op| {
        tables
            .iter()
            .position(|table| table.is_same_table(op.table))
    };
    let group = |act: Act, op: &Op| {
        let place = place(op).unwrap_or_default();
        match act {
            Act::Insert => place,
            Act::Update => tables.len() + place,
            // Children first.
            Act::SoftDelete | Act::Delete => 3 * tables.len() - place,
        }
    };
    let edges = Edges::of(ops, database);
    let by_record: HashMap<usize, usize> = ops
        .iter()
        .enumerate()
        .map(|(at, op)| (op.record, at))
        .collect();
    let nodes = ops.iter().enumerate().map(|(at, op)| {
        let is_made = match &tasks[at] {
            Task::Insert => drafts[at].is_some(),
            Task::Write(write) => write.made().next().is_none(),
        };
        let takes = op.takes.iter().filter(|_| !is_made);
        let handed = takes.filter_map(|record| by_record.get(record).copied());
        let firm = |on| Edge {
            on,
            together: false,
            way: Way::Firm,
        };
        let waits = handed.map(firm).chain(edges.waits_of(at, op));
        Node {
            group: group(op.act, op),
            waits: waits.collect(),
        }
    });
    let hubs = edges.hubs();
    let (first, behind) = (ops.len(), ops.len() + hubs.len());
    let nodes = nodes.chain(hubs).collect();
    let mut order = order(nodes, |at| group(Act::Update, &ops[at])).map_err(|circle| {
        let objects = circle.iter().take(6);
        let objects: Vec<&str> = objects
            .map(|at| ops.get(*at).map_or("..", |op| &op.object))
            .collect();
        let message = format!(
            "each of these can be written only after the next, and the last after the first: {}. Write them in two units, or let a foreign key of theirs be NULL",
            objects.join(", "),
        );
        Error::new(ErrorKind::Refused, message)
    })?;
    for batch in &mut order.batches {
        batch.retain(|at| !(first..behind).contains(at));
        for at in batch.iter_mut().filter(|at| **at >= behind) {
            *at -= behind - first;
        }
    }
    order.batches.retain(|batch| !batch.is_empty());
    Ok(order)
}
