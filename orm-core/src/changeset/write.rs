//! Pieces of SQL that several statements share.

use diesel::query_builder::AstPass;
use diesel::result::QueryResult;

use crate::backend::{Database, Dialect};
use crate::metadata::{ColumnMeta, TableMeta};
use crate::query::padding;
use crate::value::Value;

/// The table's name, with its schema.
pub(super) fn table_name<DB: Dialect>(
    out: &mut AstPass<'_, '_, DB>,
    table: &TableMeta,
) -> QueryResult<()> {
    if let Some(schema) = table.schema {
        out.push_identifier(schema)?;
        out.push_sql(".");
    }
    out.push_identifier(table.name)
}

/// Column names, separated by commas.
pub(super) fn column_names<'a, DB: Dialect>(
    out: &mut AstPass<'_, '_, DB>,
    columns: impl IntoIterator<Item = &'a ColumnMeta>,
) -> QueryResult<()> {
    for (index, column) in columns.into_iter().enumerate() {
        if index > 0 {
            out.push_sql(", ");
        }
        out.push_identifier(column.name)?;
    }
    Ok(())
}

/// `SELECT all columns FROM table`
pub(super) fn select_all<DB: Dialect>(
    out: &mut AstPass<'_, '_, DB>,
    table: &TableMeta,
) -> QueryResult<()> {
    out.push_sql("SELECT ");
    column_names(out, table.read_columns())?;
    out.push_sql(" FROM ");
    table_name(out, table)
}

/// ` WHERE key = value AND …`
pub(super) fn where_key<'b, DB: Dialect>(
    out: &mut AstPass<'_, 'b, DB>,
    table: &TableMeta,
    key: &'b [Value],
) -> QueryResult<()> {
    if table.key.is_empty() {
        out.push_sql(" WHERE 1 = 0");
    }
    for (index, (column, value)) in table.key_columns().zip(key).enumerate() {
        out.push_sql(if index == 0 { " WHERE " } else { " AND " });
        out.push_identifier(column.name)?;
        out.push_sql(" = ");
        DB::push_value(out, value)?;
    }
    Ok(())
}

/// ` WHERE (column, …) IN ((value, …), …)`, of at least one row.
///
/// The list is padded to a power of two, so that few texts exist.
pub(super) fn where_in<'b, DB: Dialect>(
    out: &mut AstPass<'_, 'b, DB>,
    table: &TableMeta,
    columns: &[usize],
    rows: &'b [Vec<Value>],
) -> QueryResult<()> {
    let row = columns.len() > 1;
    out.push_sql(if row { " WHERE (" } else { " WHERE " });
    column_names(out, columns.iter().map(|index| &table.columns[*index]))?;
    out.push_sql(match (row, DB::DATABASE) {
        (false, _) => " IN (",
        // A list of row values is a table of them to SQLite.
        (true, Database::Sqlite) => ") IN (VALUES ",
        (true, _) => ") IN (",
    });
    let last = rows.last().into_iter().cycle().take(padding(rows.len()));
    for (nth, values) in rows.iter().chain(last).enumerate() {
        out.push_sql(if nth > 0 { ", " } else { "" });
        out.push_sql(if row { "(" } else { "" });
        for (position, value) in values.iter().enumerate() {
            out.push_sql(if position > 0 { ", " } else { "" });
            DB::push_value(out, value)?;
        }
        out.push_sql(if row { ")" } else { "" });
    }
    out.push_sql(")");
    Ok(())
}

/// ` AND column = value …`, behind the key.
pub(super) fn and_conditions<'b, DB: Dialect>(
    out: &mut AstPass<'_, 'b, DB>,
    table: &TableMeta,
    conditions: &'b [(usize, Value)],
) -> QueryResult<()> {
    for (index, value) in conditions {
        out.push_sql(" AND ");
        out.push_identifier(table.columns[*index].name)?;
        if value.is_null() {
            out.push_sql(" IS NULL");
            continue;
        }
        out.push_sql(" = ");
        DB::push_value(out, value)?;
    }
    Ok(())
}

/// ` AND deleted_at IS NULL`, if the model's rows are deleted softly.
pub(super) fn and_living<DB: Dialect>(
    out: &mut AstPass<'_, '_, DB>,
    table: &TableMeta,
) -> QueryResult<()> {
    if let Some(position) = table.deleted_at {
        out.push_sql(" AND ");
        out.push_identifier(table.columns[position].name)?;
        out.push_sql(" IS NULL");
    }
    Ok(())
}

/// `column = value, …`, and the version counted up, unless it is set.
pub(super) fn set<'b, DB: Dialect>(
    out: &mut AstPass<'_, 'b, DB>,
    table: &TableMeta,
    changes: &'b [(usize, Value)],
) -> QueryResult<()> {
    set_only(out, table, changes)?;
    let is_set = |version: &usize| changes.iter().any(|(index, _)| index == version);
    let counted = table.version.filter(|version| !is_set(version));
    if let (Some(version), false) = (counted, changes.is_empty()) {
        let name = table.columns[version].name;
        out.push_sql(", ");
        out.push_identifier(name)?;
        out.push_sql(" = ");
        out.push_identifier(name)?;
        out.push_sql(" + 1");
    }
    Ok(())
}

/// `column = value, …`, and the version as it is.
pub(super) fn set_only<'b, DB: Dialect>(
    out: &mut AstPass<'_, 'b, DB>,
    table: &TableMeta,
    changes: &'b [(usize, Value)],
) -> QueryResult<()> {
    for (position, (index, value)) in changes.iter().enumerate() {
        if position > 0 {
            out.push_sql(", ");
        }
        out.push_identifier(table.columns[*index].name)?;
        out.push_sql(" = ");
        DB::push_value(out, value)?;
    }
    Ok(())
}
