//! [`texts`] and [`texts_of`]: a column of texts, of whichever database.

use diesel::deserialize::{self, FromSql, Queryable};
use diesel::dsl::sql;
use diesel::query_builder::{Query, QueryFragment, QueryId};
use diesel::sql_types::Text;

use super::Link;
use crate::backend::Dialect;
use crate::error::Result;

/// A text. Diesel's `String` is read by each backend for itself, and by none in general.
pub(super) struct Word(String);

impl Word {
    pub(super) fn into_text(self) -> String {
        self.0
    }
}

impl<DB: Dialect> FromSql<Text, DB> for Word {
    fn from_sql(value: DB::RawValue<'_>) -> deserialize::Result<Self> {
        DB::read_text(value).map(Word)
    }
}

impl<DB: Dialect> Queryable<Text, DB> for Word {
    type Row = Self;

    fn build(row: Self) -> deserialize::Result<Self> {
        Ok(row)
    }
}

/// The rows of a statement whose one column is a text.
pub(crate) async fn texts<L: Link>(link: &mut L, statement: &str) -> Result<Vec<String>> {
    texts_of(link, sql::<Text>(statement)).await
}

/// The same of a statement with values bound in it.
pub(crate) async fn texts_of<L, Q>(link: &mut L, statement: Q) -> Result<Vec<String>>
where
    L: Link,
    Q: Query<SqlType = Text> + QueryFragment<L::Backend> + QueryId + Send + 'static,
{
    let loaded = link.load::<Word, _>(statement).await;
    let words = loaded.map_err(|error| link.error(error))?;
    Ok(words.into_iter().map(|word| word.0).collect())
}
