//! What was run, beside what there is to run. Pure.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDateTime;

use super::code::NO_WAY_BACK;
use super::migration::label;
use super::status::{State, Status, status};
use super::{Migration, Migrations, Run, Way};
use crate::error::{Error, ErrorKind, Result};

/// What the tables say.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct History {
    /// When each version was run, as Diesel notes it.
    pub(super) run: BTreeMap<String, NaiveDateTime>,
    /// What we note of a version.
    pub(super) notes: BTreeMap<String, Note>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Note {
    pub(super) name: String,
    /// Of what was run. While it is being run or reverted: there as soon as something of it may be
    /// kept; empty as long as that is not known.
    pub(super) checksum: Option<String>,
    /// Whether it is begun and not done.
    pub(super) started: bool,
}

impl History {
    pub(super) fn is_run(&self, version: &str) -> bool {
        self.run.contains_key(version)
    }

    /// The versions that were run.
    pub(super) fn versions(&self) -> BTreeSet<String> {
        self.run.keys().cloned().collect()
    }

    /// Whether something of it may be there, and something not.
    pub(super) fn is_unfinished(&self, version: &str) -> bool {
        let note = self.notes.get(version);
        note.is_some_and(|note| note.started && note.checksum.is_some())
    }

    /// Whether something of it is kept for sure.
    pub(super) fn is_begun(&self, version: &str) -> bool {
        let checksum = self
            .notes
            .get(version)
            .and_then(|one| one.checksum.as_ref());
        self.is_unfinished(version) && checksum.is_some_and(|checksum| !checksum.is_empty())
    }

    /// Which way it was begun: what is being reverted counts as run until it is.
    fn way(&self, version: &str) -> Way {
        match self.is_run(version) {
            true => Way::Down,
            false => Way::Up,
        }
    }

    /// Where each migration stands, and each that was run, by version.
    pub(super) fn statuses(&self, migrations: &Migrations) -> Vec<Status> {
        let newest = self.run.keys().next_back();
        let mut all: BTreeMap<&str, Status> = BTreeMap::new();
        for migration in migrations {
            let version = migration.version.as_str();
            let way = self.way(version);
            let state = match self.run.get(version) {
                _ if self.is_unfinished(version) => State::Unfinished { way },
                _ if self.is_replaced(migration) == Some(false) => State::Partial,
                // Its own text was not run here, so no edit of it counts.
                Some(&at) if self.is_replaced(migration) == Some(true) => State::Done { at },
                Some(&at) if self.is_without_code(migration) => State::WithoutCode { at },
                Some(&at) if self.is_changed(migration) => State::Changed { at },
                Some(&at) => State::Done { at },
                None if newest.is_some_and(|newest| newest.as_str() > version) => State::OutOfOrder,
                None => State::Pending,
            };
            all.insert(version, status(version, &migration.name, state));
        }
        let begun = self.notes.keys().filter(|one| self.is_unfinished(one));
        let run = self.whole(migrations).into_iter();
        for version in run.chain(begun) {
            let name = self.notes.get(version).map_or("", |note| &note.name);
            let state = match self.run.get(version) {
                Some(&at) if !self.is_unfinished(version) => State::Missing { at },
                _ => State::Unfinished {
                    way: self.way(version),
                },
            };
            let missing = || status(version, name, state);
            all.entry(version).or_insert_with(missing);
        }
        all.into_values().collect()
    }

    fn is_changed(&self, migration: &Migration) -> bool {
        let note = self.notes.get(&migration.version);
        let noted = note.and_then(|note| note.checksum.as_ref());
        noted.is_some_and(|noted| !migration.is_of(noted))
    }

    /// Whether its text alone was run, by somebody who knew of no code.
    fn is_without_code(&self, migration: &Migration) -> bool {
        match self.notes.get(&migration.version) {
            None => migration.needs_code,
            Some(note) => {
                let noted = note.checksum.as_deref();
                noted.is_some_and(|noted| migration.is_bare(noted))
            }
        }
    }

