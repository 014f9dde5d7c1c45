//! The database itself: is it there, make it, drop it.

use std::ffi::OsString;
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use super::context::{kind, open};
use super::failure::Failure;
use super::live::Live;
use crate::backend::Database;
use crate::ddl::{quote_identifier, quote_text};
use crate::error::ErrorKind;
use crate::url::DatabaseUrl;

/// A database, whether it is there or not.
pub(super) enum Place {
    /// A file of SQLite.
    File { file: PathBuf, url: DatabaseUrl },
    /// A name on a server, seen from another database of it.
    Server {
        name: String,
        database: Database,
        beside: Box<dyn Live>,
    },
}

impl Place {
    pub(super) fn of(url: DatabaseUrl) -> Result<Self, Failure> {
        if kind(&url) == Database::Sqlite {
            let none = || {
                Failure::usage(
                    "in_memory",
                    "a database in memory is neither created nor dropped",
                )
            };
            let file = url.file().ok_or_else(none)?;
            return Ok(Place::File { file, url });
        }
        let none = || {
            Failure::usage("no_name", format!("the URL {url} names no database"))
                .help("write its name behind the host: `postgres://user@host/name`")
        };
        let name = url.database().ok_or_else(none)?;
        if url.names_another() {
            let message = format!("the URL {url} names two databases");
            return Err(Failure::usage("two_names", message)
                .help("leave `dbname` out of what is behind the `?`"));
        }
        let database = kind(&url);
        let others = match database {
            Database::Mysql => &["information_schema"][..],
            _ => &["postgres", "template1"],
        };
        let mut failed = None;
        for other in others {
            match open(&url.beside(other)?) {
                Ok(beside) => {
                    return Ok(Place::Server {
                        name,
                        database,
                        beside,
                    });
                }
                Err(failure) => failed = failed.or(Some(failure)),
            }
        }
        Err(failed.unwrap_or_else(none))
    }

    /// What it is called in a sentence.
    pub(super) fn name(&self) -> String {
        match self {
            Place::File { file, .. } => file.display().to_string(),
            Place::Server { name, .. } => name.clone(),
        }
    }

    pub(super) fn is_there(&self) -> Result<bool, Failure> {
        match self {
            Place::File { file, .. } => Ok(file.exists()),
            Place::Server {
                name,
                database,
                beside,
            } => {
                let name = quote_text(*database, name);
                let sql = match database {
                    Database::Mysql => format!(
                        "SELECT SCHEMA_NAME FROM information_schema.SCHEMATA \
                         WHERE SCHEMA_NAME = {name}"
                    ),
                    _ => format!("SELECT datname::text FROM pg_database WHERE datname = {name}"),
                };
                Ok(!beside.texts(&sql)?.is_empty())
            }
        }
    }

    /// Makes it, empty.
    pub(super) fn create(&self) -> Result<(), Failure> {
        match self {
            Place::File { file, url } => {
                if let Some(above) = file.parent() {
                    let unmade = |error| Failure::file(above, "cannot be made", &error);
                    fs::create_dir_all(above).map_err(unmade)?;
                }
                let unmade = |error| Failure::file(file, "cannot be made", &error);
                fs::File::create_new(file).map_err(unmade)?;
                open(url)?.batch("PRAGMA user_version = 0")?;
                Ok(())
            }
            Place::Server {
                name,
                database,
                beside,
            } => {
                let name = quote_identifier(*database, name);
                let set = match database {
                    Database::Mysql => " CHARACTER SET utf8mb4",
                    _ => "",
                };
                Ok(beside.batch(&format!("CREATE DATABASE {name}{set}"))?)
            }
        }
    }

    /// Refuses to drop what is no database of the user's.
    pub(super) fn check_drop(&self) -> Result<(), Failure> {
        match self {
            Place::File { file, .. } => check_file(file),
            Place::Server { name, database, .. } => {
                let own: &[&str] = match database {
                    Database::Mysql => {
                        &["mysql", "sys", "performance_schema", "information_schema"]
                    }
                    _ => &["postgres", "template0", "template1"],
                };
                // MariaDB may take names of any case for one.
                let is_own = match database {
                    Database::Mysql => own.iter().any(|one| one.eq_ignore_ascii_case(name)),
                    _ => own.contains(&name.as_str()),
                };
                match is_own {
                    true => {
                        let message = format!("the database `{name}` is the server's own");
                        Err(Failure::refused("own_database", message)
                            .help("name another one behind the host"))
                    }
                    false => Ok(()),
                }
            }
        }
    }

    /// Drops it, with all that is in it.
    pub(super) fn drop(&self) -> Result<(), Failure> {
        match self {
            Place::File { file, .. } => {
                for suffix in ["-wal", "-shm", "-journal", ""] {
                    remove(&with_suffix(file, suffix))?;
                }
                Ok(())
            }
            Place::Server {
                name,
                database,
                beside,
            } => {
                let quoted = quote_identifier(*database, name);
                let done = beside.batch(&format!("DROP DATABASE {quoted}"));
                done.map_err(|error| {
                    let others = error.kind() == ErrorKind::Database && self.is_in_use();
                    let failure = Failure::from(error);
                    match others {
                        true => failure.help("end the programs that are connected to it first"),
                        false => failure,
                    }
                })
            }
        }
    }

    fn is_in_use(&self) -> bool {
        let Place::Server {
            name,
            database: Database::Postgres,
            beside,
        } = self
        else {
            return false;
        };
        let name = quote_text(Database::Postgres, name);
        let sql = format!("SELECT pid::text FROM pg_stat_activity WHERE datname = {name}");
        beside.texts(&sql).is_ok_and(|pids| !pids.is_empty())
    }
}

/// A file is removed only if it is SQLite's, and where it lies.
fn check_file(file: &Path) -> Result<(), Failure> {
    let unread = |error| Failure::file(file, "cannot be read", &error);
    let shown = file.display();
    if fs::symlink_metadata(file).map_err(unread)?.is_symlink() {
        let target = fs::canonicalize(file).map_err(unread)?;
        let message = format!("`{shown}` is a link to `{}`", target.display());
        return Err(Failure::refused("link", message).help("name the file itself"));
    }
    let mut head = Vec::new();
    let opened = fs::File::open(file).map_err(unread)?;
    opened.take(16).read_to_end(&mut head).map_err(unread)?;
    if head.is_empty() || head == b"SQLite format 3\0" {
        return Ok(());
    }
    let message = format!("`{shown}` is no database of SQLite");
    Err(Failure::refused("no_database_file", message).help("remove it by hand if it may go"))
}

fn with_suffix(file: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(file);
    name.push(suffix);
    name.into()
}

fn remove(file: &Path) -> Result<(), Failure> {
    match fs::remove_file(file) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(Failure::file(file, "cannot be removed", &error))
        }
        _ => Ok(()),
    }
}
