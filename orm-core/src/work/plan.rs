//! [`Plan`]: a unit checked as a whole and put in order, before anything is sent.

use std::collections::HashMap;

use super::checking::Checking;
use super::collect::UnitOfWork;
use super::edges::Edges;
use super::merge::{Task, merge};
use super::op::{Act, Op};
use super::order::{Apart, Edge, Node, Order, Way, order};
use super::record::AnyDraft;
use crate::backend::Database;
use crate::ddl::{parents_first, refers_to_itself};
use crate::error::{Error, ErrorKind, Invalid, Result};
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
    /// The records of rows to be removed of which more must be known than the key.
    pub(super) unread: Vec<usize>,
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
    known: &HashMap<usize, Vec<Option<Value>>>,
) -> Result<Plan> {
    if let Some(message) = &work.refused {
        return Err(Error::new(ErrorKind::Refused, message.as_str()));
    }
    let merged =
        merge(&work.records, known).map_err(|message| Error::new(ErrorKind::Refused, message))?;
    let mut checking = Checking::new(ids, database, work.records.len());
    let (mut ops, mut tasks, mut drafts) = (Vec::new(), Vec::new(), Vec::new());
    for (record, task) in merged {
        let (op, draft) = checking.op(work, record, &task)?;
        let nothing = matches!(&task, Task::Change(change) if change.changes.is_empty());
        if !nothing {
            ops.push(op);
            tasks.push(task);
            drafts.push(draft);
        }
    }
    checking.check_keys(&ops);
    if !checking.broken.is_empty() {
        return Err(Invalid::new(checking.broken).into());
    }
    let unread = unread(work, &ops, known);
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

/// Rows to be removed that are known by their key alone, of tables that refer to themselves by way
/// of tables of which rows are removed too: the tables do not say in which order they go.
fn unread<S>(
    work: &UnitOfWork<S>,
    ops: &[Op],
    known: &HashMap<usize, Vec<Option<Value>>>,
) -> Vec<usize> {
    let deleted = || ops.iter().filter(|op| op.act == Act::Delete);
    let tables: Vec<&'static TableMeta> = tables_of(deleted());
    let circles: Vec<&TableMeta> = tables
        .iter()
        .copied()
        .filter(|table| refers_to_itself(table, &tables))
        .collect();
    let unread = deleted().filter(|op| {
        circles.iter().any(|table| table.is_same_table(op.table))
            && work.records[op.record].reader.is_some()
            && !known.contains_key(&op.record)
    });
    unread.map(|op| op.record).collect()
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
    let tables = parents_first(&tables_of(ops.iter()));
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
        let made = drafts[at].is_some() || !matches!(tasks[at], Task::Insert | Task::ChangeOf);
        let takes = op.takes.iter().filter(|_| !made);
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
    order(nodes.collect(), |at| group(Act::Update, &ops[at])).map_err(|circle| {
        let objects: Vec<&str> = circle.iter().take(6).map(|at| ops.get(*at).map_or("..", |op| &op.object)).collect();
        let message = format!(
            "each of these can be written only after the next, and the last after the first: {}. Write them in two units, or let a foreign key of theirs be NULL",
            objects.join(", "),
        );
        Error::new(ErrorKind::Refused, message)
    })
}
