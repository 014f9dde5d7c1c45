//! Upsert: insert, or change the row that is in the way.
//!
//! The target is named, and must be unique: another conflict than the one
//! expected is an error, never a silent change of the wrong row.

use diesel::query_builder::AstPass;
use diesel::result::QueryResult;

use super::{Rows, write};
use crate::backend::Dialect;
use crate::metadata::TableMeta;
use crate::table::{Column, ColumnDef, TableDef};

/// Columns that a conflict may be named by: the key or a unique of the model.
pub trait ConflictTarget<T: TableDef> {
    /// The positions of the columns.
    fn positions() -> Vec<usize>;
}

/// A column that is unique by itself; generated for each such column.
#[diagnostic::on_unimplemented(
    message = "a conflict on this column cannot be the target of an upsert: it is not unique",
    label = "not unique",
    note = "name the key, or a column with `#[model(unique)]`; for a key of several columns a tuple of all of them"
)]
pub trait UniqueTarget: ColumnDef {}

impl<T: TableDef, C> ConflictTarget<T> for Column<C>
where
    C: UniqueTarget + ColumnDef<Table = T>,
{
    fn positions() -> Vec<usize> {
        position(T::META, C::NAME).into_iter().collect()
    }
}

/// A tuple of columns that is the key, or unique together; generated for the table.
#[diagnostic::on_unimplemented(
    message = "a conflict on these columns cannot be the target of an upsert: they are not unique together",
    note = "name the columns of the key, or of a `#[model(unique(a, b))]`, all and in the order of the declaration"
)]
pub trait UniqueTogether<Columns> {}

macro_rules! tuple_targets {
    ($(($($name:ident)*);)*) => {$(
        impl<T: TableDef, $($name),*> ConflictTarget<T> for ($(Column<$name>,)*)
        where
            $($name: ColumnDef<Table = T>,)*
            T: UniqueTogether<($($name,)*)>,
        {
            fn positions() -> Vec<usize> {
                [$($name::NAME),*].into_iter().filter_map(|name| position(T::META, name)).collect()
            }
        }
    )*};
}
tuple_targets! { (A B); (A B C); (A B C D); (A B C D E); }

fn position(table: &TableMeta, name: &str) -> Option<usize> {
    table.columns.iter().position(|column| column.name == name)
}

/// What to do with a row that is there already.
#[derive(Debug, Clone)]
pub struct OnConflict {
    target: Vec<usize>,
    update: bool,
}

impl OnConflict {
    /// Change the row to the columns that the insert gives.
    #[must_use]
    pub fn update(target: Vec<usize>) -> Self {
        OnConflict {
            target,
            update: true,
        }
    }

    /// Leave the row as it is.
    #[must_use]
    pub fn nothing(target: Vec<usize>) -> Self {
        OnConflict {
            target,
            update: false,
        }
    }

    pub(super) fn write<DB: Dialect>(
        &self,
        out: &mut AstPass<'_, '_, DB>,
        table: &'static TableMeta,
        rows: &Rows,
    ) -> QueryResult<()> {
        out.push_sql(" ON CONFLICT (");
        write::column_names(out, self.target.iter().map(|index| &table.columns[*index]))?;
        out.push_sql(")");
        if !self.update {
            out.push_sql(" DO NOTHING");
            return Ok(());
        }
        out.push_sql(" DO UPDATE SET ");
        // Neither the key nor the shard key of a row changes under it.
        let fixed = |index: usize| {
            self.target.contains(&index)
                || table.key.contains(&index)
                || table.shard_key() == Some(index)
        };
        let changed: Vec<_> = rows
            .columns(table)
            .filter(|(index, _)| !fixed(*index))
            .map(|(_, c)| c)
            .collect();
        if changed.is_empty() {
            // Nothing to change; the assignment makes the row come back.
            let column = &table.columns[self.target[0]];
            out.push_identifier(column.name)?;
            out.push_sql(" = excluded.");
            return out.push_identifier(column.name);
        }
        for (nth, column) in changed.into_iter().enumerate() {
            if nth > 0 {
                out.push_sql(", ");
            }
            out.push_identifier(column.name)?;
            out.push_sql(" = excluded.");
            out.push_identifier(column.name)?;
        }
        Ok(())
    }
}
