//! [`Op`]: what is done to one row, as far as the order of things depends on it.

use super::identity::Identity;
use crate::metadata::TableMeta;
use crate::value::Value;

/// What is done to a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Act {
    Insert,
    Update,
    /// From the database.
    Delete,
    /// The row stays, and says that it is deleted.
    SoftDelete,
}

/// What is done to one row.
#[derive(Debug)]
pub(super) struct Op {
    pub(super) act: Act,
    pub(super) table: &'static TableMeta,
    /// What the row is called in an error.
    pub(super) object: String,
    /// The record that it is of.
    pub(super) record: usize,
    /// The records whose keys it takes.
    pub(super) takes: Vec<usize>,
    pub(super) key: Option<Vec<Value>>,
    /// What is known of the row as it was, by position of the column.
    pub(super) before: Vec<Option<Value>>,
    /// The columns that are written.
    pub(super) written: Vec<Written>,
}

/// What is written to a column.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Written {
    Nothing,
    /// What is made of a key that is not known yet.
    Unknown,
    Value(Value),
}

impl Op {
    pub(super) fn identity(&self) -> Option<Identity> {
        Some(Identity::new(self.table, self.key.clone()?))
    }

    pub(super) fn writes(&self, columns: &[usize]) -> bool {
        let mut columns = columns.iter();
        columns.any(|column| self.written[*column] != Written::Nothing)
    }

    /// The value of a column afterwards, if it is known.
    pub(super) fn value_after(&self, column: usize) -> Option<&Value> {
        match &self.written[column] {
            Written::Nothing => self.before[column].as_ref(),
            Written::Unknown => None,
            Written::Value(value) => Some(value),
        }
    }

    /// The values of columns afterwards, if all are known and none is NULL.
    pub(super) fn after(&self, columns: &[usize]) -> Option<Vec<Value>> {
        whole(columns.iter().map(|column| self.value_after(*column)))
    }

    /// The values of columns before, if all are known and none is NULL.
    pub(super) fn before(&self, columns: &[usize]) -> Option<Vec<Value>> {
        whole(columns.iter().map(|column| self.before[*column].as_ref()))
    }
}

fn whole<'v>(values: impl Iterator<Item = Option<&'v Value>>) -> Option<Vec<Value>> {
    let values = values.map(|value| value.filter(|value| !value.is_null()).cloned());
    values.collect()
}
