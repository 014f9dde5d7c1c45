//! Migrations as files, in the layout of Diesel's command line: a folder
//! `<version>_<name>` each, with `up.sql`, `down.sql` and perhaps `metadata.toml`.

use std::fmt::Display;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::{Migration, Migrations, Repeatable, metadata};
use crate::error::{Error, ErrorKind, Result};

impl Migrations {
    /// Reads a folder of migrations, as Diesel's command line has it.
    ///
    /// The version is the text before the first `_`, without `-`. Hidden folders are passed over, and
    /// those without `up.sql` if nothing else says that they are migrations: a name that begins
    /// with a digit, a `down.sql`, a `metadata.toml`. A `down.sql` of nothing but comments is no way back.
    /// `metadata.toml` may say `run_in_transaction = false`, and which versions a squashed one
    /// replaces. Files beside the folders that end in `.repeat.sql` are
    /// [repeatables](super::Repeatable).
    ///
    /// ```no_run
    /// use orm_core::migrate::Migrations;
    ///
    /// let migrations = Migrations::read("migrations/postgres")?;
    /// # Ok::<(), orm_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::Migration`] if a file cannot be read or says something else, or `up.sql` is
    /// missing; if the folder holds such folders of several databases; as [`new`](Self::new).
    pub fn read(folder: impl AsRef<Path>) -> Result<Self> {
        let folder = folder.as_ref();
        let mut list = Vec::new();
        for path in folders(folder)? {
            if path.join("up.sql").is_file() {
                list.push(read(&path)?);
                continue;
            }
            let below = folders(&path)?;
            if below.iter().any(|one| one.join("up.sql").is_file()) {
                return Err(at(
                    folder,
                    format!(
                        "is no folder of migrations but holds some: name one of them, such as `{}`",
                        path.display()
                    ),
                ));
            }
            if is_half(&path) {
                let what = "has no `up.sql`: a migration lost it, or the folder is none and is to be \
                            called otherwise";
                return Err(at(&path, what));
            }
        }
        Migrations::new(list)?.with_repeatables(repeatables(folder)?)
    }
}

impl Migration {
    /// Writes the migration as a folder below `folder`, and gives its path. A version that is a
    /// time is written with dashes, as Diesel does: `2026-11-21-120000_notes`.
    ///
    /// `down.sql` is written in any case, `metadata.toml` only if the migration is not run in a
    /// transaction, or replaces others.
    ///
    /// # Errors
    /// [`ErrorKind::Migration`] if the folder is there already, or a file cannot be written; if
    /// there is no such migration (no version, nothing to run, a `/` in its name).
    pub fn write(&self, folder: impl AsRef<Path>) -> Result<PathBuf> {
        self.check_version()?;
        self.check_text()?;
        self.write_files(folder.as_ref())
    }

    /// Writes the migration as a folder to be filled by hand: a comment stands in both texts. Until
    /// `up.sql` says anything, a run is refused.
    ///
    /// # Errors
    /// As [`write`](Self::write).
    #[cfg(feature = "cli")]
    pub(crate) fn write_draft(&self, folder: impl AsRef<Path>) -> Result<PathBuf> {
        self.check_version()?;
        let mut draft = self.clone();
        draft.up = "-- Write here what leads to the next schema.\n".to_owned();
        draft.down = Some("-- Write here what leads back.\n".to_owned());
        draft.write_files(folder.as_ref())
    }

    fn write_files(&self, folder: &Path) -> Result<PathBuf> {
        let name = super::migration::label(&dashed(&self.version), &self.name);
        if name.contains(['/', '\\', '\0']) || name.starts_with('.') {
            return Err(at(folder, format!("can have no folder named `{name}`")));
        }
        let path = folder.join(&name);
        if path.exists() {
            let there = io::Error::from(io::ErrorKind::AlreadyExists);
            return Err(failed(&path, "cannot be written", there));
        }
        // Hidden until all of it is there: nobody reads the half of a migration.
        let hidden = folder.join(format!(".{name}"));
        let written = fs::create_dir_all(folder)
            .and_then(|()| fs::create_dir_all(&hidden))
            .and_then(|()| fs::write(hidden.join("up.sql"), &self.up))
            .and_then(|()| {
                let down = self.down.as_deref().unwrap_or("-- There is no way back.\n");
                fs::write(hidden.join("down.sql"), down)
            })
            .and_then(|()| match self.metadata() {
                None => Ok(()),
                Some(text) => fs::write(hidden.join("metadata.toml"), text),
            })
            .and_then(|()| fs::rename(&hidden, &path));
        written.map_err(|error| {
            let _ = fs::remove_dir_all(&hidden);
            failed(&path, "cannot be written", error)
        })?;
        Ok(path)
    }
}

