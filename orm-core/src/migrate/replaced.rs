//! What was run, where a migration replaces several: their rows stay, and stand for it. Pure.

use std::collections::BTreeSet;

use super::history::{History, refused};
use super::status::Status;
use super::{Migration, Migrations};
use crate::error::Error;

impl History {
    /// The versions that were run, without those that a migration replaces, in order.
    pub(super) fn whole(&self, migrations: &Migrations) -> Vec<&String> {
        let replaced: BTreeSet<&str> = migrations.iter().flat_map(Migration::others).collect();
        let run = self.run.keys();
        run.filter(|one| !replaced.contains(one.as_str())).collect()
    }

    /// Whether all were run that it replaces; `None` if nothing of them was.
    pub(super) fn is_replaced(&self, migration: &Migration) -> Option<bool> {
        if !migration.others().any(|one| self.is_run(one)) {
            return None;
        }
        Some(migration.replaces.iter().all(|one| self.is_run(one)))
    }

    /// Of those that a migration replaces, some were run.
    pub(super) fn partial(&self, migrations: &Migrations, status: &Status) -> Error {
        let migration = migrations.get(&status.version);
        let all = migration.map_or(&[][..], |one| &one.replaces);
        let (run, not): (Vec<&str>, Vec<&str>) = all
            .iter()
            .map(String::as_str)
            .partition(|one| self.is_run(one));
        let what = format!(
            "replaces several, of which some were run ({}) and some not ({}): run the rest with \
             the files as they were before, or `settle` it",
            list(&run),
            list(&not)
        );
        refused(&status.label(), &what)
    }
}

fn list(versions: &[&str]) -> String {
    match versions {
        [] => "older ones".to_owned(),
        some => some.join(", "),
    }
}
