//! What types hold, and which values become values of another type.

use crate::backend::Database;
use crate::snapshot::Column;

/// What a type holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Family {
    Whole,
    /// Digits behind the point, where the type says how many.
    Exact(Option<u32>),
    Float,
    Bool,
    Text,
    Date,
    Time,
    /// A date with a time; whether it says where on earth.
    Moment {
        zone: bool,
    },
    Bytes,
    Json,
    Uuid,
    Array,
    /// A type that we know nothing of.
    Other,
}

pub(super) fn family(column: &Column) -> Family {
    let ty = column.base.as_ref().unwrap_or(&column.ty).to_lowercase();
    let starts = |words: &[&str]| words.iter().any(|word| ty.starts_with(word));
    if ty.ends_with("[]") {
        Family::Array
    } else if starts(&["timestamp", "datetime"]) {
        let zone = ty.contains("with time zone") || ty.starts_with("timestamptz");
        Family::Moment { zone }
    } else if starts(&["date"]) {
        Family::Date
    } else if starts(&["time"]) {
        Family::Time
    } else if starts(&["interval"]) {
        Family::Other
    } else if starts(&["num", "dec"]) || column.collation.as_deref() == Some("orm_decimal") {
        Family::Exact(digits(&ty))
    } else if starts(&["real", "float", "double"]) {
        Family::Float
    } else if starts(&["bool", "tinyint(1)"]) {
        Family::Bool
    } else if starts(&["int", "big", "small", "tiny", "medium"]) && !ty.contains("text") {
        match ty.contains("blob") {
            true => Family::Bytes,
            false => Family::Whole,
        }
    } else if starts(&["json"]) {
        Family::Json
    } else if starts(&["uuid"]) {
        Family::Uuid
    } else if ty.contains("blob") || ty.contains("binary") || starts(&["bytea"]) {
        Family::Bytes
    } else if ty.contains("char") || ty.contains("text") {
        Family::Text
    } else {
        Family::Other
    }
}

/// The second number of `numeric(10,2)`.
fn digits(ty: &str) -> Option<u32> {
    let (_, arguments) = ty.split_once('(')?;
    match arguments.trim_end_matches(')').split_once(',') {
        Some((_, scale)) => scale.trim().parse().ok(),
        None => Some(0),
    }
}

/// Whether values of one type may become values of another. Where they cannot, a column of the new
/// type is another column. Of types that we do not know we try: no cast is an error, and the
/// values are there.
pub(super) fn converts(database: Database, from: &Column, to: &Column) -> bool {
    use Family::{Array, Bool, Bytes, Date, Exact, Float, Json, Moment, Other, Text, Time, Whole};
    let (from, to) = (family(from), family(to));
    let number = |family| matches!(family, Whole | Exact(_) | Float | Bool);
    match (from, to) {
        (Other, _) | (_, Other) => true,
        (Bytes, Bytes) | (Array, Array) | (Date | Moment { .. }, Date | Moment { .. }) => true,
        (Moment { .. } | Time, Time) => true,
        // Bytes are in no alphabet, and a list is no one value.
        (Bytes | Array, _) | (_, Bytes | Array) => false,
        (Text, Family::Uuid) => database == Database::Postgres,
        // What was no document is none by being called one: quotes are missing.
        (one, Json) => one == Text,
        (Text, _) | (_, Text) => true,
        (one, other) if number(one) && number(other) => true,
        (one, other) => one == other,
    }
}

/// How PostgreSQL makes values of the new type. Where it does so by itself, it refuses what does
/// not fit; a cast that is written would cut a text without a word.
pub(super) fn using(name: &str, from: &Column, to: &Column) -> Option<String> {
    use Family::{Bool, Date, Exact, Float, Moment, Text, Time, Whole};
    let ty = &to.ty;
    match (family(from), family(to)) {
        // Text in UTC, as our sessions read and write it, whatever zone the server is in.
        (Moment { zone: one }, Moment { zone: other }) if one != other => {
            Some(format!("{name} AT TIME ZONE 'UTC'"))
        }
        (Moment { zone: false } | Date, Moment { zone: true }) => {
            Some(format!("{name}::timestamp AT TIME ZONE 'UTC'"))
        }
        (Moment { zone: true }, Date | Time) => Some(format!("({name} AT TIME ZONE 'UTC')::{ty}")),
        (Bool, Whole | Exact(_) | Float) => Some(format!("{name}::integer::{ty}")),
        (Whole | Exact(_) | Float, Bool) => Some(format!("{name} <> 0")),
        (_, Text)
        | (Whole | Exact(_) | Float, Whole | Exact(_) | Float)
        | (Date | Time | Moment { .. }, Date | Time | Moment { .. }) => None,
        _ => Some(format!("{name}::{ty}")),
    }
}
