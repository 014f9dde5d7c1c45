//! Database URLs: which database, and a text that may be shown.
//!
//! A URL holds a password. Nothing outside this module sees it but the driver;
//! errors and `Debug` show [`DatabaseUrl::redacted`]. Neighbours: `connection`
//! opens it, `error` reports on it. `secret` knows where secrets stand in a text, `sqlite` what SQLite
//! makes of its names, `place` which database of a server or which file it is.

mod place;
mod secret;
mod sqlite;

use std::fmt;

use crate::error::{Error, ErrorKind};

#[cfg(feature = "cli")]
pub(crate) use secret::hidden;

/// A database URL that was understood.
#[derive(Clone, PartialEq, Eq)]
pub struct DatabaseUrl {
    text: String,
    scheme: Scheme,
    /// As they are written and as they are meant, the longest first.
    secrets: Vec<String>,
    redacted: String,
}

/// Which kind of database a URL names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Scheme {
    /// `sqlite://path`, `sqlite:path`, `file:…`, `:memory:`, or a plain path. Parameters make a URI of
    /// it: `sqlite://path?mode=ro` is `file:path?mode=ro`, and so is what has escapes behind `sqlite://`.
    Sqlite,
    /// `postgres://` or `postgresql://`.
    Postgres,
    /// `mysql://` or `mariadb://`.
    Mysql,
}

impl Scheme {
    /// The database's name in messages, and how its URLs look.
    const fn spoken(self) -> (&'static str, &'static str) {
        match self {
            Scheme::Sqlite => ("SQLite", "sqlite://path/to/file.db"),
            Scheme::Postgres => ("PostgreSQL", "postgres://user@host/database"),
            Scheme::Mysql => ("MariaDB or MySQL", "mysql://user@host/database"),
        }
    }
}

