//! [`Insert`]: drafts as one statement.

use std::marker::PhantomData;

use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::result::QueryResult;

use super::upsert::Columns;
use super::{Draft, OnConflict, write};
use crate::backend::{Database, Dialect};
use crate::metadata::{ColumnMeta, GeneratedKey, TableMeta};
use crate::table::TableDef;
use crate::value::Value;

/// Rows of drafts, and the columns that at least one of them gives.
pub struct Rows {
    rows: Vec<Vec<Option<Value>>>,
    columns: Columns,
}

impl Rows {
    /// The rows of drafts of one table.
    #[must_use]
    pub fn new<T: TableDef>(drafts: impl IntoIterator<Item = Draft<T>>) -> Self {
        let mut columns = Columns::default();
        let drafts = drafts.into_iter().map(|draft| {
            columns.add(draft.columns());
            draft.into_cells()
        });
        Rows {
            rows: drafts.collect(),
            columns,
        }
    }

    /// One row of whatever table, by the position of its columns.
    pub(crate) fn of_cells(cells: Vec<Option<Value>>) -> Self {
        let columns = Columns {
            given: given(&cells),
            ..Columns::default()
        };
        Rows {
            rows: vec![cells],
            columns,
        }
    }

    /// The columns that at least one row has.
    pub(super) fn columns(&self) -> Columns {
        self.columns
    }

    pub(super) fn is_single(&self) -> bool {
        self.rows.len() == 1
    }

    /// ` (columns) VALUES (…), (…)`; SQLite has no clause behind `DEFAULT VALUES`.
    pub(super) fn values<'b, DB: Dialect>(
        &'b self,
        out: &mut AstPass<'_, 'b, DB>,
        table: &'static TableMeta,
        is_last: bool,
    ) -> QueryResult<()> {
        let given = self.columns.given;
        let no_clause = is_last || DB::DATABASE != Database::Sqlite;
        if given == 0 && self.is_single() && no_clause {
            out.push_sql(match DB::DATABASE {
                Database::Mysql => " () VALUES ()",
                _ => " DEFAULT VALUES",
            });
            return Ok(());
        }
        // Rows without any column still need one cell each.
        let any = table.columns.iter().position(ColumnMeta::is_writable);
        let listed = |index: usize| {
            if given == 0 {
                Some(index) == any
            } else {
                given & (1 << index) != 0
            }
        };
        out.push_sql(" (");
        let columns = table.columns.iter().enumerate();
        write::column_names(
            out,
            columns
                .filter(|(i, _)| listed(*i))
                .map(|(_, column)| column),
        )?;
        out.push_sql(") VALUES ");
        for (position, row) in self.rows.iter().enumerate() {
            out.push_sql(if position == 0 { "(" } else { ", (" });
            let cells = row.iter().zip(table.columns).enumerate();
            for (nth, (_, (cell, column))) in cells.filter(|(i, _)| listed(*i)).enumerate() {
                if nth > 0 {
                    out.push_sql(", ");
                }
                match cell {
                    Some(value) => DB::push_value(out, value)?,
                    None => default_cell::<DB>(out, column),
                }
            }
            out.push_sql(")");
        }
        Ok(())
    }
}

/// A cell that its row does not give, while another row does. SQLite has no
/// word for it: the default itself stands there, in the words of the DDL.
fn default_cell<DB: Dialect>(out: &mut AstPass<'_, '_, DB>, column: &ColumnMeta) {
    match (DB::DATABASE, column.default) {
        (Database::Sqlite, None) => out.push_sql("NULL"),
        (Database::Sqlite, Some(default)) => {
            let sql = crate::ddl::default_sql(Database::Sqlite, column.kind, default);
            out.push_sql(sql.as_deref().unwrap_or("NULL"));
        }
        // DEFAULT is 0, which is a key like any other.
        (Database::Mysql, None) if column.generated == Some(GeneratedKey::Database) => {
            out.push_sql(if column.kind.is_integer() {
                "NULL"
            } else {
                "DEFAULT"
            });
        }
        _ => out.push_sql("DEFAULT"),
    }
}

