//! [`Migrations`]: all of them, in their order.

use std::collections::BTreeMap;

use super::{Code, Migration, Repeatable};
use crate::error::{Error, ErrorKind, Result};

/// Migrations in the order of their versions, which are distinct.
///
/// Versions are compared as texts, as Diesel does: `10` comes before `9`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Migrations {
    sorted: Vec<Migration>,
    /// By their names.
    pub(super) repeatables: Vec<Repeatable>,
    /// By versions.
    pub(super) codes: BTreeMap<String, Code>,
}

impl Migrations {
    /// Migrations that stand in the program; see [`read`](Self::read) for a folder.
    ///
    /// ```
    /// use orm_core::migrate::{Migration, Migrations};
    ///
    /// let migrations = Migrations::new([
    ///     Migration::new("2", "tags", "CREATE TABLE tags (id BIGINT);"),
    ///     Migration::new("1", "notes", "CREATE TABLE notes (id BIGINT);"),
    /// ])?;
    /// let names: Vec<&str> = migrations.iter().map(|one| one.name.as_str()).collect();
    /// assert_eq!(names, ["notes", "tags"]);
    /// # Ok::<(), orm_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::Migration`] if two have one version, or if one has none or too long a one; if
    /// one is there that another one replaces. One with nothing to run is refused when it is to be
    /// run.
    pub fn new(list: impl IntoIterator<Item = Migration>) -> Result<Self> {
        let mut sorted: Vec<Migration> = list.into_iter().collect();
        sorted.sort_by(|one, other| one.version.cmp(&other.version));
        for migration in &sorted {
            migration.check_version()?;
        }
        for pair in sorted.windows(2) {
            if pair[0].version == pair[1].version {
                let message = format!(
                    "the migrations `{}` and `{}` have one version, {}",
                    pair[0].label(),
                    pair[1].label(),
                    pair[0].version
                );
                return Err(Error::new(ErrorKind::Migration, message));
            }
        }
        let migrations = Migrations {
            sorted,
            repeatables: Vec::new(),
            codes: BTreeMap::new(),
        };
        for migration in &migrations {
            if let Some(there) = migration.others().find_map(|one| migrations.get(one)) {
                let message = format!(
                    "the migration `{}` replaces `{}`, which is still there: remove one of them",
                    migration.label(),
                    there.label()
                );
                return Err(Error::new(ErrorKind::Migration, message));
            }
        }
        Ok(migrations)
    }

    /// Whether each has something to run.
    #[cfg(feature = "cli")]
    pub(crate) fn check_texts(&self) -> Result<()> {
        self.sorted.iter().try_for_each(Migration::check_text)?;
        self.repeatables.iter().try_for_each(Repeatable::check_text)
    }

    /// The migrations, oldest version first.
    pub fn iter(&self) -> std::slice::Iter<'_, Migration> {
        self.sorted.iter()
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.sorted.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.sorted.is_empty()
    }

    /// The one of a version.
    #[must_use]
    pub fn get(&self, version: &str) -> Option<&Migration> {
        let found = self
            .sorted
            .binary_search_by(|one| one.version.as_str().cmp(version));
        found.ok().map(|at| &self.sorted[at])
    }
}

impl<'m> IntoIterator for &'m Migrations {
    type Item = &'m Migration;
    type IntoIter = std::slice::Iter<'m, Migration>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
