//! Enum types of PostgreSQL: labels that come are added, anything else makes the type anew.

use super::parts::Words;
use super::views::{bring_back, take_away};
use crate::backend::Database;
use crate::ddl::{quote_identifier, quote_text};
use crate::diff::compare::readers;
use crate::diff::pieces::names;
use crate::snapshot::canonical_type;
use crate::snapshot::{Column, EnumType, ForeignKey, Index, Snapshot, Table, TableName, Term};

const WORDS: Words = Words(Database::Postgres);

pub(super) fn create(one: &EnumType) -> String {
    let labels: Vec<String> = one.labels.iter().map(|label| text(label)).collect();
    format!(
        "CREATE TYPE {} AS ENUM ({})",
        WORDS.table(&one.name),
        labels.join(", ")
    )
}

pub(super) fn drop(one: &EnumType) -> String {
    format!("DROP TYPE {}", WORDS.table(&one.name))
}

/// What leads from one list of labels to another. Only where it may are labels added to the type
/// that is there.
pub(super) fn alter(state: &Snapshot, from: &EnumType, to: &EnumType, adds: bool) -> Vec<String> {
    match adds && from.is_within(to) {
        true => added(from, to),
        false => anew(state, from, to),
    }
}

/// Each new label behind the one that it stands behind.
fn added(from: &EnumType, to: &EnumType) -> Vec<String> {
    let name = WORDS.table(&to.name);
    let mut statements = Vec::new();
    for (at, label) in to.labels.iter().enumerate() {
        if from.labels.contains(label) {
            continue;
        }
        let place = match at.checked_sub(1) {
            Some(before) => format!("AFTER {}", text(&to.labels[before])),
            None => match from.labels.first() {
                Some(first) => format!("BEFORE {}", text(first)),
                None => String::new(),
            },
        };
        statements.push(format!(
            "ALTER TYPE {name} ADD VALUE {} {place}",
            text(label)
        ));
    }
    statements
}

/// A type beside the old one, which its columns become by their labels. What names such a column
/// goes before and comes back behind.
fn anew(state: &Snapshot, from: &EnumType, to: &EnumType) -> Vec<String> {
    let old = TableName {
        schema: from.name.schema.clone(),
        name: format!("{}__orm_old", from.name.name),
    };
    let (name, new) = (WORDS.table(&from.name), WORDS.table(&to.name));
    let mut statements = Vec::new();
    let mut back = Vec::new();
    let tables: Vec<(&Table, Vec<&Column>)> = state
        .tables
        .iter()
        .map(|table| (table, columns_of(table, &from.name)))
        .filter(|(_, columns)| !columns.is_empty())
        .collect();
    let read: Vec<&str> = tables
        .iter()
        .map(|(table, _)| table.name.name.as_str())
        .collect();
    let views = readers(state, &read);
    let gone = views.iter().rev();
    statements.extend(gone.flat_map(|view| take_away(Database::Postgres, view)));
    for table in &state.tables {
        for key in table
            .foreign_keys
            .iter()
            .filter(|key| is_on(key, table, &tables))
        {
            let on = WORDS.table(&table.name);
            let own = WORDS.foreign_key_name(&table.name, key);
            statements.push(format!("ALTER TABLE {on} DROP CONSTRAINT {own}"));
            let key = WORDS.foreign_key(&table.name, key);
            back.push(format!("ALTER TABLE {on} ADD {key}"));
        }
    }
    for (table, columns) in &tables {
        let on = WORDS.table(&table.name);
        for check in &table.checks {
            if columns
                .iter()
                .any(|one| names(Database::Postgres, &check.expression, &one.name))
            {
                let own = WORDS.constraint(check.name.as_ref(), &table.name, "check");
                statements.push(format!("ALTER TABLE {on} DROP CONSTRAINT {own}"));
                back.push(format!("ALTER TABLE {on} ADD {}", WORDS.check(check)));
            }
        }
        for index in &table.indexes {
            if columns.iter().any(|one| is_in_words(index, &one.name)) {
                statements.push(WORDS.drop_index(&table.name, index));
                back.push(WORDS.create_index(&table.name, index));
            }
        }
    }
    statements.push(format!(
        "ALTER TYPE {name} RENAME TO {}",
        WORDS.name(&old.name)
    ));
    statements.push(create(to));
    for (table, columns) in &tables {
        let mut clauses = Vec::new();
        for column in columns {
            let own = WORDS.name(&column.name);
            let list = if column.ty.ends_with("[]") { "[]" } else { "" };
            if column.default.is_some() {
                clauses.push(format!("ALTER COLUMN {own} DROP DEFAULT"));
            }
            clauses.push(format!(
                "ALTER COLUMN {own} TYPE {new}{list} USING {own}::text{list}::{new}{list}"
            ));
            if let Some(default) = &column.default {
                clauses.push(format!("ALTER COLUMN {own} SET DEFAULT {default}"));
            }
        }
        let on = WORDS.table(&table.name);
        statements.push(format!("ALTER TABLE {on} {}", clauses.join(", ")));
    }
    statements.push(format!("DROP TYPE {}", WORDS.table(&old)));
    statements.extend(back.into_iter().rev());
    let again = views.iter();
    statements.extend(again.flat_map(|view| bring_back(Database::Postgres, view)));
    statements
}

pub(crate) fn columns_of<'t>(table: &'t Table, name: &TableName) -> Vec<&'t Column> {
    let ty = |text: &str| canonical_type(Database::Postgres, text).0;
    let quoted = quote_identifier(Database::Postgres, &name.name);
    let quoted = match &name.schema {
        Some(schema) => format!("{}.{quoted}", quote_identifier(Database::Postgres, schema)),
        None => quoted,
    };
    let wanted = ty(&quoted);
    let columns = table.columns.iter();
    columns
        .filter(|column| ty(column.ty.trim_end_matches("[]")) == wanted)
        .collect()
}

fn is_on(key: &ForeignKey, own: &Table, tables: &[(&Table, Vec<&Column>)]) -> bool {
    let mut tables = tables.iter();
    tables.any(|(table, columns)| {
        let mut columns = columns.iter();
        columns.any(|column| {
            (table.name == own.name && key.columns.contains(&column.name))
                || (table.name == key.parent && key.parent_columns.contains(&column.name))
        })
    })
}

/// Whether an index says more of a column than its name.
fn is_in_words(index: &Index, column: &str) -> bool {
    let named = |text: &String| names(Database::Postgres, text, column);
    let mut parts = index.parts.iter();
    index.predicate.as_ref().is_some_and(named)
        || parts.any(|part| matches!(&part.term, Term::Expression(text) if named(text)))
}

fn text(label: &str) -> String {
    quote_text(Database::Postgres, label)
}
