//! Views: those that change, and those that lean on a table that does.

use super::table::Touched;
use crate::backend::Database;
use crate::diff::Step;
use crate::diff::apply::view;
use crate::diff::order::Phases;
use crate::diff::rename::names;
use crate::snapshot::{Snapshot, Table, View, canonical_expression};

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
        database != Database::Sqlite && all.any(|table| names(database, &view.definition, table))
    };
    for found in &from.views {
        let wanted = view(to, &found.name);
        let changes = wanted.is_some_and(|wanted| !is_same(database, found, wanted));
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
    for wanted in &to.views {
        if view(from, &wanted.name).is_none() {
            phases.create_views.push(Step::CreateView {
                view: wanted.clone(),
            });
        }
    }
}

/// PostgreSQL and MariaDB keep a rewritten query: there only the kind is compared.
fn is_same(database: Database, one: &View, other: &View) -> bool {
    let query = |view: &View| {
        let text = &view.definition;
        let start = text.to_lowercase().find("select").unwrap_or(0);
        canonical_expression(database, &text[start..])
    };
    one.materialized == other.materialized
        && (database != Database::Sqlite || query(one) == query(other))
}
