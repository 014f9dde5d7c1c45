//! One table: its columns, checks, uniques and foreign keys.

use super::column::{checks, is_rowid};
use super::{column_type, constraint_name, default_sql, mysql, names, qualified, quote_identifier};
use crate::backend::Database;
use crate::error::{Error, ErrorKind, Result};
use crate::metadata::{
    ColumnMeta, DefaultValue, Deferrable, ForeignKeyMeta, GeneratedKey, Origin, SqlText, TableMeta,
};
use crate::value::Kind;

pub(super) fn create_table(
    database: Database,
    table: &TableMeta,
    known: &dyn Fn(&TableMeta) -> bool,
) -> Result<String> {
    let on_mysql = database == Database::Mysql;
    let mut lines = Vec::new();
    let mut table_checks = Vec::new();
    let rowid = database == Database::Sqlite
        && table
            .key_columns()
            .any(|column| is_rowid(column, table.key.len()));
    for column in table.columns {
        let mut line = column_line(database, table, column)?;
        let checked = !on_mysql || mysql::takes_checks(table, column);
        for (rule, check) in checks(database, column).into_iter().filter(|_| checked) {
            let name = format!("{}_{}_{rule}", table.name, column.name);
            let name = quote_identifier(database, &constraint_name(database, &name));
            // A check of a column has no name on MariaDB.
            if on_mysql {
                table_checks.push(format!("CONSTRAINT {name} CHECK ({check})"));
            } else {
                line.push_str(&format!(" CONSTRAINT {name} CHECK ({check})"));
            }
        }
        if let (Some(comment), true) = (column.comment, on_mysql) {
            line.push_str(&format!(" COMMENT {}", mysql::comment(comment)));
        }
        lines.push(line);
    }
    if !rowid && !table.key.is_empty() {
        let key = names(database, table, table.key);
        lines.push(format!("PRIMARY KEY ({key})"));
    }
    for index in table.indexes.iter().filter(|index| index.is_constraint()) {
        lines.push(format!(
            "CONSTRAINT {} UNIQUE ({})",
            quote_identifier(database, &constraint_name(database, index.name)),
            names(database, table, &index.columns().unwrap_or_default()),
        ));
    }
    if on_mysql {
        lines.extend(mysql::indexes(table)?);
    }
    for key in table
        .foreign_keys
        .iter()
        .filter(|key| known((key.parent)()))
    {
        lines.push(foreign_key(database, table, key));
    }
    for check in table.checks {
        let Some(sql) = check.sql.on(database) else {
            return Err(no_text(database, "check", check.name));
        };
        let name = quote_identifier(database, &constraint_name(database, check.name));
        table_checks.push(format!("CONSTRAINT {name} CHECK ({sql})"));
    }
    lines.append(&mut table_checks);
    let mut options = String::new();
    if on_mysql {
        // Of a database in another character set the columns would be in that.
        options.push_str(" ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4");
        if let Some(comment) = table.comment {
            options.push_str(&format!(" COMMENT={}", mysql::comment(comment)));
        }
    }
    Ok(format!(
        "CREATE TABLE IF NOT EXISTS {} (\n    {}\n){options}",
        qualified(database, table),
        lines.join(",\n    "),
    ))
}

