//! What the database found broken, on the fields of the model.

use diesel::result::{DatabaseErrorKind, Error as DieselError};

use crate::error::{Error, Invalid, field_errors};
use crate::metadata::TableMeta;

/// An error of a write to a table.
pub(super) fn translate(error: DieselError, table: &TableMeta) -> Error {
    use DatabaseErrorKind as K;
    match &error {
        DieselError::DatabaseError(
            kind @ (K::UniqueViolation
            | K::ForeignKeyViolation
            | K::NotNullViolation
            | K::CheckViolation),
            info,
        ) => {
            let errors = field_errors(*kind, info.as_ref(), &|name| fields_of(table, name));
            Error::from(Invalid::new(errors)).with_source(error)
        }
        _ => Error::from(error),
    }
}

/// The fields that a constraint's name, or `table.column`, stands for.
fn fields_of(table: &TableMeta, name: &str) -> Option<Vec<String>> {
    let fields = |columns: &[usize]| {
        Some(
            columns
                .iter()
                .map(|index| table.columns[*index].field.to_owned())
                .collect(),
        )
    };
    if let Some((owner, column)) = name.rsplit_once('.') {
        let column = table.column_named(column).filter(|_| owner == table.name)?;
        return Some(vec![column.field.to_owned()]);
    }
    if let Some(index) = table.indexes.iter().find(|index| index.name == name) {
        return fields(index.columns);
    }
    if let Some(key) = table.foreign_keys.iter().find(|key| key.name == name) {
        return fields(&[key.column]);
    }
    if name == format!("{}_pkey", table.name) {
        return fields(table.key);
    }
    // The checks of a column: `table_column_rule`.
    let rest = name.strip_prefix(table.name)?.strip_prefix('_')?;
    let column = table.columns.iter().filter(|column| {
        rest.strip_prefix(column.name)
            .is_some_and(|rule| rule.starts_with('_'))
    });
    // `a` and `a_b` may both begin the name: the longer one is meant.
    let column = column.max_by_key(|column| column.name.len())?;
    Some(vec![column.field.to_owned()])
}
