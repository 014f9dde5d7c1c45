//! Numbers that a column takes, by their place in a row of them.

use bigdecimal::num_bigint::{BigInt, Sign};
use bigdecimal::rounding::RoundingMode;
use bigdecimal::{BigDecimal, ToPrimitive};

use super::limits::Limits;
use crate::metadata::{Bound, ColumnMeta, Rule};
use crate::value::{Kind, Value};

/// Digits behind the point that are tried where no whole number is allowed.
const MOST_DIGITS: u32 = 6;

/// So many numbers are enough to be distinct.
const PLENTY: i128 = 1_000_000;

/// The numbers that are allowed, at a number of digits behind the point: from `least` on, so many.
struct Steps {
    digits: u32,
    least: i128,
    many: i128,
}

/// How many whole numbers a column of such takes; `None` of other columns.
pub(super) fn whole_numbers(column: &ColumnMeta, limits: Limits) -> Option<u128> {
    if !column.kind.is_integer() {
        return None;
    }
    let steps = steps(column, limits, 0);
    Some(steps.map_or(0, |steps| steps.many.unsigned_abs()))
}

/// The number at a place, which counts from 0: 1, 2, 3 and so on, as far as they are allowed, then the
/// others; distinct ones of a narrow range go on in small steps. `None` if the column takes none.
pub(super) fn number(
    column: &ColumnMeta,
    limits: Limits,
    place: u64,
    distinct: bool,
) -> Option<Value> {
    let most = match column.kind {
        kind if kind.is_integer() => 0,
        _ => limits.scale.unwrap_or(MOST_DIGITS).min(MOST_DIGITS),
    };
    let all = (0..=most).filter_map(|digits| steps(column, limits, digits));
    let all: Vec<Steps> = all.collect();
    // The fewest digits with which there are enough. Numbers of two steps may be equal.
    let wanted = if distinct { PLENTY } else { i128::from(place) };
    let enough = all.iter().find(|steps| wanted < steps.many);
    let steps = enough.or(all.last())?;
    let one = 10_i128.pow(steps.digits);
    let first = one - steps.least;
    let first = if (0..steps.many).contains(&first) {
        first
    } else {
        0
    };
    let number = steps.least + (first + i128::from(place)) % steps.many;
    if column.kind.is_integer() {
        return Value::whole(column.kind, number);
    }
    let exact = BigDecimal::new(BigInt::from(number), i64::from(steps.digits));
    match column.kind {
        Kind::F32 => Some(Value::F32(exact.to_f32()?)),
        Kind::F64 => Some(Value::F64(exact.to_f64()?)),
        _ => Some(Value::Decimal(Box::new(exact))),
    }
}

fn steps(column: &ColumnMeta, limits: Limits, digits: u32) -> Option<Steps> {
    let (mut least, mut most) = of_kind(column.kind, limits, digits);
    for rule in column.rules {
        let Rule::Range { min, max } = rule else {
            continue;
        };
        if let Some(min) = min {
            least = least.max(nearest(*min, digits, RoundingMode::Ceiling, 1)?);
        }
        if let Some(max) = max {
            most = most.min(nearest(*max, digits, RoundingMode::Floor, -1)?);
        }
    }
    let many = most - least + 1;
    (many > 0).then_some(Steps {
        digits,
        least,
        many,
    })
}

/// The first allowed step inside of a bound; `inside` leads away from it.
fn nearest(bound: Bound, digits: u32, mode: RoundingMode, inside: i128) -> Option<i128> {
    // So many steps no kind has.
    const FAR: i128 = 1 << 100;
    let bound_at: BigDecimal = bound.text.parse().ok()?;
    let exact = bound_at * BigDecimal::from(10_i64.pow(digits));
    let rounded = exact.with_scale_round(0, mode);
    let is_it = rounded == exact;
    let far = if rounded.sign() == Sign::Minus {
        -FAR
    } else {
        FAR
    };
    let step = rounded.to_i128().unwrap_or(far).clamp(-FAR, FAR);
    Some(if is_it && !bound.included {
        step + inside
    } else {
        step
    })
}

