//! `metadata.toml` beside the texts of a migration. Diesel knows one key of it, and passes over the
//! others.

use super::Migration;

/// What the file says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Metadata {
    pub(super) run_in_transaction: Option<bool>,
    pub(super) needs_code: Option<bool>,
    pub(super) replaces: Vec<String>,
    pub(super) replaced_before: Vec<String>,
}

impl Migration {
    /// The file, if there is anything to say.
    pub(super) fn metadata(&self) -> Option<String> {
        let lists = [
            ("replaces", &self.replaces),
            ("replaced_before", &self.replaced_before),
        ];
        let said = lists.iter().filter(|(_, versions)| !versions.is_empty());
        let lists: String = said
            .map(|(key, versions)| format!("{key} = [\"{}\"]\n", versions.join("\", \"")))
            .collect();
        let code = match self.needs_code {
            true => "needs_code = true\n",
            false => "",
        };
        let needed = !self.in_transaction || self.needs_code || !lists.is_empty();
        needed.then(|| {
            format!(
                "run_in_transaction = {}\n{code}{lists}",
                self.in_transaction
            )
        })
    }
}

/// Reads the file: a key a line.
pub(super) fn read(text: &str) -> Result<Metadata, String> {
    let mut found = Metadata::default();
    for (at, line) in text.lines().enumerate() {
        let line = line.split('#').next().unwrap_or_default().trim();
        if line.is_empty() {
            continue;
        }
        let (key, value) = line.split_once('=').unwrap_or((line, ""));
        let value = value.trim();
        let twice = |taken: bool, what: &str| match taken {
            true => Err(format!("says twice {what}")),
            false => Ok(()),
        };
        match (key.trim(), value, versions(value)) {
            ("run_in_transaction", "true" | "false", _) => {
                let before = found.run_in_transaction.replace(value == "true");
                twice(before.is_some(), "whether to run in a transaction")?;
            }
            ("needs_code", "true" | "false", _) => {
                let before = found.needs_code.replace(value == "true");
                twice(before.is_some(), "whether it needs code")?;
            }
            ("replaces", _, Some(versions)) => {
                let before = std::mem::replace(&mut found.replaces, versions);
                twice(!before.is_empty(), "what it replaces")?;
            }
            ("replaced_before", _, Some(versions)) => {
                let before = std::mem::replace(&mut found.replaced_before, versions);
                twice(!before.is_empty(), "what was replaced before")?;
            }
            _ => {
                let at = at + 1;
                return Err(format!(
                    "line {at} is not understood: `run_in_transaction = false` or `= true` may \
                     stand there, `needs_code = true`, or `replaces = [\"version\", ..]`"
                ));
            }
        }
    }
    if found.needs_code.is_some() && found.run_in_transaction.is_none() {
        return Err(
            "says `needs_code` and not whether to run in a transaction: write \
             `run_in_transaction = true` too, or `= false` (as Diesel takes its absence)"
                .to_owned(),
        );
    }
    Ok(found)
}

/// A list of versions on one line.
fn versions(value: &str) -> Option<Vec<String>> {
    let inside = value.strip_prefix('[')?.strip_suffix(']')?.trim();
    let inside = inside.strip_suffix(',').unwrap_or(inside);
    let one = |text: &str| {
        let text = text.trim().strip_prefix('"')?.strip_suffix('"')?;
        let whole = !text.is_empty() && text.chars().all(char::is_alphanumeric);
        whole.then(|| text.to_owned())
    };
    inside.split(',').map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_a_line() {
        for (text, expected) in [
            ("", None),
            ("# nothing\n\n", None),
            ("run_in_transaction = false # CONCURRENTLY", Some(false)),
            ("\r\n  run_in_transaction=true\r\n", Some(true)),
        ] {
            let expected = Metadata {
                run_in_transaction: expected,
                ..Metadata::default()
            };
            assert_eq!(read(text), Ok(expected), "{text}");
        }
        for text in [
            "run_in_transaction",
            "run_in_transaction = no",
            "\nrun_in_transactions = true",
            "[migration]",
            "run_in_transaction = true\nrun_in_transaction = true",
            "needs_code = true",
            "run_in_transaction = true\nneeds_code = yes",
            "replaces = 1",
            "replaces = []",
            "replaces = [1]",
            "replaces = [\"a-b\"]",
            "replaces = [\"1\"]\nreplaces = [\"2\"]",
        ] {
            assert!(read(text).is_err(), "{text}");
        }
    }

    #[test]
    fn what_is_written_is_read() {
        let mut migration = Migration::new("3", "squashed", "SELECT 1");
        assert_eq!(migration.metadata(), None);
        migration.replaces = vec!["2".into(), "3".into()];
        migration.replaced_before = vec!["1".into()];
        let text = migration.metadata().unwrap();
        let expected = "run_in_transaction = true\nreplaces = [\"2\", \"3\"]\n\
                        replaced_before = [\"1\"]\n";
        assert_eq!(text, expected);
        let coded = Migration::new("4", "coded", "").needs_code();
        let coded = read(&coded.metadata().unwrap()).unwrap();
        assert_eq!(
            (coded.needs_code, coded.run_in_transaction),
            (Some(true), Some(true))
        );
        let found = read(&text).unwrap();
        assert_eq!(found.replaces, migration.replaces);
        assert_eq!(found.replaced_before, migration.replaced_before);
        assert_eq!(migration.others().collect::<Vec<_>>(), ["2", "1"]);
    }
}
