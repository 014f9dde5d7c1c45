//! [`Context`]: what a command is about, found out when it is needed.

use std::path::{Path, PathBuf};

use super::Cli;
use super::args::Global;
use super::failure::{Exit, Failure};
use super::live::Live;
use super::project;
use super::talk::Talk;
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

    /// The folder of the migrations, whether it is there or not.
    pub(super) fn folder(&self) -> Result<PathBuf, Failure> {
        let given = self.global.migration_dir.clone();
        let given = given.or_else(|| variable("MIGRATION_DIRECTORY").map(PathBuf::from));
        match given.or_else(|| self.cli.migrations.clone()) {
            Some(folder) => Ok(folder),
            None => {
                let scheme = self.named()?.map(|url| url.scheme());
                project::folder(Path::new("."), scheme.map(folder_name))
            }
        }
    }

    /// The migrations; none if the folder is still to be made.
    pub(super) fn migrations_or_none(&self) -> Result<Migrations, Failure> {
        let folder = self.folder()?;
        match folder.exists() {
            true => Ok(Migrations::read(folder)?),
            false => Ok(Migrations::default()),
        }
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
        Ok(Migrations::read(folder)?)
    }
}

/// The name of a database's folder below `migrations`.
fn folder_name(scheme: Scheme) -> &'static str {
    match scheme {
        Scheme::Sqlite => "sqlite",
        Scheme::Postgres => "postgres",
        Scheme::Mysql => "mysql",
    }
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// An engine of the database that a URL names.
pub(super) fn open(url: &DatabaseUrl) -> Result<Box<dyn Live>, Failure> {
    match url.scheme() {
        #[cfg(feature = "sqlite")]
        Scheme::Sqlite => engine::<diesel::SqliteConnection>(url),
        #[cfg(feature = "postgres")]
        Scheme::Postgres => engine::<diesel::PgConnection>(url),
        #[cfg(feature = "mysql")]
        Scheme::Mysql => engine::<diesel::MysqlConnection>(url),
        #[allow(unreachable_patterns)] // all are on
        scheme => {
            let feature = folder_name(scheme);
            let message = format!("this program was built without {scheme:?}");
            let failure = Failure::usage("no_backend", message);
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
        .max_size(2)
        .open()?;
    Ok(Box::new(engine))
}
