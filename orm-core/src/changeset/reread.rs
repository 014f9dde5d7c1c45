//! Reading back what a write left: databases without RETURNING need it.
//!
//! Which of these a write is followed by is for the caller to know: it alone
//! sees which columns were given.

use std::marker::PhantomData;

use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::result::QueryResult;

use super::{Draft, write};
use crate::backend::{Database, Dialect};
use crate::metadata::GeneratedKey;
use crate::table::TableDef;
use crate::value::Value;

/// `SELECT … FROM table WHERE key = LAST_INSERT_ID()`: the row that this
/// connection's last INSERT counted the key of.
///
/// MariaDB and MySQL only. Of a key of several columns the others are given.
pub struct FindInserted<T> {
    others: Vec<(usize, Value)>,
    table: PhantomData<fn() -> T>,
}

impl<T: TableDef> FindInserted<T> {
    /// The row that was inserted last; `None` if the database counts no column of the key.
    ///
    /// `None` too if the draft gives that column: then its key is known.
    #[must_use]
    pub fn new(draft: &Draft<T>) -> Option<Self> {
        if draft.get(counted::<T>()?).is_some() {
            return None;
        }
        let others = T::META.key.iter().filter(|index| !is_counted::<T>(**index));
        let others = others.map(|index| Some((*index, draft.get(*index)?.clone())));
        Some(FindInserted {
            others: others.collect::<Option<_>>()?,
            table: PhantomData,
        })
    }
}

/// The key column that the database counts up.
pub(crate) fn counted<T: TableDef>() -> Option<usize> {
    T::META
        .key
        .iter()
        .copied()
        .find(|index| is_counted::<T>(*index))
}

fn is_counted<T: TableDef>(index: usize) -> bool {
    let column = &T::META.columns[index];
    column.generated == Some(GeneratedKey::Database) && column.kind.is_integer()
}

impl<T: TableDef> Query for FindInserted<T> {
    type SqlType = T::SqlType;
}

impl<T, C> diesel::RunQueryDsl<C> for FindInserted<T> {}

impl<T: TableDef> QueryId for FindInserted<T> {
    type QueryId = FindInserted<T>;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl<T: TableDef, DB: Dialect> QueryFragment<DB> for FindInserted<T> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        write::select_all(&mut out, T::META)?;
        out.push_sql(" WHERE ");
        let counted = counted::<T>().map(|index| T::META.columns[index].name);
        out.push_identifier(counted.unwrap_or_default())?;
        out.push_sql(" = LAST_INSERT_ID()");
        write::and_conditions(&mut out, T::META, &self.others)
    }
}

/// `SELECT … FROM table WHERE key >= LAST_INSERT_ID() AND … ORDER BY key`: the
/// rows that this connection's last INSERT counted the keys of, in its order.
///
/// MariaDB and MySQL only. The keys of one INSERT follow each other by the
/// server's step if none of its rows gave one (InnoDB's "simple inserts", in
/// each of its lock modes). Of a key of several columns, rows of other keys that
/// have the same count are among these.
pub struct FindAllInserted<T> {
    rows: Value,
    table: PhantomData<fn() -> T>,
}

impl<T: TableDef> FindAllInserted<T> {
    /// The so many rows of the last INSERT; `None` if the database counts no column of the key.
    #[must_use]
    pub fn new(rows: usize) -> Option<Self> {
        counted::<T>()?;
        Some(FindAllInserted {
            rows: Value::I64(i64::try_from(rows).ok()?),
            table: PhantomData,
        })
    }
}

impl<T: TableDef> Query for FindAllInserted<T> {
    type SqlType = T::SqlType;
}

impl<T, C> diesel::RunQueryDsl<C> for FindAllInserted<T> {}

impl<T: TableDef> QueryId for FindAllInserted<T> {
    type QueryId = FindAllInserted<T>;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl<T: TableDef, DB: Dialect> QueryFragment<DB> for FindAllInserted<T> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        let counted = counted::<T>().map(|index| T::META.columns[index].name);
        let counted = counted.unwrap_or_default();
        write::select_all(&mut out, T::META)?;
        out.push_sql(" WHERE ");
        out.push_identifier(counted)?;
        out.push_sql(" >= LAST_INSERT_ID() AND ");
        out.push_identifier(counted)?;
        out.push_sql(" < LAST_INSERT_ID() + @@auto_increment_increment * ");
        DB::push_value(&mut out, &self.rows)?;
        out.push_sql(" AND (");
        out.push_identifier(counted)?;
        out.push_sql(" - LAST_INSERT_ID()) % @@auto_increment_increment = 0 ORDER BY ");
        out.push_identifier(counted)
    }
}

/// `SELECT … FROM table WHERE key IN (…)`, in no particular order.
///
/// A list of one-column keys is padded to a power of two, so that few texts exist.
pub struct FindByKeys<T> {
    keys: Vec<Vec<Value>>,
    table: PhantomData<fn() -> T>,
}

impl<T: TableDef> FindByKeys<T> {
    /// The rows of these keys, each as many values as the key has columns. At
    /// least one key, and as many as the binds of one statement allow.
    #[must_use]
    pub fn new(keys: Vec<Vec<Value>>) -> Self {
        FindByKeys {
            keys,
            table: PhantomData,
        }
    }
}

impl<T: TableDef> Query for FindByKeys<T> {
    type SqlType = T::SqlType;
}

impl<T, C> diesel::RunQueryDsl<C> for FindByKeys<T> {}

impl<T> QueryId for FindByKeys<T> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<T: TableDef, DB: Dialect> QueryFragment<DB> for FindByKeys<T> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        write::select_all(&mut out, T::META)?;
        write::where_in(&mut out, T::META, T::META.key, &self.keys)
    }
}

/// `SELECT … FROM table WHERE column = … AND …`: the row that the target of an
/// upsert names. A NULL is equal to nothing, as in a unique.
///
/// On MariaDB and MySQL it is the row as it was committed last, locked against
/// changes: the snapshot of a transaction may be older.
pub struct FindBy<T> {
    columns: Vec<(usize, Value)>,
    table: PhantomData<fn() -> T>,
}

impl<T: TableDef> FindBy<T> {
    /// Rows that have these values, by position of the column; at least one.
    #[must_use]
    pub fn new(columns: Vec<(usize, Value)>) -> Self {
        FindBy {
            columns,
            table: PhantomData,
        }
    }
}

impl<T: TableDef> Query for FindBy<T> {
    type SqlType = T::SqlType;
}

impl<T, C> diesel::RunQueryDsl<C> for FindBy<T> {}

impl<T> QueryId for FindBy<T> {
    // Which columns these are changes the text.
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<T: TableDef, DB: Dialect> QueryFragment<DB> for FindBy<T> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        write::select_all(&mut out, T::META)?;
        for (nth, (index, value)) in self.columns.iter().enumerate() {
            out.push_sql(if nth > 0 { " AND " } else { " WHERE " });
            out.push_identifier(T::META.columns[*index].name)?;
            out.push_sql(" = ");
            DB::push_value(&mut out, value)?;
        }
        if DB::DATABASE == Database::Mysql {
            out.push_sql(" LOCK IN SHARE MODE");
        }
        Ok(())
    }
}
