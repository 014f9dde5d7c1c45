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
use crate::url::{DatabaseUrl, Scheme};

/// How long a connection is kept, and how long of that idle: servers and networks end what is
/// older. Not of a database in memory, whose data is its connection's.
pub(crate) const MAX_LIFETIME: Duration = Duration::from_secs(30 * 60);
/// See [`MAX_LIFETIME`].
pub(crate) const IDLE_TIMEOUT: Duration = Duration::from_secs(10 * 60);

/// As good as forever: clocks overflow on longer times.
const LONGEST_TIMEOUT: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// What a builder was told.
#[derive(Clone)]
pub(crate) struct Settings {
    /// The URL.
    pub(crate) url: Option<String>,
    /// The name for errors and events.
    pub(crate) name: Option<String>,
    /// At most so many connections.
    pub(crate) max_size: u32,
    /// How long to wait for one.
    pub(crate) timeout: Duration,
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

impl Default for Settings {
    fn default() -> Self {
        Settings {
            url: None,
            name: None,
            max_size: 10,
            timeout: Duration::from_secs(30),
            ids: None,
            observer: None,
            hooks: None,
            show_binds: false,
            slow: None,
            explain: false,
        }
    }
}

/// Settings that make sense.
pub(crate) struct Checked {
    pub(crate) url: DatabaseUrl,
    pub(crate) name: Arc<str>,
    pub(crate) max_size: u32,
    pub(crate) timeout: Duration,
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
        if self.max_size == 0 {
            return Err(config(
                "a pool needs at least one connection: `max_size` is 0",
            ));
        }
        if self.timeout.is_zero() {
            return Err(config(
                "nothing is done in no time: `timeout` is 0, and has to be longer",
            ));
        }
        // The data of a database in memory is its connection's: there is one.
        let max_size = if url.is_memory() { 1 } else { self.max_size };
        let name: Arc<str> = self.name.map_or_else(|| database.name().into(), Into::into);
        let observed = self.observer.map(|observer| {
            let observed = Observed::new(name.clone(), database, &url, observer);
            let observed = observed.slow(self.slow, self.explain);
            Arc::new(observed.showing_binds(self.show_binds))
        });
        Ok(Checked {
            url,
            name,
            max_size,
            timeout: self.timeout.min(LONGEST_TIMEOUT),
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

/// No connection came free.
pub(crate) fn exhausted(name: &str, timeout: Duration, used: usize, most: usize) -> Error {
    let message =
        format!("no connection came free within {timeout:?}: {used} of {most} are in use");
    Error::new(ErrorKind::PoolTimeout, message).on(name)
}
