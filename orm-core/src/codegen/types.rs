//! The Rust type of a column, or why it has none.

use crate::backend::Database;
use crate::snapshot::{Column, canonical_type, length_of};

/// A Rust type, and what must be said for its column to be that of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RustType {
    /// As it is written.
    pub(super) name: &'static str,
    /// The most characters or bytes, where a rule says the length of the type.
    pub(super) length: Option<u64>,
    /// The type in SQL, where it is not the one of the Rust type.
    pub(super) sql: Option<String>,
}

/// What a column is in Rust.
///
/// # Errors
/// Why there is no type for it.
pub(super) fn rust_type(
    database: Database,
    column: &Column,
    key: bool,
) -> Result<RustType, String> {
    let base = column.base.as_ref().unwrap_or(&column.ty);
    let (ty, _) = canonical_type(database, base);
    let found = match database {
        Database::Postgres => postgres(&ty),
        Database::Sqlite => sqlite(&ty, column.collation.as_deref()),
        Database::Mysql => mysql(&ty),
    };
    let (name, own) = found.ok_or_else(|| match column.ty.is_empty() {
        true => "it has no type".to_owned(),
        false => format!("no field has the type {}", column.ty),
    })?;
    let own_collation = match (database, name) {
        (Database::Postgres, "String") => Some("C"),
        (Database::Mysql, "String") => Some("utf8mb4_nopad_bin"),
        (Database::Sqlite, "Decimal") => Some("orm_decimal"),
        _ => None,
    };
    let collation = column.collation.as_deref();
    // Another collation of a column that is no key is a note: then the model says nothing of it.
    // One that has not every character is none.
    let narrow = database == Database::Mysql
        && collation.is_some_and(|name| !name.starts_with("utf8mb4") && name != "binary");
    let key = key || narrow;
    let said = column.base.is_some() || (key && collation != own_collation);
    let length = length_of(database, &ty).filter(|length| match (database, name) {
        (Database::Postgres, "String") => ty.starts_with("character varying"),
        (Database::Mysql, "String") => ty.starts_with("varchar") && *length <= 768,
        (Database::Mysql, "Vec<u8>") => ty.starts_with("varbinary") && *length <= 3_072,
        _ => false,
    });
    let own = own || length.is_some();
    let sql = (!own || said).then(|| {
        let (quote, text) = match database {
            Database::Postgres => ("\"", short(&column.ty)),
            _ => ("", column.ty.to_uppercase()),
        };
        let text = if column.base.is_some() {
            column.ty.clone()
        } else {
            text
        };
        match collation.filter(|_| key || database == Database::Sqlite) {
            Some(collation) => format!("{text} COLLATE {quote}{collation}{quote}"),
            None => text,
        }
    });
    Ok(RustType { name, length, sql })
}

/// PostgreSQL's long names in the words that people write.
fn short(ty: &str) -> String {
    let text = ty.replace("character varying", "varchar");
    text.to_uppercase()
}

/// The type, and whether its column is exactly the one of the Rust type.
fn postgres(ty: &str) -> Option<(&'static str, bool)> {
    let head = ty.split('(').next().unwrap_or(ty);
    if ty.ends_with("[]") {
        return None;
    }
    Some(match head {
        "boolean" => ("bool", true),
        "smallint" => ("i16", true),
        "integer" => ("i32", true),
        "bigint" => ("i64", true),
        "real" => ("f32", true),
        "double precision" => ("f64", true),
        "text" => ("String", true),
        "character varying" | "character" | "citext" => ("String", false),
        "bytea" => ("Vec<u8>", true),
        "date" => ("NaiveDate", true),
        "time without time zone" => ("NaiveTime", true),
        "timestamp without time zone" => ("NaiveDateTime", true),
        "timestamp with time zone" => ("DateTime<Utc>", true),
        "time" if ty.ends_with("without time zone") => ("NaiveTime", false),
        "timestamp" if ty.ends_with("without time zone") => ("NaiveDateTime", false),
        "timestamp" => ("DateTime<Utc>", false),
        "uuid" => ("Uuid", true),
        "jsonb" => ("Json", true),
        "numeric" => ("Decimal", ty == "numeric"),
        _ => return None,
    })
}

/// By SQLite's own rules of affinity, and by the names that Diesel gives.
fn sqlite(ty: &str, collation: Option<&str>) -> Option<(&'static str, bool)> {
    let head = ty.split('(').next().unwrap_or(ty).trim();
    let has = |part: &str| ty.contains(part);
    Some(match head {
        "TEXT" if collation == Some("orm_decimal") => ("Decimal", true),
        "TEXT" => ("String", collation.is_none()),
        "INTEGER" => ("i64", ty == "INTEGER"),
        "BOOLEAN" => ("bool", true),
        "BOOL" => ("bool", false),
        "DOUBLE" => ("f64", true),
        "BLOB" => ("Vec<u8>", true),
        "DATE" => ("NaiveDate", true),
        "TIME" => ("NaiveTime", true),
        "TIMESTAMP" => ("NaiveDateTime", ty == "TIMESTAMP"),
        "DATETIME" => ("NaiveDateTime", false),
        "NUMERIC" | "DECIMAL" => ("Decimal", false),
        "JSON" => ("Json", false),
        _ if has("INT") => ("i64", false),
        _ if has("CHAR") || has("CLOB") || has("TEXT") => ("String", false),
        _ if has("REAL") || has("FLOA") || has("DOUB") => ("f64", false),
        _ => return None,
    })
}

fn mysql(ty: &str) -> Option<(&'static str, bool)> {
    let head = ty.split('(').next().unwrap_or(ty);
    Some(match head {
        "tinyint" if ty == "tinyint(1)" => ("bool", true),
        "tinyint" => ("i8", true),
        "smallint" => ("i16", true),
        "int" => ("i32", true),
        "mediumint" => ("i32", false),
        "bigint" => ("i64", true),
        "bigint unsigned" => ("u64", true),
        "float" => ("f32", ty == "float"),
        "double" => ("f64", ty == "double"),
        "decimal" if !ty.ends_with("unsigned") => ("Decimal", ty == "decimal(65,30)"),
        "longtext" => ("String", true),
        "varchar" | "char" | "text" | "tinytext" | "mediumtext" => ("String", false),
        "binary" if ty == "binary(16)" => ("Uuid", true),
        "longblob" => ("Vec<u8>", true),
        "blob" | "tinyblob" | "mediumblob" | "varbinary" | "binary" => ("Vec<u8>", false),
        "date" => ("NaiveDate", true),
        "time" => ("NaiveTime", ty == "time(6)"),
        "datetime" => ("NaiveDateTime", ty == "datetime(6)"),
        "timestamp" => ("NaiveDateTime", false),
        "json" => ("Json", true),
        _ => return None,
    })
}
