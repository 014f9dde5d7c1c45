//! Rows named by their keys, of any table: changed, deleted or looked for together.
//!
//! These statements give no rows of a model back, and so need no more than the metadata.

use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::sql_types::Text;

use super::{Rows, write};
use crate::backend::{Database, Dialect};
use crate::metadata::TableMeta;
use crate::value::Value;

/// Rows of a table, each named by the values of the same columns.
#[derive(Debug, Clone)]
pub(crate) struct RowsAt {
    table: &'static TableMeta,
    columns: Vec<usize>,
    rows: Vec<Vec<Value>>,
}

impl RowsAt {
    /// No rows yet, which these columns will name.
    pub(crate) fn of(table: &'static TableMeta, columns: Vec<usize>) -> Self {
        RowsAt {
            table,
            columns,
            rows: Vec::new(),
        }
    }

    /// One row.
    pub(crate) fn one(table: &'static TableMeta, named: Vec<(usize, Value)>) -> Self {
        let (columns, values) = named.into_iter().unzip();
        let mut rows = RowsAt::of(table, columns);
        rows.push(values);
        rows
    }

    /// One row more; of several rows none is named by a NULL.
    pub(crate) fn push(&mut self, values: Vec<Value>) {
        debug_assert_eq!(values.len(), self.columns.len());
        self.rows.push(values);
    }

    fn write<'b, DB: Dialect>(&'b self, out: &mut AstPass<'_, 'b, DB>) -> QueryResult<()> {
        let [row] = self.rows.as_slice() else {
            return write::where_in(out, self.table, &self.columns, &self.rows);
        };
        for (nth, (index, value)) in self.columns.iter().zip(row).enumerate() {
            out.push_sql(if nth > 0 { " AND " } else { " WHERE " });
            out.push_identifier(self.table.columns[*index].name)?;
            if value.is_null() {
                out.push_sql(" IS NULL");
                continue;
            }
            out.push_sql(" = ");
            DB::push_value(out, value)?;
        }
        Ok(())
    }
}

/// `UPDATE table SET … WHERE …`, the same changes to each row.
pub(crate) struct ChangeAt {
    pub(crate) changes: Vec<(usize, Value)>,
    pub(crate) rows: RowsAt,
    /// Whether a row that is deleted softly is not there.
    pub(crate) living: bool,
    /// Whether the version counts it.
    pub(crate) counted: bool,
}

impl QueryId for ChangeAt {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<DB: Dialect> QueryFragment<DB> for ChangeAt {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        let table = self.rows.table;
        out.push_sql("UPDATE ");
        write::table_name(&mut out, table)?;
        out.push_sql(" SET ");
        match self.counted {
            true => write::set(&mut out, table, &self.changes)?,
            false => write::set_only(&mut out, table, &self.changes)?,
        }
        self.rows.write(&mut out)?;
        if self.living {
            write::and_living(&mut out, table)?;
        }
        Ok(())
    }
}

/// `DELETE FROM table WHERE …`
pub(crate) struct DeleteAt(pub(crate) RowsAt);

impl QueryId for DeleteAt {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<DB: Dialect> QueryFragment<DB> for DeleteAt {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("DELETE FROM ");
        write::table_name(&mut out, self.0.table)?;
        self.0.write(&mut out)
    }
}

/// `INSERT INTO table (…) VALUES (…)`, of one row. Where there is RETURNING, a column comes back as a
/// text, if one is asked for.
pub(crate) struct InsertAt {
    table: &'static TableMeta,
    row: Rows,
    told: Option<usize>,
}

impl InsertAt {
    /// The cells by the position of their columns, and the column that shall come back.
    pub(crate) fn new(
        table: &'static TableMeta,
        cells: Vec<Option<Value>>,
        told: Option<usize>,
    ) -> Self {
        InsertAt {
            table,
            row: Rows::of_cells(cells),
            told,
        }
    }
}

impl Query for InsertAt {
    type SqlType = Text;
}

impl QueryId for InsertAt {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<DB: Dialect> QueryFragment<DB> for InsertAt {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("INSERT INTO ");
        write::table_name(&mut out, self.table)?;
        self.row.values(&mut out, self.table, true)?;
        let told = self.told.filter(|_| DB::DATABASE.has_returning());
        if let Some(column) = told {
            out.push_sql(" RETURNING CAST(");
            out.push_identifier(self.table.columns[column].name)?;
            out.push_sql(" AS TEXT)");
        }
        Ok(())
    }
}

/// `SELECT version FROM table WHERE …`, as a text: a word a row that is there, deleted softly or not;
/// of a model without a version an empty one.
///
/// On MariaDB and MySQL as it was committed last: the snapshot of a transaction may be older.
pub(crate) struct VersionAt(pub(crate) RowsAt);

impl Query for VersionAt {
    type SqlType = Text;
}

impl QueryId for VersionAt {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<DB: Dialect> QueryFragment<DB> for VersionAt {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        let table = self.0.table;
        out.push_sql("SELECT ");
        match table.version {
            Some(version) => {
                out.push_sql("CAST(");
                out.push_identifier(table.columns[version].name)?;
                out.push_sql(match DB::DATABASE {
                    Database::Mysql => " AS CHAR)",
                    Database::Sqlite | Database::Postgres => " AS TEXT)",
                });
            }
            None => out.push_sql("''"),
        }
        out.push_sql(" FROM ");
        write::table_name(&mut out, table)?;
        self.0.write(&mut out)?;
        if DB::DATABASE == Database::Mysql {
            out.push_sql(" LOCK IN SHARE MODE");
        }
        Ok(())
    }
}
