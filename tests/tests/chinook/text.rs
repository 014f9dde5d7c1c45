//! One form for all answers: a line a row, `|` between the columns, nothing for NULL. It is the
//! form in which `sqlite3` and `psql` print, so rows are compared as text.

use orm_core::vocabulary::*;

/// A column's value as text.
pub(crate) trait Cell {
    fn cell(&self) -> String;
}

macro_rules! displayed {
    ($($ty:ty),*) => {$(
        impl Cell for $ty {
            fn cell(&self) -> String {
                self.to_string()
            }
        }
    )*};
}
displayed!(i32, i64, String, NaiveDateTime);

impl Cell for Decimal {
    /// With all the digits that it has: 0.99, 2328.60.
    fn cell(&self) -> String {
        self.to_plain_string()
    }
}

impl Cell for f64 {
    /// The last digits of an average depend on who divides.
    fn cell(&self) -> String {
        format!("{self:.3}")
    }
}

impl<T: Cell> Cell for Option<T> {
    fn cell(&self) -> String {
        self.as_ref().map(Cell::cell).unwrap_or_default()
    }
}

/// A row as a line.
pub(crate) trait Line {
    fn line(&self) -> String;
}

impl<T: Cell> Line for T {
    fn line(&self) -> String {
        self.cell()
    }
}

macro_rules! tuples {
    ($(($($name:ident)*);)*) => {$(
        impl<$($name: Cell),*> Line for ($($name,)*) {
            fn line(&self) -> String {
                #[allow(non_snake_case)]
                let ($($name,)*) = self;
                [$($name.cell()),*].join("|")
            }
        }
    )*};
}
tuples! { (A B); (A B C); (A B C D); (A B C D E); (A B C D E F); }

/// Rows as lines.
pub(crate) fn lines<T: Line>(rows: &[T]) -> String {
    rows.iter().map(Line::line).collect::<Vec<_>>().join("\n")
}

/// An exact decimal of a literal.
pub(crate) fn decimal(text: &str) -> Decimal {
    text.parse().expect("a decimal")
}

/// The first moment of a year.
pub(crate) fn new_year(year: i32) -> NaiveDateTime {
    NaiveDate::from_ymd_opt(year, 1, 1)
        .expect("a date")
        .and_time(NaiveTime::MIN)
}
