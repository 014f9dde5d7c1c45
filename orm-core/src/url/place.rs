//! Which database of a server, or which file, a URL names: what the command line makes and drops,
//! and what events name.

use percent_encoding::percent_decode_str;

use super::{DatabaseUrl, Scheme, sqlite};
#[cfg(feature = "cli")]
use crate::error::Error;

impl DatabaseUrl {
    /// The database on its server, if the URL names one.
    pub(crate) fn database(&self) -> Option<String> {
        let (_, rest) = self.text.split_once("://")?;
        let path = rest.split('?').next()?.split_once('/')?.1;
        let name = percent_decode_str(path).decode_utf8_lossy().into_owned();
        (self.scheme != Scheme::Sqlite && !name.is_empty()).then_some(name)
    }

    /// The URL of another database of the same server.
    #[cfg(feature = "cli")]
    pub(crate) fn beside(&self, name: &str) -> Result<Self, Error> {
        let (rest, query) = match self.text.split_once('?') {
            Some((rest, query)) => (rest, format!("?{query}")),
            None => (self.text.as_str(), String::new()),
        };
        let authority = rest.split('/').nth(2).unwrap_or_default();
        let scheme = rest.split(':').next().unwrap_or_default();
        DatabaseUrl::parse(&format!("{scheme}://{authority}/{name}{query}"))
    }

    /// The name of the database, for people: on its server, or of its file.
    pub(crate) fn namespace(&self) -> Option<String> {
        match self.scheme {
            Scheme::Sqlite => {
                let file = self.file()?;
                Some(file.file_name()?.to_string_lossy().into_owned())
            }
            _ if self.names_another() => None,
            _ => self.database(),
        }
    }

    /// The server and its port, as far as the URL says which one it is.
    pub(crate) fn server_of(&self) -> Option<(String, Option<u16>)> {
        if self.scheme == Scheme::Sqlite {
            return None;
        }
        let (_, rest) = self.text.split_once("://")?;
        let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        let says_another = |pair: &str| {
            let key = pair.split('=').next().unwrap_or_default();
            let key = percent_decode_str(key).decode_utf8_lossy();
            [
                "host",
                "hostaddr",
                "port",
                "service",
                "socket",
                "unix_socket",
            ]
            .contains(&&*key)
        };
        let authority = rest.split('/').next()?;
        let host = authority.rsplit('@').next()?;
        if host.contains(',') || query.split('&').any(says_another) {
            return None;
        }
        let end = host.find(']').map_or(0, |end| end + 1);
        let (name, port) = match host[end..].split_once(':') {
            Some((name, port)) => (&host[..end + name.len()], port.parse().ok()),
            None => (host, None),
        };
        let name = name.trim_start_matches('[').trim_end_matches(']');
        let name = percent_decode_str(name).decode_utf8_lossy().into_owned();
        (!name.is_empty()).then_some((name, port))
    }

    /// The file of an SQLite database that is not in memory.
    pub(crate) fn file(&self) -> Option<std::path::PathBuf> {
        let file = (self.scheme == Scheme::Sqlite).then(|| sqlite::file(&self.text));
        file.flatten()
    }

    /// Whether the query of a server's URL names a database, which counts for more than the path.
    pub(crate) fn names_another(&self) -> bool {
        let query = self.text.split_once('?').map_or("", |(_, query)| query);
        let mut keys = query.split('&').filter_map(|pair| pair.split('=').next());
        let is_name = |key: &str| percent_decode_str(key).decode_utf8_lossy() == "dbname";
        self.scheme != Scheme::Sqlite && keys.any(is_name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_is_named_without_its_login() {
        for (text, name) in [
            ("postgres://ann:secret@db/shop", Some("shop")),
            ("postgres://ann:secret@db/shop?dbname=other", None),
            ("mysql://ann:secret@db", None),
            ("sqlite:///var/lib/shop.db", Some("shop.db")),
            (":memory:", None),
        ] {
            let url = DatabaseUrl::parse(text).unwrap();
            assert_eq!(url.namespace().as_deref(), name, "{text}");
        }
    }

    #[test]
    fn a_server_is_named_without_its_login() {
        for (text, server) in [
            (
                "postgres://ann:secret@db:5433/shop",
                Some(("db", Some(5433))),
            ),
            ("mysql://ann:secret@db", Some(("db", None))),
            (
                "postgres://[::1]:5432/shop?sslmode=disable",
                Some(("::1", Some(5432))),
            ),
            ("postgres://[::1]/shop", Some(("::1", None))),
            ("postgres://%2Frun%2Fpg/shop", Some(("/run/pg", None))),
            ("postgres://a:1,b:2/shop", None),
            ("postgres://db/shop?host=other", None),
            ("postgres:///shop", None),
            ("sqlite:///var/lib/shop.db", None),
        ] {
            let url = DatabaseUrl::parse(text).unwrap();
            let server = server.map(|(name, port)| (name.to_owned(), port));
            assert_eq!(url.server_of(), server, "{text}");
        }
    }

    #[cfg(feature = "cli")]
    #[test]
    fn the_database_of_a_url_is_found() {
        let parse = |text| DatabaseUrl::parse(text).unwrap();
        assert!(parse("postgres://h/shop?x=1&dbn%61me=other").names_another());
        assert!(!parse("postgres://h/dbname?x=1").names_another());
        let url = parse("mariadb://ann:s%40cret@db:3306/my%20app?ssl_mode=required");
        assert_eq!(url.database().as_deref(), Some("my app"));
        let other = url.beside("mysql").unwrap();
        assert_eq!(
            other.redacted(),
            "mysql://ann:***@db:3306/mysql?ssl_mode=required"
        );
        let url = parse("postgres://db");
        assert_eq!(url.database(), None);
        assert_eq!(url.beside("a").unwrap().redacted(), "postgres://db/a");
        for (text, file) in [
            ("a.db", Some("a.db")),
            ("sqlite:///var/a.db", Some("/var/a.db")),
            ("file:a%20b.db?mode=ro", Some("a b.db")),
            ("sqlite://a%20b.db?mode=ro", Some("a b.db")),
            ("sqlite://a.db?mode=memory", None),
            ("file:///var/a.db", Some("/var/a.db")),
            (":memory:", None),
            ("postgres://db/app", None),
        ] {
            assert_eq!(parse(text).file(), file.map(Into::into), "{text}");
        }
    }
}
