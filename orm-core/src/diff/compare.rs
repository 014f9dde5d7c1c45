//! Two snapshots side by side.

mod keys;
mod table;
mod views;

use std::collections::BTreeSet;

use self::keys::Keys;
use self::table::Touched;
use super::apply::apply;
use super::order::Phases;
use super::{Alteration, Plan, Step};
use crate::snapshot::{Same, Snapshot, Table, TableName, alike};

/// The steps that make of a database what another snapshot says.
///
/// * Tables and views that `to` does not know are left alone, but for those in `drops`.
/// * A table or a column of `to` that says what it was [called before](Table::renamed_from) is
///   renamed, if there is nothing of its new name yet.
/// * Names of constraints and comments: a comment is set; another name alone is no step.
/// * Labels of enum types are added where they only come; else the type is made anew.
/// * Foreign keys that refer to each other in a circle are added when all tables are there.
///
/// ```
/// use orm_core::backend::Database;
/// use orm_core::diff::diff;
/// use orm_core::prelude::*;
/// use orm_core::snapshot::Snapshot;
///
/// #[derive(Model)]
/// struct Note { #[model(generated)] id: i64, text: String }
///
/// let wanted = Snapshot::of(schema![Note], Database::Sqlite);
/// let plan = diff(&Snapshot::empty(Database::Sqlite), &wanted, &[]);
/// assert_eq!(plan.outcome(), wanted);
/// assert!(diff(&wanted, &wanted, &[]).is_empty());
/// ```
#[must_use]
pub fn diff(from: &Snapshot, to: &Snapshot, drops: &[TableName]) -> Plan {
    // In the names of what is there: no schema where none is needed, cases that do not count.
    let (to, _) = alike(to, from);
    let to = &to;
    let mut phases = Phases {
        schemas: schemas(from, to),
        ..Phases::default()
    };
    enums(from, to, drops, &mut phases);
    let mut state = from.clone();
    renames(&mut state, to, &mut phases);
    let same = Same(to.database);
    let dropped: Vec<&Table> = state
        .tables
        .iter()
        .filter(|table| drops.contains(&table.name) && !has(to, &table.name))
        .collect();
    let created: Vec<&Table> = to
        .tables
        .iter()
        .filter(|table| !has(&state, &table.name))
        .collect();
    let mut touched = Touched::default();
    for wanted in &to.tables {
        if let Some(found) = table(&state, &wanted.name) {
            table::compare(same, found, wanted, &mut phases, &mut touched);
        }
    }
    let keys = Keys {
        same,
        from: &state,
        to,
        created: &created,
        dropped: &dropped,
        touched: &touched,
    };
    keys.compare(&mut phases);
    views::compare(&state, to, &touched, &dropped, &mut phases);
    Plan {
        from: from.clone(),
        steps: phases.steps(),
    }
}

/// What there is, by the names that it gets.
pub(crate) fn renamed(from: &Snapshot, to: &Snapshot) -> Snapshot {
    let mut state = from.clone();
    renames(&mut state, to, &mut Phases::default());
    state
}

fn has(snapshot: &Snapshot, name: &TableName) -> bool {
    table(snapshot, name).is_some()
}

fn table<'s>(snapshot: &'s Snapshot, name: &TableName) -> Option<&'s Table> {
    snapshot.tables.iter().find(|table| table.name == *name)
}

/// Schemas that no table is in yet. SQLite's are files, which whoever opens the database attaches.
fn schemas(from: &Snapshot, to: &Snapshot) -> Vec<Step> {
    if to.database == crate::backend::Database::Sqlite {
        return Vec::new();
    }
    let named = |snapshot: &Snapshot| -> BTreeSet<String> {
        let tables = snapshot.tables.iter().map(|table| &table.name);
        let all = tables.chain(snapshot.views.iter().map(|view| &view.name));
        let all = all.chain(snapshot.enums.iter().map(|one| &one.name));
        all.filter_map(|name| name.schema.clone()).collect()
    };
    let (there, wanted) = (named(from), named(to));
    let missing = wanted.difference(&there).cloned();
    missing.map(|name| Step::CreateSchema { name }).collect()
}

/// Enum types are there before columns of them, and go behind them.
fn enums(from: &Snapshot, to: &Snapshot, drops: &[TableName], phases: &mut Phases) {
    for wanted in &to.enums {
        match from.enums.iter().find(|one| one.name == wanted.name) {
            None => phases.enums.push(Step::CreateEnum { ty: wanted.clone() }),
            Some(found) if found.labels == wanted.labels => {}
            Some(found) => phases.enums.push(Step::AlterEnum {
                from: found.clone(),
                to: wanted.clone(),
            }),
        }
    }
    for found in &from.enums {
        let unknown = to.enums.iter().all(|one| one.name != found.name);
        if unknown && drops.contains(&found.name) {
            phases.drop_enums.push(Step::DropEnum { ty: found.clone() });
        }
    }
}

/// Renames come first: what follows speaks of new names.
fn renames(state: &mut Snapshot, to: &Snapshot, phases: &mut Phases) {
    for wanted in &to.tables {
        let Some(old) = &wanted.renamed_from else {
            continue;
        };
        if has(state, old) && !has(state, &wanted.name) {
            let step = Step::RenameTable {
                from: old.clone(),
                to: wanted.name.clone(),
            };
            apply(state, &step);
            phases.renames.push(step);
        }
    }
    for wanted in &to.tables {
        for column in &wanted.columns {
            let Some(old) = &column.renamed_from else {
                continue;
            };
            let Some(found) = table(state, &wanted.name) else {
                continue;
            };
            if found.column(&column.name).is_none() && found.column(old).is_some() {
                let step = Step::alter(
                    &wanted.name,
                    Alteration::RenameColumn {
                        from: old.clone(),
                        to: column.name.clone(),
                    },
                );
                apply(state, &step);
                phases.renames.push(step);
            }
        }
    }
}
