//! What the readers of the catalogues share: rows of JSON texts, and what is left out.

use diesel::deserialize::FromSqlRow;
use diesel::dsl::sql;
use diesel::expression::QueryMetadata;
use diesel::sql_types::Text;
use serde::de::DeserializeOwned;

use crate::error::{Error, ErrorKind, Result};
use crate::operation::Link;

/// Whether a table is no part of an application.
pub(super) fn is_internal(table: &str) -> bool {
    let history = [
        "__diesel_schema_migrations",
        "__orm_migrations",
        "__orm_backfills",
    ];
    history.contains(&table) || table.starts_with("sqlite_")
}

/// Rows of a statement whose one column is a JSON text.
pub(super) async fn rows<T, L>(link: &mut L, statement: String) -> Result<Vec<T>>
where
    T: DeserializeOwned,
    L: Link<Backend: QueryMetadata<Text>>,
    String: FromSqlRow<Text, L::Backend>,
{
    let loaded = link.load::<String, _>(sql::<Text>(&statement)).await;
    let texts = loaded.map_err(|error| link.error(error))?;
    let row = |text: String| {
        serde_json::from_str(&text).map_err(|error| {
            let message = "the catalogue of the database has a row that is not understood";
            let error = Error::new(ErrorKind::Conversion, message).with_source(error);
            error.on(link.name())
        })
    };
    texts.into_iter().map(row).collect()
}
