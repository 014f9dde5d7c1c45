//! Views: whether they are there, their kind, and what they stand for where that can be told.

use super::of;
use crate::snapshot::same::Same;
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
        all.extend(of(
            &view.name,
            definition(Same(found.database), view, there),
        ));
    }
    let known = |view: &&View| !expected.views.iter().any(|other| other.name == view.name);
    let extra = found.views.iter().filter(known);
    all.extend(extra.flat_map(|view| of(&view.name, vec![Change::ViewExtra])));
    all
}

fn definition(same: Same, expected: &View, found: &View) -> Vec<Change> {
    let (Some(one), Some(other), false) = (
        &expected.definition,
        &found.definition,
        same.query(expected, found),
    ) else {
        return Vec::new();
    };
    vec![Change::ViewDiffers {
        expected: one.clone(),
        found: other.clone(),
    }]
}
