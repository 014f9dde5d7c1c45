//! [`unread`]: which rows must be read before the order of things is known.

use std::collections::HashMap;

use super::merge::Task;
use super::op::{Act, Op};
use super::uniques::{Place, Uniques};
use crate::backend::Database;
use crate::ddl::refers_to_itself;
use crate::metadata::TableMeta;
use crate::value::Value;

/// A row to be read: the record that reads it, and its key.
pub(super) type Unread = (usize, Vec<Value>);

/// What is done to the rows of one table.
struct OfTable<'o> {
    table: &'static TableMeta,
    ops: Vec<&'o Op>,
}

/// Rows that are known by their key alone, where more of them matters:
///
/// * They are removed from tables that refer to themselves by way of tables of which rows are removed
///   too: the tables do not say in which order they go.
/// * They give up a place in a unique that another row may take.
/// * They refer to something else afterwards, and of the table that they referred to rows are removed
///   and others written, which may have to come after that.
pub(super) fn unread(
    ops: &[Op],
    tasks: &[Task],
    known: &HashMap<usize, Vec<Option<Value>>>,
    database: Database,
) -> Vec<Unread> {
    let reader = |at: usize| match &tasks[at] {
        Task::Write(write) => write.reader.filter(|record| !known.contains_key(record)),
        Task::Insert => None,
    };
    if (0..ops.len()).all(|at| reader(at).is_none()) {
        return Vec::new();
    }
    let tables = by_table(ops);
    let deleted: Vec<&'static TableMeta> = tables
        .iter()
        .filter(|of| of.ops.iter().any(|op| op.act == Act::Delete))
        .map(|of| of.table)
        .collect();
    let circles: Vec<&TableMeta> = deleted
        .iter()
        .copied()
        .filter(|table| refers_to_itself(table, &deleted))
        .collect();
    let replaced: Vec<&TableMeta> = tables
        .iter()
        .filter(|of| {
            let is = |act: fn(Act) -> bool| of.ops.iter().any(|op| act(op.act));
            is(|act| act == Act::Delete) && is(|act| matches!(act, Act::Insert | Act::Update))
        })
        .map(|of| of.table)
        .collect();
    let is_among =
        |list: &[&TableMeta], table: &TableMeta| list.iter().any(|one| one.is_same_table(table));
    let uniques = Uniques::of(ops, database);
    let mut claims: HashMap<Place, usize> = HashMap::new();
    for op in ops {
        let claimed = uniques.get(op).filter(|unique| unique.may_claim(op));
        for unique in claimed {
            *claims.entry(unique.place(op)).or_default() += 1;
        }
    }
    let matters = |op: &Op| {
        let is_unknown = |columns: &[usize]| columns.iter().any(|at| op.before[*at].is_none());
        let mut keys = op.table.foreign_keys.iter();
        let refers = keys.any(|key| {
            is_unknown(key.columns)
                && match op.act {
                    Act::Delete => is_among(&circles, op.table),
                    Act::Update => op.writes(key.columns) && is_among(&replaced, (key.parent)()),
                    Act::Insert | Act::SoftDelete => false,
                }
        });
        let mut freed = uniques.get(op).filter(|unique| unique.may_free(op));
        let frees = freed.any(|unique| {
            let claims = claims.get(&unique.place(op)).copied().unwrap_or_default();
            unique.is_plain
                && !unique.is_known_before(op)
                && claims > usize::from(unique.may_claim(op))
        });
        refers || frees
    };
    let all = ops.iter().enumerate().filter(|(_, op)| matters(op));
    all.filter_map(|(at, op)| Some((reader(at)?, op.key.clone()?)))
        .collect()
}

fn by_table(ops: &[Op]) -> Vec<OfTable<'_>> {
    let mut tables: Vec<OfTable<'_>> = Vec::new();
    for op in ops {
        match tables
            .iter_mut()
            .find(|of| of.table.is_same_table(op.table))
        {
            Some(of) => of.ops.push(op),
            None => tables.push(OfTable {
                table: op.table,
                ops: vec![op],
            }),
        }
    }
    tables
}
