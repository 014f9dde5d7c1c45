//! PostgreSQL through libpq, and the settings of a connection.

use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection};

use super::{DatabaseConnection, check_scheme, refused};
use crate::error::{Result, is_closed};
use crate::url::{DatabaseUrl, Scheme};

/// Sent when a connection is opened, by any driver: messages are English, since errors are read from
/// them. Who may not set that has them as the server does; an error of it is nobody's.
pub(crate) const SETTINGS: &str = "\
    DO $$ BEGIN \
    IF current_setting('lc_messages') NOT IN ('C', 'POSIX') \
    AND current_setting('lc_messages') NOT LIKE 'en%' THEN \
    PERFORM set_config('lc_messages', 'C', false); \
    END IF; \
    EXCEPTION WHEN insufficient_privilege THEN NULL; \
    END $$";

impl DatabaseConnection for PgConnection {
    const SCHEME: Scheme = Scheme::Postgres;

    fn open(url: &DatabaseUrl) -> Result<Self> {
        check_scheme(url, Self::SCHEME)?;
        let mut connection =
            PgConnection::establish(url.secret()).map_err(|error| refused(url, &error))?;
        if let Err(error) = connection.batch_execute(SETTINGS)
            && is_closed(&error)
        {
            return Err(error.into());
        }
        Ok(connection)
    }

    /// Reads what has arrived. A server that ends a connection says why before, so there are two
    /// looks. Notifications that nobody has read are dropped.
    fn is_ended(&mut self) -> bool {
        let mut ended = || self.notifications_iter().any(|arrived| arrived.is_err());
        ended() || ended()
    }
}
