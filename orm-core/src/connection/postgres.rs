//! PostgreSQL through libpq.

use diesel::{Connection, PgConnection};

use super::{DatabaseConnection, check_scheme, refused};
use crate::error::Result;
use crate::url::{DatabaseUrl, Scheme};

impl DatabaseConnection for PgConnection {
    const SCHEME: Scheme = Scheme::Postgres;

    fn open(url: &DatabaseUrl) -> Result<Self> {
        check_scheme(url, Self::SCHEME)?;
        PgConnection::establish(url.secret()).map_err(|error| refused(url, &error))
    }

    /// Reads what has arrived. A server that ends a connection says why before, so there are two
    /// looks. Notifications that nobody has read are dropped.
    fn is_ended(&mut self) -> bool {
        let mut ended = || self.notifications_iter().any(|arrived| arrived.is_err());
        ended() || ended()
    }
}
