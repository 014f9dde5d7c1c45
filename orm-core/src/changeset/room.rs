//! Texts that a column would cut without a word: what is too long by blanks at its end.
//!
//! PostgreSQL, MariaDB and MySQL cut those of a VARCHAR, in strict mode too. Of any other text
//! that is too long they say so themselves.

use diesel::result::{Error as DieselError, QueryResult};

use super::{Draft, Patch};
use crate::backend::Database;
use crate::ddl;
use crate::error::{FieldError, Invalid};
use crate::metadata::TableMeta;
use crate::table::TableDef;
use crate::value::Value;

impl<T: TableDef> Draft<T> {
    /// The fields whose texts a database would cut without a word.
    pub(crate) fn cut_on(&self, database: Database) -> Vec<FieldError> {
        let positions = 0..T::META.columns.len();
        let given = positions.filter_map(|position| Some((position, self.get(position)?)));
        cut(database, T::META, given)
    }
}

impl<T: TableDef> Patch<T> {
    /// The fields whose texts a database would cut without a word.
    pub(crate) fn cut_on(&self, database: Database) -> Vec<FieldError> {
        let changes = self.changes().iter();
        cut(
            database,
            T::META,
            changes.map(|(index, value)| (*index, value)),
        )
    }
}

/// The fields whose texts would be cut, of values by the position of their column.
pub(crate) fn cut<'v>(
    database: Database,
    table: &TableMeta,
    values: impl IntoIterator<Item = (usize, &'v Value)>,
) -> Vec<FieldError> {
    let cut = |(position, value): (usize, &'v Value)| {
        let column = &table.columns[position];
        let Value::Text(text) = value else {
            return None;
        };
        // Most texts end in something else, and are not looked at.
        if !text.ends_with(' ') {
            return None;
        }
        let room = ddl::text_room(database, table, column)?;
        let (past, _) = text.char_indices().nth(room)?;
        text[past..].bytes().all(|byte| byte == b' ').then(|| {
            FieldError::new(column.field, "length", "is too long, by blanks at its end")
                .with("max", room)
        })
    };
    values.into_iter().filter_map(cut).collect()
}

/// The same for a statement of Diesel's, which can only fail.
pub(super) fn check<'v>(
    database: Database,
    table: &TableMeta,
    values: impl IntoIterator<Item = (usize, &'v Value)>,
) -> QueryResult<()> {
    let errors = cut(database, table, values);
    if errors.is_empty() {
        return Ok(());
    }
    let invalid = Box::new(Invalid::new(errors));
    Err(DieselError::SerializationError(invalid))
}
