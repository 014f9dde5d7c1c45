//! A value that a column takes: what its type, its rules and its room allow, readable and the same each
//! time.

use chrono::{Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};
use uuid::Uuid;

use super::limits::Limits;
use super::number::number;
use super::{json, text};
use crate::column::Variants;
use crate::metadata::ColumnMeta;
use crate::validation::broken;
use crate::value::{ArrayValue, Kind, Label, Value};

/// So many forms of a value are tried.
const FORMS: usize = 8;
/// A form of values that differ is one that is taken at these places too: two forms have values in common.
const SAMPLES: [u64; 3] = [0, 1, 2];
/// The years in which times begin.
const YEARS: [i32; 3] = [2024, 1990, 2100];
/// So far days and minutes go on: to years that all databases know.
const MOST_STEPS: u64 = 2_000_000;

/// A value of a column by its place among them, which counts from 0. Values that are to be distinct
/// differ as their places do; of the others, those that are no numbers, texts and times are always the
/// same.
///
/// # Errors
/// Why what was tried is not taken.
pub(super) fn make(column: &ColumnMeta, place: u64, distinct: bool) -> Result<Value, String> {
    let mut refused = None;
    for form in 0..FORMS {
        let at = |place| formed(column, form, place, distinct);
        let Some(value) = at(place) else { continue };
        if let Err(why) = check(column, &value) {
            refused.get_or_insert_with(|| format!("`{value}` {why}"));
            continue;
        }
        let is_taken = |place| at(place).is_some_and(|value| check(column, &value).is_ok());
        if !distinct || SAMPLES.into_iter().all(is_taken) {
            return Ok(value);
        }
    }
    Err(refused.unwrap_or_else(|| "none is known that fits it".to_owned()))
}

/// Whether a value passes the rules, the functions of the user's, and its type.
pub(super) fn check(column: &ColumnMeta, value: &Value) -> Result<(), String> {
    let rules = column.rules.iter();
    let broken = rules.filter_map(|rule| broken(column.field, rule, value));
    let said = column
        .validate
        .iter()
        .filter_map(|validate| validate(value));
    if let Some(error) = broken.chain(said).next() {
        return Err(error.message);
    }
    match column.accepts {
        Some(accepts) => accepts(value.clone()).map_err(|error| format!("is refused: {error}")),
        None => Ok(()),
    }
}

/// A value of a form.
fn formed(column: &ColumnMeta, form: usize, place: u64, distinct: bool) -> Option<Value> {
    let limits = Limits::of(column);
    if let Some(variants) = column.variants {
        let first = if distinct { place } else { 0 };
        return variant(column.kind, variants, first + form as u64);
    }
    let year = || NaiveDate::from_ymd_opt(*YEARS.get(form)?, 1, 1);
    let midnight = || year().map(|day| day.and_time(NaiveTime::MIN));
    let instant = || midnight().map(|at| at + TimeDelta::minutes((place % MOST_STEPS) as i64));
    match column.kind {
        Kind::Bool => {
            let first = if distinct { place % 2 == 1 } else { false };
            (form < 2).then_some(Value::Bool(first != (form == 1)))
        }
        Kind::Text => (form < text::FORMS)
            .then(|| text::text(form, column.field, limits, place, distinct))?
            .map(Value::Text),
        Kind::Binary => (form < text::FORMS)
            .then(|| text::text(form, column.field, limits, place, distinct))?
            .map(|text| Value::Binary(text.into_bytes())),
        Kind::Date => Some(Value::Date(year()? + Days::new(place % MOST_STEPS))),
        Kind::Time => {
            let seconds = u32::try_from(place % 86_400).ok()?;
            let time = NaiveTime::from_num_seconds_from_midnight_opt(seconds, 0);
            time.filter(|_| form == 0).map(Value::Time)
        }
        Kind::Timestamp => instant().map(Value::Timestamp),
        Kind::TimestampTz => instant().map(|at: NaiveDateTime| Value::TimestampTz(at.and_utc())),
        Kind::Uuid => (form == 0).then(|| Value::Uuid(numbered(place))),
        Kind::Json => (form == 0).then(|| document(column))?,
        Kind::Array(element) => {
            let most = limits.max.unwrap_or(usize::MAX);
            let items = limits.min.max(1).min(most) as u64;
            let item = ColumnMeta {
                kind: *element,
                rules: &[],
                validate: &[],
                accepts: None,
                sql_type: None,
                ..*column
            };
            let items = (place..place + items).map(|place| formed(&item, form, place, distinct));
            let items = items.collect::<Option<Vec<_>>>()?;
            Some(Value::Array(Box::new(ArrayValue::new(*element, items))))
        }
        Kind::Enum => None,
        _ => {
            // Even numbers, tens, hundreds.
            let step = *[1, 2, 10, 100].get(form)?;
            let place = place.checked_add(1)?.checked_mul(step)? - 1;
            number(column, limits, place, distinct)
        }
    }
}

fn variant(kind: Kind, variants: &Variants, nth: u64) -> Option<Value> {
    let of = |many: usize| usize::try_from(nth % u64::try_from(many).ok()?.max(1)).ok();
    match variants {
        Variants::Texts(texts) => Some(Value::Text((*texts.get(of(texts.len())?)?).to_owned())),
        Variants::Numbers(numbers) => {
            let number = *numbers.get(of(numbers.len())?)?;
            Value::whole(kind, number.into())
        }
        Variants::PostgresEnum { labels, .. } => {
            let position = of(labels.len())?;
            let label = Label::new(labels.get(position)?, u16::try_from(position).ok());
            Some(Value::Enum(label))
        }
    }
}

/// A UUID of version 4 whose last figures are the number.
fn numbered(place: u64) -> Uuid {
    const FIRST: u128 = 0x0000_0000_0000_4000_8000_0000_0000_0000;
    Uuid::from_u128(FIRST + u128::from(place) + 1)
}

fn document(column: &ColumnMeta) -> Option<Value> {
    let as_value = |document: &serde_json::Value| Value::Json(Box::new(document.clone()));
    let accepts = |document: &serde_json::Value| check(column, &as_value(document));
    json::document(&accepts).map(|document| as_value(&document))
}
