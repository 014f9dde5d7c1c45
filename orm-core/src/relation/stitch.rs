//! The second query of a preload, and the map from keys to rows.

use std::collections::HashMap;
use std::marker::PhantomData;

use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::result::QueryResult;

use crate::backend::{Database, Dialect};
use crate::table::{Model, TableDef};
use crate::value::ValueKey;

/// The values by which a row is found: of one column, or of several.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum RowKey {
    /// Of one column.
    One(ValueKey),
    /// Of several columns.
    Many(Vec<ValueKey>),
}

impl RowKey {
    /// The values of some columns of a row; `None` if one of them is NULL.
    #[must_use]
    pub fn of<M: Model>(row: &M, columns: &[usize]) -> Option<Self> {
        let value = |column: &usize| {
            let value = row.value_of(*column);
            (!value.is_null()).then_some(ValueKey(value))
        };
        match columns {
            [one] => value(one).map(RowKey::One),
            many => many
                .iter()
                .map(value)
                .collect::<Option<_>>()
                .map(RowKey::Many),
        }
    }

    fn values(&self) -> &[ValueKey] {
        match self {
            RowKey::One(value) => std::slice::from_ref(value),
            RowKey::Many(values) => values,
        }
    }
}

/// `SELECT … FROM table WHERE column IN (…) ORDER BY key`
///
/// The list is padded to a power of two, so that few texts exist. Of several
/// columns it is a list of row values.
pub struct FindMany<T> {
    columns: Vec<usize>,
    keys: Vec<RowKey>,
    table: PhantomData<fn() -> T>,
}

impl<T: TableDef> FindMany<T> {
    /// So many values fit into one statement of every database.
    pub const MOST: usize = 8_192;

    /// Rows whose columns have one of the values. At least one.
    #[must_use]
    pub fn new(columns: Vec<usize>, keys: Vec<RowKey>) -> Self {
        FindMany {
            columns,
            keys,
            table: PhantomData,
        }
    }
}

impl<T: TableDef> Query for FindMany<T> {
    type SqlType = T::SqlType;
}

impl<T> QueryId for FindMany<T> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<T: TableDef, DB: Dialect> QueryFragment<DB> for FindMany<T> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        let names = |out: &mut AstPass<'_, 'b, DB>,
                     columns: &mut dyn Iterator<Item = &'static str>| {
            for (nth, name) in columns.enumerate() {
                if nth > 0 {
                    out.push_sql(", ");
                }
                out.push_identifier(name)?;
            }
            QueryResult::Ok(())
        };
        out.push_sql("SELECT ");
        names(
            &mut out,
            &mut T::META.read_columns().map(|column| column.name),
        )?;
        out.push_sql(" FROM ");
        if let Some(schema) = T::META.schema {
            out.push_identifier(schema)?;
            out.push_sql(".");
        }
        out.push_identifier(T::META.name)?;
        let row = self.columns.len() > 1;
        out.push_sql(if row { " WHERE (" } else { " WHERE " });
        let columns = self.columns.iter();
        names(
            &mut out,
            &mut columns.map(|position| T::META.columns[*position].name),
        )?;
        out.push_sql(match (row, DB::DATABASE) {
            (false, _) => " IN (",
            // A list of row values is a table of them to SQLite.
            (true, Database::Sqlite) => ") IN (VALUES ",
            (true, _) => ") IN (",
        });
        let padding = self.keys.len().next_power_of_two() - self.keys.len();
        let last = self.keys.last().into_iter().cycle().take(padding);
        for (nth, key) in self.keys.iter().chain(last).enumerate() {
            out.push_sql(if nth > 0 { ", " } else { "" });
            out.push_sql(if row { "(" } else { "" });
            for (position, ValueKey(value)) in key.values().iter().enumerate() {
                out.push_sql(if position > 0 { ", " } else { "" });
                DB::push_value(&mut out, value)?;
            }
            out.push_sql(if row { ")" } else { "" });
        }
        out.push_sql(")");
        if let Some(position) = T::META.deleted_at {
            out.push_sql(" AND ");
            out.push_identifier(T::META.columns[position].name)?;
            out.push_sql(" IS NULL");
        }
        // A view need have no key.
        if T::META.key.is_empty() {
            return Ok(());
        }
        out.push_sql(" ORDER BY ");
        names(
            &mut out,
            &mut T::META.key_columns().map(|column| column.name),
        )
    }
}

/// Rows by the values of some of their columns, in the order given.
#[must_use]
pub fn by_key<M: Model>(rows: Vec<M>, columns: &[usize]) -> HashMap<RowKey, Vec<M>> {
    let mut map: HashMap<RowKey, Vec<M>> = HashMap::new();
    for row in rows {
        if let Some(key) = RowKey::of(&row, columns) {
            map.entry(key).or_default().push(row);
        }
    }
    map
}
