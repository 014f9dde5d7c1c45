//! Migrations as files, in the layout of Diesel's command line: a folder
//! `<version>_<name>` each, with `up.sql`, `down.sql` and perhaps `metadata.toml`.

use std::fmt::Display;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::{Migration, Migrations};
use crate::error::{Error, ErrorKind, Result};

impl Migrations {
    /// Reads a folder of migrations, as Diesel's command line has it.
    ///
    /// The version is the text before the first `_`, without `-`. Hidden folders and those without
    /// `up.sql` are passed over. A `down.sql` of nothing but comments is no way back.
    /// `metadata.toml` may say `run_in_transaction = false`.
    ///
    /// ```no_run
    /// use orm_core::migrate::Migrations;
    ///
    /// let migrations = Migrations::read("migrations/postgres")?;
    /// # Ok::<(), orm_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::Migration`] if a file cannot be read or says something else; if the folder
    /// holds such folders of several databases; as [`new`](Self::new).
    pub fn read(folder: impl AsRef<Path>) -> Result<Self> {
        let folder = folder.as_ref();
        let mut list = Vec::new();
        for path in folders(folder)? {
            if path.join("up.sql").is_file() {
                list.push(read(&path)?);
            } else if folders(&path)?
                .iter()
                .any(|one| one.join("up.sql").is_file())
            {
                return Err(at(
                    folder,
                    format!(
                        "is no folder of migrations but holds some: name one of them, such as `{}`",
                        path.display()
                    ),
                ));
            }
        }
        Migrations::new(list)
    }
}

impl Migration {
    /// Writes the migration as a folder below `folder`, and gives its path. A version that is a
    /// time is written with dashes, as Diesel does: `2026-11-21-120000_notes`.
    ///
    /// `down.sql` is written in any case, `metadata.toml` only if the migration is not run in a
    /// transaction.
    ///
    /// # Errors
    /// [`ErrorKind::Migration`] if the folder is there already, or a file cannot be written; if
    /// there is no such migration (no version, nothing to run, a `/` in its name).
    pub fn write(&self, folder: impl AsRef<Path>) -> Result<PathBuf> {
        self.check()?;
        let folder = folder.as_ref();
        let name = super::migration::label(&dashed(&self.version), &self.name);
        if name.contains(['/', '\\', '\0']) || name.starts_with('.') {
            return Err(at(folder, format!("can have no folder named `{name}`")));
        }
        let path = folder.join(name);
        let written = fs::create_dir_all(folder)
            .and_then(|()| fs::create_dir(&path))
            .and_then(|()| fs::write(path.join("up.sql"), &self.up))
            .and_then(|()| {
                let down = self.down.as_deref().unwrap_or("-- There is no way back.\n");
                fs::write(path.join("down.sql"), down)
            })
            .and_then(|()| match self.in_transaction {
                true => Ok(()),
                false => fs::write(path.join("metadata.toml"), "run_in_transaction = false\n"),
            });
        written.map_err(|error| failed(&path, "cannot be written", error))?;
        Ok(path)
    }
}

/// The folders in a folder that are not hidden.
fn folders(folder: &Path) -> Result<Vec<PathBuf>> {
    let unread = |error| failed(folder, "cannot be read", error);
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(unread)? {
        let entry = entry.map_err(unread)?;
        let hidden = entry.file_name().to_string_lossy().starts_with('.');
        if !hidden && entry.path().is_dir() {
            found.push(entry.path());
        }
    }
    found.sort();
    Ok(found)
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
    metadata: Option<&str>,
) -> Result<Migration> {
    let plain = |text: &str| text.trim_start_matches('\u{feff}').to_owned();
    let (version, name) = folder.split_once('_').unwrap_or((folder, ""));
    let mut migration = Migration::new(version, name, plain(up));
    migration.down = down.map(plain);
    if migration.way_back().is_none() {
        migration.down = None;
    }
    if let Some(text) = metadata {
        let file = Path::new(folder).join("metadata.toml");
        let read = run_in_transaction(&plain(text)).map_err(|what| at(&file, what))?;
        // As Diesel reads it: a file that does not say so means no transaction.
        migration.in_transaction = read.unwrap_or(false);
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

/// What `metadata.toml` says, of which Diesel knows one key.
fn run_in_transaction(text: &str) -> Result<Option<bool>, String> {
    let mut found = None;
    for (at, line) in text.lines().enumerate() {
        let line = line.split('#').next().unwrap_or_default().trim();
        if line.is_empty() {
            continue;
        }
        let (key, value) = line.split_once('=').unwrap_or((line, ""));
        let value = match (key.trim(), value.trim()) {
            ("run_in_transaction", "true") => true,
            ("run_in_transaction", "false") => false,
            _ => {
                let at = at + 1;
                return Err(format!(
                    "line {at} is not understood: `run_in_transaction = false` or `= true` may stand there"
                ));
            }
        };
        if found.replace(value).is_some() {
            return Err("says twice whether to run in a transaction".to_owned());
        }
    }
    Ok(found)
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
    fn metadata_has_one_key() {
        for (text, expected) in [
            ("", None),
            ("# nothing\n\n", None),
            ("run_in_transaction = false # CONCURRENTLY", Some(false)),
            ("\r\n  run_in_transaction=true\r\n", Some(true)),
        ] {
            assert_eq!(run_in_transaction(text), Ok(expected), "{text}");
        }
        for text in [
            "run_in_transaction",
            "run_in_transaction = no",
            "\nrun_in_transactions = true",
            "[migration]",
            "run_in_transaction = true\nrun_in_transaction = true",
        ] {
            assert!(run_in_transaction(text).is_err(), "{text}");
        }
    }

    #[test]
    fn times_have_dashes_in_folders() {
        assert_eq!(dashed("20261121120000"), "2026-11-21-120000");
        assert_eq!(dashed("00000000000001"), "00000000000001");
        assert_eq!(dashed("1"), "1");
    }
}
