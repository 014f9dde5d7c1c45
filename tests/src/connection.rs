//! A client's connection, as the server sees it.
//!
//! Contract: what the harness itself asks with is not listed. A connection that its client has
//! just closed may still be: the server notices a moment later, so wait for it with a deadline.
//! Neighbours: [`crate::PgServer::connections`], [`crate::MariaServer::connections`].

/// An open connection of a test's to a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connection {
    /// What ends it: `KILL id`, `pg_terminate_backend(id)`.
    pub id: u64,
    /// The database that it is in.
    pub database: String,
    /// What it does, in the server's words: `idle in transaction`, `Sleep`.
    pub doing: String,
}

impl Connection {
    /// Reads lines of `id|database|doing`.
    pub(crate) fn list(lines: &str) -> Vec<Self> {
        let read = |line: &str| {
            let (id, rest) = line.split_once('|')?;
            // Of the three, only a database's name can hold a bar.
            let (database, doing) = rest.rsplit_once('|')?;
            Some(Self {
                id: id.parse().ok()?,
                database: database.to_owned(),
                doing: doing.to_owned(),
            })
        };
        lines
            .lines()
            .map(|line| read(line).unwrap_or_else(|| panic!("no connection: {line:?}")))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_may_have_any_name() {
        let made = |id, database: &str, doing: &str| Connection {
            id,
            database: database.to_owned(),
            doing: doing.to_owned(),
        };
        assert_eq!(
            Connection::list("7|app|idle\n12|a|b|Sleep\n3||"),
            [
                made(7, "app", "idle"),
                made(12, "a|b", "Sleep"),
                made(3, "", "")
            ]
        );
        assert_eq!(Connection::list(""), []);
    }
}