impl DatabaseUrl {
    /// Reads a URL.
    ///
    /// # Errors
    /// [`ErrorKind::Url`] if it is empty, of an unknown kind, or malformed; if it has no scheme and is
    /// no path but settings as libpq takes them (`host=db dbname=app`), or has a login. The
    /// message shows no part that could be a password.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let text = text.trim();
        if text.is_empty() {
            return Err(malformed("the database URL is empty"));
        }
        let Some((scheme, rest)) = text.split_once(':').filter(|(scheme, _)| is_scheme(scheme))
        else {
            if secret::is_settings(text) {
                return Err(malformed(
                    "the database is named by a URL, such as `postgres://user@host/database`, and not by settings or a login alone (a path that looks so is written `sqlite:path`)",
                ));
            }
            return Ok(Self::sqlite(text, text));
        };
        match scheme.to_ascii_lowercase().as_str() {
            "sqlite" => {
                let path = rest.strip_prefix("//").unwrap_or(rest);
                if path.is_empty() {
                    return Err(malformed(
                        "the SQLite URL names no file: write `sqlite://path/to/file.db` or `sqlite::memory:`",
                    ));
                }
                Ok(Self::sqlite(&sqlite::name(rest), path))
            }
            "file" => Ok(Self::sqlite(text, text)),
            "postgres" | "postgresql" => Self::server(Scheme::Postgres, text, scheme, rest),
            // The driver knows the one spelling only.
            "mysql" | "mariadb" => {
                Self::server(Scheme::Mysql, &format!("mysql:{rest}"), scheme, rest)
            }
            other => Err(malformed(&format!(
                "unknown kind of database `{other}`: a URL starts with `sqlite:`, `postgres:`, `postgresql:`, `mysql:` or `mariadb:`"
            ))),
        }
    }

    /// The database of a name: `text` for the driver, `said` as it was written.
    fn sqlite(text: &str, said: &str) -> Self {
        let (redacted, secrets) = match said.split_once('?') {
            Some((path, query)) => {
                let (shown, secrets) = secret::query(query, secret::is_sqlite_key);
                (format!("{path}?{shown}"), secrets)
            }
            None => (said.to_owned(), Vec::new()),
        };
        DatabaseUrl {
            text: text.to_owned(),
            scheme: Scheme::Sqlite,
            secrets: secret::both_ways(secrets),
            redacted,
        }
    }

    /// The URL of a server: `text` for the driver, `scheme` as it was written.
    fn server(kind: Scheme, text: &str, scheme: &str, rest: &str) -> Result<Self, Error> {
        let (name, example) = kind.spoken();
        let Some(rest) = rest.strip_prefix("//") else {
            return Err(malformed(&format!(
                "the URL of a {name} database has two slashes: `{example}`"
            )));
        };
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, tail) = rest.split_at(end);
        // An unescaped `/`, `?`, `#` or `@` of a password would end up in the
        // host or the path, and from there in messages: refused here.
        if tail
            .split('?')
            .next()
            .is_some_and(|path| path.contains('@'))
            || authority.matches('@').count() > 1
            || tail.contains('#')
        {
            return Err(malformed(&format!(
                "the {name} URL has an unescaped character in its user name or password: write `%2F` for `/`, `%40` for `@`, `%3A` for `:`, `%3F` for `?`, `%23` for `#`"
            )));
        }
        let (login, host) = match authority.split_once('@') {
            Some((login, host)) => (Some(login), host),
            None => (None, authority),
        };
        for address in host.split(',').filter(|_| !host.starts_with('[')) {
            let port = address.split_once(':').map(|(_, port)| port);
            if port.is_some_and(|port| port.parse::<u16>().is_err()) {
                return Err(malformed(&format!(
                    "the port of the {name} URL is no number from 0 to 65535"
                )));
            }
        }
        let (user, password) = match login.map(|login| login.split_once(':').unwrap_or((login, "")))
        {
            Some((user, password)) => (Some(user), password),
            None => (None, ""),
        };
        for part in [user.unwrap_or_default(), password, tail] {
            check_escapes(part)?;
        }
        let (shown_tail, mut secrets) = match tail.split_once('?') {
            Some((path, query)) => {
                let (shown, secrets) = secret::query(query, secret::is_key);
                (format!("{path}?{shown}"), secrets)
            }
            None => (tail.to_owned(), Vec::new()),
        };
        let shown_login = match (user, password.is_empty()) {
            (None, _) => String::new(),
            (Some(user), true) => format!("{user}@"),
            (Some(user), false) => format!("{user}:***@"),
        };
        secrets.push(password);
        Ok(DatabaseUrl {
            text: text.to_owned(),
            scheme: kind,
            secrets: secret::both_ways(secrets),
            redacted: format!("{scheme}://{shown_login}{host}{shown_tail}"),
        })
    }

    /// Which kind of database it names.
    #[must_use]
    pub fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// The URL with `***` in place of the password.
    #[must_use]
    pub fn redacted(&self) -> &str {
        &self.redacted
    }

    /// Whether it is an SQLite database that lives in one connection's memory.
    #[must_use]
    pub fn is_memory(&self) -> bool {
        self.scheme == Scheme::Sqlite && sqlite::is_memory(&self.text)
    }

    /// The text for the driver, password and all.
    #[cfg(any(feature = "sqlite", feature = "postgres", feature = "mysql"))]
    pub(crate) fn secret(&self) -> &str {
        &self.text
    }

    /// A message of the driver, without the password and the URL.
    #[cfg(any(feature = "sqlite", feature = "postgres", feature = "mysql", test))]
    pub(crate) fn scrub(&self, message: &str) -> String {
        let mut message = message.replace(&self.text, &self.redacted);
        for secret in &self.secrets {
            message = message.replace(secret.as_str(), "***");
        }
        message
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.redacted)
    }
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.redacted)
    }
}

fn malformed(message: &str) -> Error {
    Error::new(ErrorKind::Url, message)
}

/// A scheme has two letters at least: `C:\file.db` is a path.
fn is_scheme(text: &str) -> bool {
    text.len() > 1
        && text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
}

