//! What an engine is told, blocking or async: checked in one place.

use std::sync::Arc;

use crate::backend::Database;
use crate::connection::check_scheme;
use crate::error::{Error, ErrorKind, Result};
use crate::event::Observer;
use crate::id::TimeIds;
use crate::pool::PoolSettings;
use crate::url::{DatabaseUrl, Scheme};

/// What a builder was told.
#[derive(Clone, Default)]
pub(crate) struct Settings {
    /// The URL.
    pub(crate) url: Option<String>,
    /// The name for errors and events.
    pub(crate) name: Option<String>,
    /// Of its connections.
    pub(crate) pool: PoolSettings,
    /// The source of ids that are made before an insert.
    pub(crate) ids: Option<Arc<TimeIds>>,
    /// Sees every event.
    pub(crate) observer: Option<Arc<dyn Observer>>,
}

/// Settings that make sense.
pub(crate) struct Checked {
    pub(crate) url: DatabaseUrl,
    pub(crate) name: Arc<str>,
    pub(crate) pool: PoolSettings,
    pub(crate) ids: Arc<TimeIds>,
    pub(crate) observer: Option<Arc<dyn Observer>>,
}

impl Settings {
    /// Checks the settings for connections of a kind.
    pub(crate) fn check(self, scheme: Scheme, database: Database) -> Result<Checked> {
        let config = |message: &str| Error::new(ErrorKind::Config, message);
        let url = self
            .url
            .ok_or_else(|| config("no database URL was given"))?;
        let url = DatabaseUrl::parse(&url)?;
        check_scheme(&url, scheme)?;
        let pool = self.pool.check(database, url.is_memory())?;
        Ok(Checked {
            url,
            name: self.name.map_or_else(|| database.name().into(), Into::into),
            pool,
            ids: self.ids.unwrap_or_else(TimeIds::shared),
            observer: self.observer,
        })
    }
}

pub(crate) fn url_from_env() -> Result<String> {
    std::env::var("DATABASE_URL").map_err(|_| {
        Error::new(
            ErrorKind::Config,
            "the environment variable DATABASE_URL is not set",
        )
    })
}
