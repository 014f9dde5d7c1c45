//! Random changes of a schema, each one that a migration can follow with rows in the tables.

use orm_core::metadata::ReferentialAction;
use orm_tests::random::Random;

use super::spec::{
    Kind, Spec, Table, add_check, add_computed, add_index, add_key, new_column, table,
};

/// Another schema, some changes away.
pub(crate) fn changed(random: &mut Random, spec: &Spec) -> Spec {
    let mut spec = spec.clone();
    for _ in 0..random.below(6) + 1 {
        change(random, &mut spec);
    }
    spec
}

fn change(random: &mut Random, spec: &mut Spec) {
    let at = random.below(spec.len());
    match random.below(18) {
        0 => {
            if let Some(name) = free(spec) {
                let table = table(random, name, spec);
                spec.push(table);
            }
        }
        1 => rename_table(spec, at),
        2 => {
            let parents: Vec<Table> = spec[..at]
                .iter()
                .filter(|one| one.keys == 1)
                .cloned()
                .collect();
            if !parents.is_empty() {
                let parent = random.pick(&parents).clone();
                add_key(random, &mut spec[at], &parent);
            }
        }
        3 | 4 => {
            let column = new_column(random, &spec[at]);
            let end = spec[at].columns.len() + 1 - spec[at].keys;
            let place = spec[at].keys + random.below(end);
            if let Some(column) = column {
                spec[at].columns.insert(place, column);
            }
        }
        5 => drop_column(random, &mut spec[at]),
        6 => rename_column(random, &mut spec[at]),
        7 | 8 => widen(random, &mut spec[at]),
        9 => nullable(random, &mut spec[at]),
        10 => default(random, &mut spec[at]),
        11 => add_index(random, &mut spec[at]),
        12 => {
            let table = &mut spec[at];
            if !table.indexes.is_empty() {
                let index = random.below(table.indexes.len());
                table.indexes.remove(index);
            }
        }
        13 => {
            add_check(random, &mut spec[at]);
            add_computed(random, &mut spec[at]);
        }
        14 => {
            let table = &mut spec[at];
            if !table.checks.is_empty() {
                table.checks.remove(0);
            }
            if let Some(key) = table.foreign.first_mut() {
                key.on_delete = match key.on_delete {
                    ReferentialAction::Cascade => ReferentialAction::SetNull,
                    _ => ReferentialAction::Cascade,
                };
            }
        }
        15 => label(random, &mut spec[at]),
        // In another order: the type is made anew.
        16 => spec[at].labels.reverse(),
        _ => comment(random, &mut spec[at]),
    }
}

/// A label somewhere between the others.
fn label(random: &mut Random, table: &mut Table) {
    let all = ["Wild and free", "glad", "sad"];
    if let Some(new) = all.iter().find(|one| !table.labels.contains(one)) {
        let place = random.below(table.labels.len() + 1);
        table.labels.insert(place, new);
    }
}

fn free(spec: &Spec) -> Option<&'static str> {
    let mut names = ["river", "hill", "lake", "field"].into_iter();
    names.find(|name| spec.len() < 6 && !is_taken(spec, name))
}

fn is_taken(spec: &Spec, name: &str) -> bool {
    spec.iter()
        .any(|table| table.name == name || table.was.as_deref() == Some(name))
}

fn rename_table(spec: &mut Spec, at: usize) {
    if spec[at].was.is_some() {
        return;
    }
    let old = spec[at].name.clone();
    let new = format!("{old}_two");
    for table in spec.iter_mut() {
        for key in table.foreign.iter_mut().filter(|key| key.parent == old) {
            key.parent.clone_from(&new);
        }
    }
    spec[at].was = Some(old);
    spec[at].name = new;
}

/// Columns that no key, index or other column stands on.
fn plain(table: &Table) -> Vec<usize> {
    let stands = |name: &String| {
        table
            .indexes
            .iter()
            .any(|index| index.columns.contains(name))
            || table.foreign.iter().any(|key| key.column == *name)
            || table.checks.contains(name)
            || table
                .columns
                .iter()
                .any(|one| one.computed.as_ref() == Some(name))
    };
    let columns = table.columns.iter().enumerate().skip(table.keys);
    columns
        .filter(|(_, column)| !stands(&column.name))
        .map(|(at, _)| at)
        .collect()
}

fn drop_column(random: &mut Random, table: &mut Table) {
    let plain = plain(table);
    if !plain.is_empty() {
        let at = *random.pick(&plain);
        table.columns.remove(at);
    }
}

fn rename_column(random: &mut Random, table: &mut Table) {
    if table.columns.len() <= table.keys {
        return;
    }
    let at = table.keys + random.below(table.columns.len() - table.keys);
    let old = table.columns[at].name.clone();
    let new = format!("{old}_new");
    // Expressions name it without quotes.
    let plain = old.chars().all(|c| c.is_ascii_lowercase() || c == '_');
    let named = table.columns[at].was.is_some() || table.columns[at].computed.is_some();
    if named || !plain || ["order", "select"].contains(&old.as_str()) {
        return;
    }
    let rename = |name: &mut String| {
        if *name == old {
            name.clone_from(&new);
        }
    };
    table
        .indexes
        .iter_mut()
        .flat_map(|one| &mut one.columns)
        .for_each(rename);
    table
        .foreign
        .iter_mut()
        .map(|one| &mut one.column)
        .for_each(rename);
    table.checks.iter_mut().for_each(rename);
    table
        .columns
        .iter_mut()
        .filter_map(|one| one.computed.as_mut())
        .for_each(rename);
    table.columns[at].was = Some(old.clone());
    table.columns[at].name = new;
}

/// A type that holds all values of the one before.
fn widen(random: &mut Random, table: &mut Table) {
    let plain = plain(table);
    if plain.is_empty() {
        return;
    }
    let column = &mut table.columns[*random.pick(&plain)];
    if column.computed.is_some() || column.default {
        return;
    }
    column.kind = match column.kind {
        Kind::I16 => *random.pick(&[Kind::I32, Kind::I64]),
        Kind::I32 => *random.pick(&[Kind::I64, Kind::Text(None)]),
        Kind::Text(Some(_)) => Kind::Text(None),
        Kind::Text(None) => Kind::Text(Some(60)),
        other => other,
    };
}

fn nullable(random: &mut Random, table: &mut Table) {
    let plain = plain(table);
    if !plain.is_empty() {
        let column = &mut table.columns[*random.pick(&plain)];
        if column.computed.is_none() && column.kind != Kind::Enum {
            column.nullable = !column.nullable;
        }
    }
}

fn default(random: &mut Random, table: &mut Table) {
    let plain = plain(table);
    if !plain.is_empty() {
        let column = &mut table.columns[*random.pick(&plain)];
        column.default = !column.default && column.kind.has_default() && column.computed.is_none();
    }
}

fn comment(random: &mut Random, table: &mut Table) {
    let text = || Some("another -- comment; with 'quotes'".to_owned());
    if random.one_in(2) {
        table.comment = if table.comment.is_some() {
            None
        } else {
            text()
        };
        return;
    }
    let at = random.below(table.columns.len());
    let column = &mut table.columns[at];
    column.comment = if column.comment.is_some() {
        None
    } else {
        text()
    };
}