/// A column's name, type, nullability and default.
fn column_line(database: Database, table: &TableMeta, column: &ColumnMeta) -> Result<String> {
    let on_mysql = database == Database::Mysql;
    if matches!(column.kind, Kind::Array(_)) && database != Database::Postgres {
        let message = format!(
            "the column `{}` is an array, which {} has not: store it by `#[model(json)]`",
            column.name,
            database.title(),
        );
        return Err(Error::new(ErrorKind::Unsupported, message));
    }
    let mut line = format!(
        "{} {}",
        quote_identifier(database, column.name),
        column_type(database, table, column)
    );
    if database == Database::Sqlite && is_rowid(column, table.key.len()) {
        // AUTOINCREMENT: an id is never given twice, even after a delete.
        line.push_str(" PRIMARY KEY AUTOINCREMENT");
    }
    if let Origin::Computed(expression) = &column.origin {
        let Some(sql) = SqlText::on(expression, database) else {
            return Err(no_text(database, "column", column.name));
        };
        if database == Database::Sqlite && column.kind == Kind::Decimal {
            exact(column, expression)?;
        }
        line.push_str(&format!(" GENERATED ALWAYS AS ({sql}) STORED"));
        // MariaDB takes no NOT NULL there.
        if !column.nullable && !on_mysql {
            line.push_str(" NOT NULL");
        }
        return Ok(line);
    }
    if !column.nullable && on_mysql {
        line.push_str(" NOT NULL");
    }
    if column.generated == Some(GeneratedKey::Database) {
        line.push_str(match (database, column.kind) {
            (Database::Sqlite, _) => "",
            (Database::Postgres, Kind::Uuid) => " DEFAULT gen_random_uuid()",
            (Database::Postgres, _) => " GENERATED BY DEFAULT AS IDENTITY",
            (Database::Mysql, Kind::Uuid) => " DEFAULT (UNHEX(REPLACE(UUID(), '-', '')))",
            (Database::Mysql, _) => " AUTO_INCREMENT",
        });
    }
    if !column.nullable && !on_mysql {
        line.push_str(" NOT NULL");
    }
    if let Some(default) = column.default {
        let Some(sql) = default_sql(database, column.kind, default) else {
            return Err(match default {
                DefaultValue::Sql(_) => no_text(database, "default of", column.name),
                _ => no_literal(column, default),
            });
        };
        line.push_str(&format!(" DEFAULT {sql}"));
    }
    Ok(line)
}

pub(super) fn foreign_key(database: Database, table: &TableMeta, key: &ForeignKeyMeta) -> String {
    let parent = (key.parent)();
    // SQLite's foreign keys stay in one file, and name none.
    let parent_name = match database {
        Database::Sqlite => quote_identifier(database, parent.name),
        _ => qualified(database, parent),
    };
    let deferrable = match (key.deferrable, database) {
        (_, Database::Mysql) | (Deferrable::Not, _) => "",
        (Deferrable::InitiallyImmediate, _) => " DEFERRABLE INITIALLY IMMEDIATE",
        (Deferrable::InitiallyDeferred, _) => " DEFERRABLE INITIALLY DEFERRED",
    };
    format!(
        "CONSTRAINT {} FOREIGN KEY ({}) REFERENCES {parent_name} ({}) ON DELETE {} ON UPDATE {}{deferrable}",
        quote_identifier(database, &constraint_name(database, key.name)),
        names(database, table, key.columns),
        names(database, parent, parent.key),
        key.on_delete.sql(),
        key.on_update.sql(),
    )
}

pub(super) fn no_text(database: Database, what: &str, name: &str) -> Error {
    let message = format!(
        "the {what} `{name}` has no SQL for {}: add `{} = \"..\"`",
        database.title(),
        database.name(),
    );
    Error::new(ErrorKind::Unsupported, message)
}

fn no_literal(column: &ColumnMeta, default: DefaultValue) -> Error {
    let message = format!(
        "the default {default:?} of `{}` is no literal of the column's kind, {:?}",
        column.name, column.kind,
    );
    Error::new(ErrorKind::Unsupported, message)
}

/// Refuses what SQLite would calculate in floating point.
fn exact(column: &ColumnMeta, expression: &SqlText) -> Result<()> {
    let text = expression.sqlite.unwrap_or_default();
    let of_all = expression.sqlite == expression.postgres;
    if !of_all || !text.contains(['+', '-', '*', '/']) || text.contains("orm_decimal_") {
        return Ok(());
    }
    let message = format!(
        "`{}` is a decimal, and SQLite would calculate `{text}` in floating point: add `sqlite = \"..\"` with `orm_decimal_add(a, b)`, `orm_decimal_sub(a, b)` and `orm_decimal_mul(a, b)`",
        column.name,
    );
    Err(Error::new(ErrorKind::Unsupported, message))
}
