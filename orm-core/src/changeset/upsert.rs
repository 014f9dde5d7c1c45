//! Upsert: insert, or change the row that is in the way.
//!
//! The target is named, and must be unique: another conflict than the one
//! expected is an error, never a silent change of the wrong row.

use diesel::query_builder::AstPass;
use diesel::result::{Error as DieselError, QueryResult};

use super::{Rows, write};
use crate::backend::{Database, Dialect};
use crate::metadata::TableMeta;
use crate::table::{Column, ColumnDef, TableDef};

/// Columns that a conflict may be named by: the key or a unique of the model.
#[diagnostic::on_unimplemented(
    message = "a conflict on this column cannot be the target of an upsert: it is not unique",
    label = "not unique in this model",
    note = "name the key, or a column with `#[model(unique)]`; of several columns that are unique together a tuple of all, in their order"
)]
pub trait ConflictTarget<T: TableDef> {
    /// The positions of the columns.
    fn positions() -> Vec<usize>;
}

/// A column that is unique by itself; generated for each such column.
pub trait UniqueTarget: ColumnDef {}

#[diagnostic::do_not_recommend]
impl<T: TableDef, C> ConflictTarget<T> for Column<C>
where
    C: UniqueTarget + ColumnDef<Table = T>,
{
    fn positions() -> Vec<usize> {
        position(T::META, C::NAME).into_iter().collect()
    }
}

/// A tuple of columns that is the key, or unique together; generated for the table.
pub trait UniqueTogether<Columns> {}

