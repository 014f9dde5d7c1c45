//! The traits that make a Rust type a column.

use diesel::expression::TypedExpressionType;
use diesel::sql_types::{Nullable, SingleValue, SqlType, is_nullable};

use super::Variants;
use crate::value::{Kind, Value};

/// What a [`ColumnType`] answers when a stored value is none of its own.
pub type ColumnError = Box<dyn std::error::Error + Send + Sync>;

/// Says of a value of a column's kind whether its type takes it.
pub type Accepts = fn(Value) -> Result<(), ColumnError>;

/// Makes a type of yours a column: say what it is stored as, and convert.
///
/// Models, forms and filters then take the type as they take an `i64`. For a
/// newtype and for an enum without data the derive of the same name writes it.
///
/// ```
/// use orm_core::prelude::*;
///
/// #[derive(Debug, Clone, Copy, PartialEq)]
/// enum Status { Open, Closed }
///
/// impl ColumnType for Status {
///     type Stored = String;
///
///     fn into_stored(self) -> String {
///         match self { Status::Open => "open", Status::Closed => "closed" }.into()
///     }
///
///     fn from_stored(stored: String) -> Result<Self, ColumnError> {
///         match stored.as_str() {
///             "open" => Ok(Status::Open),
///             "closed" => Ok(Status::Closed),
///             other => Err(format!("`{other}` is no status").into()),
///         }
///     }
/// }
///
/// #[derive(Model, Debug)]
/// #[model(table = "tickets")]
/// struct Ticket {
///     #[model(generated)]
///     id: i64,
///     status: Status,
/// }
///
/// let open = Ticket::query().filter(tickets::status.eq(Status::Open));
/// # let _ = open;
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a column",
    label = "no column type",
    note = "columns are integers of 8 to 64 bits, f32, f64, bool, String, Vec<u8>, chrono's NaiveDate, NaiveTime, NaiveDateTime and DateTime<Utc>, uuid::Uuid, serde_json::Value, Decimal, and Option of each; on PostgreSQL also Vec of each",
    note = "for a type of your own: `#[derive(ColumnType)]`, or `impl ColumnType for {Self} {{ type Stored = String; .. }}`",
    note = "for a type with `Serialize`, `Deserialize`, `Clone` and `Debug`: `#[model(json)]` on the field"
)]
pub trait ColumnType: Clone + std::fmt::Debug + Sized {
    /// The built-in type that the database holds.
    type Stored: Scalar<Row = Self::Stored>;

    /// The stored values that there are, if they can be counted: the column's CHECK.
    const VARIANTS: Option<&'static Variants> = None;

    /// The stored form of this value.
    fn into_stored(self) -> Self::Stored;

    /// Reads the stored form.
    ///
    /// # Errors
    /// Whatever makes the stored value none of this type; it reaches the user
    /// as a deserialization error that names it.
    fn from_stored(stored: Self::Stored) -> Result<Self, ColumnError>;

    /// Reads the stored form in a nullable column, where a type may have a NULL of its own.
    ///
    /// # Errors
    /// As [`from_stored`](Self::from_stored).
    #[doc(hidden)]
    fn from_nullable(stored: Self::Stored) -> Result<Option<Self>, ColumnError> {
        Self::from_stored(stored).map(Some)
    }
}

/// A column type that is not NULL. Implemented for the built-in types and,
/// through [`ColumnType`], for yours.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a column",
    label = "no column type",
    note = "columns are integers of 8 to 64 bits, f32, f64, bool, String, Vec<u8>, chrono's NaiveDate, NaiveTime, NaiveDateTime and DateTime<Utc>, uuid::Uuid, serde_json::Value, Decimal, and Option of each; on PostgreSQL also Vec of each",
    note = "for a type of your own: `#[derive(ColumnType)]`, or `impl ColumnType for {Self} {{ type Stored = String; .. }}`",
    note = "for a type with `Serialize`, `Deserialize`, `Clone` and `Debug`: `#[model(json)]` on the field"
)]
pub trait Scalar: Sized {
    /// The SQL type, never nullable.
    type SqlType: SqlType<IsNull = is_nullable::NotNull> + SingleValue + TypedExpressionType;
    /// What Diesel loads.
    type Row;
    /// Which column this is in the database.
    const KIND: Kind;
    /// The values that there are, if they can be counted.
    const VARIANTS: Option<&'static Variants> = None;
    /// Which values of its kind it takes, if that is not all of them.
    const ACCEPTS: Option<Accepts> = None;

    /// The value apart from its type.
    fn into_value(self) -> Value;
    /// What Diesel binds.
    fn into_row(self) -> Self::Row;
    /// From what Diesel loaded.
    ///
    /// # Errors
    /// If the stored value is none of this type.
    fn from_row(row: Self::Row) -> Result<Self, ColumnError>;
    /// From a value of the same kind.
    ///
    /// # Errors
    /// If the value is of another kind, or none of this type.
    fn from_value(value: Value) -> Result<Self, ColumnError>;
    /// From what Diesel loaded of a nullable column.
    ///
    /// # Errors
    /// If the stored value is none of this type.
    #[doc(hidden)]
    fn from_nullable_row(row: Self::Row) -> Result<Option<Self>, ColumnError> {
        Self::from_row(row).map(Some)
    }
}