    /// The migrations to be run, in order.
    pub(super) fn to_run<'m>(
        &self,
        migrations: &'m Migrations,
        run: &Run,
    ) -> Result<Vec<&'m Migration>> {
        let mut pending = Vec::new();
        for status in self.statuses(migrations) {
            let refused = |allowed: bool, what: &str| match allowed {
                true => Ok(()),
                false => Err(refused(&status.label(), what)),
            };
            match status.state {
                State::Unfinished { way } => return Err(unfinished(&status.label(), way)),
                State::Changed { .. } => refused(
                    run.allow_changed,
                    "was changed since it was run: write another one instead, or `allow_changed`",
                )?,
                State::Missing { .. } => refused(
                    run.allow_missing,
                    "was run, and is not among the migrations: bring it back, or `allow_missing`",
                )?,
                State::WithoutCode { .. } => refused(
                    false,
                    "was run without its code: run that by hand, then `settle` it as `Done`",
                )?,
                State::OutOfOrder => refused(
                    run.allow_out_of_order,
                    "was not run, and a newer one was: give it a newer version, or \
                     `allow_out_of_order`",
                )?,
                State::Partial => return Err(self.partial(migrations, &status)),
                State::Pending | State::Done { .. } | State::Current => {}
            }
            if let State::Pending | State::OutOfOrder = status.state
                && let Some(migration) = migrations.get(&status.version)
            {
                migration.check_text()?;
                pending.push(migration);
            }
        }
        if let Some(to) = &run.to {
            if migrations.get(to).is_none() {
                return Err(refused(to, "is not among the migrations"));
            }
            pending.retain(|one| one.version <= *to);
        }
        Ok(pending)
    }

    /// The last `n` that were run, newest version first, with the way back of each.
    pub(super) fn to_revert<'m>(
        &self,
        migrations: &'m Migrations,
        n: usize,
        run: &Run,
    ) -> Result<Vec<(&'m Migration, &'m str)>> {
        for status in self.statuses(migrations) {
            match status.state {
                State::Unfinished { way } => return Err(unfinished(&status.label(), way)),
                State::Partial => return Err(self.partial(migrations, &status)),
                _ => {}
            }
        }
        let whole = self.whole(migrations);
        if let Some(to) = run.to.as_ref().filter(|to| !whole.contains(to)) {
            let what = match self.is_run(to) {
                true => "was squashed with others: nothing can be reverted to it alone",
                false => "was not run: nothing can be reverted to it",
            };
            return Err(refused(to, what));
        }
        let newer = whole
            .into_iter()
            .rev()
            .take_while(|version| run.to.as_ref() != Some(*version));
        newer
            .take(n)
            .map(|version| {
                let Some(migration) = migrations.get(version) else {
                    let what = "is to be reverted, and is not among the migrations";
                    return Err(refused(&self.label(version), what));
                };
                match migration.way_back() {
                    Some(down) => Ok((migration, down)),
                    // Its code may lead back, which depends on who runs it.
                    None if migration.needs_code => Ok((migration, "")),
                    None => Err(refused(&migration.label(), NO_WAY_BACK)),
                }
            })
            .collect()
    }
}

impl History {
    /// Whether a migration is still to be run or reverted, and what was run `before` is as it was
    /// when that was planned: where runners do not wait for each other, others may have run and
    /// reverted some since. `false` if they did this one.
    pub(super) fn is_next(
        &self,
        migration: &Migration,
        way: Way,
        before: &BTreeSet<String>,
        run: &Run,
    ) -> Result<bool> {
        if let Some(begun) = self.notes.keys().find(|one| self.is_unfinished(one)) {
            return Err(unfinished(&self.label(begun), self.way(begun)));
        }
        let version = &migration.version;
        if self.is_run(version) == (way == Way::Up) {
            return Ok(false);
        }
        let gone = before.iter().find(|one| !self.is_run(one));
        let gone = gone.filter(|one| way == Way::Up && *one < version);
        let newest = self.run.keys().next_back();
        let newer = newest.filter(|one| *one > version && !before.contains(*one));
        let newer = newer.filter(|_| way == Way::Down || !run.allow_out_of_order);
        let (what, other) = match (gone, newer) {
            (Some(gone), _) => ("reverted", gone),
            (None, Some(newer)) => ("ran", newer),
            (None, None) => return Ok(true),
        };
        let other = self.label(other);
        let what =
            format!("was not touched: another runner {what} `{other}` meanwhile, so run again");
        Err(refused(&migration.label(), &what))
    }

