//! The key of the table as the database has it: its types, and the next bound along it.

use std::sync::Arc;

use diesel::sql_types::Text;

use super::coding::{Coding, json_row};
use super::range::{Cursor, KeyColumn, compare};
use super::spec::Plan;
use crate::backend::{Database, Dialect};
use crate::ddl::{quote_identifier, quote_text};
use crate::error::{Error, ErrorKind, Result};
use crate::metadata::ColumnMeta;
use crate::operation::{Link, Statement, texts, texts_of};

/// Statistics that tell of fewer rows are not believed.
const MANY: u64 = 10_000;
/// Tables of so many bytes are counted.
const SMALL: u64 = 16 << 20;

/// A table and its key.
#[derive(Debug)]
pub(super) struct Key {
    pub(super) database: Database,
    /// The name of the table, quoted.
    pub(super) table: String,
    pub(super) columns: Arc<[KeyColumn]>,
}

impl Key {
    pub(super) async fn read<L: Link>(link: &mut L, plan: &Plan) -> Result<Self> {
        let database = L::Backend::DATABASE;
        let table = plan.quoted_table(database);
        let mut columns = Vec::new();
        for column in plan.table.key_columns() {
            let coding = coding(link, plan, &table, column).await?;
            let name = quote_identifier(database, column.name);
            columns.push(KeyColumn { name, coding });
        }
        Ok(Key {
            database,
            table,
            columns: columns.into(),
        })
    }

    /// Refuses a table that has a row with NULL in its key: such a row is in no chunk. Only SQLite
    /// has NULLs in a primary key; where a column cannot be NULL it answers without a look at a row.
    pub(super) async fn refuse_null<L: Link>(&self, link: &mut L, plan: &Plan) -> Result<()> {
        if self.database != Database::Sqlite {
            return Ok(());
        }
        let nulls = self.columns.iter();
        let nulls: Vec<_> = nulls.map(|one| format!("{} IS NULL", one.name)).collect();
        let (table, nulls) = (&self.table, nulls.join(" OR "));
        let text = format!("SELECT 'x' FROM {table} WHERE {nulls} LIMIT 1");
        if texts(link, &text).await?.is_empty() {
            return Ok(());
        }
        let message = format!(
            "the backfill `{}` cannot walk along {}: it has a row with NULL in its key ({nulls})",
            plan.name,
            plan.table_name()
        );
        Err(Error::new(ErrorKind::Refused, message).on(link.name()))
    }

    fn names(&self, behind: &str) -> String {
        let names = self
            .columns
            .iter()
            .map(|one| format!("{}{behind}", one.name));
        names.collect::<Vec<_>>().join(", ")
    }

    /// The key at which a chunk of so many rows ends, and how many there are; `None` behind the last.
    pub(super) async fn next<L: Link>(
        &self,
        link: &mut L,
        from: Option<&Cursor>,
        rows: u64,
    ) -> Result<Option<(Cursor, u64)>> {
        let written = self.columns.iter().map(|one| one.coding.written(&one.name));
        let count = match self.database {
            Database::Mysql => "CAST(COUNT(*) OVER () AS CHAR)",
            _ => "CAST(COUNT(*) OVER () AS TEXT)",
        };
        let row: Vec<_> = std::iter::once(count.to_owned()).chain(written).collect();
        let (row, names) = (json_row(self.database, &row), self.names(""));
        let text = format!("SELECT {row} FROM (SELECT {names} FROM {}", self.table);
        let mut statement = Statement::<Text>::new(text);
        if let Some(from) = from {
            let text = statement.text(" WHERE ");
            statement = compare(text, self.database, &self.columns, ">", from);
        }
        let rows = rows.min(i64::MAX.unsigned_abs());
        let last = self.names(" DESC");
        let text = format!(" ORDER BY {names} LIMIT {rows}) AS chunk ORDER BY {last} LIMIT 1");
        let found = texts_of(link, statement.text(text)).await?;
        let Some(row) = found.first() else {
            return Ok(None);
        };
        let read = serde_json::from_str::<Vec<String>>(row)
            .ok()
            .and_then(|mut row| {
                let key = row.split_off(1.min(row.len()));
                let count = row.first()?.parse().ok()?;
                Some((Cursor::new(&self.columns, key)?, count))
            });
        let message = || {
            let message = format!("a key of {} is not understood: {row}", self.table);
            Error::new(ErrorKind::Conversion, message).on(link.name())
        };
        read.ok_or_else(message).map(Some)
    }

