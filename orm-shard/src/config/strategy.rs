//! The strategy that a file describes: the name, and what the shards say of keys.

use std::ops::RangeInclusive;
use std::sync::Arc;

use orm_core::chrono::NaiveDate;
use orm_core::error::Result;
use orm_core::uuid::Uuid;
use serde::Deserialize;

use super::{Shard, StrategyName, config};
use crate::key::Key;
use crate::strategy::{Directory, HashBuckets, Lists, Modulo, Ranges, Strategy};

/// A key as a file has it.
#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum KeyText {
    Integer(i64),
    Bool(bool),
    Text(String),
    Other(Typed),
}

/// One of a type that TOML does not have.
#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Typed {
    Uuid(String),
    Date(String),
}

impl KeyText {
    /// The key; an error names the shard and does not quote.
    fn key(&self, shard: &Shard) -> Result<Key> {
        let malformed = |what: &str| config(format!("shard `{}`: a key is no {what}", shard.name));
        Ok(match self {
            KeyText::Integer(whole) => (*whole).into(),
            KeyText::Bool(value) => (*value).into(),
            KeyText::Text(text) => text.as_str().into(),
            KeyText::Other(Typed::Uuid(text)) => {
                let uuid: Uuid = text.parse().map_err(|_| malformed("UUID"))?;
                uuid.into()
            }
            KeyText::Other(Typed::Date(text)) => {
                let date: NaiveDate = text.parse().map_err(|_| malformed("date"))?;
                date.into()
            }
        })
    }
}

/// The strategy of that name over these shards.
pub(super) fn of(name: StrategyName, shards: &[Shard]) -> Result<Arc<dyn Strategy>> {
    belongs(name, shards)?;
    let strategy: Arc<dyn Strategy> = match name {
        StrategyName::Hash => Arc::new(hash(shards)?),
        StrategyName::Modulo => Arc::new(Modulo),
        StrategyName::Range => Arc::new(ranges(shards)?),
        StrategyName::List => Arc::new(lists(shards)?),
    };
    if shards.iter().all(|shard| shard.pinned.is_empty()) {
        return Ok(strategy);
    }
    let mut directory = Directory::over(strategy);
    for (position, shard) in shards.iter().enumerate() {
        for key in &shard.pinned {
            directory = directory.pin(key.key(shard)?, position)?;
        }
    }
    Ok(Arc::new(directory))
}

/// Refuses what is said for another strategy.
fn belongs(name: StrategyName, shards: &[Shard]) -> Result<()> {
    for shard in shards {
        let said = [
            (
                StrategyName::Hash,
                shard.buckets.is_some(),
                "`buckets` belong to the hash strategy",
            ),
            (
                StrategyName::Range,
                shard.below.is_some(),
                "`below` belongs to the range strategy",
            ),
            (
                StrategyName::List,
                shard.keys.is_some(),
                "`keys` belong to the list strategy",
            ),
            (
                StrategyName::List,
                shard.others,
                "`others` belongs to the list strategy",
            ),
        ];
        for (of, is_said, message) in said {
            if is_said && of != name {
                return Err(config(format!("shard `{}`: {message}", shard.name)));
            }
        }
    }
    Ok(())
}

fn hash(shards: &[Shard]) -> Result<HashBuckets> {
    let ranges: Vec<_> = shards
        .iter()
        .filter_map(|shard| shard.buckets.as_ref())
        .collect();
    if ranges.is_empty() {
        return HashBuckets::even(shards.len().max(1));
    }
    if ranges.len() != shards.len() {
        return Err(config("give `buckets` for all shards or for none".into()));
    }
    let owned: Vec<Vec<RangeInclusive<u16>>> = ranges
        .into_iter()
        .map(|ranges| ranges.iter().map(|(first, last)| *first..=*last).collect())
        .collect();
    HashBuckets::owned_by(&owned)
}

fn ranges(shards: &[Shard]) -> Result<Ranges> {
    let mut bounds = Vec::new();
    let last = shards.len().saturating_sub(1);
    for (position, shard) in shards.iter().enumerate() {
        match &shard.below {
            Some(_) if position == last => {
                let message = "the last shard has no `below`: it has all other keys";
                return Err(config(format!("shard `{}`: {message}", shard.name)));
            }
            Some(below) => bounds.push(below.key(shard)?),
            None if position == last => {}
            None => {
                let message = "each shard but the last needs a `below` with the range strategy";
                return Err(config(format!("shard `{}`: {message}", shard.name)));
            }
        }
    }
    Ranges::cut_at(bounds)
}

fn lists(shards: &[Shard]) -> Result<Lists> {
    let mut listed: Vec<Vec<Key>> = Vec::new();
    let mut others = None;
    for (position, shard) in shards.iter().enumerate() {
        if shard.others && others.replace(position).is_some() {
            return Err(config("two shards have `others`: one may".into()));
        }
        match &shard.keys {
            Some(keys) => {
                let keys: Result<Vec<Key>> = keys.iter().map(|key| key.key(shard)).collect();
                listed.push(keys?);
            }
            None if shard.others => listed.push(Vec::new()),
            None => {
                let message = "needs `keys` with the list strategy, or `others = true`";
                return Err(config(format!("shard `{}` {message}", shard.name)));
            }
        }
    }
    let lists = Lists::new(listed)?;
    Ok(match others {
        Some(position) => lists.others_on(position),
        None => lists,
    })
}
