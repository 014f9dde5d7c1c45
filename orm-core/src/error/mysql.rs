//! What MariaDB and MySQL say, read from their words.
//!
//! Diesel keeps neither the number nor the names, so the text is all there is.
//! Both servers and both drivers word these alike: the texts are those of the
//! server, but for a lost connection. Only English ones are read, which connections ask for
//! (`lc_messages`). Each is read from its start: what a text quotes may be anything.

/// What a message says, and of which constraint or column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Said<'m> {
    /// 1062: a unique, by the name of its index, which MySQL qualifies by the
    /// table: `PRIMARY`, `table.PRIMARY`.
    Unique(&'m str),
    /// 1451, 1452: a foreign key, by its name; 1216, 1217 name none.
    ForeignKey(Option<&'m str>),
    /// 1048, 1364: a column without its value.
    NotNull(&'m str),
    /// 4025 (MariaDB), 3819 (MySQL): a check, by its name.
    Check(&'m str),
    /// 1406: a text or blob that its column has no room for.
    TooLong(&'m str),
    /// 1264: a number or date that its column does not hold.
    OutOfRange(&'m str),
    /// 1205, 1213, 1020, 3572: the transaction lost against another one.
    Conflict,
    /// 1969 (MariaDB), 3024 (MySQL): the statement took too long.
    Timeout,
    /// 2006, 2013, 1053, 1927, 4031 and their like: the connection is gone.
    Gone,
}

/// Reads a message; `None` if it says nothing of these.
pub(super) fn read(message: &str) -> Option<Said<'_>> {
    if message.starts_with("Duplicate entry ") {
        // The value comes first, and may hold anything: the name is at the end.
        let (_, name) = message.rsplit_once(" for key '")?;
        return Some(Said::Unique(name.strip_suffix('\'')?));
    }
    let begins = |parts: &[&str]| parts.iter().any(|part| message.starts_with(part));
    if begins(&[
        "Cannot add or update a child row: a foreign key constraint fails",
        "Cannot delete or update a parent row: a foreign key constraint fails",
    ]) {
        return Some(Said::ForeignKey(between(message, "CONSTRAINT `", "`")));
    }
    if let Some(name) = named(message, "Column '", "' cannot be null")
        .or_else(|| named(message, "Field '", "' doesn't have a default value"))
    {
        return Some(Said::NotNull(name));
    }
    if let Some(rest) = message.strip_prefix("CONSTRAINT `")
        && let Some((name, _)) = rest.split_once("` failed for `")
    {
        return Some(Said::Check(name));
    }
    if let Some(name) = named(message, "Check constraint '", "' is violated") {
        return Some(Said::Check(name));
    }
    if let Some(name) = named(message, "Data too long for column '", "' at row ") {
        return Some(Said::TooLong(name));
    }
    if let Some(name) = named(message, "Out of range value for column '", "' at row ") {
        return Some(Said::OutOfRange(name));
    }
    if begins(&[
        "Deadlock found when trying to get lock",
        "Lock wait timeout exceeded",
        "Record has changed since last read",
        "Statement aborted because lock(s) could not be acquired immediately",
    ]) {
        return Some(Said::Conflict);
    }
    if begins(&[
        "Query execution was interrupted (max_statement_time exceeded)",
        "Query execution was interrupted, maximum statement execution time exceeded",
    ]) {
        return Some(Said::Timeout);
    }
    let gone = begins(&[
        "MySQL server has gone away",
        "Server has gone away",
        "Lost connection to ",
        "Server shutdown in progress",
        "Connection was killed",
        "The client was disconnected by the server",
        "Can't connect to ",
    ]);
    // The driver of async connections has words of its own.
    let gone = gone
        || message.starts_with("Input/output error: ")
        || message.starts_with("Driver error: `Connection to the server is closed.")
        || message.starts_with("Driver error: `Packet out of order.");
    gone.then_some(Said::Gone)
}

/// 2006: the client library could not send the whole of a statement. What is lost later is 2013.
pub(super) fn is_unsent(message: &str) -> bool {
    ["MySQL server has gone away", "Server has gone away"].contains(&message)
}

/// Whether the server rolled back all of the transaction, its savepoints included, and not the
/// statement alone: 1213, 1020, and 1206 where there is no memory left for locks.
pub(super) fn ends_transaction(message: &str) -> bool {
    [
        "Deadlock found when trying to get lock",
        "Record has changed since last read",
        "The total number of locks exceeds the lock table size",
    ]
    .iter()
    .any(|part| message.starts_with(part))
}

/// 1305: a savepoint is gone, with its transaction.
pub(super) fn lacks_savepoint(message: &str) -> bool {
    message.starts_with("SAVEPOINT ") && message.ends_with(" does not exist")
}

/// The name at the start of a message, between two texts.
fn named<'m>(message: &'m str, before: &str, after: &str) -> Option<&'m str> {
    let rest = message.strip_prefix(before)?;
    Some(rest.split_once(after)?.0)
}

/// The text between two others, the first from the start.
fn between<'m>(message: &'m str, before: &str, after: &str) -> Option<&'m str> {
    let (_, rest) = message.split_once(before)?;
    Some(rest.split_once(after)?.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Taken from MariaDB 10.11 by doing it.
    #[test]
    fn mariadb_is_understood() {
        for (message, said) in [
            ("Duplicate entry 'b' for key 'ek'", Said::Unique("ek")),
            (
                "Duplicate entry '1' for key 'PRIMARY'",
                Said::Unique("PRIMARY"),
            ),
            (
                "Duplicate entry 'it' for key 'x' for key 'things_name_key'",
                Said::Unique("things_name_key"),
            ),
            (
                "Cannot add or update a child row: a foreign key constraint fails (`x`.`pets`, \
                 CONSTRAINT `pets_household_id_fkey` FOREIGN KEY (`household_id`) REFERENCES \
                 `households` (`id`) ON DELETE NO ACTION ON UPDATE NO ACTION)",
                Said::ForeignKey(Some("pets_household_id_fkey")),
            ),
            (
                "Cannot delete or update a parent row: a foreign key constraint fails \
                 (`x`.`pets`, CONSTRAINT `pets_household_id_fkey` FOREIGN KEY (`household_id`) \
                 REFERENCES `households` (`id`))",
                Said::ForeignKey(Some("pets_household_id_fkey")),
            ),
            ("Column 'email' cannot be null", Said::NotNull("email")),
            (
                "Field 'email' doesn't have a default value",
                Said::NotNull("email"),
            ),
            (
                "CONSTRAINT `t_email_len` failed for `x`.`t`",
                Said::Check("t_email_len"),
            ),
            (
                "Out of range value for column 'num' at row 1",
                Said::OutOfRange("num"),
            ),
            (
                "Data too long for column 'email' at row 1",
                Said::TooLong("email"),
            ),
            (
                "Deadlock found when trying to get lock; try restarting transaction",
                Said::Conflict,
            ),
            (
                "Lock wait timeout exceeded; try restarting transaction",
                Said::Conflict,
            ),
            ("Server has gone away", Said::Gone),
            ("Lost connection to server during query", Said::Gone),
        ] {
            assert_eq!(read(message), Some(said), "{message}");
        }
    }

    /// The texts of MySQL's reference of error messages, where they differ.
    #[test]
    fn mysql_is_understood() {
        for (message, said) in [
            (
                "Duplicate entry '1-Elm' for key 'households.households_street_key'",
                Said::Unique("households.households_street_key"),
            ),
            (
                "Duplicate entry '1' for key 'households.PRIMARY'",
                Said::Unique("households.PRIMARY"),
            ),
            (
                "Check constraint 'pets_age_range' is violated.",
                Said::Check("pets_age_range"),
            ),
            (
                "Cannot delete or update a parent row: a foreign key constraint fails",
                Said::ForeignKey(None),
            ),
            ("MySQL server has gone away", Said::Gone),
            ("Lost connection to MySQL server during query", Said::Gone),
            (
                "The client was disconnected by the server because of inactivity. See \
                 wait_timeout and interactive_timeout for configuring this behavior.",
                Said::Gone,
            ),
        ] {
            assert_eq!(read(message), Some(said), "{message}");
        }
    }

    #[test]
    fn a_long_wait_ends_the_statement_and_a_deadlock_the_transaction() {
        let deadlock = "Deadlock found when trying to get lock; try restarting transaction";
        assert!(ends_transaction(deadlock));
        assert!(ends_transaction(
            "Record has changed since last read in table 't'; try restarting transaction"
        ));
        assert!(!ends_transaction(
            "Lock wait timeout exceeded; try restarting transaction"
        ));
    }

    #[test]
    fn other_messages_say_nothing() {
        for message in [
            "",
            "You have an error in your SQL syntax",
            "Duplicate entry",
            "UNIQUE constraint failed: t.a",
            "invalid input syntax for type integer: \"Deadlock found when trying to get lock\"",
            "invalid input syntax for type integer: \"Lost connection to x\"",
            "Truncated incorrect INTEGER value: 'Column 'x' cannot be null'",
            "duplicate key value violates unique constraint \"t_a_key\"",
            "Duplicate column name 'x'",
        ] {
            assert_eq!(read(message), None, "{message}");
        }
    }
}
