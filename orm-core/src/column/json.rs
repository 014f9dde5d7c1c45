//! JSON of any serde type.

use std::ops::{Deref, DerefMut};

use diesel::backend::Backend;
use diesel::deserialize::{self, FromStaticSqlRow, Queryable};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::finite::Finite;
use super::scalar::{ColumnError, ColumnType, Scalar};
use super::sql_types;
use crate::value::{Kind, Value};

/// A value of any serde type as a JSON column.
///
/// `#[model(json)]` on a field writes it into the column and not into the
/// struct; as a field's type it is both. In filters it stands for the value.
///
/// ```
/// use orm_core::prelude::*;
/// use orm_core::column::AsJson;
/// use std::collections::BTreeMap;
///
/// #[derive(Model, Debug)]
/// struct Account {
///     #[model(generated)]
///     id: i64,
///     #[model(json)]
///     limits: BTreeMap<String, u32>,
///     labels: AsJson<Vec<String>>,
/// }
///
/// let form = NewAccount { limits: BTreeMap::new(), labels: AsJson(vec!["new".into()]) };
/// assert_eq!(form.labels.len(), 1);
/// let unlimited = Account::query().filter(accounts::limits.eq(AsJson(BTreeMap::<String, u32>::new())));
/// # let _ = unlimited;
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct AsJson<T>(pub T);

impl<T> Deref for AsJson<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> DerefMut for AsJson<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.0
    }
}

impl<T> From<T> for AsJson<T> {
    fn from(value: T) -> Self {
        AsJson(value)
    }
}

impl<T> ColumnType for AsJson<T>
where
    T: Serialize + DeserializeOwned + Clone + std::fmt::Debug,
{
    type Stored = Document;

    fn into_stored(self) -> Document {
        Document(document(&self.0).map_err(|error| error.to_string()))
    }

    fn from_stored(stored: Document) -> Result<Self, ColumnError> {
        Ok(AsJson(serde_json::from_value(stored.0?)?))
    }

    /// The `null` of a document is none of most types: then it is the column's NULL.
    fn from_nullable(stored: Document) -> Result<Option<Self>, ColumnError> {
        let is_null = matches!(stored.0, Ok(serde_json::Value::Null));
        match Self::from_stored(stored) {
            Err(_) if is_null => Ok(None),
            read => read.map(Some),
        }
    }
}

/// A value as a document.
fn document<T: Serialize>(value: &T) -> serde_json::Result<serde_json::Value> {
    let document = serde_json::to_value(value)?;
    // Of a float that is no number serde makes null.
    if holds_null(&document) {
        value.serialize(Finite)?;
    }
    Ok(document)
}

fn holds_null(document: &serde_json::Value) -> bool {
    match document {
        serde_json::Value::Null => true,
        serde_json::Value::Array(items) => items.iter().any(holds_null),
        serde_json::Value::Object(fields) => fields.values().any(holds_null),
        _ => false,
    }
}

/// What serde reads back: arrays and objects in one another.
#[cfg(any(feature = "sqlite", feature = "postgres", feature = "mysql"))]
const MOST_NESTED: usize = 127;

/// Refuses a document that could be written and not be read back.
///
/// # Errors
/// If it is nested too deeply.
#[cfg(any(feature = "sqlite", feature = "postgres", feature = "mysql"))]
pub(super) fn readable(document: &serde_json::Value) -> Result<(), ColumnError> {
    fn within(document: &serde_json::Value, left: usize) -> bool {
        let inside = |item| left > 0 && within(item, left - 1);
        match document {
            serde_json::Value::Array(items) => left > 0 && items.iter().all(inside),
            serde_json::Value::Object(fields) => left > 0 && fields.values().all(inside),
            _ => true,
        }
    }
    if within(document, MOST_NESTED) {
        return Ok(());
    }
    Err(
        format!("the document is nested more than {MOST_NESTED} times, and cannot be read back")
            .into(),
    )
}

/// What [`AsJson`] is stored as: a document, or why the value is none (a map whose
/// keys are no texts, for one), which is said when it is bound.
#[derive(Debug, Clone, PartialEq)]
pub struct Document(Result<serde_json::Value, String>);

impl Document {
    /// A document.
    #[must_use]
    pub fn new(document: serde_json::Value) -> Self {
        Document(Ok(document))
    }

    /// The document.
    ///
    /// # Errors
    /// If the value that it was to be made of cannot be one.
    pub fn get(&self) -> Result<&serde_json::Value, ColumnError> {
        let error = |error: &String| format!("the value cannot be stored as JSON: {error}");
        self.0.as_ref().map_err(|e| error(e).into())
    }
}

impl Scalar for Document {
    type SqlType = sql_types::Json;
    type Row = Self;
    const KIND: Kind = Kind::Json;

    fn into_value(self) -> Value {
        match self.0 {
            Ok(document) => Value::Json(Box::new(document)),
            Err(error) => Value::Unstorable(error.into()),
        }
    }

    fn into_row(self) -> Self {
        self
    }

    fn from_row(row: Self) -> Result<Self, ColumnError> {
        Ok(row)
    }

    fn from_value(value: Value) -> Result<Self, ColumnError> {
        match value {
            Value::Json(document) => Ok(Document(Ok(*document))),
            other => Err(format!("expected a JSON document, found {other:?}").into()),
        }
    }
}

impl<ST, DB> Queryable<ST, DB> for Document
where
    DB: Backend,
    Self: FromStaticSqlRow<ST, DB>,
{
    type Row = Self;

    fn build(row: Self) -> deserialize::Result<Self> {
        Ok(row)
    }
}

/// The column's type of a field with `#[model(json)]`, beside the struct's own.
pub trait JsonField {
    /// The type in the struct and in the forms.
    type Plain;

    /// As the column's type.
    fn from_plain(plain: Self::Plain) -> Self;
    /// As the struct's type.
    fn into_plain(self) -> Self::Plain;
}

impl<T> JsonField for AsJson<T> {
    type Plain = T;

    fn from_plain(plain: T) -> Self {
        AsJson(plain)
    }

    fn into_plain(self) -> T {
        self.0
    }
}

impl<T> JsonField for Option<AsJson<T>> {
    type Plain = Option<T>;

    fn from_plain(plain: Option<T>) -> Self {
        plain.map(AsJson)
    }

    fn into_plain(self) -> Option<T> {
        self.map(|json| json.0)
    }
}
