//! [`PoolSettings`]: what a pool is told, and whether it makes sense.

use std::time::{Duration, Instant};

use super::limits::Limits;
use crate::backend::Database;
use crate::error::{Error, ErrorKind, Result};

/// As good as forever: clocks overflow on longer times.
const LONGEST: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// How long a connection that is asked may take to answer.
const ANSWERS_WITHIN: Duration = Duration::from_secs(5);

/// What a pool is told.
#[derive(Debug, Clone)]
pub(crate) struct PoolSettings {
    pub(crate) size: u32,
    pub(crate) max_overflow: u32,
    pub(crate) timeout: Duration,
    pub(crate) recycle: Option<Duration>,
    pub(crate) idle_timeout: Option<Duration>,
    pub(crate) keep_alive: Option<Duration>,
    /// `None`: a connection that cannot die is never asked.
    pub(crate) ping_after: Option<Duration>,
    pub(crate) on_connect: Vec<String>,
    /// Whether the data is the connection's: there is one, which stays.
    pub(crate) memory: bool,
    /// Whether the one connection is in a transaction that is never committed.
    pub(crate) test: bool,
}

impl Default for PoolSettings {
    fn default() -> Self {
        PoolSettings {
            size: 5,
            max_overflow: 10,
            timeout: Duration::from_secs(30),
            recycle: Some(Duration::from_secs(3600)),
            idle_timeout: Some(Duration::from_secs(600)),
            keep_alive: Some(Duration::from_secs(120)),
            ping_after: Some(Duration::from_secs(30)),
            on_connect: Vec::new(),
            memory: false,
            test: false,
        }
    }
}

impl PoolSettings {
    /// Checks the settings for a database.
    pub(crate) fn check(mut self, database: Database, memory: bool) -> Result<Self> {
        at_least_one(self.size)?;
        let times = [
            ("pool_timeout", Some(&mut self.timeout)),
            ("pool_recycle", self.recycle.as_mut()),
            ("idle_timeout", self.idle_timeout.as_mut()),
            ("keep_alive", self.keep_alive.as_mut()),
        ];
        for (name, time) in times {
            let Some(time) = time else { continue };
            if time.is_zero() {
                let message =
                    format!("nothing is done in no time: `{name}` is 0, and has to be longer");
                return Err(Error::new(ErrorKind::Config, message));
            }
            *time = LONGEST.min(*time);
        }
        self.ping_after = self.ping_after.map(|time| LONGEST.min(time));
        if database == Database::Sqlite {
            // It cannot die.
            (self.keep_alive, self.ping_after) = (None, None);
        }
        self.memory = memory;
        if self.is_one() {
            (self.size, self.max_overflow) = (1, 0);
            (self.recycle, self.idle_timeout) = (None, None);
        }
        if self.test {
            (self.keep_alive, self.ping_after) = (None, None);
        }
        Ok(self)
    }

    /// Whether there is one connection, which no other can stand for.
    pub(crate) fn is_one(&self) -> bool {
        self.memory || self.test
    }

    pub(crate) fn limits(&self) -> Limits {
        Limits {
            size: self.size as usize,
            max_overflow: self.max_overflow as usize,
            timeout: self.timeout,
            recycle: self.recycle,
            idle_timeout: self.idle_timeout,
            keep_alive: self.keep_alive,
            ping_after: self.ping_after,
            patience: self.patience(),
        }
    }

    /// How long a connection that is asked may take to answer: another one is to be opened in what
    /// is left of the time.
    pub(crate) fn patience(&self) -> Duration {
        ANSWERS_WITHIN.min(self.timeout / 2)
    }

    /// Whether a pool may have another size.
    pub(crate) fn check_size(&self, size: u32) -> Result<()> {
        if self.is_one() {
            let message = match self.test {
                true => {
                    "the transaction of a test is on one connection: its pool has no other size"
                }
                false => "a database in memory is one connection, and has no other size",
            };
            return Err(Error::new(ErrorKind::Config, message));
        }
        at_least_one(size)
    }
}

fn at_least_one(size: u32) -> Result<()> {
    if size == 0 {
        let message = "a pool needs at least one connection: `pool_size` is 0";
        return Err(Error::new(ErrorKind::Config, message));
    }
    Ok(())
}

/// The moment after a time, which may be as long as one likes.
pub(crate) fn after(time: Duration) -> Instant {
    Instant::now() + LONGEST.min(time)
}
