//! Two snapshots side by side.

mod keys;
mod table;
mod views;

use std::collections::BTreeSet;

use self::keys::Keys;
use self::table::{Named, Touched};
use self::views::Views;
pub(super) use self::views::readers;
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
    let named = Named::of(to);
    for wanted in &to.tables {
        if let Some(found) = table(&state, &wanted.name) {
            table::compare((same, &named), found, wanted, &mut phases, &mut touched);
        }
    }
    let keys = Keys {
        same,
        named: &named,
        from: &state,
        to,
        created: &created,
        dropped: &dropped,
        touched: &touched,
    };
    keys.compare(&mut phases);
    let views = Views {
        from,
        state: &state,
        to,
        touched: &touched,
        drops,
    };
    views.compare(&mut phases);
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
            Some(found) => {
                // Labels come before who uses them, and go behind.
                let phase = match (found.is_within(wanted), wanted.has_new(found)) {
                    (true, _) => &mut phases.enums,
                    (false, true) => &mut phases.remade_enums,
                    (false, false) => &mut phases.cut_enums,
                };
                phase.push(Step::AlterEnum {
                    from: found.clone(),
                    to: wanted.clone(),
                });
            }
        }
    }
    for found in &from.enums {
        let unknown = to.enums.iter().all(|one| one.name != found.name);
        if unknown && drops.contains(&found.name) {
            phases.drop_enums.push(Step::DropEnum { ty: found.clone() });
        }
    }
}

/// Renames come first: what follows speaks of new names. In a chain of them the last goes first,
/// so that each finds its name free.
fn renames(state: &mut Snapshot, to: &Snapshot, phases: &mut Phases) {
    while let Some(step) = to
        .tables
        .iter()
        .find_map(|wanted| table_renamed(state, wanted))
    {
        apply(state, &step);
        phases.renames.push(step);
    }
    for wanted in &to.tables {
        while let Some(step) = column_renamed(state, wanted) {
            apply(state, &step);
            phases.renames.push(step);
        }
    }
}

fn table_renamed(state: &Snapshot, wanted: &Table) -> Option<Step> {
    let old = wanted.renamed_from.as_ref()?;
    (has(state, old) && !has(state, &wanted.name)).then(|| Step::RenameTable {
        from: old.clone(),
        to: wanted.name.clone(),
    })
}

fn column_renamed(state: &Snapshot, wanted: &Table) -> Option<Step> {
    let found = table(state, &wanted.name)?;
    let renamed = wanted.columns.iter().find_map(|column| {
        let old = column.renamed_from.as_ref()?;
        let free = found.column(&column.name).is_none() && found.column(old).is_some();
        free.then(|| Alteration::RenameColumn {
            from: old.clone(),
            to: column.name.clone(),
        })
    });
    Some(Step::alter(&wanted.name, renamed?))
}
