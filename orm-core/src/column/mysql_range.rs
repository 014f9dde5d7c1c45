//! What MariaDB and MySQL would change without a word, or cannot hold.
//!
//! Pure: each answers with the sentence that the error shows.

use chrono::{Datelike, NaiveDate, NaiveTime, Timelike};

/// No infinity and no NaN.
pub(crate) fn finite(value: f64) -> Result<(), String> {
    if value.is_finite() {
        return Ok(());
    }
    Err(format!("MariaDB and MySQL have no floating-point {value}"))
}

/// The years that DATE and DATETIME hold.
pub(crate) fn date(value: &NaiveDate) -> Result<(), String> {
    if (1..=9999).contains(&value.year()) {
        return Ok(());
    }
    Err(format!(
        "{value} is out of the range of MariaDB and MySQL: the years 1 to 9999"
    ))
}

/// No leap seconds: the server would carry them into the next minute, or refuse.
pub(crate) fn time(value: &NaiveTime) -> Result<(), String> {
    if value.nanosecond() < 1_000_000_000 {
        return Ok(());
    }
    Err(format!(
        "{value} is in a leap second, which MariaDB and MySQL do not hold"
    ))
}
