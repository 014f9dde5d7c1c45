//! [`Unique`]: what only one row of a table has at a time, and who takes it or gives it up.

use std::collections::HashMap;

use super::filter::holds;
use super::op::{Act, Op, Written};
use crate::backend::Database;
use crate::metadata::{ColumnMeta, DefaultValue, IndexTerm, Origin, TableMeta};
use crate::value::{Kind, Value, ValueKey};

/// The key or a unique of a table.
#[derive(Debug)]
pub(super) struct Unique {
    /// Its columns; of one that is not [plain](Self::is_plain) those that it is made of.
    pub(super) columns: Vec<usize>,
    pub(super) filter: Option<&'static str>,
    /// The columns that the filter names.
    filtered: Vec<usize>,
    /// Whether its values can be told and compared here: they are stored as they are.
    pub(super) is_plain: bool,
}

/// The uniques of models, each found out once.
#[derive(Debug)]
pub(super) struct Uniques {
    of: HashMap<*const TableMeta, Vec<Unique>>,
}

impl Uniques {
    /// Those of all models that operations are of.
    pub(super) fn of(ops: &[Op], database: Database) -> Self {
        let mut of = HashMap::new();
        for op in ops {
            let table = of.entry(std::ptr::from_ref(op.table));
            table.or_insert_with(|| uniques(op.table, database));
        }
        Uniques { of }
    }

    /// Those of the model of an operation.
    pub(super) fn get(&self, op: &Op) -> impl Iterator<Item = &Unique> {
        let of = self.of.get(&std::ptr::from_ref(op.table));
        of.into_iter().flatten()
    }
}

/// The key and the uniques of a table.
fn uniques(table: &TableMeta, database: Database) -> Vec<Unique> {
    let key = Unique {
        columns: table.key.to_vec(),
        filter: None,
        filtered: Vec::new(),
        is_plain: true,
    };
    let indexes = table.indexes.iter().filter(|index| index.unique);
    let indexes = indexes.map(|index| {
        let (mut columns, mut is_plain) = (Vec::new(), true);
        for part in index.parts {
            match part.term {
                IndexTerm::Column(position) => columns.push(position),
                IndexTerm::Expression(sql) => {
                    columns.extend(table.columns_in(sql));
                    is_plain = false;
                }
            }
        }
        let filter = index.filter.and_then(|filter| filter.on(database));
        let named = index.filter.map(|filter| table.columns_in(filter));
        let filtered = named.unwrap_or_default();
        let all = || columns.iter().chain(&filtered);
        is_plain &= all().all(|at| is_told(&table.columns[*at], database));
        if !is_plain {
            columns = all().flat_map(|at| made_of(table, *at)).collect();
        }
        Unique {
            columns,
            filter,
            filtered,
            is_plain,
        }
    });
    [key].into_iter().chain(indexes).collect()
}

/// Whether the value of a column is known to whoever has the row, and is one other than the database's
/// other values if it is another one here.
fn is_told(column: &ColumnMeta, database: Database) -> bool {
    let is_compared_otherwise = column.kind == Kind::Text
        && column
            .sql_type
            .is_some_and(|sql| sql.on(database).is_some());
    column.is_writable() && !column.deferred && !is_compared_otherwise
}

/// The columns that the value of a column is made of.
fn made_of(table: &TableMeta, column: usize) -> Vec<usize> {
    match table.columns[column].origin {
        Origin::Computed(sql) => table.columns_in(sql),
        Origin::ReadOnly => (0..table.columns.len()).collect(),
        _ => vec![column],
    }
}

/// Which unique of a table it is: two models of the table may list their columns in another order.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Place {
    table: (Option<&'static str>, &'static str),
    columns: Vec<&'static str>,
    filter: Option<&'static str>,
    is_plain: bool,
}

/// The values of a unique of a table: one row has them at a time.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Claim(Place, Vec<ValueKey>);

impl Unique {
    /// Whether an operation changes what a row has of it.
    pub(super) fn is_written(&self, op: &Op) -> bool {
        op.writes(&self.columns) || op.writes(&self.filtered)
    }

    /// Whether a row may give it up.
    pub(super) fn may_free(&self, op: &Op) -> bool {
        match op.act {
            Act::Insert => false,
            Act::Delete => true,
            Act::Update | Act::SoftDelete => self.is_written(op),
        }
    }

    /// Whether a row may take it.
    pub(super) fn may_claim(&self, op: &Op) -> bool {
        match op.act {
            Act::Insert => true,
            Act::Delete => false,
            Act::Update | Act::SoftDelete => self.is_written(op),
        }
    }

    /// Whether it is known what a row has of it before.
    pub(super) fn is_known_before(&self, op: &Op) -> bool {
        let mut all = self.columns.iter().chain(&self.filtered);
        all.all(|column| op.before[*column].is_some())
    }

    /// What a row gives up, and whether that is sure.
    pub(super) fn freed_by(&self, op: &Op) -> Option<(Claim, bool)> {
        if !self.is_plain || !self.may_free(op) {
            return None;
        }
        let had = self.is_in(op, &|column| op.before[column].as_ref());
        let has = match op.act {
            Act::Delete => Some(false),
            _ => self.is_in(op, &|column| after(op, column)),
        };
        let values = op.before(&self.columns)?;
        if had == Some(false) {
            return None;
        }
        let leaves = has == Some(false) || op.writes(&self.columns);
        Some((self.claim(op, values), had == Some(true) && leaves))
    }

    /// What a row takes, and whether that is sure.
    pub(super) fn claimed_by(&self, op: &Op) -> Option<(Claim, bool)> {
        if !self.is_plain || !self.may_claim(op) {
            return None;
        }
        let has = self.is_in(op, &|column| after(op, column));
        let values = op.after(&self.columns)?;
        (has != Some(false)).then(|| (self.claim(op, values), has == Some(true)))
    }

    fn is_in<'v>(&self, op: &Op, value: &dyn Fn(usize) -> Option<&'v Value>) -> Option<bool> {
        match self.filter {
            Some(filter) => holds(op.table, filter, value),
            None => Some(true),
        }
    }

    /// Which one it is of the table of an operation.
    pub(super) fn place(&self, op: &Op) -> Place {
        let names = self.columns.iter().map(|at| op.table.columns[*at].name);
        let mut columns: Vec<&'static str> = names.collect();
        columns.sort_unstable();
        Place {
            table: (op.table.schema, op.table.name),
            columns,
            filter: self.filter,
            is_plain: self.is_plain,
        }
    }

    fn claim(&self, op: &Op, values: Vec<Value>) -> Claim {
        let names = self.columns.iter().map(|at| op.table.columns[*at].name);
        let mut values: Vec<_> = names.zip(values.into_iter().map(ValueKey)).collect();
        values.sort_unstable_by_key(|(name, _)| *name);
        let values = values.into_iter().map(|(_, value)| value);
        Claim(self.place(op), values.collect())
    }
}

/// The value that a row has afterwards, if it is known.
fn after(op: &Op, column: usize) -> Option<&Value> {
    const TRUE: &Value = &Value::Bool(true);
    const FALSE: &Value = &Value::Bool(false);
    const NULL: &Value = &Value::Null(Kind::Bool);
    let meta = &op.table.columns[column];
    let made = match meta.default {
        _ if op.act != Act::Insert || op.written[column] != Written::Nothing => None,
        Some(DefaultValue::Bool(true)) => Some(TRUE),
        Some(DefaultValue::Bool(false)) => Some(FALSE),
        None if meta.nullable && meta.is_writable() => Some(NULL),
        _ => None,
    };
    op.value_after(column).or(made)
}
