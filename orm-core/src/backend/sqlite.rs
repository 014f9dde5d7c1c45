//! SQLite.

use diesel::sqlite::Sqlite;

use super::{Database, Dialect};

impl Dialect for Sqlite {
    const DATABASE: Database = Database::Sqlite;
    super::push_value!();
}
