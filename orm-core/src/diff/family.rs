//! What types hold, and which values become values of another type.

use crate::backend::Database;
use crate::snapshot::Column;

/// What a type holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Family {
    /// A whole number; whether it has more digits than a double.
    Whole {
        long: bool,
    },
    /// Digits behind the point, where the type says how many.
    Exact(Option<u32>),
    /// A double, or half of one.
    Float {
        wide: bool,
    },
    Bool,
    Text,
    Date,
    /// A time of the day; whether it says where on earth.
    Time {
        zone: bool,
    },
    /// A date with a time; whether it says where on earth, and the digits of its seconds.
    Moment {
        zone: bool,
        digits: u32,
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
    if ty.ends_with("[]") {
        return Family::Array;
    }
    if column.collation.as_deref() == Some("orm_decimal") {
        return Family::Exact(None);
    }
    let zone = ty.contains("with time zone");
    let word = ty.split([' ', '(']).next().unwrap_or_default();
    match word {
        "timestamp" | "timestamptz" | "datetime" => {
            let all = if ty.contains("time zone") { 6 } else { 0 };
            Family::Moment {
                zone: zone || word == "timestamptz",
                digits: argument(&ty, 0).unwrap_or(all),
            }
        }
        "date" => Family::Date,
        "time" | "timetz" => Family::Time {
            zone: zone || word == "timetz",
        },
        "numeric" | "decimal" | "dec" => {
            Family::Exact(argument(&ty, 0).map(|_| argument(&ty, 1).unwrap_or(0)))
        }
        "real" | "float" | "float4" => Family::Float { wide: false },
        "double" | "float8" => Family::Float { wide: true },
        "bool" | "boolean" => Family::Bool,
        "tinyint" if ty.starts_with("tinyint(1)") => Family::Bool,
        "bigint" | "int8" => Family::Whole { long: true },
        "int" | "integer" | "smallint" | "mediumint" | "tinyint" | "int2" | "int4" => {
            Family::Whole { long: false }
        }
        "json" | "jsonb" => Family::Json,
        "uuid" => Family::Uuid,
        "blob" | "tinyblob" | "mediumblob" | "longblob" | "binary" | "varbinary" | "bytea" => {
            Family::Bytes
        }
        "char" | "character" | "varchar" | "nchar" | "nvarchar" | "bpchar" | "text"
        | "tinytext" | "mediumtext" | "longtext" | "citext" | "clob" => Family::Text,
        _ => Family::Other,
    }
}

/// The nth number of `numeric(10,2)`.
fn argument(ty: &str, nth: usize) -> Option<u32> {
    let (_, rest) = ty.split_once('(')?;
    let (arguments, _) = rest.split_once(')')?;
    arguments.split(',').nth(nth)?.trim().parse().ok()
}

/// Whether a database cuts values without a word. What it refuses is no loss: it is said.
pub(super) fn cuts(database: Database, from: &Column, to: &Column) -> bool {
    use Family::{Bool, Date, Exact, Float, Moment, Text, Time, Whole};
    let sqlite = database == Database::Sqlite;
    match (family(from), family(to)) {
        (Exact(_) | Float { .. }, Whole { .. })
        | (Float { .. }, Exact(_))
        | (Exact(_), Float { .. })
        | (Exact(None), Exact(Some(_)))
        | (Whole { long: true }, Float { .. })
        // Zeros and blanks around a number.
        | (Text, Whole { .. } | Exact(_) | Float { .. } | Bool)
        | (Moment { .. }, Date | Time { .. }) => true,
        (Exact(Some(from)), Exact(Some(to))) => to < from,
        (Float { wide }, Float { wide: other }) => wide && !other && !sqlite,
        (Whole { .. }, Float { wide }) => !wide && !sqlite,
        (Float { .. }, Text) => database != Database::Postgres,
        (Whole { .. } | Exact(_) | Float { .. }, Bool) => database == Database::Postgres,
        (Text, Date | Time { .. } | Moment { .. }) => !sqlite,
        (Moment { digits, .. }, Moment { digits: other, .. }) => other < digits,
        (Time { zone }, Time { zone: other }) => zone && !other,
        _ => false,
    }
}

/// Whether values of one type may become values of another. Where they cannot, a column of the new
/// type is another column. Of types that we do not know we try: no cast is an error, and the
/// values are there.
pub(super) fn converts(database: Database, from: &Column, to: &Column) -> bool {
    use Family::{Array, Bool, Bytes, Date, Exact, Float, Json, Moment, Other, Text, Time, Whole};
    let (from, to) = (family(from), family(to));
    let number = |family| matches!(family, Whole { .. } | Exact(_) | Float { .. } | Bool);
    match (from, to) {
        (Other, _) | (_, Other) => true,
        (Bytes, Bytes) | (Array, Array) | (Date | Moment { .. }, Date | Moment { .. }) => true,
        (Moment { .. } | Time { .. }, Time { .. }) => true,
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
    use Family::{Array, Bool, Date, Exact, Float, Moment, Other, Text, Time, Whole};
    let ty = &to.ty;
    match (family(from), family(to)) {
        // In UTC, as our sessions read and write it, whatever zone the server is in.
        (Moment { zone: one, .. }, Moment { zone: other, .. }) if one != other => {
            Some(format!("{name} AT TIME ZONE 'UTC'"))
        }
        (Date, Moment { zone: true, .. }) => Some(format!("{name}::timestamp AT TIME ZONE 'UTC'")),
        (Moment { zone: true, .. }, Date | Time { .. }) => {
            Some(format!("({name} AT TIME ZONE 'UTC')::{ty}"))
        }
        (Bool, Whole { .. } | Exact(_) | Float { .. }) => Some(format!("{name}::integer::{ty}")),
        (Whole { .. } | Exact(_) | Float { .. }, Bool) => Some(format!("{name} <> 0")),
        (_, Text)
        | (Array, Array)
        | (Whole { .. } | Exact(_) | Float { .. }, Whole { .. } | Exact(_) | Float { .. })
        | (Date | Time { .. } | Moment { .. }, Date | Time { .. } | Moment { .. }) => None,
        (Other, Other) if ty.contains('(') => None,
        // Types of one's own, enums among them, have a text in common.
        (Other, Other) => Some(format!("{name}::text::{ty}")),
        _ => Some(format!("{name}::{ty}")),
    }
}
