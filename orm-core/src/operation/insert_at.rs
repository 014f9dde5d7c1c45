//! [`insert_at`]: a row of a table that is known by its metadata alone.

use super::words::Word;
use super::{Link, texts, translate};
use crate::backend::{Database, Dialect};
use crate::changeset::{InsertAt, complete, cut, make_untold_keys};
use crate::error::{Error, ErrorKind, Invalid, Result};
use crate::metadata::{GeneratedKey, TableMeta};
use crate::validation;
use crate::value::Value;

/// Inserts a row, and gives its cells back: those that were given, those that were made before the
/// insert, and all of the key. Hooks are of models, and not run.
///
/// # Errors
/// All broken rules at once, on the fields of the table; what the database says.
pub(crate) async fn insert_at<L: Link>(
    link: &mut L,
    table: &'static TableMeta,
    mut cells: Vec<Option<Value>>,
) -> Result<Vec<Option<Value>>> {
    let database = L::Backend::DATABASE;
    complete(table, &mut cells, link.ids());
    // On every database: the key is to be known.
    make_untold_keys(table, &mut cells);
    check(database, table, &cells).map_err(|invalid| Error::from(invalid).on(link.name()))?;
    let counted = table.key.iter().copied().find(|index| {
        let column = &table.columns[*index];
        let by_database = column.generated == Some(GeneratedKey::Database);
        by_database && column.kind.is_integer() && cells[*index].is_none()
    });
    let insert = InsertAt::new(table, cells.clone(), counted);
    let said = |link: &L, error| translate(error, table).on(link.name());
    let Some(counted) = counted else {
        let sent = link.execute(insert).await;
        sent.map_err(|error| said(link, error))?;
        return Ok(cells);
    };
    let told = if database.has_returning() {
        let loaded = link.load::<Word, _>(insert).await;
        let words = loaded.map_err(|error| said(link, error))?;
        words.into_iter().map(Word::into_text).next()
    } else {
        let sent = link.execute(insert).await;
        sent.map_err(|error| said(link, error))?;
        let words = texts(link, "SELECT CAST(LAST_INSERT_ID() AS CHAR)").await?;
        words.into_iter().next()
    };
    let number = told.and_then(|text| text.parse().ok());
    let value = number.and_then(|number| Value::whole(table.columns[counted].kind, number));
    let value = value.ok_or_else(|| {
        let message = format!(
            "the database tells no key of the {} that it made",
            table.model
        );
        Error::new(ErrorKind::Database, message).on(link.name())
    })?;
    cells[counted] = Some(value);
    Ok(cells)
}

fn check(
    database: Database,
    table: &'static TableMeta,
    cells: &[Option<Value>],
) -> Result<(), Invalid> {
    let given = || {
        let cells = cells.iter().enumerate();
        cells.filter_map(|(position, cell)| Some((position, cell.as_ref()?)))
    };
    let noted = cut(database, table, given());
    validation::check(
        given().map(|(position, value)| (&table.columns[position], value)),
        &noted,
    )
}