    /// About how many rows there are; `None` where that costs too much.
    pub(super) async fn estimate<L: Link>(&self, link: &mut L, plan: &Plan) -> Result<Option<u64>> {
        let told = match self.database {
            Database::Sqlite => None,
            Database::Postgres => {
                let name = quote_text(self.database, &self.table);
                let text = format!(
                    "SELECT json_build_array(GREATEST(reltuples, 0)::bigint, CASE relkind \
                     WHEN 'p' THEN {SMALL} ELSE pg_relation_size(oid) END)::text \
                     FROM pg_class WHERE oid = {name}::regclass"
                );
                texts(link, &text).await?.pop()
            }
            Database::Mysql => {
                let text = format!(
                    "SELECT JSON_ARRAY(COALESCE(TABLE_ROWS, 0), COALESCE(DATA_LENGTH, 0)) \
                     FROM information_schema.TABLES WHERE {}",
                    in_schema(self.database, plan)
                );
                texts(link, &text).await?.pop()
            }
        };
        if let Some(told) = told
            && let Ok((rows, bytes)) = serde_json::from_str::<(u64, u64)>(&told)
            && (rows >= MANY || bytes >= SMALL)
        {
            return Ok((rows >= MANY).then_some(rows));
        }
        let ty = match self.database {
            Database::Mysql => "CHAR",
            _ => "TEXT",
        };
        let text = format!("SELECT CAST(COUNT(*) AS {ty}) FROM {}", self.table);
        let count = texts(link, &text).await?.pop();
        Ok(count.and_then(|count| count.parse().ok()))
    }
}

/// The table in `information_schema`.
fn in_schema(database: Database, plan: &Plan) -> String {
    let schema = plan.table.schema;
    let schema = schema.map_or_else(
        || "DATABASE()".to_owned(),
        |name| quote_text(database, name),
    );
    let name = quote_text(database, plan.table.name);
    format!("TABLE_SCHEMA = {schema} AND TABLE_NAME = {name}")
}

async fn coding<L: Link>(
    link: &mut L,
    plan: &Plan,
    table: &str,
    column: &ColumnMeta,
) -> Result<Coding> {
    let database = L::Backend::DATABASE;
    let name = quote_text(database, column.name);
    let text = match database {
        Database::Sqlite => return Ok(Coding::Stored),
        Database::Postgres => format!(
            "SELECT format_type(atttypid, atttypmod) FROM pg_attribute \
             WHERE attrelid = {}::regclass AND attname = {name}",
            quote_text(database, table)
        ),
        Database::Mysql => format!(
            "SELECT LOWER(DATA_TYPE) FROM information_schema.COLUMNS \
             WHERE {} AND COLUMN_NAME = {name}",
            in_schema(database, plan)
        ),
    };
    let refused = |link: &L, what: &str| {
        let message = format!("the column `{}` of {table} {what}", column.name);
        Error::new(ErrorKind::Unsupported, message).on(link.name())
    };
    let Some(ty) = texts(link, &text).await?.pop() else {
        return Err(refused(link, "is not there"));
    };
    match database {
        Database::Postgres => Ok(Coding::on_postgres(ty, column.kind)),
        _ => Coding::on_mysql(&ty).ok_or_else(|| {
            let what = format!("is of the type {ty}, along which no backfill goes");
            refused(link, &what)
        }),
    }
}
