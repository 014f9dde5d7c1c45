//! Exact decimals as text, and the average rule of PostgreSQL.
//!
//! SQLite has no decimal type: a decimal column is text there, compared by a
//! collation and summed by functions that the connection registers. Both lean
//! on this module, and so does the merging of averages over shards.

use bigdecimal::num_bigint::BigInt;
use bigdecimal::{BigDecimal, RoundingMode, Zero};

/// Digits before the point that PostgreSQL's `numeric` can hold.
const MAX_INTEGER_DIGITS: i64 = 131_072;
/// Digits after the point that PostgreSQL's `numeric` can hold.
const MAX_SCALE: i64 = 16_383;

/// Digits before and after the point of the column that MariaDB and MySQL have:
/// DECIMAL(65,30), the largest of both.
const MYSQL_INTEGER_DIGITS: i64 = 35;
const MYSQL_SCALE: i64 = 30;

/// A text that is no decimal, or a decimal that no database here can hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DecimalError {
    /// The text is not a plain decimal number.
    #[error("`{0}` is not a decimal number")]
    Syntax(String),
    /// More digits than `numeric` holds: 131,072 before and 16,383 after the point.
    #[error("a decimal may have 131072 digits before and 16383 after the point")]
    TooLong,
    /// More digits than `DECIMAL(65,30)` holds.
    #[error("on MariaDB and MySQL a decimal may have 35 digits before and 30 after the point")]
    TooLongForMysql,
}

/// The plain decimal text of a number: no exponent, its scale kept.
///
/// # Errors
/// [`DecimalError::TooLong`] beyond the limits of PostgreSQL's `numeric`; an
/// exponent of a billion must not become a text of a billion digits.
pub fn decimal_to_text(value: &BigDecimal) -> Result<String, DecimalError> {
    let (digits, scale) = value.as_bigint_and_exponent();
    let count = digits.bits() as i64 * 30_103 / 100_000;
    if scale > MAX_SCALE || count - scale > MAX_INTEGER_DIGITS {
        return Err(DecimalError::TooLong);
    }
    Ok(value.to_plain_string())
}

/// Reads a decimal from the text that a database holds.
///
/// # Errors
/// [`DecimalError::Syntax`] if the text is no number.
pub fn decimal_from_text(text: &str) -> Result<BigDecimal, DecimalError> {
    text.trim()
        .parse()
        .map_err(|_| DecimalError::Syntax(text.chars().take(40).collect()))
}

/// The text of a decimal for MariaDB and MySQL.
///
/// # Errors
/// [`DecimalError::TooLongForMysql`] if it is not held exactly: zeros at its end do not count.
pub fn decimal_for_mysql(value: &BigDecimal) -> Result<String, DecimalError> {
    let (digits, scale) = value.normalized().into_bigint_and_exponent();
    // An upper bound of the digits; an exponent of a billion must not become a text.
    let most = digits.bits() as i64 * 30_103 / 100_000 + 1;
    if scale > MYSQL_SCALE || most - scale > MYSQL_INTEGER_DIGITS + 1 {
        return Err(DecimalError::TooLongForMysql);
    }
    let text = without_trailing_zeros(value).to_plain_string();
    let integer = text.trim_start_matches('-').split('.').next();
    match integer.map_or(0, str::len) as i64 > MYSQL_INTEGER_DIGITS {
        true => Err(DecimalError::TooLongForMysql),
        false => Ok(text),
    }
}

/// The same number without zeros at the end of its fraction: a column of fixed
/// scale pads with them.
#[must_use]
pub fn without_trailing_zeros(value: &BigDecimal) -> BigDecimal {
    let short = value.normalized();
    if short.fractional_digit_count() < 0 {
        return short.with_scale(0);
    }
    short
}

/// The average rule of MariaDB and MySQL here: rounded to 30 digits after the
/// point, half away from zero; without zeros at the end.
///
/// Returns `None` for a count of zero: the average of no rows is NULL.
#[must_use]
pub fn avg_decimal_mysql(sum: &BigDecimal, count: i64) -> Option<BigDecimal> {
    let quotient = (count != 0).then(|| divide(sum, &BigDecimal::from(count), MYSQL_SCALE))?;
    Some(without_trailing_zeros(&quotient))
}

/// `sum / count` with the digits that PostgreSQL's `avg(numeric)` gives: at
/// least 16 significant ones, at least the scale of the sum, half away from
/// zero. Source: `select_div_scale` in PostgreSQL's `numeric.c`, where weights
/// count in groups of four decimal digits.
///
/// Returns `None` for a count of zero: the average of no rows is NULL.
#[must_use]
pub fn avg_decimal(sum: &BigDecimal, count: i64) -> Option<BigDecimal> {
    if count == 0 {
        return None;
    }
    let divisor = BigDecimal::from(count);
    let (weight_sum, first_sum) = leading_group(sum);
    let (weight_count, first_count) = leading_group(&divisor);
    let mut weight = weight_sum - weight_count;
    if first_sum <= first_count {
        weight -= 1;
    }
    let sum_scale = sum.fractional_digit_count().max(0);
    let scale = (16 - weight * 4).max(sum_scale).clamp(0, 1_000);
    Some(divide(sum, &divisor, scale))
}

