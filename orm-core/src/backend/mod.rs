//! Where the databases differ, as far as statements are concerned.
//!
//! [`Dialect`] is implemented for Diesel's backends. It binds a [`Value`] with
//! its type and answers how things are spelled; nothing here sends anything.

#[cfg(feature = "mysql")]
pub(crate) mod mysql;
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(feature = "sqlite")]
mod sqlite;

use std::any::TypeId;

use diesel::backend::{Backend, DieselReserveSpecialization};
use diesel::query_builder::AstPass;
use diesel::result::QueryResult;

use crate::value::{ArrayValue, Value};

/// Which database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Database {
    /// SQLite.
    Sqlite,
    /// PostgreSQL.
    Postgres,
    /// MariaDB or MySQL.
    Mysql,
}

impl Database {
    /// Whether a write can give its rows back: INSERT … RETURNING.
    #[must_use]
    pub fn has_returning(self) -> bool {
        self != Database::Mysql
    }

    /// The name as it is written in a sentence.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Database::Sqlite => "SQLite",
            Database::Postgres => "PostgreSQL",
            Database::Mysql => "MariaDB and MySQL",
        }
    }

    /// The name in lower case: `sqlite`, `postgres`, `mysql`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Database::Sqlite => "sqlite",
            Database::Postgres => "postgres",
            Database::Mysql => "mysql",
        }
    }
}

/// A backend that this crate writes statements for.
pub trait Dialect:
    Backend<QueryBuilder: Default> + DieselReserveSpecialization + Default + 'static
{
    /// Which database it is.
    const DATABASE: Database;

    /// What stands before and behind a JSON document.
    const JSON_VALUE: (&'static str, &'static str) = ("", "");

    /// What stands before and behind a bare bind of Diesel's `Timestamp`.
    const TIMESTAMP_CAST: Option<(&'static str, &'static str)> = None;

    /// What stands before and behind a bind of a decimal.
    const DECIMAL_CAST: Option<(&'static str, &'static str)> = None;

    /// What stands behind an expression of decimals, so that they compare by their value.
    const DECIMAL_COLLATION: &'static str = "";

    /// Looks at the values that an expression of an SQL type of Diesel's binds.
    ///
    /// # Errors
    /// If one cannot be held, and nobody else would say so.
    fn check_binds<Q>(_expression: &Q, _ty: TypeId) -> QueryResult<()>
    where
        Self: Sized,
        Q: diesel::query_builder::QueryFragment<Self>,
    {
        Ok(())
    }

    /// Reads a text.
    ///
    /// # Errors
    /// If it is none.
    fn read_text(value: Self::RawValue<'_>) -> diesel::deserialize::Result<String>
    where
        Self: Sized;

    /// The text of a statement, without its binds.
    ///
    /// # Errors
    /// If the statement cannot be written for this database.
    fn render<Q>(statement: &Q) -> QueryResult<String>
    where
        Self: Sized,
        Q: diesel::query_builder::QueryFragment<Self>;

    /// Binds a value as its column's type.
    ///
    /// # Errors
    /// If the value cannot be held, such as a `u64` beyond `i64::MAX` (on
    /// SQLite and PostgreSQL) or a leap second (on MariaDB and MySQL).
    fn push_value<'b>(out: &mut AstPass<'_, 'b, Self>, value: &'b Value) -> QueryResult<()>
    where
        Self: Sized;

    /// Binds an array.
    ///
    /// # Errors
    /// On every database but PostgreSQL: they have none.
    fn push_array<'b>(_out: &mut AstPass<'_, 'b, Self>, _array: &'b ArrayValue) -> QueryResult<()>
    where
        Self: Sized,
    {
        let message = format!("there are no arrays on {}", Self::DATABASE.title());
        Err(diesel::result::Error::SerializationError(message.into()))
    }
}

