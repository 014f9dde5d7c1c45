//! Views: whether they are there, their kind, and what they stand for where that can be told.

use super::of;
use crate::backend::Database;
use crate::snapshot::spelling::canonical_statement;
use crate::snapshot::{Change, Difference, Snapshot, View};

pub(super) fn compare(expected: &Snapshot, found: &Snapshot) -> Vec<Difference> {
    let mut all = Vec::new();
    for view in &expected.views {
        let Some(there) = found.views.iter().find(|other| other.name == view.name) else {
            all.extend(of(&view.name, vec![Change::ViewMissing]));
            continue;
        };
        if there.materialized != view.materialized {
            let materialized = view.materialized;
            all.extend(of(&view.name, vec![Change::ViewKind { materialized }]));
        }
        all.extend(of(&view.name, definition(found.database, view, there)));
    }
    let known = |view: &&View| !expected.views.iter().any(|other| other.name == view.name);
    let extra = found.views.iter().filter(known);
    all.extend(extra.flat_map(|view| of(&view.name, vec![Change::ViewExtra])));
    all
}

/// What a model says can be held against what SQLite keeps, which is the text; the others keep
/// a tree, so theirs is compared with what they made of the model's.
fn definition(database: Database, expected: &View, found: &View) -> Vec<Change> {
    let comparable = database == Database::Sqlite || expected.is_kept == found.is_kept;
    let (Some(one), Some(other), true) = (&expected.definition, &found.definition, comparable)
    else {
        return Vec::new();
    };
    let spelled = |text: &str| canonical_statement(database, text);
    if spelled(one) == spelled(other) {
        return Vec::new();
    }
    vec![Change::ViewDiffers {
        expected: one.clone(),
        found: other.clone(),
    }]
}