impl<T: ColumnType> Scalar for T {
    type SqlType = <T::Stored as Scalar>::SqlType;
    type Row = T::Stored;
    const KIND: Kind = <T::Stored as Scalar>::KIND;
    const VARIANTS: Option<&'static Variants> = <T as ColumnType>::VARIANTS;
    const ACCEPTS: Option<Accepts> = Some(|value| <T as Scalar>::from_value(value).map(drop));

    fn into_value(self) -> Value {
        Scalar::into_value(self.into_stored())
    }

    fn into_row(self) -> T::Stored {
        self.into_stored()
    }

    fn from_row(row: Self::Row) -> Result<Self, ColumnError> {
        T::from_stored(row)
    }

    fn from_value(value: Value) -> Result<Self, ColumnError> {
        T::from_stored(<T::Stored as Scalar>::from_value(value)?)
    }

    fn from_nullable_row(row: Self::Row) -> Result<Option<Self>, ColumnError> {
        T::from_nullable(row)
    }
}

/// The type of a field of a model: a [`Scalar`] or an `Option` of one.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a column",
    label = "no column type",
    note = "columns are integers of 8 to 64 bits, f32, f64, bool, String, Vec<u8>, chrono's NaiveDate, NaiveTime, NaiveDateTime and DateTime<Utc>, uuid::Uuid, serde_json::Value, Decimal, and Option of each; on PostgreSQL also Vec of each",
    note = "for a type of your own: `#[derive(ColumnType)]`, or `impl ColumnType for {Self} {{ type Stored = String; .. }}`",
    note = "for a type with `Serialize`, `Deserialize`, `Clone` and `Debug`: `#[model(json)]` on the field"
)]
pub trait Field: Sized {
    /// The SQL type of the column.
    type SqlType: SqlType + SingleValue + TypedExpressionType;
    /// The type without `Option`.
    type Scalar: Scalar;
    /// What Diesel loads.
    type Row;
    /// Which column this is in the database.
    const KIND: Kind;
    /// Whether the column may be NULL.
    const NULLABLE: bool;
    /// The values that there are, if they can be counted.
    const VARIANTS: Option<&'static Variants> = <Self::Scalar as Scalar>::VARIANTS;
    /// Which values of its kind it takes, if that is not all of them.
    const ACCEPTS: Option<Accepts> = <Self::Scalar as Scalar>::ACCEPTS;

    /// The value apart from its type.
    fn into_value(self) -> Value;
    /// What Diesel binds.
    fn into_row(self) -> Self::Row;
    /// From what Diesel loaded.
    ///
    /// # Errors
    /// If the stored value is none of this type.
    fn from_row(row: Self::Row) -> Result<Self, ColumnError>;
    /// From a value of the same kind.
    ///
    /// # Errors
    /// If the value is of another kind, or none of this type.
    fn from_value(value: Value) -> Result<Self, ColumnError>;
}

impl<T: Scalar> Field for T {
    type SqlType = <T as Scalar>::SqlType;
    type Scalar = T;
    type Row = <T as Scalar>::Row;
    const KIND: Kind = <T as Scalar>::KIND;
    const NULLABLE: bool = false;

    fn into_value(self) -> Value {
        <T as Scalar>::into_value(self)
    }

    fn into_row(self) -> Self::Row {
        <T as Scalar>::into_row(self)
    }

    #[inline]
    fn from_row(row: Self::Row) -> Result<Self, ColumnError> {
        <T as Scalar>::from_row(row)
    }

    fn from_value(value: Value) -> Result<Self, ColumnError> {
        <T as Scalar>::from_value(value)
    }
}

impl<T: Scalar> Field for Option<T> {
    type SqlType = Nullable<T::SqlType>;
    type Scalar = T;
    type Row = Option<T::Row>;
    const KIND: Kind = <T as Scalar>::KIND;
    const NULLABLE: bool = true;

    fn into_value(self) -> Value {
        self.map_or(Value::Null(<T as Scalar>::KIND), <T as Scalar>::into_value)
    }

    fn into_row(self) -> Self::Row {
        self.map(<T as Scalar>::into_row)
    }

    #[inline]
    fn from_row(row: Self::Row) -> Result<Self, ColumnError> {
        row.map_or(Ok(None), <T as Scalar>::from_nullable_row)
    }

    fn from_value(value: Value) -> Result<Self, ColumnError> {
        if value.is_null() {
            Ok(None)
        } else {
            <T as Scalar>::from_value(value).map(Some)
        }
    }
}

/// The SQL type of a field's type.
pub type SqlOf<T> = <T as Field>::SqlType;

/// The built-in Rust type of an SQL type: what sort keys and group keys are read as.
#[diagnostic::on_unimplemented(
    message = "values of the SQL type `{Self}` cannot be read as plain values",
    note = "a scattered query reads its sort keys, group keys and partial sums: use columns of the built-in types there"
)]
pub trait SqlScalar: SqlType {
    /// What a value of this SQL type is read as.
    type Rust: Field<SqlType = Self, Row = Self::Rust>;
}

/// An SQL type whose values shards and a merge sort, group and tell apart alike.
///
/// Documents are none: every database compares them by a rule of its own.
#[diagnostic::on_unimplemented(
    message = "rows of several shards are not sorted, grouped or told apart by the SQL type `{Self}`",
    label = "no order that a merge knows",
    note = "documents are compared by each database in its own way: sort, group and select others of the columns"
)]
pub trait SqlOrdered: SqlScalar {}
