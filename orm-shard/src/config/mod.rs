//! A cluster as a TOML file.
//!
//! ```toml
//! strategy = "hash"            # the default; or "modulo", "range", "list"
//! pool_size = 5                # connections kept a shard; the default
//! max_overflow = 10            # and so many more while all are in use; the default
//!
//! [[shards]]
//! name = "north"
//! url = "postgres://app@north/shop"
//! buckets = [[0, 8191]]        # optional: all shards or none
//!
//! [[shards]]
//! name = "south"
//! url_env = "SOUTH_URL"        # the URL from an environment variable
//! buckets = [[8192, 16383]]
//! ```
//!
//! Where a strategy is told of keys, they stand with the shards:
//!
//! ```toml
//! strategy = "range"
//!
//! [[shards]]
//! name = "old"
//! url = "postgres://app@old/shop"
//! below = 1_000_000            # keys below it; the last shard has none, and all others
//!
//! [[shards]]
//! name = "new"
//! url = "postgres://app@new/shop"
//! pinned = [42]                # with any strategy: these keys lie here whatever it says
//! ```
//!
//! With `strategy = "list"` each shard has `keys = [..]`, and one may have `others = true`. Keys are
//! numbers, texts, truth values, and `{ uuid = ".." }` or `{ date = "2026-01-31" }`.
//!
//! URLs hold passwords, so messages name the line and never quote it.

mod strategy;

use std::sync::Arc;

use orm_core::error::{Error, ErrorKind, Result};
use serde::Deserialize;

use self::strategy::KeyText;
use crate::strategy::Strategy;

/// What a configuration file says.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    #[serde(default)]
    strategy: StrategyName,
    pool_size: Option<u32>,
    max_overflow: Option<u32>,
    #[serde(default)]
    shards: Vec<Shard>,
}

#[derive(Deserialize, Default, Clone, Copy, PartialEq)]
#[serde(rename_all = "lowercase")]
enum StrategyName {
    #[default]
    Hash,
    Modulo,
    Range,
    List,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Shard {
    name: String,
    url: Option<String>,
    url_env: Option<String>,
    buckets: Option<Vec<(u16, u16)>>,
    below: Option<KeyText>,
    keys: Option<Vec<KeyText>>,
    #[serde(default)]
    others: bool,
    #[serde(default)]
    pinned: Vec<KeyText>,
}

impl Config {
    /// Reads a configuration.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] with the line that is wrong, without its text.
    pub fn parse(text: &str) -> Result<Self> {
        toml::from_str(text).map_err(|error| {
            let line = error.span().map(|span| {
                let before = text.get(..span.start).unwrap_or(text);
                before.matches('\n').count() + 1
            });
            let at = line
                .map(|line| format!(" in line {line}"))
                .unwrap_or_default();
            config(format!(
                "the cluster's configuration is malformed{at}: {}",
                safe(error.message())
            ))
        })
    }

    /// So many connections a shard are kept, if it says so.
    #[must_use]
    pub fn pool_size(&self) -> Option<u32> {
        self.pool_size
    }

    /// So many more a shard may be open, if it says so.
    #[must_use]
    pub fn max_overflow(&self) -> Option<u32> {
        self.max_overflow
    }

    /// Names and URLs of the shards.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] for a shard without a URL or with two, and for an
    /// environment variable that is not set.
    pub fn shards(&self) -> Result<Vec<(String, String)>> {
        let url = |shard: &Shard| match (&shard.url, &shard.url_env) {
            (Some(url), None) => Ok(url.clone()),
            (None, Some(variable)) => std::env::var(variable).map_err(|_| {
                let name = &shard.name;
                config(format!(
                    "shard `{name}`: the environment variable {variable} is not set"
                ))
            }),
            (Some(_), Some(_)) => Err(config(format!(
                "shard `{}` has both `url` and `url_env`",
                shard.name
            ))),
            (None, None) => Err(config(format!(
                "shard `{}` needs a `url` or a `url_env`",
                shard.name
            ))),
        };
        self.shards
            .iter()
            .map(|shard| Ok((shard.name.clone(), url(shard)?)))
            .collect()
    }

