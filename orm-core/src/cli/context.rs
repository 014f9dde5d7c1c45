//! [`Context`]: what a command is about, found out when it is needed.

use std::path::{Path, PathBuf};

use super::Cli;
use super::args::Global;
use super::failure::{Exit, Failure};
use super::live::Live;
use super::project;
use super::talk::Talk;
use crate::backend::Database;
#[cfg(any(feature = "sqlite", feature = "postgres", feature = "mysql"))]
use crate::engine::Engine;
use crate::migrate::Migrations;
use crate::url::{DatabaseUrl, Scheme};

pub(super) struct Context<'c, 't, 'w> {
    pub(super) cli: &'c Cli,
    global: &'c Global,
    pub(super) talk: Talk<'t, 'w>,
}

impl<'c, 't, 'w> Context<'c, 't, 'w> {
    pub(super) fn new(cli: &'c Cli, global: &'c Global, talk: Talk<'t, 'w>) -> Self {
        Context { cli, global, talk }
    }

    /// The URL of the database, if one is named.
    pub(super) fn named(&self) -> Result<Option<DatabaseUrl>, Failure> {
        let given = self.global.database_url.clone();
        let named = given.or_else(|| variable("DATABASE_URL"));
        let url = named.as_deref().map(DatabaseUrl::parse).transpose()?;
        Ok(url)
    }

    /// The URL of the database.
    pub(super) fn url(&self) -> Result<DatabaseUrl, Failure> {
        let none = || {
            Failure::usage("no_database", "no database is named")
                .help("give `--database-url URL`, or set DATABASE_URL")
        };
        self.named()?.ok_or_else(none)
    }

    /// An engine on the database.
    pub(super) fn open(&self) -> Result<Box<dyn Live>, Failure> {
        let url = self.url()?;
        if let Some(file) = url.file()
            && !file.exists()
        {
            let message = format!("there is no database `{}`", file.display());
            let failure = Failure::new(Exit::Failed, "no_such_database", message);
            return Err(failure.help("`db create` makes it"));
        }
        open(&url)
    }

    /// The migrations, and an engine on their database.
    pub(super) fn both(&self) -> Result<(Migrations, Box<dyn Live>), Failure> {
        self.url()?;
        let migrations = self.migrations()?;
        Ok((migrations, self.open()?))
    }

    /// The folder of the migrations, whether it is there or not.
    pub(super) fn folder(&self) -> Result<PathBuf, Failure> {
        let given = self.global.migration_dir.clone();
        let given = given.or_else(|| variable("MIGRATION_DIRECTORY").map(PathBuf::from));
        match given.or_else(|| self.cli.migrations.clone()) {
            Some(folder) => Ok(folder),
            None => {
                let database = self.named()?.as_ref().map(kind);
                project::folder(Path::new("."), database.map(Database::name))
            }
        }
    }

    /// The same; there are no migrations if their folder is still to be made.
    pub(super) fn both_or_none(&self) -> Result<(Migrations, Box<dyn Live>), Failure> {
        self.url()?;
        let folder = self.folder()?;
        let migrations = match folder.exists() {
            true => self.read(&folder)?,
            false => Migrations::default(),
        };
        Ok((migrations, self.open()?))
    }

    /// The migrations.
    pub(super) fn migrations(&self) -> Result<Migrations, Failure> {
        let folder = self.folder()?;
        if !folder.exists() {
            let message = format!("there is no folder `{}`", folder.display());
            let failure = Failure::new(Exit::Failed, "no_such_folder", message);
            return Err(failure.help(
                "`migrate generate NAME` makes it, or `--migration-dir FOLDER` names another one",
            ));
        }
        self.read(&folder)
    }

    fn read(&self, folder: &Path) -> Result<Migrations, Failure> {
        let codes = self.cli.codes.iter().cloned();
        let with = |all: Migrations, (version, code): (String, _)| all.with_code(&version, code);
        Ok(codes.fold(Migrations::read(folder), |all, one| with(all?, one))?)
    }
}

/// Which database a URL names.
pub(super) fn kind(url: &DatabaseUrl) -> Database {
    match url.scheme() {
        Scheme::Sqlite => Database::Sqlite,
        Scheme::Postgres => Database::Postgres,
        Scheme::Mysql => Database::Mysql,
    }
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// An engine of the database that a URL names.
pub(super) fn open(url: &DatabaseUrl) -> Result<Box<dyn Live>, Failure> {
    match kind(url) {
        #[cfg(feature = "sqlite")]
        Database::Sqlite => engine::<diesel::SqliteConnection>(url),
        #[cfg(feature = "postgres")]
        Database::Postgres => engine::<diesel::PgConnection>(url),
        #[cfg(feature = "mysql")]
        Database::Mysql => engine::<diesel::MysqlConnection>(url),
        #[allow(unreachable_patterns)] // all are on
        database => {
            let message = format!("this program was built without {}", database.title());
            let failure = Failure::usage("no_backend", message);
            let feature = database.name();
            Err(failure.help(format!(
                "turn on the feature `{feature}` of the crate `orm-core`"
            )))
        }
    }
}

#[cfg(any(feature = "sqlite", feature = "postgres", feature = "mysql"))]
fn engine<C>(url: &DatabaseUrl) -> Result<Box<dyn Live>, Failure>
where
    C: crate::connection::DatabaseConnection<Backend: crate::inspect::Catalog> + 'static,
{
    let engine = Engine::<C>::builder()
        .url(url.secret())
        .pool_size(2)
        .max_overflow(0)
        .open()?;
    Ok(Box::new(engine))
}
