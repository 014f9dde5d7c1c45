//! Enum types of PostgreSQL, which are texts on other databases.
//!
//! PostgreSQL is told no type of a label: it takes that of the column beside
//! it. So no OID is looked up.

use std::fmt;
use std::marker::PhantomData;

use diesel::backend::Backend;
use diesel::deserialize::{self, FromStaticSqlRow, Queryable};
use diesel::sql_types::Nullable;

use super::scalar::{ColumnError, Scalar, SqlOrdered, SqlScalar};
use super::sql_types;
use crate::value::{Kind, Label, Value};

/// A Rust enum that is an enum type on PostgreSQL; `#[derive(ColumnType)]` with
/// `#[column(postgres_enum = "..")]` implements it.
pub trait PostgresEnum: 'static {
    /// The labels, in the order of their declaration.
    const LABELS: &'static [&'static str];
}

/// What an enum of PostgreSQL is stored as: one of its labels.
pub struct EnumLabel<E> {
    position: u16,
    /// Whether the database that it is from sorts by declaration.
    declared: bool,
    of: PhantomData<fn() -> E>,
}

impl<E: PostgresEnum> EnumLabel<E> {
    /// The label at a position of the declaration.
    ///
    /// # Panics
    /// If there are not so many labels.
    #[must_use]
    pub const fn at(position: u16) -> Self {
        assert!((position as usize) < E::LABELS.len(), "no such label");
        EnumLabel {
            position,
            declared: true,
            of: PhantomData,
        }
    }

    /// The label of a text; `declared` if the database that it is from sorts by
    /// declaration.
    pub(super) fn read(text: &str, declared: bool) -> Result<Self, ColumnError> {
        let mut labels = E::LABELS.iter();
        let position = labels.position(|label| *label == text);
        let position = position.and_then(|position| u16::try_from(position).ok());
        let position = position.ok_or_else(|| {
            let labels = E::LABELS.join("`, `");
            format!("`{text}` is none of the labels `{labels}`")
        })?;
        Ok(EnumLabel {
            position,
            declared,
            of: PhantomData,
        })
    }

    /// The position in the declaration.
    #[must_use]
    pub const fn position(&self) -> u16 {
        self.position
    }

    /// The text of the label.
    #[must_use]
    pub const fn text(&self) -> &'static str {
        E::LABELS[self.position as usize]
    }
}

impl<E> Clone for EnumLabel<E> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<E> Copy for EnumLabel<E> {}

impl<E: PostgresEnum> fmt::Debug for EnumLabel<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.text().fmt(f)
    }
}

impl<E: PostgresEnum> Scalar for EnumLabel<E> {
    type SqlType = sql_types::Enum<E>;
    type Row = Self;
    const KIND: Kind = Kind::Enum;

    fn into_value(self) -> Value {
        let position = self.declared.then_some(self.position);
        Value::Enum(Label::new(self.text(), position))
    }

    fn into_row(self) -> Self {
        self
    }

    fn from_row(row: Self) -> Result<Self, ColumnError> {
        Ok(row)
    }

    fn from_value(value: Value) -> Result<Self, ColumnError> {
        match value {
            Value::Enum(label) => EnumLabel::read(label.text(), true),
            other => Err(format!("expected a label, found {other:?}").into()),
        }
    }
}

impl<E, ST, DB> Queryable<ST, DB> for EnumLabel<E>
where
    DB: Backend,
    Self: FromStaticSqlRow<ST, DB>,
{
    type Row = Self;

    fn build(row: Self) -> deserialize::Result<Self> {
        Ok(row)
    }
}

impl<E: PostgresEnum> SqlScalar for sql_types::Enum<E> {
    type Rust = EnumLabel<E>;
}

impl<E: PostgresEnum> SqlScalar for Nullable<sql_types::Enum<E>> {
    type Rust = Option<EnumLabel<E>>;
}

#[diagnostic::do_not_recommend]
impl<E: PostgresEnum> SqlOrdered for sql_types::Enum<E> {}

#[diagnostic::do_not_recommend]
impl<E: PostgresEnum> SqlOrdered for Nullable<sql_types::Enum<E>> {}