fn check_escapes(text: &str) -> Result<(), Error> {
    let good = text.split('%').skip(1).all(|after| {
        after.len() >= 2 && after.bytes().take(2).all(|byte| byte.is_ascii_hexdigit())
    });
    if good {
        Ok(())
    } else {
        Err(malformed(
            "a `%` in the URL must be followed by two hexadecimal digits: write `%25` for `%`",
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_password_is_never_shown() {
        let url = DatabaseUrl::parse("postgres://ann:s%40cret@db:5432/app?sslmode=off").unwrap();
        assert_eq!(
            url.to_string(),
            "postgres://ann:***@db:5432/app?sslmode=off"
        );
        assert!(!format!("{url:?}").contains("cret"));
        assert_eq!(url.scrub("login s@cret failed"), "login *** failed");
        let url = DatabaseUrl::parse("postgres://db/app?password=hush&x=1").unwrap();
        assert_eq!(url.redacted(), "postgres://db/app?password=***&x=1");
        let text =
            "postgres://ann:a%40b@db/app?sslpassword=hu%20sh&x=1&PASSWORD=two&pass%77ord=three";
        let url = DatabaseUrl::parse(text).unwrap();
        assert_eq!(
            url.redacted(),
            "postgres://ann:***@db/app?sslpassword=***&x=1&PASSWORD=***&pass%77ord=***"
        );
        assert_eq!(
            url.scrub("a@b a%40b hu sh hu%20sh two three"),
            "*** *** *** *** *** ***"
        );
    }

    #[test]
    fn malformed_urls_say_what_is_wrong_and_no_secret() {
        for bad in [
            "",
            "oracle://ann:hush@db",
            "postgres:db",
            "postgres://ann:hu/sh@db/app",
            "postgres://ann:hu@sh@db/app",
            "postgres://ann:hu#sh@db/app",
            "postgres://ann:hu%sh@db/app",
            "postgres://ann:hush@db:port/app",
            "mysql:db",
            "mysql://ann:hu/sh@db/app",
            "mariadb://ann:hu@sh@db/app",
            "mysql://ann:hu#sh@db/app",
            "mysql://ann:hu%sh@db/app",
            "mysql://ann:hush@db:port/app",
            "sqlite://",
            "host=db user=ann password=hush dbname=app",
            "ann_x:hush@db/app",
            "dbname = hush",
        ] {
            let error = DatabaseUrl::parse(bad).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Url, "{bad}");
            assert!(!error.to_string().contains("hu"), "{bad}: {error}");
            assert!(!format!("{error:?}").contains("hush"), "{bad}");
        }
    }

    #[test]
    fn mariadb_is_a_spelling_of_mysql_that_the_driver_does_not_see() {
        let url = DatabaseUrl::parse("mariadb://ann:s%40cret@db:3306/app?ssl_mode=required");
        let url = url.unwrap();
        assert_eq!(url.scheme(), Scheme::Mysql);
        assert_eq!(
            url.to_string(),
            "mariadb://ann:***@db:3306/app?ssl_mode=required"
        );
        assert!(!format!("{url:?}").contains("cret"));
        let said = "cannot use mysql://ann:s%40cret@db:3306/app?ssl_mode=required: s@cret";
        assert_eq!(
            url.scrub(said),
            "cannot use mariadb://ann:***@db:3306/app?ssl_mode=required: ***"
        );
        assert_eq!(
            DatabaseUrl::parse("mysql://db").unwrap().redacted(),
            "mysql://db"
        );
    }

    #[test]
    fn keys_of_sqlite_are_hidden() {
        for (text, shown) in [
            ("sqlite://a.db?key=hush&mode=rw", "a.db?key=***&mode=rw"),
            ("file:a.db?hexkey=hush", "file:a.db?hexkey=***"),
            ("a.db?textkey=hu%73h", "a.db?textkey=***"),
            ("sqlite:a.db?vfs=unix", "a.db?vfs=unix"),
        ] {
            let url = DatabaseUrl::parse(text).unwrap();
            assert_eq!(url.redacted(), shown);
            let said = url.scrub(&format!("no file {}", url.text));
            assert!(said.ends_with(shown.trim_start_matches("file:")), "{said}");
        }
    }

    #[test]
    fn sqlite_takes_paths_in_many_spellings() {
        for good in [
            "sqlite://a.db",
            "sqlite:a.db",
            "a.db",
            "./a.db",
            "file:a.db",
            ":memory:",
        ] {
            assert_eq!(
                DatabaseUrl::parse(good).unwrap().scheme(),
                Scheme::Sqlite,
                "{good}"
            );
        }
        assert!(DatabaseUrl::parse("sqlite::memory:").unwrap().is_memory());
    }
}