macro_rules! tuple_targets {
    ($(($($name:ident)*);)*) => {$(
        #[diagnostic::do_not_recommend]
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
    told: Option<usize>,
}

impl OnConflict {
    /// Change the row to the columns that the insert gives.
    #[must_use]
    pub fn update(target: Vec<usize>) -> Self {
        OnConflict {
            target,
            update: true,
            told: None,
        }
    }

    /// Leave the row as it is.
    #[must_use]
    pub fn nothing(target: Vec<usize>) -> Self {
        OnConflict {
            target,
            update: false,
            told: None,
        }
    }

    /// MariaDB and MySQL tell by LAST_INSERT_ID which row it was, changed or inserted: by this
    /// column, which they count up.
    #[must_use]
    pub(crate) fn telling(mut self, counted: usize) -> Self {
        self.told = Some(counted);
        self
    }

    pub(super) fn write<DB: Dialect>(
        &self,
        out: &mut AstPass<'_, '_, DB>,
        table: &'static TableMeta,
        rows: &Rows,
    ) -> QueryResult<()> {
        if DB::DATABASE == Database::Mysql {
            return self.write_for_mysql(out, table, rows);
        }
        out.push_sql(" ON CONFLICT (");
        write::column_names(out, self.target.iter().map(|index| &table.columns[*index]))?;
        out.push_sql(")");
        if !self.update {
            out.push_sql(" DO NOTHING");
            return Ok(());
        }
        out.push_sql(" DO UPDATE SET ");
        let Overwrite {
            changed,
            counted,
            equal,
        } = Overwrite::of(table, rows.columns(), &self.target);
        // Nothing to change: the assignment makes the row come back.
        let none = if changed.is_empty() {
            &self.target[..1]
        } else {
            &[]
        };
        for (nth, position) in changed.iter().chain(none).enumerate() {
            out.push_sql(if nth > 0 { ", " } else { "" });
            let name = table.columns[*position].name;
            out.push_identifier(name)?;
            out.push_sql(" = excluded.");
            out.push_identifier(name)?;
        }
        if let Some(version) = counted {
            out.push_sql(", ");
            out.push_identifier(table.columns[version].name)?;
            out.push_sql(" = ");
            column_of_table(out, table, version)?;
            out.push_sql(" + 1");
        }
        for (nth, position) in equal.into_iter().enumerate() {
            out.push_sql(if nth > 0 { " AND " } else { " WHERE " });
            column_of_table(out, table, position)?;
            out.push_sql(" = excluded.");
            out.push_identifier(table.columns[position].name)?;
        }
        Ok(())
    }

    /// ` ON DUPLICATE KEY UPDATE …`, which any unique sets off: the first
    /// assignment fails where the row in the way is not the target's, or is none
    /// that this upsert may change.
    ///
    /// It leaves its column as it is. The subquery of two rows is evaluated only
    /// then, and its error ([`is_other_conflict`]) takes the statement back.
    /// A NULL of the target is in nobody's way: `=`, and no `<=>`.
    ///
    /// To do nothing is a plain INSERT: the caller looks what was in the way.
    fn write_for_mysql<DB: Dialect>(
        &self,
        out: &mut AstPass<'_, '_, DB>,
        table: &'static TableMeta,
        rows: &Rows,
    ) -> QueryResult<()> {
        if !self.update {
            return Ok(());
        }
        let guard = table.columns[self.told.unwrap_or(table.key[0])].name;
        out.push_sql(" ON DUPLICATE KEY UPDATE ");
        out.push_identifier(guard)?;
        out.push_sql(" = IF(");
        let Overwrite {
            changed,
            counted,
            equal,
        } = Overwrite::of(table, rows.columns(), &self.target);
        for (nth, index) in self.target.iter().chain(&equal).enumerate() {
            out.push_sql(if nth > 0 { " AND " } else { "" });
            let name = table.columns[*index].name;
            out.push_identifier(name)?;
            out.push_sql(" = VALUES(");
            out.push_identifier(name)?;
            out.push_sql(")");
        }
        let tells = self.told.is_some();
        out.push_sql(if tells { ", LAST_INSERT_ID(" } else { ", " });
        out.push_identifier(guard)?;
        out.push_sql(if tells { ")" } else { "" });
        out.push_sql(", (SELECT 1 UNION SELECT 2))");
        for position in changed {
            let name = table.columns[position].name;
            out.push_sql(", ");
            out.push_identifier(name)?;
            out.push_sql(" = VALUES(");
            out.push_identifier(name)?;
            out.push_sql(")");
        }
        if let Some(version) = counted {
            let name = table.columns[version].name;
            out.push_sql(", ");
            out.push_identifier(name)?;
            out.push_sql(" = ");
            out.push_identifier(name)?;
            out.push_sql(" + 1");
        }
        Ok(())
    }
}

/// `table.column`, beside `excluded.column`.
fn column_of_table<DB: Dialect>(
    out: &mut AstPass<'_, '_, DB>,
    table: &TableMeta,
    position: usize,
) -> QueryResult<()> {
    out.push_identifier(table.name)?;
    out.push_sql(".");
    out.push_identifier(table.columns[position].name)
}

/// The columns of an insert, as bits.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Columns {
    /// Those that it has.
    pub(super) given: u128,
    /// Those among them that no form gave.
    pub(super) made: u128,
    /// Whether it is a row that is to be the same as another one.
    pub(super) copied: bool,
}

impl Columns {
    pub(super) fn add(&mut self, row: Columns) {
        self.given |= row.given;
        self.made |= row.made;
        self.copied |= row.copied;
    }
}

/// What an upsert does to a row that is there, by positions of columns.
#[derive(Debug)]
pub(crate) struct Overwrite {
    /// The columns that it changes.
    pub(crate) changed: Vec<usize>,
    /// The version, if it counts it up.
    counted: Option<usize>,
    /// The columns in which the row must be like the insert, beside the target.
    pub(crate) equal: Vec<usize>,
}

impl Overwrite {
    /// Neither the key nor the shard key of a row changes under it, and what was
    /// made at its insert stays; the time of the last change follows any other
    /// column. A row that was deleted softly is there again. A row of another
    /// shard key, or of another version, than the form gives is not changed.
    ///
    /// A copy takes all over, and asks for nothing.
    pub(super) fn of(table: &TableMeta, columns: Columns, target: &[usize]) -> Self {
        let Columns {
            given,
            made,
            copied,
        } = columns;
        let has = |bits: u128, position: usize| bits & (1 << position) != 0;
        let is_changed =
            |position: usize| has(given & !made, position) || table.deleted_at == Some(position);
        let stays = |position: usize| {
            target.contains(&position)
                || table.key.contains(&position)
                || table.shard_key() == Some(position)
                || table.version == Some(position) && !copied
        };
        let positions = 0..table.columns.len();
        let mut changed: Vec<usize> = positions
            .filter(|position| is_changed(*position) && !stays(*position))
            .collect();
        if let Some(position) = table.updated_at()
            && !changed.is_empty()
            && !changed.contains(&position)
            && has(given, position)
        {
            changed.push(position);
        }
        let asked = [table.shard_key(), table.version].into_iter().flatten();
        let asked = asked.filter(|position| {
            !copied && has(given & !made, *position) && !target.contains(position)
        });
        Overwrite {
            counted: table.version.filter(|_| !copied && !changed.is_empty()),
            equal: asked.collect(),
            changed,
        }
    }
}

/// Whether an upsert on MariaDB or MySQL met a row that its target does not
/// name. The same rows, inserted without [`OnConflict`], say which unique it was.
#[must_use]
pub fn is_other_conflict(error: &DieselError) -> bool {
    // Error 1242; no other part of the statement has a subquery.
    matches!(error, DieselError::DatabaseError(_, info)
        if info.message() == "Subquery returns more than 1 row")
}
