//! What differs in its words, and perhaps in nothing else: a database can say how it writes it.

use super::Pair;
use crate::snapshot::{Index, Snapshot, Table, Term};

/// The expressions of the expected tables that nothing found is spelled like, where there is
/// something that they might be: each with the table that was found, as a table that has those
/// checks, indexes and columns alone.
pub(crate) fn unlike<'f>(expected: &Snapshot, found: &'f Snapshot) -> Vec<(&'f Table, Table)> {
    let pairs = expected.tables.iter().filter_map(|table| {
        let name = &table.name;
        let there = found.table(name.schema.as_deref(), &name.name)?;
        let unlike = Pair::new(found.database, table, there).unlike();
        let any =
            !(unlike.checks.is_empty() && unlike.columns.is_empty() && unlike.indexes.is_empty());
        any.then_some((there, unlike))
    });
    pairs.collect()
}

/// Puts what the database says in the place of what the models say.
pub(crate) fn put(expected: &mut Snapshot, asked: &Table, said: Table) {
    let mut tables = expected.tables.iter_mut();
    let Some(table) = tables.find(|table| table.name == asked.name) else {
        return;
    };
    for (asked, said) in asked.checks.iter().zip(said.checks) {
        let mut checks = table.checks.iter_mut();
        if let Some(check) = checks.find(|check| *check == asked) {
            check.expression = said.expression;
        }
    }
    for said in said.columns {
        let mut columns = table.columns.iter_mut();
        if let Some(column) = columns.find(|column| column.name == said.name) {
            (column.default, column.computed) = (said.default, said.computed);
        }
    }
    for (asked, said) in asked.indexes.iter().zip(said.indexes) {
        let mut indexes = table.indexes.iter_mut();
        if let Some(index) = indexes.find(|index| *index == asked) {
            (index.parts, index.predicate) = (said.parts, said.predicate);
        }
    }
}

impl Pair<'_> {
    fn unlike(&self) -> Table {
        let (expected, found) = (self.expected, self.found);
        let mut table = Table::new(expected.name.clone());
        let is_found = |spelled: String| {
            let mut checks = found.checks.iter();
            checks.any(|check| self.same.spelled(&check.expression) == spelled)
        };
        let checks = expected.checks.iter().filter(|_| !found.checks.is_empty());
        let checks = checks.filter(|check| !is_found(self.same.spelled(&check.expression)));
        table.checks = checks.cloned().collect();
        let columns = expected.columns.iter().filter(|column| {
            let Some(there) = found.column(&column.name) else {
                return false;
            };
            let defaults = column.default.is_some()
                && there.default.is_some()
                && self.same.default(column) != self.same.default(there);
            let computed = column.computed.is_some()
                && there.computed.is_some()
                && !self.same.computed(column, there);
            defaults || computed
        });
        table.columns = columns.cloned().collect();
        let of_words = |index: &Index| {
            let expression = |term: &Term| matches!(term, Term::Expression(_));
            index.predicate.is_some() || index.parts.iter().any(|part| expression(&part.term))
        };
        let others: Vec<_> = found
            .indexes
            .iter()
            .filter(|index| of_words(index))
            .collect();
        let indexes = expected.indexes.iter().filter(|index| of_words(index));
        let indexes = indexes.filter(|index| {
            let spelled = self.same.index(found, index);
            !others.is_empty()
                && others
                    .iter()
                    .all(|other| self.same.index(found, other) != spelled)
        });
        table.indexes = indexes.cloned().collect();
        table
    }
}
