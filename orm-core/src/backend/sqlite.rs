//! SQLite.

use std::any::TypeId;

use diesel::backend::Backend;
use diesel::query_builder::QueryFragment;
use diesel::result::{Error, QueryResult};
use diesel::sqlite::Sqlite;

use super::{Database, Dialect};
use crate::column::sqlite_range;

impl Dialect for Sqlite {
    const DATABASE: Database = Database::Sqlite;
    // A column has it by itself; CASE, COALESCE and subqueries lose it.
    const DECIMAL_COLLATION: &'static str = " COLLATE orm_decimal";

    fn check_binds<Q: QueryFragment<Self>>(expression: &Q, ty: TypeId) -> QueryResult<()> {
        // The modifier of a function may begin with a sign; a value stands alone.
        if !sqlite_range::is_narrower(ty) || Self::render(expression)? != "?" {
            return Ok(());
        }
        let mut bound = <Self as Backend>::BindCollector::default();
        expression.collect_binds(&mut bound, &mut (), &Sqlite)?;
        sqlite_range::check(&format!("{bound:?}"))
            .map_err(|message| Error::SerializationError(message.into()))
    }

    super::push_value!(sqlite_range);
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::NaiveDate;
    use diesel::IntoSql;
    use diesel::sql_types::{Date, Text};

    #[test]
    fn a_date_that_would_not_sort_is_refused_where_it_stands_alone() {
        let check = |year| {
            let date = NaiveDate::from_ymd_opt(year, 1, 1).unwrap();
            Sqlite::check_binds(&date.into_sql::<Date>(), TypeId::of::<Date>())
        };
        for year in [-1, 10_000] {
            assert!(
                matches!(check(year), Err(Error::SerializationError(_))),
                "{year}"
            );
        }
        for year in [0, 9999] {
            check(year).unwrap();
        }
        let modifier = "+1 day".into_sql::<Text>();
        Sqlite::check_binds(&modifier, TypeId::of::<Text>()).unwrap();
    }
}
