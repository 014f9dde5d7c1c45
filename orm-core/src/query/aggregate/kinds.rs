//! What can be summed, has an average, or a smallest and a largest value.

use diesel::sql_types::{self, Nullable, SingleValue, SqlType, is_nullable};

use crate::column::sql_types as own;

/// How an aggregate is spelled for a kind of number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Form {
    /// The database's own function has the right type.
    Plain,
    /// The result must be made a 64-bit integer. MariaDB and MySQL answer with a
    /// decimal, which is read as one, or not at all if it is larger.
    Integer,
    /// The operand must be made double precision.
    Double,
    /// Exact decimals, which SQLite needs functions for.
    Decimal,
}

/// SQL types that can be summed.
#[diagnostic::on_unimplemented(
    message = "values of the SQL type `{Self}` cannot be summed",
    note = "`sum` takes columns of numbers"
)]
pub trait Summable: SqlType + SingleValue {
    /// The SQL type of the sum.
    type Sum: SqlType + SingleValue;
    /// How it is spelled.
    const FORM: Form;
}

/// SQL types that have an average.
#[diagnostic::on_unimplemented(
    message = "values of the SQL type `{Self}` have no average",
    note = "`avg` takes columns of numbers"
)]
pub trait Averageable: SqlType + SingleValue {
    /// The SQL type of the average.
    type Avg: SqlType + SingleValue;
    /// How it is spelled.
    const FORM: Form;
}

/// SQL types with a smallest and a largest value on every database.
#[diagnostic::on_unimplemented(
    message = "`min` and `max` do not take the SQL type `{Self}` on every database",
    note = "they take numbers, texts, enums, dates and times"
)]
pub trait Orderable: SqlType + SingleValue {
    /// The SQL type of the smallest and largest.
    type Out: SqlType + SingleValue;
}

macro_rules! numbers {
    ($($sql:ty, $sum:ty, $sum_form:ident, $avg:ty, $avg_form:ident;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl Summable for $sql {
            type Sum = Nullable<$sum>;
            const FORM: Form = Form::$sum_form;
        }
        #[diagnostic::do_not_recommend]
        impl Averageable for $sql {
            type Avg = Nullable<$avg>;
            const FORM: Form = Form::$avg_form;
        }
    )*};
}

numbers! {
    own::TinyInt, sql_types::BigInt, Plain, sql_types::Double, Integer;
    own::UnsignedTinyInt, sql_types::BigInt, Plain, sql_types::Double, Integer;
    own::UnsignedSmallInt, sql_types::BigInt, Plain, sql_types::Double, Integer;
    own::UnsignedInteger, sql_types::BigInt, Integer, sql_types::Double, Integer;
    own::UnsignedBigInt, sql_types::BigInt, Integer, sql_types::Double, Integer;
    sql_types::SmallInt, sql_types::BigInt, Plain, sql_types::Double, Integer;
    sql_types::Integer, sql_types::BigInt, Plain, sql_types::Double, Integer;
    sql_types::BigInt, sql_types::BigInt, Integer, sql_types::Double, Integer;
    sql_types::Float, sql_types::Double, Double, sql_types::Double, Double;
    sql_types::Double, sql_types::Double, Plain, sql_types::Double, Double;
    own::Decimal, own::Decimal, Decimal, own::Decimal, Decimal;
}

#[diagnostic::do_not_recommend]
impl<T> Summable for Nullable<T>
where
    T: Summable + SqlType<IsNull = is_nullable::NotNull>,
    Nullable<T>: SqlType + SingleValue,
{
    type Sum = T::Sum;
    const FORM: Form = T::FORM;
}

#[diagnostic::do_not_recommend]
impl<T> Averageable for Nullable<T>
where
    T: Averageable + SqlType<IsNull = is_nullable::NotNull>,
    Nullable<T>: SqlType + SingleValue,
{
    type Avg = T::Avg;
    const FORM: Form = T::FORM;
}

macro_rules! orderable {
    ($($sql:ty),*) => {$(
        #[diagnostic::do_not_recommend]
        impl Orderable for $sql {
            type Out = Nullable<$sql>;
        }
    )*};
}
orderable!(
    own::TinyInt,
    own::UnsignedTinyInt,
    own::UnsignedSmallInt,
    own::UnsignedInteger,
    own::UnsignedBigInt,
    own::Timestamptz,
    sql_types::SmallInt,
    sql_types::Integer,
    sql_types::BigInt,
    sql_types::Float,
    sql_types::Double,
    sql_types::Text,
    sql_types::Date,
    sql_types::Time,
    sql_types::Timestamp
);
#[diagnostic::do_not_recommend]
impl<E: 'static> Orderable for own::Enum<E> {
    type Out = Nullable<own::Enum<E>>;
}
#[diagnostic::do_not_recommend]
impl Orderable for own::Decimal {
    type Out = Nullable<own::Decimal>;
}

#[diagnostic::do_not_recommend]
impl<T> Orderable for Nullable<T>
where
    T: Orderable + SqlType<IsNull = is_nullable::NotNull>,
    Nullable<T>: SqlType + SingleValue,
{
    type Out = T::Out;
}
