//! What was expected, in the names of what was found.
//!
//! The schema that the connection is in needs no name, and SQLite and MariaDB heed no case in the
//! names of columns. Who names the schema nevertheless, or writes a column in another case, means
//! the same.

use super::{Change, Difference, Snapshot, Table, TableName, Term};
use crate::backend::Database;
use crate::ddl::quote_identifier;

/// The expected snapshot in the names of the other, and what is worth a note of it.
pub(crate) fn alike(expected: &Snapshot, found: &Snapshot) -> (Snapshot, Vec<Difference>) {
    let mut snapshot = expected.clone();
    let path = match found.search_path.is_empty() {
        true => &expected.search_path,
        false => &found.search_path,
    };
    at_home(&mut snapshot, path);
    let mut notes = Vec::new();
    if found.database != Database::Postgres {
        in_case(&mut snapshot, found, &mut notes);
    }
    (snapshot, notes)
}

/// Leaves out the schemas in which names are looked for anyway.
fn at_home(snapshot: &mut Snapshot, path: &[String]) {
    let home = path.first();
    let leave_out = |name: &mut TableName| {
        if name.schema.is_some() && name.schema.as_ref() == home {
            name.schema = None;
        }
    };
    for table in &mut snapshot.tables {
        leave_out(&mut table.name);
        table.renamed_from.iter_mut().for_each(leave_out);
        for key in &mut table.foreign_keys {
            leave_out(&mut key.parent);
        }
        if snapshot.database != Database::Postgres {
            continue;
        }
        for column in &mut table.columns {
            let mut prefixes = path.iter().flat_map(|schema| {
                let quoted = quote_identifier(Database::Postgres, schema);
                [format!("{schema}."), format!("{quoted}.")]
            });
            if let Some(prefix) = prefixes.find(|prefix| column.ty.starts_with(prefix)) {
                column.ty.drain(..prefix.len());
            }
        }
    }
    snapshot
        .views
        .iter_mut()
        .for_each(|view| leave_out(&mut view.name));
    snapshot
        .enums
        .iter_mut()
        .for_each(|one| leave_out(&mut one.name));
    snapshot.sort();
}

/// Names the columns (and SQLite's tables) as they are named there.
fn in_case(snapshot: &mut Snapshot, found: &Snapshot, notes: &mut Vec<Difference>) {
    let sqlite = found.database == Database::Sqlite;
    let there = |name: &TableName| {
        let same = |table: &&Table| {
            table.name.schema == name.schema
                && (table.name.name == name.name || (sqlite && same(&table.name.name, &name.name)))
        };
        found.tables.iter().find(same)
    };
    for table in &mut snapshot.tables {
        for key in &mut table.foreign_keys {
            if let Some(parent) = there(&key.parent) {
                key.parent = parent.name.clone();
                let names = key.parent_columns.iter_mut();
                names.for_each(|name| rename(name, parent));
            }
        }
        if let Some(old) = &mut table.renamed_from
            && let Some(other) = there(old)
        {
            *old = other.name.clone();
        }
        let before = table.renamed_from.as_ref().and_then(&there);
        let Some(other) = there(&table.name).or(before) else {
            continue;
        };
        for column in &mut table.columns {
            if let Some(old) = &mut column.renamed_from {
                rename(old, other);
            }
        }
        if table.renamed_from.as_ref() == Some(&other.name) {
            continue; // its names are another's until it is renamed
        }
        if other.name != table.name {
            notes.push(note(other, "table", &table.name.name, &other.name.name));
            table.name = other.name.clone();
        }
        for column in &mut table.columns {
            let before = column.name.clone();
            rename(&mut column.name, other);
            if before != column.name {
                notes.push(note(other, "column", &before, &column.name));
            }
        }
        let key = table
            .primary_key
            .iter_mut()
            .flat_map(|key| &mut key.columns);
        let foreign = table.foreign_keys.iter_mut();
        let foreign = foreign.flat_map(|key| &mut key.columns);
        key.chain(foreign).for_each(|name| rename(name, other));
        for part in table.indexes.iter_mut().flat_map(|index| &mut index.parts) {
            if let Term::Column(name) = &mut part.term {
                rename(name, other);
            }
        }
    }
    let views = snapshot.views.iter_mut().filter(|_| sqlite);
    for view in views {
        let mut others = found.views.iter();
        if let Some(other) = others.find(|other| same(&other.name.name, &view.name.name)) {
            view.name.name.clone_from(&other.name.name);
        }
    }
}

/// Gives a column the name that it has in a table, unless that has one written so.
fn rename(column: &mut String, table: &Table) {
    if table.column(column).is_none()
        && let Some(other) = table.columns.iter().find(|other| same(&other.name, column))
    {
        column.clone_from(&other.name);
    }
}

fn same(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.to_lowercase()
}

fn note(table: &Table, what: &'static str, expected: &str, found: &str) -> Difference {
    Difference {
        table: table.name.clone(),
        change: Change::Name {
            what,
            expected: expected.to_owned(),
            found: found.to_owned(),
        },
    }
}