/// The columns that a row has, as bits.
pub(super) fn given(row: &[Option<Value>]) -> u128 {
    let set = row.iter().enumerate().filter(|(_, cell)| cell.is_some());
    set.fold(0, |all, (index, _)| all | 1 << index)
}

/// Which columns an insert gives, as a type: by it the statement is cached.
pub trait InsertShape: 'static {
    /// Whether the type alone determines the text.
    const STATIC: bool;
}

/// One row of the required columns and those made before the insert.
pub struct RequiredColumns;
/// One row of all columns.
pub struct EveryColumn;
/// One row of all columns but those that the database makes.
pub struct EveryGivenColumn;
/// Any columns, any number of rows: cached by the text.
pub struct AnyColumns;

impl InsertShape for RequiredColumns {
    const STATIC: bool = true;
}
impl InsertShape for EveryColumn {
    const STATIC: bool = true;
}
impl InsertShape for EveryGivenColumn {
    const STATIC: bool = true;
}
impl InsertShape for AnyColumns {
    const STATIC: bool = false;
}

impl Rows {
    /// Whether the rows are one row of all columns.
    #[must_use]
    pub fn is_every_column(&self, table: &TableMeta) -> bool {
        self.is_single() && self.columns.given.count_ones() as usize == table.columns.len()
    }

    /// Whether the rows are one row of all columns but those that the database makes.
    #[must_use]
    pub fn is_every_given_column(&self, table: &TableMeta) -> bool {
        self.is_single()
            && table.columns.iter().enumerate().all(|(index, column)| {
                let given =
                    column.generated != Some(GeneratedKey::Database) && column.is_writable();
                given == (self.columns.given & (1 << index) != 0)
            })
    }

    /// Whether the rows are one row of just the required columns.
    #[must_use]
    pub fn is_required_columns(&self, table: &TableMeta) -> bool {
        self.is_single()
            && table.columns.iter().enumerate().all(|(index, column)| {
                let given = column.required() || column.is_made_before_insert();
                given == (self.columns.given & (1 << index) != 0)
            })
    }
}

/// `INSERT INTO table (…) VALUES … [ON CONFLICT …] RETURNING …`
///
/// MariaDB and MySQL have no RETURNING in common: the statement is executed
/// there, and the rows are read by [`FindInserted`](super::FindInserted) and its like.
pub struct Insert<T, Shape> {
    rows: Rows,
    on_conflict: Option<OnConflict>,
    shape: PhantomData<fn() -> (T, Shape)>,
}

impl<T: TableDef, Shape: InsertShape> Insert<T, Shape> {
    /// The statement that inserts these rows.
    ///
    /// The caller vouches for the shape: a static one is cached by its type.
    #[must_use]
    pub fn new(rows: Rows) -> Self {
        Insert {
            rows,
            on_conflict: None,
            shape: PhantomData,
        }
    }

    /// What to do with rows that are there already.
    #[must_use]
    pub fn on_conflict(mut self, on_conflict: OnConflict) -> Self {
        self.on_conflict = Some(on_conflict);
        self
    }
}

impl<T: TableDef, Shape> Query for Insert<T, Shape> {
    type SqlType = T::SqlType;
}

impl<T: TableDef, Shape: InsertShape> QueryId for Insert<T, Shape> {
    type QueryId = Insert<T, Shape>;
    const HAS_STATIC_QUERY_ID: bool = Shape::STATIC;
}

impl<T: TableDef, Shape, DB: Dialect> QueryFragment<DB> for Insert<T, Shape> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("INSERT INTO ");
        write::table_name(&mut out, T::META)?;
        let is_last = self.on_conflict.is_none();
        self.rows.values(&mut out, T::META, is_last)?;
        if let Some(on_conflict) = &self.on_conflict {
            on_conflict.write(&mut out, T::META, &self.rows)?;
        }
        if DB::DATABASE == Database::Mysql {
            return Ok(());
        }
        out.push_sql(" RETURNING ");
        write::column_names(&mut out, T::META.read_columns())
    }
}
