//! MariaDB and MySQL: columns, with the checks that are a part of their definition.

use super::{WORDS, Writer};
use crate::snapshot::{Check, Column, Table, TableName};

impl Writer<'_> {
    /// The definition of a column anew. What is not said in it goes, so the check that stands in it is
    /// said again.
    pub(super) fn modify(&self, table: &TableName, column: &Column, loose: bool) -> String {
        let line = WORDS.column(column, loose);
        let check = self.now(table).map(|table| WORDS.own_check(table, column));
        format!("MODIFY COLUMN {line}{}", check.unwrap_or_default())
    }

    /// A column with the check in its definition, or without. In a statement of its own: no column is
    /// modified twice in one.
    pub(super) fn define(&mut self, table: &TableName, check: &Check, comes: bool) {
        let Some(now) = self.now(table) else { return };
        let mut columns = now.columns.iter();
        let Some(column) = columns.find(|one| Some(&one.name) == check.name.as_ref()) else {
            return;
        };
        let own = match comes {
            true => format!(" CHECK ({})", check.expression),
            false => String::new(),
        };
        let clause = format!("MODIFY COLUMN {}{own}", WORDS.column(column, false));
        self.flush();
        self.altered(table).first.push(clause);
        self.flush();
    }

    /// The table as it is before the step.
    fn now(&self, name: &TableName) -> Option<&Table> {
        self.state.tables.iter().find(|table| table.name == *name)
    }

    /// Columns that change with each update of their row, held as they are.
    pub(super) fn kept(&self, table: &TableName) -> String {
        let tables = self.state.tables.iter().filter(|one| one.name == *table);
        let columns = tables.flat_map(|table| &table.columns);
        let changes = |column: &&Column| {
            column
                .options
                .iter()
                .any(|one| one.starts_with("ON UPDATE"))
        };
        let names = columns
            .filter(changes)
            .map(|column| WORDS.name(&column.name));
        names.map(|name| format!(", {name} = {name}")).collect()
    }

    pub(super) fn add_column(
        &mut self,
        table: &TableName,
        column: &Column,
        after: Option<&str>,
        fill: Option<&String>,
    ) {
        let (on, name) = (WORDS.table(table), WORDS.name(&column.name));
        let place = after.map_or(" FIRST".to_owned(), |after| {
            format!(" AFTER {}", WORDS.name(after))
        });
        // Without a value given the server would find one: 0, an empty text.
        let given = column.nullable
            || column.default.is_some()
            || column.computed.is_some()
            || column.generator.is_some();
        let loose = fill.is_some() || !given;
        let kept = self.kept(table);
        let strict = self.modify(table, column, false);
        let altered = self.altered(table);
        let line = WORDS.column(column, loose);
        altered.first.push(format!("ADD COLUMN {line}{place}"));
        if let Some(fill) = fill {
            altered
                .updates
                .push(format!("UPDATE {on} SET {name} = ({fill}){kept}"));
        }
        if loose && !column.nullable {
            altered.second.push(strict);
            altered.apart = true;
        }
    }

    pub(super) fn alter_column(
        &mut self,
        table: &TableName,
        from: &Column,
        to: &Column,
        fill: Option<&String>,
    ) {
        let (on, name) = (WORDS.table(table), WORDS.name(&to.name));
        let kept = self.kept(table);
        let strict = self.modify(table, to, false);
        let loose = self.modify(table, to, true);
        let altered = self.altered(table);
        match fill {
            Some(fill) if from.nullable && !to.nullable => {
                altered.first.push(loose);
                altered.updates.push(format!(
                    "UPDATE {on} SET {name} = ({fill}){kept} WHERE {name} IS NULL"
                ));
                altered.second.push(strict);
            }
            _ => altered.first.push(strict),
        }
    }
}
