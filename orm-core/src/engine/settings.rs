//! What an engine is told, blocking or async: checked in one place.

use std::sync::Arc;
use std::time::Duration;

use crate::backend::Database;
use crate::connection::check_scheme;
use crate::connection::watch::Observed;
use crate::error::{Error, ErrorKind, Result};
use crate::event::Observer;
use crate::hooks::Hooks;
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
    /// What is done before and after writes.
    pub(crate) hooks: Option<Arc<Hooks>>,
    /// Whether events hold the bound values.
    pub(crate) show_binds: bool,
    /// What takes longer is an event of its own.
    pub(crate) slow: Option<Duration>,
    /// Whether that has its plan.
    pub(crate) explain: bool,
}

/// Settings that make sense.
pub(crate) struct Checked {
    pub(crate) url: DatabaseUrl,
    pub(crate) name: Arc<str>,
    pub(crate) pool: PoolSettings,
    pub(crate) ids: Arc<TimeIds>,
    pub(crate) observed: Option<Arc<Observed>>,
    pub(crate) hooks: Option<Arc<Hooks>>,
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
        if self.observer.is_none() && (self.show_binds || self.slow.is_some()) {
            let message = "`slow_queries` and `show_binds` say what observers are told, and there is none: add `observe`";
            return Err(config(message));
        }
        if self.explain && self.slow.is_none() {
            let message = "`explain_slow_queries` gives plans of what `slow_queries` tells of: say what is slow";
            return Err(config(message));
        }
        let name: Arc<str> = self.name.map_or_else(|| database.name().into(), Into::into);
        let observed = self.observer.map(|observer| {
            let observed = Observed::new(name.clone(), database, &url, observer);
            let observed = observed.slow(self.slow, self.explain);
            Arc::new(observed.showing_binds(self.show_binds))
        });
        Ok(Checked {
            url,
            name,
            pool,
            ids: self.ids.unwrap_or_else(TimeIds::shared),
            observed,
            hooks: self.hooks,
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
