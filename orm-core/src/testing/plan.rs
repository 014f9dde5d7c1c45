//! The rows that a row needs, in an order in which they can be inserted. Pure: values and references to
//! keys that are not known yet.

use super::value::make;
use super::{distinct, sequence};
use crate::metadata::{ColumnMeta, DefaultValue, ForeignKeyMeta, Origin, TableMeta};
use crate::value::Value;

/// What a cell shall hold.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Cell {
    /// A value.
    Value(Value),
    /// What the key of an earlier row turns out to be, by the position of its column.
    KeyOf { row: usize, column: usize },
}

/// A cell that is given before others are made.
#[derive(Debug, Clone)]
pub(super) struct Given {
    pub(super) cell: Cell,
    /// Whoever uses the factory vouches for the row that it refers to.
    pub(super) by_user: bool,
}

/// A row to be inserted.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub(super) table: &'static TableMeta,
    pub(super) cells: Vec<Option<Cell>>,
}

impl Row {
    /// A column of the key: as it is given, or as it will be.
    fn key(&self, row: usize, column: usize) -> Cell {
        let given = self.cells[column].clone();
        given.unwrap_or(Cell::KeyOf { row, column })
    }
}

/// Rows, each behind those that it refers to.
#[derive(Debug, Default)]
pub(super) struct Plan {
    pub(super) rows: Vec<Row>,
    /// Where the rows begin that were made for one and the same row.
    first: usize,
    /// How many rows of the factory's own were planned before.
    nth: u64,
}

impl Plan {
    /// Plans a row and those that it needs, and says where it stands.
    ///
    /// # Errors
    /// What could not be made, and what to set.
    pub(super) fn add(
        &mut self,
        table: &'static TableMeta,
        given: Vec<Option<Given>>,
    ) -> Result<usize, String> {
        self.first = self.rows.len();
        let row = self.row(table, given, &[])?;
        self.nth += 1;
        Ok(row)
    }

    /// Plans a row without those that it refers to: its foreign keys are left to others.
    ///
    /// # Errors
    /// What could not be made, and what to set.
    pub(super) fn alone(
        table: &'static TableMeta,
        given: Vec<Option<Given>>,
    ) -> Result<Vec<Option<Cell>>, String> {
        let needed = table.foreign_keys.iter();
        let needed = needed.filter(|key| is_needed(table, key, &given));
        let left: Vec<usize> = needed.flat_map(|key| key.columns).copied().collect();
        let cells = Plan::default().filled(table, given, &left, &mut None)?;
        Ok(cells.into_iter().map(cell_of).collect())
    }

