//! Foreign keys and checks.

use super::Pair;
use crate::snapshot::same::{pair_off, relates};
use crate::snapshot::{Change, Check, ForeignKey, length_of};

impl Pair<'_> {
    pub(super) fn foreign_keys(&mut self) {
        let (pairs, missing, extra) = pair_off(
            &self.expected.foreign_keys,
            &self.found.foreign_keys,
            relates,
            |key| key.name.as_ref(),
        );
        for (expected, found) in pairs {
            if self.same.acts(expected) != self.same.acts(found) {
                let acts = |key: &ForeignKey| (key.on_delete, key.on_update, key.deferred);
                self.changes.push(Change::ForeignKeyActs {
                    columns: expected.columns.clone(),
                    expected: acts(expected),
                    found: acts(found),
                });
            }
            let name = format!("({})", expected.columns.join(", "));
            self.options(Some("foreign key"), name, &expected.options, &found.options);
            self.name("foreign key", expected.name.as_ref(), found.name.as_ref());
        }
        let missing = missing
            .into_iter()
            .map(|key| Change::ForeignKeyMissing { key: words(key) });
        let extra = extra
            .into_iter()
            .map(|key| Change::ForeignKeyExtra { key: words(key) });
        self.changes.extend(missing.chain(extra));
    }

    pub(super) fn checks(&mut self) {
        let same = |one: &Check, other: &Check| self.same.check(one, other);
        let (pairs, missing, mut extra) =
            pair_off(&self.expected.checks, &self.found.checks, same, |check| {
                check.name.as_ref()
            });
        for (expected, found) in pairs {
            let name = expected.name.as_ref().unwrap_or(&expected.expression);
            let name = format!("`{name}`");
            self.options(Some("check"), name, &expected.options, &found.options);
            self.name("check", expected.name.as_ref(), found.name.as_ref());
        }
        for check in missing {
            let mut others = extra.iter();
            let named = others.position(|one| one.name.is_some() && one.name == check.name);
            let change = match (named, &check.name) {
                (Some(at), Some(name)) => Change::CheckDiffers {
                    name: name.clone(),
                    expected: check.expression.clone(),
                    found: extra.remove(at).expression.clone(),
                },
                _ if self.is_said_by_a_type(check) => continue,
                _ => Change::CheckMissing {
                    name: check.name.clone(),
                    expression: check.expression.clone(),
                },
            };
            self.changes.push(change);
        }
        self.changes
            .extend(extra.into_iter().map(|check| Change::CheckExtra {
                name: check.name.clone(),
                expression: check.expression.clone(),
            }));
    }

    /// Whether the check bounds a length that the type of its column bounds as well:
    /// a VARCHAR(80) needs no `length(name) <= 80`.
    fn is_said_by_a_type(&self, check: &Check) -> bool {
        let spelled = self.same.spelled(&check.expression);
        self.found.columns.iter().any(|column| {
            let Some(length) = length_of(self.same.0, &column.ty) else {
                return false;
            };
            let name = crate::ddl::quote_identifier(self.same.0, &column.name);
            ["length", "char_length"].iter().any(|function| {
                spelled
                    == self
                        .same
                        .spelled(&format!("{function}({name}) <= {length}"))
            })
        })
    }
}

/// A foreign key as a person says it: `` `name` (a) to parent (id)``.
fn words(key: &ForeignKey) -> String {
    let name = key
        .name
        .as_ref()
        .map_or(String::new(), |name| format!("`{name}` "));
    let (columns, parent) = (key.columns.join(", "), key.parent_columns.join(", "));
    format!("{name}({columns}) to `{}` ({parent})", key.parent)
}
