//! [`Op`]: what is done to one row, as far as the order of things depends on it.

use super::identity::Identity;
use crate::metadata::{IndexTerm, TableMeta};
use crate::value::{Value, ValueKey};

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
    /// What is known of the columns that are written.
    pub(super) written: Vec<Option<Value>>,
}

impl Op {
    pub(super) fn identity(&self) -> Option<Identity> {
        Some(Identity::new(self.table, self.key.clone()?))
    }

    pub(super) fn writes(&self, columns: &[usize]) -> bool {
        columns.iter().any(|column| self.written[*column].is_some())
    }

    /// The values of columns afterwards, if all are known and none is NULL.
    pub(super) fn after(&self, columns: &[usize]) -> Option<Vec<Value>> {
        let value = |column: &usize| {
            self.written[*column]
                .as_ref()
                .or(self.before[*column].as_ref())
        };
        whole(columns.iter().map(value))
    }

    /// The values of columns before, if all are known and none is NULL.
    pub(super) fn before(&self, columns: &[usize]) -> Option<Vec<Value>> {
        whole(columns.iter().map(|column| self.before[*column].as_ref()))
    }

    /// The values of uniques that the row has only afterwards.
    pub(super) fn claims(&self) -> Vec<Claim> {
        match self.act {
            Act::Delete | Act::SoftDelete => Vec::new(),
            Act::Insert | Act::Update => self.claims_by(false, |columns| {
                self.writes(columns).then(|| self.after(columns)).flatten()
            }),
        }
    }

    /// The values of uniques that the row has no more.
    pub(super) fn frees(&self) -> Vec<Claim> {
        match self.act {
            Act::Insert => Vec::new(),
            Act::Update => self.claims_by(false, |columns| {
                self.writes(columns).then(|| self.before(columns)).flatten()
            }),
            Act::Delete => self.claims_by(false, |columns| self.before(columns)),
            // Only a unique with a condition lets a row out that stays.
            Act::SoftDelete => self.claims_by(true, |columns| self.before(columns)),
        }
    }

    fn claims_by(
        &self,
        filtered: bool,
        values: impl Fn(&[usize]) -> Option<Vec<Value>>,
    ) -> Vec<Claim> {
        let table = self.table;
        let uniques = table.indexes.iter().enumerate();
        let uniques =
            uniques.filter(|(_, index)| index.unique && (!filtered || index.filter.is_some()));
        let uniques = uniques.filter_map(|(nth, index)| {
            let columns = index.parts.iter().map(|part| match part.term {
                IndexTerm::Column(position) => Some(position),
                IndexTerm::Expression(_) => None,
            });
            Some((nth + 1, columns.collect::<Option<Vec<_>>>()?))
        });
        let key = (!filtered).then(|| (0, table.key.to_vec()));
        let all = key.into_iter().chain(uniques);
        let claimed = all.filter_map(|(nth, columns)| {
            let values = values(&columns)?.into_iter().map(ValueKey).collect();
            Some(Claim(table.schema, table.name, nth, values))
        });
        claimed.collect()
    }
}

/// The values of a unique of a table: one row has them at a time.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Claim(Option<&'static str>, &'static str, usize, Vec<ValueKey>);

fn whole<'v>(values: impl Iterator<Item = Option<&'v Value>>) -> Option<Vec<Value>> {
    let values = values.map(|value| value.filter(|value| !value.is_null()).cloned());
    values.collect()
}
