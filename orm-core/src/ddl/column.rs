//! A column: its type, its default, its checks.

use super::{literal, mysql, quote_identifier, quote_text};
use crate::backend::Database;
use crate::column::Variants;
use crate::metadata::{Bound, ColumnMeta, DefaultValue, GeneratedKey, Rule, TableMeta};
use crate::value::Kind;

/// The type that a column of a table is declared with.
#[must_use]
pub fn column_type(database: Database, table: &TableMeta, column: &ColumnMeta) -> String {
    let declared = column.sql_type.as_ref();
    if let Some(declared) = declared.and_then(|text| text.on(database)) {
        return declared.to_owned();
    }
    match database {
        Database::Sqlite => sqlite_type(column.kind).to_owned(),
        Database::Postgres => postgres_type(column, column.kind),
        Database::Mysql => mysql::column_type(table, column),
    }
}

/// The characters that a text column of a table has room for, as it is declared here.
#[must_use]
pub(crate) fn text_room(
    database: Database,
    table: &TableMeta,
    column: &ColumnMeta,
) -> Option<usize> {
    let declared = column.sql_type.as_ref();
    if declared.is_some_and(|text| text.on(database).is_some()) {
        return None;
    }
    match database {
        Database::Sqlite => None,
        Database::Postgres => column
            .max_length()
            .filter(|max| (1..=POSTGRES_VARCHAR).contains(max)),
        Database::Mysql => mysql::length(table, column),
    }
}

fn sqlite_type(kind: Kind) -> &'static str {
    match kind {
        Kind::Bool => "BOOLEAN",
        kind if kind.is_integer() => "INTEGER",
        Kind::F32 | Kind::F64 => "DOUBLE",
        Kind::Binary | Kind::Uuid => "BLOB",
        Kind::Date => "DATE",
        Kind::Time => "TIME",
        Kind::Timestamp | Kind::TimestampTz => "TIMESTAMP",
        // Exact: compared by value, in a collation that the session registers.
        Kind::Decimal => "TEXT COLLATE orm_decimal",
        _ => "TEXT",
    }
}

/// Characters of a VARCHAR of PostgreSQL. It takes no 0 either: there the check says the length.
const POSTGRES_VARCHAR: usize = 10_485_760;

fn postgres_type(column: &ColumnMeta, kind: Kind) -> String {
    let name = match kind {
        Kind::Bool => "BOOLEAN",
        Kind::I8 | Kind::U8 | Kind::I16 => "SMALLINT",
        Kind::U16 | Kind::I32 => "INTEGER",
        Kind::U32 | Kind::U64 | Kind::I64 => "BIGINT",
        Kind::F32 => "REAL",
        Kind::F64 => "DOUBLE PRECISION",
        // Ordered by bytes: as the other databases and merged shards do.
        Kind::Text => {
            return match column.max_length() {
                Some(max @ 1..=POSTGRES_VARCHAR) => format!("VARCHAR({max}) COLLATE \"C\""),
                _ => "TEXT COLLATE \"C\"".to_owned(),
            };
        }
        Kind::Binary => "BYTEA",
        Kind::Date => "DATE",
        Kind::Time => "TIME",
        Kind::Timestamp => "TIMESTAMP",
        Kind::TimestampTz => "TIMESTAMPTZ",
        Kind::Uuid => "UUID",
        Kind::Json => "JSONB",
        Kind::Decimal => "NUMERIC",
        Kind::Enum => match column.variants.and_then(enum_type) {
            Some(name) => return name,
            None => "TEXT",
        },
        Kind::Array(Kind::Text) => return "TEXT[] COLLATE \"C\"".to_owned(),
        Kind::Array(element) => return format!("{}[]", postgres_type(column, *element)),
    };
    name.to_owned()
}

/// The name of the enum type of PostgreSQL that these values are of.
pub(super) fn enum_type(variants: &Variants) -> Option<String> {
    let Variants::PostgresEnum { schema, name, .. } = variants else {
        return None;
    };
    let name = quote_identifier(Database::Postgres, name);
    Some(match schema {
        Some(schema) => format!("{}.{name}", quote_identifier(Database::Postgres, schema)),
        None => name,
    })
}

/// A default, as it stands after DEFAULT and in a cell of an INSERT; `None` if it
/// is SQL of other databases, or a literal of another kind.
#[must_use]
pub fn default_sql(database: Database, kind: Kind, default: DefaultValue) -> Option<String> {
    match default {
        DefaultValue::Sql(text) => Some(format!("({})", text.on(database)?)),
        DefaultValue::Now => Some(now(database, kind).to_owned()),
        _ => literal::sql(database, kind, default),
    }
}

fn now(database: Database, kind: Kind) -> &'static str {
    match (database, kind) {
        (Database::Sqlite, _) => sqlite_now(kind),
        (Database::Postgres, Kind::Timestamp) => "(now() AT TIME ZONE 'utc')",
        (Database::Postgres, Kind::Date) => "((now() AT TIME ZONE 'utc')::date)",
        (Database::Postgres, Kind::Time) => "((now() AT TIME ZONE 'utc')::time)",
        (Database::Postgres, _) => "now()",
        (Database::Mysql, Kind::Date) => "(UTC_DATE())",
        (Database::Mysql, Kind::Time) => "(UTC_TIME(6))",
        (Database::Mysql, _) => "(UTC_TIMESTAMP(6))",
    }
}

