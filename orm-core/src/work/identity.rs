//! [`Identity`]: which row is meant.

use std::fmt;
use std::hash::{Hash, Hasher};

use crate::metadata::TableMeta;
use crate::operation::show_key;
use crate::value::{Value, ValueKey};

/// Which row is meant: its model and its key, and on several databases the place of it.
///
/// Two records of one identity are of one row. A key is unique within a database; where rows live
/// on several, [`at`](Self::at) adds the shard key.
#[derive(Debug, Clone)]
pub struct Identity {
    table: &'static TableMeta,
    key: Vec<ValueKey>,
    place: Option<ValueKey>,
}

impl Identity {
    /// The row of a table that has this key.
    #[must_use]
    pub fn new(table: &'static TableMeta, key: Vec<Value>) -> Self {
        Identity {
            table,
            key: key.into_iter().map(ValueKey).collect(),
            place: None,
        }
    }

    /// The same where this shard key leads.
    #[must_use]
    pub fn at(mut self, shard_key: Value) -> Self {
        self.place = Some(ValueKey(shard_key));
        self
    }

    /// The name of the model.
    #[must_use]
    pub fn model(&self) -> &'static str {
        self.table.model
    }

    /// The key.
    pub fn key(&self) -> impl ExactSizeIterator<Item = &Value> {
        self.key.iter().map(|value| &value.0)
    }

    /// The shard key, where the place is part of the identity.
    #[must_use]
    pub fn place(&self) -> Option<&Value> {
        self.place.as_ref().map(|value| &value.0)
    }
}

impl Identity {
    /// The key by the names of its columns: two models of a table may list them in another order.
    fn named(&self) -> Vec<(&'static str, &ValueKey)> {
        let names = self.table.key_columns().map(|column| column.name);
        let mut named: Vec<_> = names.zip(&self.key).collect();
        named.sort_unstable_by_key(|(name, _)| *name);
        named
    }
}

impl PartialEq for Identity {
    fn eq(&self, other: &Self) -> bool {
        let is_same_key = match self.key.len() {
            0 | 1 => self.key == other.key,
            _ => self.named() == other.named(),
        };
        self.table.is_same_table(other.table) && is_same_key && self.place == other.place
    }
}

impl Eq for Identity {}

impl Hash for Identity {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.table.name.hash(state);
        match self.key.len() {
            0 | 1 => self.key.hash(state),
            _ => self.named().iter().for_each(|(_, value)| value.hash(state)),
        }
        self.place.hash(state);
    }
}

impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key: Vec<Value> = self.key().cloned().collect();
        write!(
            f,
            "{}({})",
            self.table.model,
            show_key(&key).trim_matches(['(', ')'])
        )
    }
}
