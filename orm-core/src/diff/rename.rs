//! Names that change, wherever a snapshot says them.

use super::pieces::{Piece, is, names, pieces};
use super::shown::in_output;
use crate::backend::Database;
use crate::snapshot::{Snapshot, Table, TableName, Term};

/// Gives a table another name, in the foreign keys that refer to it too.
pub(super) fn rename_table(snapshot: &mut Snapshot, from: &TableName, to: &TableName) {
    let database = snapshot.database;
    for view in &mut snapshot.views {
        if let Some(text) = &mut view.definition {
            *text = in_expression(database, text, &from.name, &to.name);
        }
    }
    for table in &mut snapshot.tables {
        if table.name == *from {
            table.name = to.clone();
            own_names(database, table, &from.name, &to.name);
        }
        for trigger in &mut table.triggers {
            trigger.sql = in_expression(database, &trigger.sql, &from.name, &to.name);
        }
        let keys = table.foreign_keys.iter_mut();
        for key in keys.filter(|key| key.parent == *from) {
            key.parent = to.clone();
        }
    }
}

/// What is called after its table is called after its new name: the rename does so itself, or has
/// [statements](renamed_parts) that do.
fn own_names(database: Database, table: &mut Table, from: &str, to: &str) {
    let old = format!("{from}_");
    let rename = |name: &mut Option<String>| {
        if let Some(text) = name
            && let Some(rest) = text.strip_prefix(&old)
        {
            *text = format!("{to}_{rest}");
        }
    };
    match database {
        Database::Sqlite => {}
        Database::Mysql => {
            let keys = table.foreign_keys.iter_mut();
            let counted = |name: &Option<String>| {
                let name = name.as_ref().and_then(|name| name.strip_prefix(&old));
                name.is_some_and(|rest| rest.starts_with("ibfk_"))
            };
            keys.map(|key| &mut key.name)
                .filter(|name| counted(name))
                .for_each(rename);
        }
        Database::Postgres => {
            table
                .primary_key
                .iter_mut()
                .for_each(|key| rename(&mut key.name));
            table
                .indexes
                .iter_mut()
                .for_each(|index| rename(&mut index.name));
            table
                .foreign_keys
                .iter_mut()
                .for_each(|key| rename(&mut key.name));
            table
                .checks
                .iter_mut()
                .for_each(|check| rename(&mut check.name));
        }
    }
}

/// The names of what is called after a table before and behind its rename: of indexes, and of
/// constraints.
pub(super) fn renamed_parts(
    before: &Table,
    behind: &Table,
) -> (Vec<(String, String)>, Vec<(String, String)>) {
    let pair = |(one, other): (Option<&String>, Option<&String>)| {
        let (one, other) = (one?, other?);
        (one != other).then(|| (one.clone(), other.clone()))
    };
    let key = |table: &'_ Table| table.primary_key.as_ref().and_then(|key| key.name.clone());
    let (one, other) = (key(before), key(behind));
    let keys = pair((one.as_ref(), other.as_ref())).into_iter();
    let indexes = before.indexes.iter().zip(&behind.indexes);
    let indexes = indexes.filter_map(|(one, other)| pair((one.name.as_ref(), other.name.as_ref())));
    let foreign = before.foreign_keys.iter().zip(&behind.foreign_keys);
    let foreign = foreign.filter_map(|(one, other)| pair((one.name.as_ref(), other.name.as_ref())));
    let checks = before.checks.iter().zip(&behind.checks);
    let checks = checks.filter_map(|(one, other)| pair((one.name.as_ref(), other.name.as_ref())));
    (
        keys.chain(indexes).collect(),
        foreign.chain(checks).collect(),
    )
}