/// The texts that are bound for an instant with milliseconds, in UTC: of none no fraction.
fn sqlite_now(kind: Kind) -> &'static str {
    match kind {
        Kind::Date => "(date('now'))",
        Kind::Time => "(replace(strftime('%H:%M:%f', 'now'), '.000', ''))",
        Kind::TimestampTz => {
            "(replace(strftime('%Y-%m-%d %H:%M:%f', 'now'), '.000', '') || '+00:00')"
        }
        _ => "(replace(strftime('%Y-%m-%d %H:%M:%f', 'now'), '.000', ''))",
    }
}

/// Whether SQLite counts this column up by itself: the one key column, an
/// integer, generated by the database.
pub(crate) fn is_rowid(column: &ColumnMeta, key_columns: usize) -> bool {
    key_columns == 1 && column.generated == Some(GeneratedKey::Database) && column.kind.is_integer()
}

/// The checks of a column: its rules, the values that its type has, and the
/// range of an unsigned type.
pub(crate) fn checks(database: Database, column: &ColumnMeta) -> Vec<(&'static str, String)> {
    let name = quote_identifier(database, column.name);
    let mut checks: Vec<(&'static str, String)> = Vec::new();
    let is_type = |variants| database == Database::Postgres && enum_type(variants).is_some();
    if let Some(variants) = column.variants {
        if !is_type(variants) {
            let list = variants_list(database, variants);
            checks.push(("type", format!("{name} IN ({list})")));
        }
    } else if let Some((min, max)) = integer_range(database, column.kind) {
        checks.push(("type", format!("{name} BETWEEN {min} AND {max}")));
    }
    for rule in column.rules {
        match rule {
            Rule::Length { min, max } => {
                // `length` counts characters of text and bytes of blobs, but for MySQL's.
                let length = match (database, column.kind) {
                    (Database::Mysql, Kind::Text) => "char_length",
                    (_, Kind::Array(_)) => "cardinality",
                    _ => "length",
                };
                let both = [(*min, ">="), (*max, "<=")]
                    .into_iter()
                    .filter_map(|(bound, sign)| {
                        Some(format!("{length}({name}) {sign} {}", bound?))
                    });
                checks.push(("length", both.collect::<Vec<_>>().join(" AND ")));
            }
            Rule::Range { min, max } => {
                let sides = [
                    side(*min, ">", database, column),
                    side(*max, "<", database, column),
                ];
                let sides: Vec<_> = sides
                    .into_iter()
                    .flatten()
                    .map(|side| format!("{name} {side}"))
                    .collect();
                checks.push(("range", sides.join(" AND ")));
            }
            // A blank in SQL is what `trim` with these takes away.
            Rule::NotBlank => checks.push((
                "not_blank",
                match database {
                    Database::Sqlite => {
                        format!("trim({name}, char(9, 10, 11, 12, 13, 32)) <> ''")
                    }
                    Database::Postgres => format!("{name} ~ '\\S'"),
                    Database::Mysql => format!("{name} REGEXP '[^[:space:]]'"),
                },
            )),
            Rule::Email => checks.push(("email", format!("{name} LIKE '_%@_%'"))),
        }
    }
    checks
}

fn variants_list(database: Database, variants: &Variants) -> String {
    let list: Vec<String> = match variants {
        Variants::Numbers(numbers) => numbers.iter().map(i64::to_string).collect(),
        _ => {
            let texts = variants.texts().unwrap_or_default().iter();
            texts.map(|text| quote_text(database, text)).collect()
        }
    };
    list.join(", ")
}

fn side(
    bound: Option<Bound>,
    sign: &str,
    database: Database,
    column: &ColumnMeta,
) -> Option<String> {
    let bound = bound?;
    let equal = if bound.included { "=" } else { "" };
    let text = match (database, column.kind) {
        (Database::Sqlite, Kind::Decimal) => quote_text(database, bound.text),
        _ => bound.text.to_owned(),
    };
    Some(format!("{sign}{equal} {text}"))
}

/// The range of an integer type that its column is wider than. SQLite has one
/// integer of 64 bits, from which Diesel would cut a narrower one.
fn integer_range(database: Database, kind: Kind) -> Option<(i64, i64)> {
    match kind {
        Kind::I16 if database == Database::Sqlite => Some((i16::MIN.into(), i16::MAX.into())),
        Kind::I32 if database == Database::Sqlite => Some((i32::MIN.into(), i32::MAX.into())),
        Kind::I8 if database != Database::Mysql => Some((i8::MIN.into(), i8::MAX.into())),
        Kind::U8 => Some((0, u8::MAX.into())),
        Kind::U16 => Some((0, u16::MAX.into())),
        Kind::U32 => Some((0, u32::MAX.into())),
        Kind::U64 if database != Database::Mysql => Some((0, i64::MAX)),
        _ => None,
    }
}