    /// The label of one that is noted.
    fn label(&self, version: &str) -> String {
        label(
            version,
            self.notes.get(version).map_or("", |note| &note.name),
        )
    }
}

pub(super) fn refused(label: &str, what: &str) -> Error {
    let message = format!("the migration `{label}` {what}");
    Error::new(ErrorKind::Migration, message)
}

pub(super) fn unfinished(label: &str, way: Way) -> Error {
    let (of, settled) = (way.of(), way.how_to_settle());
    let message = format!(
        "{of}the migration `{label}` was begun and did not end, so some of it may be done: {settled} \
         (unless another runner is at it now)"
    );
    Error::new(ErrorKind::MigrationUnfinished, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(day: u32) -> NaiveDateTime {
        let day = chrono::NaiveDate::from_ymd_opt(2026, 1, day).unwrap();
        day.and_hms_opt(0, 0, 0).unwrap()
    }

    fn migrations(versions: &[&str]) -> Migrations {
        let one = |version: &&str| Migration::new(version, "x", format!("SELECT {version}"));
        Migrations::new(versions.iter().map(one)).unwrap()
    }

    fn history(run: &[&str]) -> History {
        let run = run.iter().map(|version| ((*version).to_owned(), at(1)));
        History {
            run: run.collect(),
            notes: BTreeMap::new(),
        }
    }

    fn noted(history: &mut History, version: &str, checksum: Option<&str>, started: bool) {
        let note = Note {
            name: "old".into(),
            checksum: checksum.map(str::to_owned),
            started,
        };
        history.notes.insert(version.to_owned(), note);
    }

    #[test]
    fn each_stands_somewhere() {
        let mut history = history(&["1", "3", "4", "5"]);
        let all = migrations(&["1", "2", "3", "4", "6", "7"]);
        noted(
            &mut history,
            "1",
            Some(&all.get("1").unwrap().checksum()),
            false,
        );
        noted(&mut history, "3", Some("other"), false);
        noted(&mut history, "7", Some("x"), true);
        noted(&mut history, "8", Some("x"), true);
        // Begun, and nothing of it was kept.
        noted(&mut history, "6", None, true);
        let states: Vec<_> = history
            .statuses(&all)
            .into_iter()
            .map(|status| (status.label(), status.state))
            .collect();
        let at = at(1);
        let expected = [
            ("1_x", State::Done { at }),
            ("2_x", State::OutOfOrder),
            ("3_x", State::Changed { at }),
            ("4_x", State::Done { at }),
            ("5", State::Missing { at }),
            ("6_x", State::Pending),
            ("7_x", State::Unfinished { way: Way::Up }),
            ("8_old", State::Unfinished { way: Way::Up }),
        ];
        let expected = expected.map(|(label, state)| (label.to_owned(), state));
        assert_eq!(states, expected);
    }

    #[test]
    fn the_last_are_reverted_by_version() {
        let history = history(&["1", "2", "3"]);
        let with = |down: &[&str]| {
            let all = migrations(&["1", "2", "3"]);
            let give = |one: &Migration| match down.contains(&one.version.as_str()) {
                true => one.clone().down("SELECT 1"),
                false => one.clone().down("-- nothing"),
            };
            Migrations::new(all.iter().map(give)).unwrap()
        };
        let all = with(&["2", "3"]);
        let last = history.to_revert(&all, 2, &Run::default()).unwrap();
        let versions: Vec<&str> = last.iter().map(|(one, _)| one.version.as_str()).collect();
        assert_eq!(versions, ["3", "2"]);
        assert!(
            history
                .to_revert(&all, 0, &Run::default())
                .unwrap()
                .is_empty()
        );
        let error = history.to_revert(&all, 9, &Run::default()).unwrap_err();
        assert!(
            error.to_string().contains("`1_x` has no way back"),
            "{error}"
        );
    }
}