/// Gives a column another name, in keys, indexes, checks and expressions too.
pub(super) fn rename_column(snapshot: &mut Snapshot, table: &TableName, from: &str, to: &str) {
    let database = snapshot.database;
    for view in &mut snapshot.views {
        if let Some(text) = &mut view.definition
            && names(database, text, &table.name)
        {
            *text = match database {
                Database::Postgres => in_output(text, &table.name, from, to),
                _ => in_expression(database, text, from, to),
            };
        }
    }
    for one in &mut snapshot.tables {
        let refers = one.foreign_keys.iter_mut();
        for key in refers.filter(|key| key.parent == *table) {
            rename_in(&mut key.parent_columns, from, to);
        }
        if one.name == *table {
            in_table(database, one, from, to);
        }
    }
}

fn in_table(database: Database, table: &mut Table, from: &str, to: &str) {
    let words = |text: &mut String| *text = in_expression(database, text, from, to);
    for column in &mut table.columns {
        if column.name == from {
            to.clone_into(&mut column.name);
        }
        for text in [&mut column.computed, &mut column.default]
            .into_iter()
            .flatten()
        {
            words(text);
        }
    }
    for trigger in &mut table.triggers {
        trigger.sql = in_trigger(&trigger.sql, from, to);
    }
    if let Some(key) = &mut table.primary_key {
        rename_in(&mut key.columns, from, to);
    }
    for key in &mut table.foreign_keys {
        rename_in(&mut key.columns, from, to);
    }
    for index in &mut table.indexes {
        for part in &mut index.parts {
            match &mut part.term {
                Term::Column(name) if name == from => to.clone_into(name),
                Term::Column(_) => {}
                Term::Expression(text) => words(text),
            }
        }
        rename_in(&mut index.include, from, to);
        if let Some(text) = &mut index.predicate {
            words(text);
        }
    }
    for check in &mut table.checks {
        words(&mut check.expression);
        if check.of_column && check.name.as_deref() == Some(from) {
            check.name = Some(to.to_owned());
        }
    }
}

fn rename_in(names: &mut [String], from: &str, to: &str) {
    for name in names.iter_mut().filter(|name| *name == from) {
        to.clone_into(name);
    }
}

/// An expression with another name for a column. What stands in quotes as a text stays, and so does
/// a name that is a function's or a type's.
pub(super) fn in_expression(database: Database, text: &str, from: &str, to: &str) -> String {
    let quoted = crate::ddl::quote_identifier(database, to);
    let mut out = String::with_capacity(text.len());
    let mut pieces = pieces(database, text).peekable();
    while let Some(piece) = pieces.next() {
        match piece {
            Piece::Name { text, name } if is(database, text, &name, from) => {
                let plain = !text.starts_with(['"', '`', '[']);
                let called = plain && matches!(pieces.peek(), Some(Piece::Other("(")));
                let before = out.trim_end();
                let typed = plain && before.ends_with("::");
                // A type of a CAST, or the name that a view gives.
                let said = before.to_lowercase().ends_with(" as");
                match called || typed || said {
                    true => out.push_str(text),
                    false => out.push_str(&quoted),
                }
            }
            Piece::Name { text, .. } | Piece::Other(text) => out.push_str(text),
        }
    }
    out
}

/// A trigger of a table whose column is renamed: as a column of the row, and behind UPDATE OF. Other
/// names may be those of other tables.
fn in_trigger(sql: &str, from: &str, to: &str) -> String {
    let quoted = crate::ddl::quote_identifier(Database::Sqlite, to);
    let mut out = String::with_capacity(sql.len());
    let mut of = false;
    for piece in pieces(Database::Sqlite, sql) {
        let (Piece::Name { text, name }, row) = (&piece, out.trim_end().to_lowercase()) else {
            let Piece::Other(text) = piece else { continue };
            out.push_str(text);
            continue;
        };
        of |= row.ends_with("update") && name.eq_ignore_ascii_case("of");
        of &= !name.eq_ignore_ascii_case("on");
        let row = row.ends_with("new.") || row.ends_with("old.");
        match (row || of) && is(Database::Sqlite, text, name, from) {
            true => out.push_str(&quoted),
            false => out.push_str(text),
        }
    }
    out
}
