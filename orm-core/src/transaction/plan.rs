//! [`Plan`]: the statements of a database that make a transaction what its options say.

use std::time::Duration;

use super::{Isolation, TransactionOptions};
use crate::backend::Database;
use crate::error::{Error, ErrorKind, Result};

/// What is sent around BEGIN.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Plan {
    /// Set on the connection before, and put back behind the transaction.
    pub(crate) settings: Vec<Setting>,
    /// Sent right before BEGIN.
    pub(crate) before: String,
    /// BEGIN takes the lock to write, on SQLite.
    pub(crate) immediate: bool,
    /// Sent right behind BEGIN, and gone with the transaction.
    pub(crate) inside: String,
}

/// A setting of the connection.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Setting {
    /// Gives its value as a text.
    pub(crate) read: &'static str,
    /// Sets it, before ` = ` and a value.
    pub(crate) set: &'static str,
    /// What it is to be.
    pub(crate) value: String,
}

impl TransactionOptions {
    /// What is to be sent to a database.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] for what cannot be meant, [`ErrorKind::Unsupported`] for what the
    /// database cannot do.
    pub(crate) fn plan(&self, database: Database) -> Result<Plan> {
        self.check()?;
        match database {
            Database::Sqlite => self.on_sqlite(),
            Database::Postgres => self.on_postgres(),
            Database::Mysql => self.on_mysql(),
        }
    }

    /// What is to be sent within the transaction of a test: timeouts and, as far as a savepoint can
    /// have that, read-only. The isolation is that of the test.
    ///
    /// # Errors
    /// As [`plan`](Self::plan).
    pub(crate) fn plan_in_test(&self, database: Database) -> Result<Plan> {
        let plan = self.plan(database)?;
        match database {
            Database::Sqlite => Ok(Plan {
                immediate: false,
                ..plan
            }),
            Database::Postgres => Ok(self.on_postgres_in_test()),
            Database::Mysql => Ok(Plan {
                before: String::new(),
                ..plan
            }),
        }
    }

    fn on_postgres_in_test(&self) -> Plan {
        let timeout = |timeout: Option<Duration>, read, set| {
            timeout.map(|timeout| Setting {
                read,
                set,
                value: millis(timeout).to_string(),
            })
        };
        let settings = [
            timeout(
                self.statement_timeout,
                "SELECT quote_literal(current_setting('statement_timeout'))",
                "SET statement_timeout",
            ),
            timeout(
                self.lock_timeout,
                "SELECT quote_literal(current_setting('lock_timeout'))",
                "SET lock_timeout",
            ),
        ];
        let read_only = self.read_only.then_some("SET TRANSACTION READ ONLY");
        Plan {
            settings: settings.into_iter().flatten().collect(),
            inside: read_only.unwrap_or_default().to_owned(),
            ..Plan::default()
        }
    }

    fn check(&self) -> Result<()> {
        let timeouts = [self.statement_timeout, self.lock_timeout];
        let serializable = self.isolation == Some(Isolation::Serializable);
        let message = if timeouts.contains(&Some(Duration::ZERO)) {
            "a timeout of a transaction is more than nothing: leave it out to wait as the database does by default"
        } else if self.immediate && self.read_only {
            "a transaction that is `immediate` will write, so it is not `read_only`"
        } else if self.deferrable && !(serializable && self.read_only) {
            "a transaction that is `deferrable` is `serializable` and `read_only` as well"
        } else {
            return Ok(());
        };
        Err(Error::new(ErrorKind::Config, message))
    }

    fn on_sqlite(&self) -> Result<Plan> {
        if self.deferrable {
            return Err(unsupported("`deferrable` transactions", "SQLite"));
        }
        if self.statement_timeout.is_some() {
            return Err(unsupported("timeouts of statements", "SQLite"));
        }
        let mut settings = Vec::new();
        if let Some(timeout) = self.lock_timeout {
            settings.push(Setting {
                read: "SELECT CAST(timeout AS TEXT) FROM pragma_busy_timeout",
                set: "PRAGMA busy_timeout",
                value: millis(timeout).to_string(),
            });
        }
        if self.read_only {
            settings.push(Setting {
                read: "SELECT CAST(query_only AS TEXT) FROM pragma_query_only",
                set: "PRAGMA query_only",
                value: "1".to_owned(),
            });
        }
        Ok(Plan {
            settings,
            immediate: self.immediate,
            ..Plan::default()
        })
    }

    // Each result is what every database gives.
    #[expect(clippy::unnecessary_wraps)]
    fn on_postgres(&self) -> Result<Plan> {
        let mut inside = Vec::new();
        if let Some(modes) = self.modes() {
            inside.push(modes);
        }
        let timeouts = [
            ("statement_timeout", self.statement_timeout),
            ("lock_timeout", self.lock_timeout),
        ];
        for (name, timeout) in timeouts {
            if let Some(timeout) = timeout {
                inside.push(format!("SET LOCAL {name} = {}", millis(timeout)));
            }
        }
        Ok(Plan {
            inside: inside.join("; "),
            ..Plan::default()
        })
    }