/// The steps that a kind holds exactly.
fn of_kind(kind: Kind, limits: Limits, digits: u32) -> (i128, i128) {
    let one = 10_i128.pow(digits);
    match kind {
        Kind::I8 => (i8::MIN.into(), i8::MAX.into()),
        Kind::U8 => (0, u8::MAX.into()),
        Kind::I16 => (i16::MIN.into(), i16::MAX.into()),
        Kind::U16 => (0, u16::MAX.into()),
        Kind::I32 => (i32::MIN.into(), i32::MAX.into()),
        Kind::U32 => (0, u32::MAX.into()),
        // What all databases hold.
        Kind::U64 => (0, i64::MAX.into()),
        Kind::I64 => (i64::MIN.into(), i64::MAX.into()),
        Kind::F32 => (-(1 << 24), 1 << 24),
        Kind::F64 => (-(1 << 53), 1 << 53),
        _ => {
            let whole = limits.whole_digits.unwrap_or(15).min(30);
            let most = 10_i128.pow(whole) * one - 1;
            (-most, most)
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn column<F: crate::column::Field>(rules: &'static [Rule]) -> ColumnMeta {
        ColumnMeta::of::<F>("n", "n").rules(rules)
    }

    fn numbers<F: crate::column::Field>(rules: &'static [Rule]) -> Vec<String> {
        let column = column::<F>(rules);
        let number = |place| number(&column, Limits::default(), place, false);
        (0..4)
            .filter_map(number)
            .map(|value| value.to_string())
            .collect()
    }

    const fn between(min: Option<(&'static str, bool)>, max: Option<(&'static str, bool)>) -> Rule {
        let min = match min {
            Some((text, included)) => Some(Bound::new(text, included)),
            None => None,
        };
        let max = match max {
            Some((text, included)) => Some(Bound::new(text, included)),
            None => None,
        };
        Rule::Range { min, max }
    }

    #[test]
    fn numbers_count_from_one_as_far_as_they_may() {
        assert_eq!(numbers::<i32>(&[]), ["1", "2", "3", "4"]);
        assert_eq!(numbers::<BigDecimal>(&[]), ["1", "2", "3", "4"]);
        const FIVES: &[Rule] = &[between(Some(("5", true)), Some(("7", false)))];
        assert_eq!(numbers::<i8>(FIVES), ["5", "6", "5", "6"]);
        const BELOW: &[Rule] = &[between(None, Some(("-1", false)))];
        assert_eq!(numbers::<i8>(BELOW), ["-128", "-127", "-126", "-125"]);
        const SHARE: &[Rule] = &[between(Some(("0", false)), Some(("1", false)))];
        assert_eq!(numbers::<BigDecimal>(SHARE), ["0.1", "0.2", "0.3", "0.4"]);
        assert_eq!(numbers::<f64>(SHARE), ["0.1", "0.2", "0.3", "0.4"]);
        assert_eq!(numbers::<i16>(SHARE), [""; 0]);
        const FAR: &[Rule] = &[between(Some(("1e40", true)), None)];
        assert_eq!(numbers::<i64>(FAR), [""; 0]);
    }

    #[test]
    fn a_narrow_range_of_decimals_has_many_that_differ() {
        const SHARE: &[Rule] = &[between(Some(("0", false)), Some(("1", false)))];
        let column = column::<BigDecimal>(SHARE);
        let number = |place, distinct| number(&column, Limits::default(), place, distinct);
        assert_eq!(number(8, false).unwrap().to_string(), "0.9");
        assert_eq!(number(9, false).unwrap().to_string(), "0.10");
        let all: HashSet<String> = (0..5_000)
            .map(|place| number(place, true).unwrap().to_string())
            .collect();
        assert_eq!(all.len(), 5_000);
        assert_eq!(whole_numbers(&column, Limits::default()), None);
    }
}