/// The files of a folder that are run again when they change.
fn repeatables(folder: &Path) -> Result<Vec<Repeatable>> {
    let mut found = Vec::new();
    let all = entries(folder)?.into_iter();
    for path in all.filter(|path| is_repeatable(path)) {
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else {
            return Err(at(&path, "has a name that is no UTF-8"));
        };
        let sql = text(&path)?.unwrap_or_default();
        found.push(Repeatable::new(name, sql.trim_start_matches('\u{feff}')));
    }
    Ok(found)
}

/// By its name alone: other files of SQL, such as a dump, stand beside migrations too.
fn is_repeatable(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name.ends_with(".repeat.sql") && path.is_file()
}

/// The folders in a folder that are not hidden.
fn folders(folder: &Path) -> Result<Vec<PathBuf>> {
    let all = entries(folder)?;
    Ok(all.into_iter().filter(|path| path.is_dir()).collect())
}

/// What is in a folder and not hidden, by name.
fn entries(folder: &Path) -> Result<Vec<PathBuf>> {
    let unread = |error| failed(folder, "cannot be read", error);
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(unread)? {
        let entry = entry.map_err(unread)?;
        if !entry.file_name().to_string_lossy().starts_with('.') {
            found.push(entry.path());
        }
    }
    found.sort();
    Ok(found)
}

/// Whether a folder without `up.sql` is that of a migration all the same.
fn is_half(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let has = |file: &str| path.join(file).exists();
    name.starts_with(|c: char| c.is_ascii_digit()) || has("down.sql") || has("metadata.toml")
}

fn read(path: &Path) -> Result<Migration> {
    let Some(folder) = path.file_name().and_then(|name| name.to_str()) else {
        return Err(at(path, "has a name that is no UTF-8"));
    };
    let [up, down, metadata] =
        ["up.sql", "down.sql", "metadata.toml"].map(|one| text(&path.join(one)));
    made(
        folder,
        up?.as_deref().unwrap_or_default(),
        down?.as_deref(),
        metadata?.as_deref(),
    )
}

/// The migration of a folder of this name, with these files.
pub(super) fn made(
    folder: &str,
    up: &str,
    down: Option<&str>,
    mark: Option<&str>,
) -> Result<Migration> {
    let plain = |text: &str| text.trim_start_matches('\u{feff}').to_owned();
    let (version, name) = folder.split_once('_').unwrap_or((folder, ""));
    let mut migration = Migration::new(version, name, plain(up));
    migration.down = down.map(plain);
    if migration.way_back().is_none() {
        migration.down = None;
    }
    if let Some(text) = mark {
        let file = Path::new(folder).join("metadata.toml");
        let read = metadata::read(&plain(text)).map_err(|what| at(&file, what))?;
        // As Diesel reads it: a file that does not say so means no transaction.
        migration.in_transaction = read.run_in_transaction.unwrap_or(false);
        migration.needs_code = read.needs_code.unwrap_or(false);
        migration.replaces = read.replaces;
        migration.replaced_before = read.replaced_before;
    }
    Ok(migration)
}

/// The text of a file, if it is there.
fn text(path: &Path) -> Result<Option<String>> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(failed(path, "cannot be read", error)),
    }
}

/// A version of 14 digits that begins as a year does, as Diesel's command line writes it.
fn dashed(version: &str) -> String {
    let is_time = version.len() == 14
        && version.bytes().all(|byte| byte.is_ascii_digit())
        && version.starts_with(['1', '2']);
    if !is_time {
        return version.to_owned();
    }
    let (date, time) = version.split_at(8);
    format!("{}-{}-{}-{time}", &date[..4], &date[4..6], &date[6..])
}

fn at(path: &Path, what: impl Display) -> Error {
    let message = format!("`{}` {what}", path.display());
    Error::new(ErrorKind::Migration, message)
}

fn failed(path: &Path, what: &str, error: io::Error) -> Error {
    at(path, format!("{what}: {error}")).with_source(error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_dashes_in_folders() {
        assert_eq!(dashed("20261121120000"), "2026-11-21-120000");
        assert_eq!(dashed("00000000000001"), "00000000000001");
        assert_eq!(dashed("1"), "1");
    }
}
