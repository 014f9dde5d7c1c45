//! Whole tables, in an order in which their foreign keys exist.

use super::column::{checks, is_rowid};
use super::{column_type, constraint_name, default_sql, mysql, quote_identifier};
use crate::backend::Database;
use crate::metadata::{ForeignKeyMeta, GeneratedKey, TableMeta};
use crate::value::Kind;

/// The statements that create tables and their indexes, parents first.
///
/// Foreign keys that make a circle are added at the end; SQLite declares all
/// of them in place, since it looks a parent up only when a row is written.
/// MariaDB and MySQL commit with each statement that creates or drops.
#[must_use]
pub fn create_all(database: Database, tables: &[&'static TableMeta]) -> Vec<String> {
    let mut statements = Vec::new();
    let mut later = Vec::new();
    let mut created: Vec<&str> = Vec::new();
    for table in parents_first(tables) {
        let known = |parent: &TableMeta| {
            database == Database::Sqlite
                || parent.name == table.name
                || created.contains(&parent.name)
                || !tables.iter().any(|other| other.name == parent.name)
        };
        statements.push(create_table(database, table, &known));
        let indexes = table.indexes.iter().filter(|index| !index.unique);
        for index in indexes {
            statements.push(if database == Database::Mysql {
                mysql::add_missing_index(table, index)
            } else {
                format!(
                    "CREATE INDEX IF NOT EXISTS {} ON {} ({})",
                    quote_identifier(database, index.name),
                    qualified(database, table),
                    names(database, table, index.columns),
                )
            });
        }
        for key in table
            .foreign_keys
            .iter()
            .filter(|key| !known((key.parent)()))
        {
            let (table_name, added) = (
                qualified(database, table),
                foreign_key(database, table, key),
            );
            let name = constraint_name(database, key.name);
            if database == Database::Mysql {
                let change = format!("ALTER TABLE {table_name} ADD {added}");
                later.push(mysql::if_constraint(table, &name, false, &change));
            } else {
                let name = quote_identifier(database, &name);
                later.push(format!(
                    "ALTER TABLE {table_name} DROP CONSTRAINT IF EXISTS {name}, ADD {added}"
                ));
            }
        }
        created.push(table.name);
    }
    statements.extend(later);
    statements
}

/// The statements that drop tables, children first.
///
/// Foreign keys that make a circle are dropped before. Nothing else goes with
/// the tables: a view, or a table outside the list, that leans on one of them
/// makes the database refuse.
#[must_use]
pub fn drop_all(database: Database, tables: &[&'static TableMeta]) -> Vec<String> {
    let mut ordered = parents_first(tables);
    ordered.reverse();
    let mut statements = Vec::new();
    for (position, table) in ordered.iter().enumerate() {
        let dropped_before = |parent: &TableMeta| {
            ordered[..position]
                .iter()
                .any(|other| other.name == parent.name)
        };
        let circles = table
            .foreign_keys
            .iter()
            .filter(|key| dropped_before((key.parent)()));
        // SQLite drops a parent as soon as no row refers to it; keys count at the end.
        for key in circles.filter(|_| database != Database::Sqlite) {
            let table_name = qualified(database, table);
            let constraint = constraint_name(database, key.name);
            let name = quote_identifier(database, &constraint);
            if database == Database::Mysql {
                let change = format!("ALTER TABLE {table_name} DROP FOREIGN KEY {name}");
                statements.push(mysql::if_constraint(table, &constraint, true, &change));
            } else {
                statements.push(format!(
                    "ALTER TABLE IF EXISTS {table_name} DROP CONSTRAINT IF EXISTS {name}"
                ));
            }
        }
    }
    let drops = ordered
        .iter()
        .map(|table| format!("DROP TABLE IF EXISTS {}", qualified(database, table)));
    statements.extend(drops);
    statements
}

/// Tables ordered by their foreign keys; those of a circle as they were given.
fn parents_first(tables: &[&'static TableMeta]) -> Vec<&'static TableMeta> {
    let mut rest: Vec<_> = tables.to_vec();
    let mut ordered: Vec<&'static TableMeta> = Vec::new();
    while !rest.is_empty() {
        let ready = rest.iter().position(|table| {
            table.foreign_keys.iter().all(|key| {
                let parent = (key.parent)().name;
                parent == table.name || !rest.iter().any(|other| other.name == parent)
            })
        });
        ordered.push(rest.remove(ready.unwrap_or(0)));
    }
    ordered
}

fn create_table(
    database: Database,
    table: &TableMeta,
    known: &dyn Fn(&TableMeta) -> bool,
) -> String {
    let on_mysql = database == Database::Mysql;
    let mut lines = Vec::new();
    let mut table_checks = Vec::new();
    let rowid = table
        .key_columns()
        .any(|column| is_rowid(column, table.key.len()))
        && database == Database::Sqlite;
    for column in table.columns {
        let mut line = format!(
            "{} {}",
            quote_identifier(database, column.name),
            column_type(database, table, column)
        );
        if rowid && is_rowid(column, table.key.len()) {
            // AUTOINCREMENT: an id is never given twice, even after a delete.
            line.push_str(" PRIMARY KEY AUTOINCREMENT");
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
            line.push_str(&format!(
                " DEFAULT {}",
                default_sql(database, column.kind, default)
            ));
        }
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
        lines.push(line);
    }
    if !rowid {
        let key = names(database, table, table.key);
        lines.push(format!("PRIMARY KEY ({key})"));
    }
    for index in table.indexes.iter().filter(|index| index.unique) {
        lines.push(format!(
            "CONSTRAINT {} UNIQUE ({})",
            quote_identifier(database, &constraint_name(database, index.name)),
            names(database, table, index.columns),
        ));
    }
    if on_mysql {
        lines.extend(mysql::indexes(table));
    }
    for key in table
        .foreign_keys
        .iter()
        .filter(|key| known((key.parent)()))
    {
        lines.push(foreign_key(database, table, key));
    }
    lines.append(&mut table_checks);
    format!(
        "CREATE TABLE IF NOT EXISTS {} (\n    {}\n){}",
        qualified(database, table),
        lines.join(",\n    "),
        if on_mysql { " ENGINE=InnoDB" } else { "" }
    )
}

fn foreign_key(database: Database, table: &TableMeta, key: &ForeignKeyMeta) -> String {
    let parent = (key.parent)();
    format!(
        "CONSTRAINT {} FOREIGN KEY ({}) REFERENCES {} ({}) ON DELETE {} ON UPDATE {}",
        quote_identifier(database, &constraint_name(database, key.name)),
        quote_identifier(database, table.columns[key.column].name),
        qualified(database, parent),
        names(database, parent, parent.key),
        key.on_delete.sql(),
        key.on_update.sql(),
    )
}

fn qualified(database: Database, table: &TableMeta) -> String {
    let name = quote_identifier(database, table.name);
    match table.schema {
        Some(schema) => format!("{}.{name}", quote_identifier(database, schema)),
        None => name,
    }
}

fn names(database: Database, table: &TableMeta, columns: &[usize]) -> String {
    let names = columns
        .iter()
        .map(|index| quote_identifier(database, table.columns[*index].name));
    names.collect::<Vec<_>>().join(", ")
}
