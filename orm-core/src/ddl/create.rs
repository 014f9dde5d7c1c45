//! Whole tables, in an order in which their foreign keys exist.

use super::comment::comments;
use super::enum_type;
use super::index::create_index;
use super::table::{create_table, foreign_key};
use super::view::{below_first, create_view, drop_views};
use super::{
    constraint_name, index_names, mysql_names, postgres_names, qualified, quote_identifier,
};
use crate::backend::Database;
use crate::error::Result;
use crate::metadata::TableMeta;

/// The statements that create tables and their indexes, parents first, and
/// before them the enum types that they use.
///
/// Foreign keys that make a circle are added at the end; SQLite declares all
/// of them in place, since it looks a parent up only when a row is written.
/// MariaDB and MySQL commit with each statement that creates or drops.
///
/// # Errors
/// [`Unsupported`](crate::error::ErrorKind::Unsupported) if a table cannot be had on this
/// database as it is declared.
pub fn create_all(database: Database, tables: &[&'static TableMeta]) -> Result<Vec<String>> {
    match database {
        Database::Mysql => mysql_names::check_foreign_keys(tables)?,
        Database::Postgres => postgres_names::check_lengths(tables)?,
        Database::Sqlite => {}
    }
    index_names::check(database, tables)?;
    let mut statements = schemas(database, tables);
    statements.extend(enum_type::create(database, tables)?);
    let mut later = Vec::new();
    let mut created: Vec<&TableMeta> = Vec::new();
    let (views, tables): (Vec<_>, Vec<_>) = tables.iter().partition(|table| table.view.is_some());
    for table in parents_first(&tables) {
        let known = |parent: &TableMeta| {
            database == Database::Sqlite
                || parent.is_same_table(table)
                || created.iter().any(|other| other.is_same_table(parent))
                || !tables.iter().any(|other| other.is_same_table(parent))
        };
        statements.push(create_table(database, table, &known)?);
        for index in table.indexes.iter().filter(|index| !index.is_constraint()) {
            statements.extend(create_index(database, table, index)?);
        }
        statements.extend(comments(database, table));
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
                later.push(mysql_names::if_constraint(table, &name, false, &change));
            } else {
                let name = quote_identifier(database, &name);
                later.push(format!(
                    "ALTER TABLE {table_name} DROP CONSTRAINT IF EXISTS {name}, ADD {added}"
                ));
            }
        }
        created.push(table);
    }
    statements.extend(later);
    for view in below_first(database, &views) {
        let created = create_view(database, view)?;
        // One that is made elsewhere has its indexes from there.
        let is_made = created.is_some();
        statements.extend(created);
        let indexes = view.indexes.iter().filter(|_| is_made);
        for index in indexes {
            statements.extend(create_index(database, view, index)?);
        }
        statements.extend(comments(database, view));
    }
    Ok(statements)
}

/// The schemas that tables and types name. SQLite's are files, which whoever opens the
/// database attaches.
fn schemas(database: Database, tables: &[&'static TableMeta]) -> Vec<String> {
    let word = match database {
        Database::Sqlite => return Vec::new(),
        Database::Postgres => "SCHEMA",
        Database::Mysql => "DATABASE",
    };
    let mut seen: Vec<&str> = Vec::new();
    let of_tables = tables.iter().filter_map(|table| table.schema);
    let of_types = enum_type::schemas(tables).filter(|_| database == Database::Postgres);
    for schema in of_tables.chain(of_types) {
        if !seen.contains(&schema) {
            seen.push(schema);
        }
    }
    seen.iter()
        .map(|schema| {
            let name = quote_identifier(database, schema);
            format!("CREATE {word} IF NOT EXISTS {name}")
        })
        .collect()
}

/// The statements that drop tables, children first.
///
/// Foreign keys that make a circle are dropped before, enum types behind.
/// Nothing else goes with the tables: a view, or a table outside the list, that
/// leans on one of them makes the database refuse. SQLite would not, but change the rows of such
/// a table: [`Engine::drop_all`](crate::engine::Engine::drop_all) looks first.
#[must_use]
pub fn drop_all(database: Database, tables: &[&'static TableMeta]) -> Vec<String> {
    let (views, tables): (Vec<_>, Vec<_>) = tables.iter().partition(|table| table.view.is_some());
    let mut statements = drop_views(database, &below_first(database, &views));
    let mut ordered = parents_first(&tables);
    ordered.reverse();
    for (position, table) in ordered.iter().enumerate() {
        let dropped_before = |parent: &TableMeta| {
            ordered[..position]
                .iter()
                .any(|other| other.is_same_table(parent))
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
                statements.push(mysql_names::if_constraint(
                    table,
                    &constraint,
                    true,
                    &change,
                ));
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
    statements.extend(enum_type::drop(database, &tables));
    statements
}

/// Tables ordered by their foreign keys; those of a circle as they were given.
pub(crate) fn parents_first(tables: &[&'static TableMeta]) -> Vec<&'static TableMeta> {
    let mut rest: Vec<_> = tables.to_vec();
    let mut ordered: Vec<&'static TableMeta> = Vec::new();
    while !rest.is_empty() {
        let free = rest.iter().position(|table| {
            table.foreign_keys.iter().all(|key| {
                let parent = (key.parent)();
                parent.is_same_table(table) || !rest.iter().any(|other| other.is_same_table(parent))
            })
        });
        // Of a circle the first, but not what merely hangs on one.
        let in_circle = |table: &TableMeta| {
            let leads_back = |parent: &&'static TableMeta| {
                above(parent, &rest).iter().any(|t| t.is_same_table(table))
            };
            above(table, &rest).iter().all(leads_back)
        };
        let next = free.or_else(|| rest.iter().position(|table| in_circle(table)));
        let next = next.unwrap_or(0);
        ordered.push(rest.remove(next));
    }
    ordered
}

/// Whether a table refers to itself, at first hand or by way of others of a list.
pub(crate) fn refers_to_itself(table: &TableMeta, list: &[&'static TableMeta]) -> bool {
    let mut keys = table.foreign_keys.iter();
    let leads_back =
        |parent: &&'static TableMeta| above(parent, list).iter().any(|t| t.is_same_table(table));
    keys.any(|key| (key.parent)().is_same_table(table)) || above(table, list).iter().any(leads_back)
}

/// The other tables of a list that a table refers to, at first or further hand.
fn above(table: &TableMeta, list: &[&'static TableMeta]) -> Vec<&'static TableMeta> {
    let mut found: Vec<&'static TableMeta> = Vec::new();
    let parents = |table: &TableMeta| {
        let keys = table.foreign_keys.iter().map(|key| (key.parent)());
        keys.filter(|parent| list.iter().any(|t| t.is_same_table(parent)))
            .collect::<Vec<_>>()
    };
    let mut open = parents(table);
    while let Some(parent) = open.pop() {
        if !found.iter().any(|t| t.is_same_table(parent)) {
            found.push(parent);
            open.extend(parents(parent));
        }
    }
    found.retain(|parent| !parent.is_same_table(table));
    found
}