    /// The strategy.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] if what shards say does not belong to the strategy, is said of some shards
    /// only, or contradicts itself.
    pub fn strategy(&self) -> Result<Arc<dyn Strategy>> {
        strategy::of(self.strategy, &self.shards)
    }
}

fn config(message: String) -> Error {
    Error::new(ErrorKind::Config, message)
}

/// A message of the parser, without what it quotes: that could be a URL.
fn safe(message: &str) -> String {
    let known = ["unknown field", "unknown variant", "missing field"];
    if known.iter().any(|start| message.starts_with(start)) {
        // These quote names of settings only.
        return message.lines().next().unwrap_or_default().to_owned();
    }
    let mut quoted = false;
    message
        .lines()
        .next()
        .unwrap_or_default()
        .chars()
        .filter(|c| {
            if matches!(c, '"' | '`') {
                quoted = !quoted;
                return false;
            }
            !quoted
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(text: &str) -> String {
        let config = match Config::parse(text) {
            Ok(config) => config,
            Err(error) => return error.to_string(),
        };
        match config.shards().and_then(|_| config.strategy()) {
            Ok(_) => String::new(),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn a_malformed_file_names_the_line_and_no_secret() {
        let text = "[[shards]]\nname = \"a\"\nurl = \"postgres://u:hush@h/d\n";
        assert!(error(text).contains("line 3"), "{}", error(text));
        assert!(!error(text).contains("hush"), "{}", error(text));
        let text = "[[shards]]\nname = \"a\"\nurl = [\"postgres://u:hush@h/d\"]\n";
        assert!(error(text).contains("line 3"), "{}", error(text));
        assert!(!error(text).contains("hush"), "{}", error(text));
        let text = "strategy = \"postgres://u:hush@h\"\n";
        assert!(error(text).contains("line 1"), "{}", error(text));
    }

    #[test]
    fn keys_lie_where_the_file_says() {
        let text = "strategy = \"list\"\n\
            [[shards]]\nname = \"a\"\nurl = \"x\"\nkeys = [\"de\", true]\n\
            [[shards]]\nname = \"b\"\nurl = \"y\"\nothers = true\npinned = [7]\n";
        let strategy = Config::parse(text).unwrap().strategy().unwrap();
        strategy.check(2).unwrap();
        let pick = |key: crate::key::Key| strategy.pick(&key, 2).unwrap();
        assert_eq!(
            [
                pick("de".into()),
                pick(true.into()),
                pick("fr".into()),
                pick(7_i64.into())
            ],
            [0, 0, 1, 1]
        );
    }

    #[test]
    fn contradictions_are_said() {
        let says = |text: &str, part: &str| assert!(error(text).contains(part), "{}", error(text));
        says("[[shards]]\nname = \"a\"\n", "needs a `url`");
        says(
            "[[shards]]\nname = \"a\"\nurl = \"x\"\nurl_env = \"Y\"\n",
            "both",
        );
        says(
            "[[shards]]\nname = \"a\"\nurl_env = \"NOT_SET_ANYWHERE\"\n",
            "not set",
        );
        says("[[shard]]\nname = \"a\"\n", "unknown field `shard`");
        says(
            "strategy = \"modulo\"\n[[shards]]\nname = \"a\"\nurl = \"x\"\nbuckets = [[0, 1]]\n",
            "`buckets` belong to the hash strategy",
        );
        says(
            "[[shards]]\nname = \"a\"\nurl = \"x\"\nbuckets = [[0, 1]]\n[[shards]]\nname = \"b\"\nurl = \"x\"\n",
            "all shards or for none",
        );
        let two = |strategy: &str, first: &str, second: &str| {
            format!(
                "strategy = \"{strategy}\"\n[[shards]]\nname = \"a\"\nurl = \"x\"\n{first}\n[[shards]]\nname = \"b\"\nurl = \"y\"\n{second}\n"
            )
        };
        says(&two("range", "", ""), "needs a `below`");
        says(
            &two("range", "below = 1", "below = 2"),
            "the last shard has no `below`",
        );
        says(
            &two("hash", "below = 1", ""),
            "`below` belongs to the range strategy",
        );
        says(
            &two("range", "below = 1", "keys = [1]"),
            "`keys` belong to the list strategy",
        );
        says(&two("list", "keys = [1]", ""), "needs `keys`");
        says(&two("list", "keys = [1]", "keys = [1]"), "listed twice");
        says(
            &two("list", "keys = [1]\nothers = true", "others = true"),
            "two shards",
        );
        says(
            &two("modulo", "pinned = [1]", "pinned = [1]"),
            "pinned twice",
        );
        says(
            &two("list", "keys = [{ uuid = \"hush\" }]", "keys = []"),
            "`a`: a key is no UUID",
        );
        assert_eq!(
            error(&two("range", "below = \"m\"", "pinned = [\"adam\"]")),
            ""
        );
        assert_eq!(
            error(&two(
                "list",
                "keys = [{ date = \"2026-01-31\" }]",
                "others = true"
            )),
            ""
        );
    }
}
