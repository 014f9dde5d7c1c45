//! The shards and the strategy, checked once and then immutable.

use std::mem::ManuallyDrop;
use std::sync::Arc;

use orm_core::error::{Error, ErrorKind, Result};
use orm_core::value::Value;

use crate::key::Key;
use crate::strategy::Strategy;

/// Names of shards, and which of them a key belongs to.
#[derive(Clone)]
pub struct Topology {
    names: Arc<[String]>,
    strategy: Arc<dyn Strategy>,
}

impl Topology {
    /// Shards by name, in the order that the strategy counts them.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] for no shard, an empty name, a name given twice, or a strategy that is not
    /// for so many shards.
    pub fn new(names: Vec<String>, strategy: Arc<dyn Strategy>) -> Result<Self> {
        let config = |message: String| Err(Error::new(ErrorKind::Config, message));
        if names.is_empty() {
            return config("a cluster needs at least one shard".into());
        }
        for (position, name) in names.iter().enumerate() {
            if name.trim().is_empty() {
                return config(format!("shard {} has no name", position + 1));
            }
            if names[..position].contains(name) {
                return config(format!("two shards are named `{name}`"));
            }
        }
        strategy.check(names.len())?;
        Ok(Topology {
            names: names.into(),
            strategy,
        })
    }

    /// The names of the shards.
    #[must_use]
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The position of the shard that a key belongs to.
    ///
    /// # Errors
    /// If the key has no place under the strategy, or a strategy of yours
    /// names a shard that is not there.
    #[inline]
    pub fn locate(&self, key: &Key) -> Result<usize> {
        let position = (*self.strategy).pick(key, self.names.len())?;
        match position < self.names.len() {
            true => Ok(position),
            false => Err(self.nowhere(key, position)),
        }
    }

    /// The same of a value; whole numbers, which most keys are, by a shorter way.
    ///
    /// # Errors
    /// As [`locate`](Self::locate); what cannot be a key.
    #[inline]
    pub fn locate_value(&self, value: Value) -> Result<usize> {
        // A number holds nothing that is to be dropped, which the compiler does not see.
        let value = ManuallyDrop::new(value);
        match *value {
            Value::I64(whole) => self.locate_integer(whole),
            Value::I32(whole) => self.locate_integer(whole.into()),
            Value::I16(whole) => self.locate_integer(whole.into()),
            _ => self.locate(&Key::new(ManuallyDrop::into_inner(value))?),
        }
    }

    #[inline]
    fn locate_integer(&self, key: i64) -> Result<usize> {
        let position = (*self.strategy).pick_integer(key, self.names.len())?;
        match position < self.names.len() {
            true => Ok(position),
            false => Err(self.nowhere(&Key::from(key), position)),
        }
    }

    #[cold]
    fn nowhere(&self, key: &Key, position: usize) -> Error {
        let message = format!(
            "the strategy puts the key {key} on shard number {position}, and there are {}",
            self.names.len()
        );
        Error::new(ErrorKind::UnknownDatabase, message)
    }

    /// The position of the shard of a name.
    ///
    /// # Errors
    /// [`ErrorKind::UnknownDatabase`], with the names that there are.
    pub fn position(&self, name: &str) -> Result<usize> {
        self.names
            .iter()
            .position(|known| known == name)
            .ok_or_else(|| {
                let message = format!(
                    "unknown shard `{name}`: there are {}",
                    self.names.join(", ")
                );
                Error::new(ErrorKind::UnknownDatabase, message)
            })
    }
}

impl std::fmt::Debug for Topology {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Topology")
            .field("names", &self.names)
            .finish_non_exhaustive()
    }
}
