//! Which values are literals by Diesel's own conversion.

use std::borrow::Cow;
use std::ops;
use std::time::SystemTime;

use bigdecimal::BigDecimal;
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone};
use diesel::sql_types::{Nullable, Timestamp};

/// A value that Diesel binds by itself beside an expression of SQL type `ST`.
///
/// Not whatever has an `AsExpression<ST>`: an `Option` of any type has one, also
/// of a type that cannot be bound. A type of your own with Diesel's
/// `#[derive(AsExpression)]` is a literal in filters once it says so here.
///
/// ```
/// use orm_core::prelude::*;
/// use orm_core::column::DieselValue;
/// use orm_core::diesel::{expression::AsExpression, sql_types::Text};
///
/// #[derive(Model)]
/// struct Page {
///     #[model(generated)]
///     id: i64,
///     language: String,
/// }
///
/// struct Tag(&'static str);
///
/// impl AsExpression<Text> for Tag {
///     type Expression = <&'static str as AsExpression<Text>>::Expression;
///     fn as_expression(self) -> Self::Expression {
///         AsExpression::<Text>::as_expression(self.0)
///     }
/// }
/// impl DieselValue<Text> for Tag {}
///
/// let german = Page::query().filter(pages::language.eq(Tag("de")));
/// # let _ = german;
/// ```
pub trait DieselValue<ST> {}

macro_rules! values {
    ($([$($generic:tt)*] $ty:ty,)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<ST, $($generic)*> DieselValue<ST> for $ty {}
    )*};
}

values! {
    [] bool,
    [] i8,
    [] i16,
    [] i32,
    [] i64,
    [] u8,
    [] u16,
    [] u32,
    [] u64,
    [] f32,
    [] f64,
    [] str,
    [] String,
    [] Cow<'_, str>,
    [] NaiveDate,
    [] NaiveTime,
    [] NaiveDateTime,
    [Tz: TimeZone] DateTime<Tz>,
    [] TimeDelta,
    [] SystemTime,
    [] BigDecimal,
    [] uuid::Uuid,
    [] serde_json::Value,
    [T] [T],
    [T, const N: usize] [T; N],
    [T] Vec<T>,
    [T] (ops::Bound<T>, ops::Bound<T>),
    [T] ops::Range<T>,
    [T] ops::RangeInclusive<T>,
    [T] ops::RangeFrom<T>,
    [T] ops::RangeTo<T>,
    [T] ops::RangeToInclusive<T>,
}

#[cfg(feature = "postgres")]
values! {
    [] diesel::pg::data_types::PgInterval,
    [] diesel::pg::data_types::PgTimestamp,
    [] diesel::pg::data_types::PgDate,
    [] diesel::pg::data_types::PgTime,
    [] diesel::pg::data_types::PgNumeric,
    [] diesel::pg::data_types::PgMoney,
}

#[diagnostic::do_not_recommend]
impl<ST, T: DieselValue<ST> + ?Sized> DieselValue<ST> for &T {}

#[diagnostic::do_not_recommend]
impl<ST, T: DieselValue<ST>> DieselValue<Nullable<ST>> for Option<T> {}

// An expression, which Diesel makes nullable where it is needed.
#[diagnostic::do_not_recommend]
impl DieselValue<Nullable<Timestamp>> for diesel::dsl::now {}
