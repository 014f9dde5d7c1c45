//! PostgreSQL.

use diesel::pg::Pg;

use super::{Database, Dialect};

impl Dialect for Pg {
    const DATABASE: Database = Database::Postgres;
    super::push_value!();
}