/// Exact division, rounded half away from zero to `scale` digits.
fn divide(numerator: &BigDecimal, denominator: &BigDecimal, scale: i64) -> BigDecimal {
    let (a, a_scale) = numerator.as_bigint_and_exponent();
    let (b, b_scale) = denominator.as_bigint_and_exponent();
    // numerator / denominator = (a / b) · 10^(b_scale − a_scale); one digit more than asked for.
    let shift = scale + 1 + b_scale - a_scale;
    let ten = BigInt::from(10);
    let (a, b) = if shift >= 0 {
        (a * ten.pow(shift as u32), b)
    } else {
        (a, b * ten.pow((-shift) as u32))
    };
    BigDecimal::new(&a / &b, scale + 1).with_scale_round(scale, RoundingMode::HalfUp)
}

/// Weight and value of the first non-zero group of four digits, as PostgreSQL
/// stores numbers; (0, 0) for zero.
fn leading_group(value: &BigDecimal) -> (i64, u32) {
    if value.is_zero() {
        return (0, 0);
    }
    let (digits, scale) = value.abs().into_bigint_and_exponent();
    let text = digits.to_string();
    // Power of ten of the first digit, then of the group it stands in.
    let first = text.len() as i64 - 1 - scale;
    let weight = first.div_euclid(4);
    let in_group = first.rem_euclid(4) as usize + 1;
    let mut group = 0;
    for index in 0..in_group {
        let digit = text
            .as_bytes()
            .get(index)
            .map_or(0, |b| u32::from(b - b'0'));
        group = group * 10 + digit;
    }
    (weight, group)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn avg(sum: &str, count: i64) -> String {
        avg_decimal(&sum.parse().unwrap(), count)
            .unwrap()
            .to_plain_string()
    }

    /// Golden values printed by PostgreSQL 15: `select sum(x)/count(x)`.
    #[test]
    fn averages_have_the_digits_of_postgres() {
        assert_eq!(avg("10", 3), "3.3333333333333333");
        assert_eq!(avg("2", 3), "0.66666666666666666667");
        assert_eq!(avg("2328.60", 412), "5.6519417475728155");
        assert_eq!(avg("-10", 3), "-3.3333333333333333");
        assert_eq!(avg("1", 1), "1.00000000000000000000");
        assert_eq!(avg("0.00", 2), "0.00000000000000000000");
        assert_eq!(avg("100000", 3), "33333.333333333333");
        assert_eq!(avg_decimal(&"1".parse().unwrap(), 0), None);
    }

    #[test]
    fn mysql_holds_35_and_30_digits_and_nothing_is_rounded() {
        let text = |text: &str| decimal_for_mysql(&text.parse().unwrap());
        let (nines, small) = ("9".repeat(35), format!("0.{}1", "0".repeat(29)));
        assert_eq!(text(&nines).unwrap(), nines);
        assert_eq!(text(&format!("-{nines}")).unwrap(), format!("-{nines}"));
        assert_eq!(text(&small).unwrap(), small);
        assert_eq!(text("1.50").unwrap(), "1.5");
        assert_eq!(text("1e3").unwrap(), "1000");
        assert_eq!(text(&format!("2.{}", "0".repeat(60))).unwrap(), "2");
        assert_eq!(text("0e-99").unwrap(), "0");
        for long in [
            &format!("{nines}0"),
            &format!("{small}1"),
            "1e35",
            "1e1000000000",
            "1e-31",
        ] {
            assert_eq!(text(long), Err(DecimalError::TooLongForMysql), "{long}");
        }
    }

    #[test]
    fn averages_of_mysql_have_30_digits() {
        let avg = |sum: &str, count| avg_decimal_mysql(&sum.parse().unwrap(), count);
        let shown = |sum, count| avg(sum, count).unwrap().to_plain_string();
        assert_eq!(shown("10", 3), format!("3.{}", "3".repeat(30)));
        assert_eq!(shown("-2", 3), format!("-0.{}7", "6".repeat(29)));
        assert_eq!(shown("20.05", 4), "5.0125");
        assert_eq!(shown("300", 3), "100");
        assert_eq!(avg("0", 0), None);
    }

    #[test]
    fn text_keeps_the_scale_and_refuses_the_absurd() {
        assert_eq!(decimal_to_text(&"1.50".parse().unwrap()).unwrap(), "1.50");
        assert_eq!(decimal_to_text(&"1e3".parse().unwrap()).unwrap(), "1000");
        assert_eq!(
            decimal_to_text(&"1e1000000000".parse().unwrap()),
            Err(DecimalError::TooLong)
        );
        assert!(matches!(
            decimal_from_text("one"),
            Err(DecimalError::Syntax(_))
        ));
    }
}