    fn on_mysql(&self) -> Result<Plan> {
        if self.deferrable {
            return Err(unsupported("`deferrable` transactions", "MariaDB"));
        }
        let mut settings = Vec::new();
        if let Some(timeout) = self.statement_timeout {
            let millis = millis(timeout);
            settings.push(Setting {
                read: "SELECT CAST(@@SESSION.max_statement_time AS CHAR)",
                set: "SET SESSION max_statement_time",
                value: format!("{}.{:03}", millis / 1_000, millis % 1_000),
            });
        }
        if let Some(timeout) = self.lock_timeout {
            if timeout.subsec_nanos() > 0 {
                let what = "timeouts of locks that are no whole seconds";
                return Err(unsupported(what, "MariaDB"));
            }
            settings.push(Setting {
                read: "SELECT CAST(@@SESSION.innodb_lock_wait_timeout AS CHAR)",
                set: "SET SESSION innodb_lock_wait_timeout",
                // The server takes no more.
                value: timeout.as_secs().min(100_000_000).to_string(),
            });
        }
        Ok(Plan {
            settings,
            before: self.modes().unwrap_or_default(),
            ..Plan::default()
        })
    }

    /// `SET TRANSACTION …`, of the transaction that is open or of the next one.
    fn modes(&self) -> Option<String> {
        let isolation = self.isolation.map(|isolation| match isolation {
            Isolation::ReadUncommitted => "ISOLATION LEVEL READ UNCOMMITTED",
            Isolation::ReadCommitted => "ISOLATION LEVEL READ COMMITTED",
            Isolation::RepeatableRead => "ISOLATION LEVEL REPEATABLE READ",
            Isolation::Serializable => "ISOLATION LEVEL SERIALIZABLE",
        });
        let modes = [
            isolation,
            self.read_only.then_some("READ ONLY"),
            self.deferrable.then_some("DEFERRABLE"),
        ];
        let modes: Vec<_> = modes.into_iter().flatten().collect();
        (!modes.is_empty()).then(|| format!("SET TRANSACTION {}", modes.join(", ")))
    }
}

fn unsupported(what: &str, database: &str) -> Error {
    let message = format!("{database} has no {what}");
    Error::new(ErrorKind::Unsupported, message)
}

/// Whole milliseconds, rounded up, as much as a setting takes.
pub(crate) fn millis(time: Duration) -> u64 {
    let rounded = time.saturating_add(Duration::from_nanos(999_999));
    let millis = u64::try_from(rounded.as_millis()).unwrap_or(u64::MAX);
    millis.min(i32::MAX.unsigned_abs().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Database; 3] = [Database::Sqlite, Database::Postgres, Database::Mysql];

    fn kind(options: &TransactionOptions, database: Database) -> ErrorKind {
        options.plan(database).unwrap_err().kind()
    }

    #[test]
    fn nothing_is_sent_for_nothing() {
        for database in ALL {
            let plan = TransactionOptions::new().plan(database).unwrap();
            assert_eq!(plan, Plan::default());
        }
    }

    #[test]
    fn what_contradicts_itself_is_refused() {
        let new = TransactionOptions::new;
        for options in [
            new().deferrable(),
            new().deferrable().serializable(),
            new().deferrable().read_only(),
            new().immediate().read_only(),
            new().lock_timeout(Duration::ZERO),
            new().statement_timeout(Duration::ZERO),
        ] {
            for database in ALL {
                assert_eq!(kind(&options, database), ErrorKind::Config, "{options:?}");
            }
        }
    }

    #[test]
    fn what_a_database_lacks_is_unsupported() {
        let new = TransactionOptions::new;
        let deferrable = new().serializable().read_only().deferrable();
        let short = new().lock_timeout(Duration::from_millis(1_500));
        let statement = new().statement_timeout(Duration::from_secs(1));
        for (options, database) in [
            (&deferrable, Database::Sqlite),
            (&deferrable, Database::Mysql),
            (&short, Database::Mysql),
            (&statement, Database::Sqlite),
        ] {
            assert_eq!(kind(options, database), ErrorKind::Unsupported);
        }
    }

    #[test]
    fn options_are_statements() {
        let options = TransactionOptions::new()
            .serializable()
            .read_only()
            .deferrable()
            .statement_timeout(Duration::from_nanos(1))
            .lock_timeout(Duration::from_millis(20));
        assert_eq!(
            options.plan(Database::Postgres).unwrap().inside,
            "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE, READ ONLY, DEFERRABLE; \
             SET LOCAL statement_timeout = 1; SET LOCAL lock_timeout = 20"
        );
        let options = TransactionOptions::new()
            .repeatable_read()
            .statement_timeout(Duration::from_millis(1_020));
        let plan = options.plan(Database::Mysql).unwrap();
        assert_eq!(
            plan.before,
            "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"
        );
        assert_eq!(plan.settings[0].value, "1.020");
    }
}
