//! What the database found broken, on the fields of the model.

use diesel::result::Error as DieselError;

use crate::backend::Database;
use crate::ddl::constraint_name;
use crate::error::{Error, Invalid, field_errors};
use crate::metadata::{IndexMeta, IndexTerm, TableMeta};

/// An error of a write to a table.
pub(crate) fn translate(error: DieselError, table: &TableMeta) -> Error {
    match field_errors(&error, &|name| fields_of(table, name)) {
        Some(errors) => Error::from(Invalid::new(errors)).with_source(error),
        None => Error::from(error),
    }
}

/// The fields that a constraint's name, `table.column`, `table.index` or a
/// column stands for.
fn fields_of(table: &TableMeta, name: &str) -> Option<Vec<String>> {
    let fields = |columns: &[usize]| {
        Some(
            columns
                .iter()
                .map(|index| table.columns[*index].field.to_owned())
                .collect(),
        )
    };
    // A long name is cut.
    let is = |made: &str| {
        let cut = |database| constraint_name(database, made) == name;
        made == name || cut(Database::Postgres) || cut(Database::Mysql)
    };
    if let Some((owner, inner)) = name.rsplit_once('.') {
        if owner != table.name {
            return None;
        }
        return match table.column_named(inner) {
            Some(column) => Some(vec![column.field.to_owned()]),
            None => fields_of(table, inner),
        };
    }
    if let Some(index) = table.indexes.iter().find(|index| is(index.name)) {
        return fields(&index_columns(table, index))
            .filter(|fields: &Vec<String>| !fields.is_empty());
    }
    if let Some(key) = table.foreign_keys.iter().find(|key| is(key.name)) {
        return fields(key.columns);
    }
    if name == "PRIMARY" || name == format!("{}_pkey", table.name) {
        return fields(table.key);
    }
    if let Some(column) = table.column_named(name) {
        return Some(vec![column.field.to_owned()]);
    }
    // The checks of a column: `table_column_rule`.
    if name.len() >= 63
        && let Some(column) = table.columns.iter().find(|column| {
            let rules = ["type", "length", "range", "not_blank", "email"];
            rules
                .iter()
                .any(|rule| is(&format!("{}_{}_{rule}", table.name, column.name)))
        })
    {
        return Some(vec![column.field.to_owned()]);
    }
    let rest = name.strip_prefix(table.name)?.strip_prefix('_')?;
    let column = table.columns.iter().filter(|column| {
        rest.strip_prefix(column.name)
            .is_some_and(|rule| rule.starts_with('_'))
    });
    // `a` and `a_b` may both begin the name: the longer one is meant.
    let column = column.max_by_key(|column| column.name.len())?;
    Some(vec![column.field.to_owned()])
}

/// The columns of an index; of an expression those that it names.
fn index_columns(table: &TableMeta, index: &IndexMeta) -> Vec<usize> {
    let columns = index.parts.iter().flat_map(|part| match part.term {
        IndexTerm::Column(position) => vec![position],
        IndexTerm::Expression(sql) => table.columns_in(sql),
    });
    columns.collect()
}