/// The bodies of [`Dialect`], the same for every backend but for where the SQL
/// types are from that floats, dates and times are bound as.
#[cfg(any(feature = "sqlite", feature = "postgres", feature = "mysql"))]
macro_rules! push_value {
    () => {
        $crate::backend::push_value!(diesel::sql_types);
    };
    ($($times:ident)::+) => {
        fn read_text(
            value: <Self as ::diesel::backend::Backend>::RawValue<'_>,
        ) -> ::diesel::deserialize::Result<String> {
            use diesel::deserialize::FromSql;

            <String as FromSql<::diesel::sql_types::Text, Self>>::from_sql(value)
        }

        fn render<Q>(statement: &Q) -> ::diesel::result::QueryResult<String>
        where
            Q: ::diesel::query_builder::QueryFragment<Self>,
        {
            use diesel::query_builder::QueryBuilder;

            let mut builder = <Self as diesel::backend::Backend>::QueryBuilder::default();
            statement.to_sql(&mut builder, &Self::default())?;
            Ok(builder.finish())
        }

        fn push_value<'b>(
            out: &mut ::diesel::query_builder::AstPass<'_, 'b, Self>,
            value: &'b crate::value::Value,
        ) -> ::diesel::result::QueryResult<()> {
            use crate::column::{Scalar, sql_types as own};
            use crate::value::{Kind, Value};
            use diesel::sql_types as st;

            match value {
                Value::Bool(v) => out.push_bind_param::<st::Bool, _>(v),
                Value::I16(v) => out.push_bind_param::<st::SmallInt, _>(v),
                Value::I32(v) => out.push_bind_param::<st::Integer, _>(v),
                Value::I64(v) => out.push_bind_param::<st::BigInt, _>(v),
                Value::U64(v) => out.push_bind_param::<own::UnsignedBigInt, _>(v),
                Value::F32(v) => out.push_bind_param::<$($times)::+::Float, _>(v),
                Value::F64(v) => out.push_bind_param::<$($times)::+::Double, _>(v),
                Value::Text(v) => out.push_bind_param::<st::Text, _>(v),
                Value::Binary(v) => out.push_bind_param::<st::Binary, _>(v),
                Value::Date(v) => out.push_bind_param::<$($times)::+::Date, _>(v),
                Value::Time(v) => out.push_bind_param::<$($times)::+::Time, _>(v),
                Value::Timestamp(v) => out.push_bind_param::<$($times)::+::Timestamp, _>(v),
                Value::TimestampTz(v) => out.push_bind_param::<own::Timestamptz, _>(v),
                Value::Uuid(v) => out.push_bind_param::<own::Uuid, _>(v),
                Value::Json(v) => {
                    out.push_sql(Self::JSON_VALUE.0);
                    out.push_bind_param::<own::Json, _>(v.as_ref())?;
                    out.push_sql(Self::JSON_VALUE.1);
                    Ok(())
                }
                Value::Decimal(v) => {
                    let (before, after) = Self::DECIMAL_CAST.unwrap_or_default();
                    out.push_sql(before);
                    out.push_bind_param::<own::Decimal, _>(v.as_ref())?;
                    out.push_sql(after);
                    Ok(())
                }
                Value::Enum(v) => out.push_bind_param::<own::Enum<()>, _>(v),
                Value::Array(v) => Self::push_array(out, v),
                Value::Unstorable(reason) => {
                    let message = format!("the value cannot be stored as JSON: {reason}");
                    Err(::diesel::result::Error::SerializationError(message.into()))
                }
                Value::Null(kind) => {
                    macro_rules! null {
                        ($rust:ty) => {
                            out.push_bind_param::<st::Nullable<<$rust as Scalar>::SqlType>, _>(
                                &None::<$rust>,
                            )
                        };
                    }
                    match kind {
                        Kind::Bool => null!(bool),
                        Kind::I8 | Kind::U8 | Kind::I16 => null!(i16),
                        Kind::U16 | Kind::I32 => null!(i32),
                        Kind::U32 | Kind::U64 | Kind::I64 => null!(i64),
                        Kind::F32 => null!(f32),
                        Kind::F64 => null!(f64),
                        Kind::Text => null!(String),
                        Kind::Binary => null!(Vec<u8>),
                        Kind::Date => null!(chrono::NaiveDate),
                        Kind::Time => null!(chrono::NaiveTime),
                        Kind::Timestamp => null!(chrono::NaiveDateTime),
                        Kind::TimestampTz => null!(chrono::DateTime<chrono::Utc>),
                        Kind::Uuid => null!(uuid::Uuid),
                        Kind::Json => null!(serde_json::Value),
                        Kind::Decimal => null!(bigdecimal::BigDecimal),
                        // Of no type in particular: it takes that of its column.
                        Kind::Enum | Kind::Array(_) => out.push_bind_param::<st::Nullable<own::Enum<()>>, _>(
                            &None::<crate::value::Label>,
                        ),
                    }
                }
            }
        }
    };
}
#[cfg(any(feature = "sqlite", feature = "postgres", feature = "mysql"))]
pub(crate) use push_value;
