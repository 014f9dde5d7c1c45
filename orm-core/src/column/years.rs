//! The years that a database holds as they are.

use std::ops::RangeInclusive;

use chrono::{Datelike, NaiveDate};

/// Holds a date against the years of a database.
pub(super) fn within(
    value: &NaiveDate,
    years: RangeInclusive<i32>,
    database: &str,
) -> Result<(), String> {
    if years.contains(&value.year()) {
        return Ok(());
    }
    let (first, last) = (years.start(), years.end());
    Err(format!(
        "{value} is out of the range of {database}: the years {first} to {last}"
    ))
}
