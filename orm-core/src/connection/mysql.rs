//! MariaDB and MySQL through the C library, and the settings of a connection.
//!
//! What a statement means depends on the server's settings there. Each
//! connection gets the same ones, whatever the server's are. The isolation level
//! is left as the server has it: REPEATABLE READ out of the box.

use diesel::connection::SimpleConnection;
use diesel::{Connection, MysqlConnection};

use super::{DatabaseConnection, check_scheme, refused};
use crate::error::Result;
use crate::url::{DatabaseUrl, Scheme};

/// One statement, sent when a connection is opened, by any driver.
///
/// * Text is UTF-8, and compared by code point where no column's collation counts.
/// * Times are UTC.
/// * Strict: a value that a column does not hold is an error, and is not bent.
/// * A difference of unsigned numbers may be negative.
/// * A key of 0 that is given is 0, and not the next number.
/// * A backslash escapes in texts and patterns; double quotes are a text.
/// * A statement outside of a transaction is kept.
/// * Messages are English: errors are read from them.
/// * Sorts look at so many bytes of a text, and have memory for several of them, of which the
///   server takes what the rows need. Groups do, too, where there is a `COUNT(DISTINCT)`.
/// * `SET a = b, b = a` swaps, as elsewhere; MySQL has no such mode.
/// * MySQL checks GROUP BY. MariaDB's check refuses the columns of a table that
///   is grouped by its key, so it is left out there; typed queries are checked
///   when they are compiled.
pub(crate) const SETTINGS: &str = "\
    SET character_set_client = utf8mb4, character_set_results = utf8mb4, \
    collation_connection = /*M!100203 utf8mb4_nopad_bin *//*!80017 utf8mb4_0900_bin */, \
    time_zone = '+00:00', autocommit = 1, lc_messages = 'en_US', max_sort_length = 65536, \
    sort_buffer_size = GREATEST(@@sort_buffer_size, 8388608), \
    sql_mode = CONCAT('STRICT_TRANS_TABLES,STRICT_ALL_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,\
    ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION,NO_UNSIGNED_SUBTRACTION,\
    NO_AUTO_VALUE_ON_ZERO'/*!80017 , ',ONLY_FULL_GROUP_BY' */\
    /*M!100305 , ',SIMULTANEOUS_ASSIGNMENT' */)";

impl DatabaseConnection for MysqlConnection {
    const SCHEME: Scheme = Scheme::Mysql;

    fn open(url: &DatabaseUrl) -> Result<Self> {
        check_scheme(url, Self::SCHEME)?;
        let mut connection =
            MysqlConnection::establish(url.secret()).map_err(|error| refused(url, &error))?;
        connection.batch_execute(SETTINGS)?;
        Ok(connection)
    }
}
