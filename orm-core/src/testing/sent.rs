//! [`Sent`]: a statement that was sent; and lists of them, for people.

use std::fmt;
use std::time::Duration;

use crate::error::ErrorKind;
use crate::event::{Rows, Statement};

/// A statement that was sent, and what came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Sent {
    /// The name of the engine, or of the shard.
    pub database: String,
    /// The text, without the bound values.
    pub sql: String,
    /// What it does, in few words: `SELECT customers`.
    pub summary: String,
    /// The bound values, as Diesel shows them; `None` unless the engine was told `show_binds`.
    pub binds: Option<String>,
    /// How many rows came back or were written.
    pub rows: Rows,
    /// How long it took; `None` while it is under way.
    pub duration: Option<Duration>,
    /// What kind of error it ended with.
    pub error: Option<ErrorKind>,
    /// Whether a transaction of a session was open.
    pub in_transaction: bool,
}

impl Sent {
    pub(super) fn of(statement: &Statement<'_>) -> Self {
        Sent {
            database: statement.origin.database.to_owned(),
            sql: statement.sql.to_owned(),
            summary: statement.summary().to_string(),
            binds: statement.binds.map(str::to_owned),
            rows: Rows::Unknown,
            duration: None,
            error: None,
            in_transaction: statement.in_transaction,
        }
    }

    /// Whether it only begins or ends a transaction or a savepoint, or says how one is to be:
    /// [`assert_statements`](super::Recorder::assert_statements) does not count it.
    #[must_use]
    pub fn is_transaction_control(&self) -> bool {
        let mut words = self.sql.split(|c: char| !c.is_ascii_alphabetic());
        let mut next = || {
            let word = words.find(|word| !word.is_empty());
            word.unwrap_or_default().to_ascii_uppercase()
        };
        match next().as_str() {
            "BEGIN" | "COMMIT" | "ROLLBACK" | "SAVEPOINT" | "RELEASE" => true,
            "START" | "SET" => next() == "TRANSACTION",
            _ => false,
        }
    }
}

/// The statements that count, those with one text together: `7 x SELECT ..`.
pub(super) struct Listing<'s>(pub(super) &'s [Sent]);

impl fmt::Display for Listing<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut groups: Vec<(&Sent, usize)> = Vec::new();
        for one in self.0.iter().filter(|one| !one.is_transaction_control()) {
            let mut known = groups.iter_mut();
            match known.find(|(of, _)| (&of.sql, of.error) == (&one.sql, one.error)) {
                Some((_, times)) => *times += 1,
                None => groups.push((one, 1)),
            }
        }
        for (nth, (one, times)) in groups.iter().enumerate() {
            write!(f, "\n{:4}. ", nth + 1)?;
            if *times > 1 {
                write!(f, "{times} x ")?;
            }
            f.write_str(&one.sql)?;
            if let (1, Some(binds)) = (times, &one.binds) {
                write!(f, " -- {binds}")?;
            }
            if let Some(error) = one.error {
                write!(f, " (failed: {error:?})")?;
            }
        }
        Ok(())
    }
}

impl fmt::Display for Sent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sql)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend::Database;
    use crate::event::{Origin, StatementId};

    fn sent(sql: &str) -> Sent {
        let origin = Origin::new("test", Database::Sqlite, None);
        Sent::of(&Statement::new(StatementId::new(0, 0), origin, sql))
    }

    #[test]
    fn words_of_transactions_are_known() {
        for control in [
            "BEGIN",
            "begin immediate",
            "START TRANSACTION READ ONLY",
            "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE",
            "COMMIT",
            "ROLLBACK TO SAVEPOINT diesel_savepoint_1",
            "RELEASE SAVEPOINT diesel_savepoint_1",
            "  SAVEPOINT one",
        ] {
            assert!(sent(control).is_transaction_control(), "{control}");
        }
        for other in [
            "SELECT 1",
            "SET search_path = x",
            "START SLAVE",
            "BEGINNING",
            "",
        ] {
            assert!(!sent(other).is_transaction_control(), "{other}");
        }
    }

    #[test]
    fn equal_statements_are_listed_once() {
        let mut failed = sent("SELECT 2");
        failed.error = Some(ErrorKind::Timeout);
        let all = [
            sent("BEGIN"),
            sent("SELECT 1"),
            sent("SELECT 2"),
            sent("SELECT 2"),
            failed,
            sent("COMMIT"),
        ];
        let listed = Listing(&all).to_string();
        let expected = "\n   1. SELECT 1\n   2. 2 x SELECT 2\n   3. SELECT 2 (failed: Timeout)";
        assert_eq!(listed, expected);
    }
}