    fn row(
        &mut self,
        table: &'static TableMeta,
        given: Vec<Option<Given>>,
        path: &[&'static TableMeta],
    ) -> Result<usize, String> {
        if table.view.is_some() {
            return Err(format!(
                "the rows of the view {} are not written",
                table.model
            ));
        }
        let path = [path, &[table]].concat();
        let (mut given, mut number) = (given, None);
        // Rows of one group agree on it.
        if let Some(shard_key) = table.shard_key() {
            let others = (0..table.columns.len()).filter(|position| *position != shard_key);
            let refers = table.foreign_keys.iter().flat_map(|key| key.columns);
            let left: Vec<usize> = others.chain(refers.copied()).collect();
            given = self.filled(table, given, &left, &mut number)?;
        }
        let mut keys: Vec<&ForeignKeyMeta> = table.foreign_keys.iter().collect();
        let places = |key: &&ForeignKeyMeta| {
            table
                .shard_key()
                .is_some_and(|it| key.columns.contains(&it))
        };
        keys.sort_by_key(|key| (key.columns.len(), !places(key)));
        for key in keys {
            self.parent(table, key, &mut given, &path)?;
        }
        let cells = self.filled(table, given, &[], &mut number)?;
        self.rows.push(Row {
            table,
            cells: cells.into_iter().map(cell_of).collect(),
        });
        Ok(self.rows.len() - 1)
    }

    /// Plans the row that a foreign key refers to, if it needs one.
    fn parent(
        &mut self,
        table: &'static TableMeta,
        key: &ForeignKeyMeta,
        given: &mut [Option<Given>],
        path: &[&'static TableMeta],
    ) -> Result<(), String> {
        if !is_needed(table, key, given) {
            return Ok(());
        }
        let parent = (key.parent)();
        let known = key.columns.iter().map(|column| given[*column].clone());
        let known: Vec<Option<Given>> = known.collect();
        if self.is_planned(parent, &known) {
            return Ok(());
        }
        if path.iter().any(|before| before.is_same_table(parent)) {
            return Err(with_hint(circle(table, key, path), path, key));
        }
        let mut preset: Vec<Option<Given>> = parent.columns.iter().map(|_| None).collect();
        if let (Some(here), Some(there)) = (table.shard_key(), parent.shard_key())
            && table.columns[here].kind.same(parent.columns[there].kind)
        {
            preset[there].clone_from(&given[here]);
        }
        for (column, known) in parent.key.iter().zip(known) {
            if known.is_some() {
                preset[*column] = known;
            }
        }
        let row = self.row(parent, preset, path);
        let row = row.map_err(|why| with_hint(why, path, key))?;
        for (column, of_key) in key.columns.iter().zip(parent.key) {
            given[*column] = Some(Given {
                cell: self.rows[row].key(row, *of_key),
                by_user: false,
            });
        }
        Ok(())
    }

    /// Whether a row of this key was planned for the same row.
    fn is_planned(&self, parent: &TableMeta, key: &[Option<Given>]) -> bool {
        let mut rows = self.rows.iter().enumerate().skip(self.first);
        rows.any(|(position, row)| {
            let mut columns = parent.key.iter().zip(key);
            row.table.is_same_table(parent)
                && columns.all(|(column, given)| {
                    let given = given.as_ref().map(|given| &given.cell);
                    given == Some(&row.key(position, *column))
                })
        })
    }

    /// Makes what an insert must give, but for some columns. The number tells the row from others.
    fn filled(
        &self,
        table: &'static TableMeta,
        mut given: Vec<Option<Given>>,
        left: &[usize],
        number: &mut Option<u64>,
    ) -> Result<Vec<Option<Given>>, String> {
        let sets = distinct::sets(table);
        let differs = |position: usize| {
            sets.iter().any(|set| set.contains(&position))
                || distinct::is_given_key(table, position)
        };
        let free: Vec<bool> = given
            .iter()
            .enumerate()
            .map(|(position, cell)| cell.is_none() && is_made(table, position, differs(position)))
            .collect();
        for (position, column) in table.columns.iter().enumerate() {
            if !free[position] || left.contains(&position) {
                continue;
            }
            let place = if differs(position) {
                let number = *number.get_or_insert_with(|| sequence::next(table));
                distinct::place(table, position, number, &|index| free[index])
            } else {
                self.nth
            };
            let value = make(column, place, differs(position));
            let value = value.map_err(|why| unmet(table, column, &why))?;
            given[position] = Some(Given {
                cell: Cell::Value(value),
                by_user: false,
            });
        }
        Ok(given)
    }
}

fn cell_of(given: Option<Given>) -> Option<Cell> {
    given.map(|given| given.cell)
}

/// Whether a row must be there for a foreign key, and nobody vouches for it.
fn is_needed(table: &TableMeta, key: &ForeignKeyMeta, given: &[Option<Given>]) -> bool {
    let mut columns = key
        .columns
        .iter()
        .map(|index| (&table.columns[*index], &given[*index]));
    let all_given = key.columns.iter().all(|index| {
        let cell = given[*index].as_ref();
        cell.is_some_and(|given| given.by_user)
    });
    !all_given
        && columns.all(|(column, given)| match given {
            Some(given) => !matches!(&given.cell, Cell::Value(value) if value.is_null()),
            None => !column.nullable && column.is_writable(),
        })
}

/// Whether a factory makes the value of a column: an insert must give it, or its default would be that
/// of another row.
fn is_made(table: &TableMeta, position: usize, differs: bool) -> bool {
    let column = &table.columns[position];
    let by_default = matches!(
        column.default,
        Some(
            DefaultValue::Bool(_)
                | DefaultValue::Number(_)
                | DefaultValue::Text(_)
                | DefaultValue::Now
        )
    );
    let again = differs && by_default && !column.nullable && column.origin == Origin::User;
    column.required() || again || distinct::is_given_key(table, position)
}

fn unmet(table: &TableMeta, column: &ColumnMeta, why: &str) -> String {
    format!(
        "no value for `{}` of {} could be made ({why}): set it by `with`",
        column.field, table.model
    )
}

fn circle(table: &TableMeta, key: &ForeignKeyMeta, path: &[&'static TableMeta]) -> String {
    let parent = (key.parent)();
    let models = path
        .iter()
        .skip_while(|before| !before.is_same_table(parent));
    let mut models: Vec<&str> = models.map(|table| table.model).collect();
    models.push(parent.model);
    let needs = models.windows(2).map(|two| two.join(" needs "));
    let needs: Vec<String> = needs.collect();
    format!(
        "{} of {} can refer to no row, since {}",
        fields(table, key),
        table.model,
        needs.join(", ")
    )
}

/// Says at the row that the factory is of what to set.
fn with_hint(why: String, path: &[&'static TableMeta], key: &ForeignKeyMeta) -> String {
    match path {
        [table] => {
            let why = why.strip_suffix(": set it by `with`").unwrap_or(&why);
            let fields = fields(table, key);
            format!(
                "{why}: set {fields} of {} by `with`, to a row that is there",
                table.model
            )
        }
        _ => why,
    }
}

fn fields(table: &TableMeta, key: &ForeignKeyMeta) -> String {
    let fields = key
        .columns
        .iter()
        .map(|column| format!("`{}`", table.columns[*column].field));
    fields.collect::<Vec<_>>().join(" and ")
}
