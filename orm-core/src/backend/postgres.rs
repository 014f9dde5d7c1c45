//! PostgreSQL.

use diesel::pg::Pg;
use diesel::query_builder::AstPass;
use diesel::result::QueryResult;

use super::{Database, Dialect};
use crate::column::push_array;
use crate::value::ArrayValue;

impl Dialect for Pg {
    const DATABASE: Database = Database::Postgres;
    super::push_value!();

    fn push_array<'b>(out: &mut AstPass<'_, 'b, Self>, array: &'b ArrayValue) -> QueryResult<()> {
        push_array(out, array)
    }
}
