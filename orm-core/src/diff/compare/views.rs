//! Views: those that change, and those that lean on a table that does.

use super::table::Touched;
use crate::backend::Database;
use crate::diff::Step;
use crate::diff::apply::view;
use crate::diff::order::Phases;
use crate::diff::rename::names;
use crate::snapshot::{Same, Snapshot, Table, View};

pub(super) fn compare(
    from: &Snapshot,
    to: &Snapshot,
    touched: &Touched,
    dropped: &[&Table],
    phases: &mut Phases,
) {
    let database = to.database;
    let leans = |view: &View| {
        let tables = touched.tables.iter().map(|name| &name.name);
        let gone = dropped.iter().map(|table| &table.name.name);
        let mut all = tables.chain(gone);
        // SQLite looks a view up when it is read.
        let text = view.definition.as_deref().unwrap_or_default();
        database != Database::Sqlite && all.any(|table| names(database, text, table))
    };
    // A view whose query no model says is somebody else's.
    let wanted: Vec<&View> = to
        .views
        .iter()
        .filter(|one| one.definition.is_some())
        .collect();
    for found in &from.views {
        let wanted = wanted.iter().find(|one| one.name == found.name).copied();
        let changes = wanted.is_some_and(|wanted| !Same(database).view(found, wanted));
        if changes || leans(found) {
            phases.drop_views.push(Step::DropView {
                view: found.clone(),
            });
            phases.create_views.push(Step::CreateView {
                view: wanted.unwrap_or(found).clone(),
            });
        }
    }
    // In the order of the models: one may stand on another.
    for wanted in wanted {
        if view(from, &wanted.name).is_none() {
            phases.create_views.push(Step::CreateView {
                view: wanted.clone(),
            });
        }
    }
}
