//! Quoting, and names that a database finds too long.

use std::borrow::Cow;

use crate::backend::Database;

/// An identifier, quoted: in backticks for MariaDB and MySQL, where double
/// quotes are a text unless the mode says otherwise.
#[must_use]
pub fn quote_identifier(database: Database, name: &str) -> String {
    match database {
        Database::Mysql => format!("`{}`", name.replace('`', "``")),
        _ => format!("\"{}\"", name.replace('"', "\"\"")),
    }
}

/// A text literal.
///
/// Whether a backslash escapes is a setting in MariaDB and MySQL: a text with
/// one is written as the bytes that it has.
#[must_use]
pub fn quote_text(database: Database, text: &str) -> String {
    if database == Database::Mysql && text.contains('\\') {
        let bytes: String = text.bytes().map(|byte| format!("{byte:02X}")).collect();
        return format!("CONVERT(0x{bytes} USING utf8mb4)");
    }
    format!("'{}'", text.replace('\'', "''"))
}

/// The name of a constraint or index as the database has it.
///
/// MariaDB and MySQL refuse names of more than 64 characters, and PostgreSQL
/// cuts those of more than 63 bytes: such a name is cut and ends in a hash of
/// all of it.
#[must_use]
pub fn constraint_name(database: Database, name: &str) -> Cow<'_, str> {
    const HASH: usize = 16;
    let (most, length): (usize, fn(&str) -> usize) = match database {
        Database::Sqlite => return Cow::Borrowed(name),
        Database::Postgres => (63, str::len),
        Database::Mysql => (64, |name| name.chars().count()),
    };
    if length(name) <= most {
        return Cow::Borrowed(name);
    }
    // FNV-1a, 64 bits: the name must be the same in every version of this crate.
    let hash = name.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    let mut start = name.to_owned();
    while length(&start) > most - HASH - 1 {
        start.pop();
    }
    Cow::Owned(format!("{start}_{hash:016x}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoting_depends_on_no_setting_of_the_server() {
        let quoted = |text| quote_text(Database::Mysql, text);
        assert_eq!(quoted("O'Neil \"x\""), "'O''Neil \"x\"'");
        assert_eq!(quoted("\\'"), "CONVERT(0x5C27 USING utf8mb4)");
        assert_eq!(quote_text(Database::Postgres, "\\'"), "'\\'''");
        assert_eq!(quote_identifier(Database::Mysql, "a`b\"c"), "`a``b\"c`");
        assert_eq!(quote_identifier(Database::Sqlite, "a`b\"c"), "\"a`b\"\"c\"");
    }

    #[test]
    fn long_names_are_cut_and_stay_apart() {
        let (one, two) = ("ä".repeat(70) + "1", "ä".repeat(70) + "2");
        let cut = |name: &str| constraint_name(Database::Mysql, name).into_owned();
        assert_eq!(cut(&one).chars().count(), 64);
        assert_ne!(cut(&one), cut(&two));
        assert_eq!(cut(&one), cut(&one));
        assert_eq!(cut(&"x".repeat(64)), "x".repeat(64));
        assert_eq!(constraint_name(Database::Sqlite, &one), one);
        let on_postgres = constraint_name(Database::Postgres, &one).into_owned();
        let hash = cut(&one).rsplit('_').next().map(str::to_owned);
        assert!(on_postgres.len() <= 63 && on_postgres.ends_with(&hash.unwrap_or_default()));
        // Pinned: tables that exist have such names.
        assert!(cut(&"x".repeat(65)).ends_with("_7d70a52549704607"));
    }
}
