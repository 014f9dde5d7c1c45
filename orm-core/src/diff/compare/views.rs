//! Views: those that change, and those that lean on a table or a view that does.

use super::table::Touched;
use crate::backend::Database;
use crate::diff::Step;
use crate::diff::apply::view;
use crate::diff::order::Phases;
use crate::diff::pieces::names;
use crate::snapshot::{Same, Snapshot, TableName, View};

/// Views go before anything else and come back behind all of it, so that on the way back each is
/// made where the names in it are true.
pub(super) struct Views<'s> {
    /// What there is.
    pub(super) from: &'s Snapshot,
    /// The same, by the names that it gets.
    pub(super) state: &'s Snapshot,
    pub(super) to: &'s Snapshot,
    pub(super) touched: &'s Touched,
    pub(super) drops: &'s [TableName],
}

impl Views<'_> {
    pub(super) fn compare(&self, phases: &mut Phases) {
        let goes = self.pulled();
        let gone = self.from.views.iter().zip(&goes);
        let gone = gone.filter(|(_, goes)| **goes).map(|(view, _)| view);
        let mut gone = in_order(self.to.database, gone.cloned().collect());
        gone.reverse();
        let drop = |view| Step::DropView { view };
        phases.drop_views.extend(gone.into_iter().map(drop));

        let again = self.state.views.iter().zip(&goes);
        let again = again.filter(|(view, goes)| **goes && !self.is_dropped(view));
        let again = again.map(|(view, _)| self.again(view));
        let new = self.to.views.iter();
        let new = new.filter(|one| is_said(one) && view(self.state, &one.name).is_none());
        let comes = in_order(self.to.database, again.chain(new.cloned()).collect());
        let create = |view| Step::CreateView { view };
        phases.create_views.extend(comes.into_iter().map(create));
    }

    /// What the model says of a view; one that it only reads is somebody else's.
    fn wanted(&self, found: &View) -> Option<&View> {
        view(self.to, &found.name).filter(|one| is_said(one))
    }

    /// A view as it comes back: with what the model says, and what no model does.
    fn again(&self, found: &View) -> View {
        let mut view = self.wanted(found).unwrap_or(found).clone();
        view.options.clone_from(&found.options);
        view.triggers.clone_from(&found.triggers);
        view
    }

    fn is_dropped(&self, found: &View) -> bool {
        view(self.to, &found.name).is_none() && self.drops.contains(&found.name)
    }

    /// Which of the views are dropped, to come back or not.
    fn pulled(&self) -> Vec<bool> {
        let database = self.to.database;
        let views = self.from.views.iter().zip(&self.state.views);
        let mut pulled: Vec<bool> = views
            .map(|(before, now)| {
                let wanted = self.wanted(now);
                let changes = wanted.is_some_and(|wanted| !Same(database).view(now, wanted));
                changes || self.is_dropped(now) || self.leans(before, now)
            })
            .collect();
        // PostgreSQL lets no view go that another one reads.
        if database == Database::Postgres {
            while let Some(next) = self.reader(&pulled) {
                pulled[next] = true;
            }
        }
        pulled
    }

    /// A view that stays so far, and reads one that goes.
    fn reader(&self, pulled: &[bool]) -> Option<usize> {
        let reads = |text: &str| {
            let all = self.state.views.iter().zip(pulled);
            let mut all = all.filter(|(_, pulled)| **pulled);
            all.any(|(view, _)| names(self.to.database, text, &view.name.name))
        };
        let mut views = self.state.views.iter().zip(pulled);
        views.position(|(view, pulled)| !pulled && reads(said(view)))
    }

    /// PostgreSQL refuses to alter what a view shows. MariaDB does not, and leaves the old names in
    /// it; SQLite writes new ones.
    fn leans(&self, before: &View, now: &View) -> bool {
        match self.to.database {
            Database::Sqlite => false,
            Database::Mysql => before.definition != now.definition,
            Database::Postgres => {
                let mut tables = self.touched.tables.iter();
                tables.any(|table| names(Database::Postgres, said(now), &table.name))
            }
        }
    }
}

/// Views so that each stands behind those that it reads.
pub(in crate::diff) fn in_order(database: Database, mut views: Vec<View>) -> Vec<View> {
    let mut ordered = Vec::with_capacity(views.len());
    while !views.is_empty() {
        let reads = |view: &View| {
            let mut others = views.iter().filter(|other| other.name != view.name);
            others.any(|other| names(database, said(view), &other.name.name))
        };
        let next = views.iter().position(|view| !reads(view)).unwrap_or(0);
        ordered.push(views.remove(next));
    }
    ordered
}

/// The views that read one of some tables or views, or a view that does; in order.
pub(in crate::diff) fn readers(state: &Snapshot, read: &[&str]) -> Vec<View> {
    let mut found: Vec<View> = Vec::new();
    loop {
        let is_reader = |view: &&View| {
            let text = said(view);
            let own = found.iter().any(|one| one.name == view.name);
            let mut all = read.iter().copied();
            let mut of = found.iter().map(|one| one.name.name.as_str());
            let named = |name: &str| names(state.database, text, name);
            !own && (all.any(named) || of.any(named))
        };
        match state.views.iter().find(is_reader) {
            Some(view) => found.push(view.clone()),
            None => return in_order(state.database, found),
        }
    }
}

fn is_said(view: &View) -> bool {
    view.definition.is_some()
}

fn said(view: &View) -> &str {
    view.definition.as_deref().unwrap_or_default()
}
