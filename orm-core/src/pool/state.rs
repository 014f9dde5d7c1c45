//! [`PoolState`]: how a pool stands, for people, metrics and errors.

use std::fmt;
use std::panic::Location;
use std::time::Duration;

use crate::error::{Error, ErrorKind};

/// How a pool stands at a moment.
///
/// ```
/// use orm_core::prelude::*;
///
/// let engine = Engine::<SqliteConnection>::open(":memory:")?;
/// let session = engine.session()?;
/// let state = engine.pool().state();
/// assert_eq!((state.in_use, state.idle, state.waiting), (1, 0, 0));
/// assert!(state.to_string().starts_with("1 of 1 are in use, 0 idle, 0 waiting"));
/// # drop(session);
/// # Ok::<(), orm_core::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct PoolState {
    /// So many connections are kept.
    pub size: usize,
    /// So many more may be open.
    pub max_overflow: usize,
    /// Open ones, in use, idle or being asked, and those that are being opened.
    pub connections: usize,
    /// Connections that sessions have, or are about to have.
    pub in_use: usize,
    /// Open ones that nobody uses.
    pub idle: usize,
    /// Threads or tasks that wait for one.
    pub waiting: usize,
    /// Who has one for longest.
    pub longest: Option<Holder>,
    /// Whether the pool was drained, and lends nothing any more.
    pub drained: bool,
}

/// Who has a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Holder {
    /// For how long.
    pub held_for: Duration,
    /// Where in the program it was asked for.
    pub location: &'static Location<'static>,
}

impl PoolState {
    /// How many connections there may be.
    #[must_use]
    pub fn limit(&self) -> usize {
        self.size.saturating_add(self.max_overflow)
    }

    /// How many there are beyond the size: they are closed when they come back.
    #[must_use]
    pub fn overflow(&self) -> usize {
        self.connections.saturating_sub(self.size)
    }

    /// No connection came free.
    pub(crate) fn none_within(self, timeout: Duration, name: &str) -> Error {
        let message = format!("no connection came free within {timeout:?}: {self}");
        Error::new(ErrorKind::PoolTimeout, message)
            .with_source(Figures(self))
            .on(name)
    }

    /// Some connections did not come back before the end of a drain.
    pub(crate) fn left_after(self, timeout: Duration, name: &str) -> Error {
        let message = format!("not all connections came back within {timeout:?}: {self}");
        Error::new(ErrorKind::PoolTimeout, message)
            .with_source(Figures(self))
            .on(name)
    }
}

/// Nothing is lent by a pool that was drained.
pub(crate) fn drained(name: &str) -> Error {
    let message = "the pool was drained: it lends no connection any more";
    Error::new(ErrorKind::PoolClosed, message).on(name)
}

impl fmt::Display for PoolState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (limit, PoolState { in_use, idle, .. }) = (self.limit(), self);
        write!(f, "{in_use} of {limit} are in use, {idle} idle, ")?;
        write!(f, "{} waiting", self.waiting)?;
        if let Some(longest) = self.longest {
            let Holder { held_for, location } = longest;
            write!(f, "; longest in use: {held_for:.1?}, from {location}")?;
        }
        if self.drained {
            f.write_str("; drained")?;
        }
        Ok(())
    }
}

/// Inside an error: how the pool stood.
#[derive(Debug)]
struct Figures(PoolState);

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for Figures {}

impl Error {
    /// How the pool stood when no connection came free in time, or back in time.
    #[must_use]
    pub fn pool_state(&self) -> Option<&PoolState> {
        let source = std::error::Error::source(self)?;
        source.downcast_ref::<Figures>().map(|figures| &figures.0)
    }
}
