//! Columns and indexes of MariaDB and MySQL.
//!
//! A text that is a key, unique or a foreign key must have a length there, and
//! an index takes 3,072 bytes: so a column's type depends on its table.

use super::index::{is_tree, missing};
use super::{constraint_name, quote_identifier};
use crate::backend::Database;
use crate::error::{Error, ErrorKind, Result};
use crate::metadata::{
    ColumnMeta, GeneratedKey, IndexMeta, ReferentialAction, SortOrder, TableMeta,
};
use crate::value::Kind;

/// Compares texts by code point and pads nothing, as the other databases do.
pub(crate) const COLLATION: &str =
    "COLLATE /*M!100203 utf8mb4_nopad_bin *//*!80017 utf8mb4_0900_bin */";

/// Characters of a comment.
pub(crate) const COMMENT_CHARS: usize = 1_024;
/// Bytes of one index.
const INDEX_BYTES: usize = 3_072;
/// Characters, or bytes, of a key column that has no length of its own.
const KEY_LENGTH: usize = 255;
/// Characters that an index takes from the start of a long text.
const PREFIX: usize = 191;
/// Bytes of the VARCHAR and VARBINARY columns of a row, of the 65,535 that a
/// row may have: the rest is left to all others.
const ROW_BYTES: usize = 60_000;

/// The type that a column is declared with.
pub(super) fn column_type(table: &TableMeta, column: &ColumnMeta) -> String {
    let name = match column.kind {
        Kind::Bool => "BOOLEAN",
        Kind::I8 => "TINYINT",
        Kind::U8 | Kind::I16 => "SMALLINT",
        Kind::U16 | Kind::I32 => "INT",
        Kind::U32 | Kind::I64 => "BIGINT",
        Kind::U64 => "BIGINT UNSIGNED",
        Kind::F32 => "FLOAT",
        Kind::F64 => "DOUBLE",
        Kind::Text | Kind::Enum => {
            return match length(table, column) {
                Some(length) => format!("VARCHAR({length}) {COLLATION}"),
                None => format!("LONGTEXT {COLLATION}"),
            };
        }
        Kind::Binary => {
            return match length(table, column) {
                Some(length) => format!("VARBINARY({length})"),
                None => "LONGBLOB".to_owned(),
            };
        }
        Kind::Date => "DATE",
        Kind::Time => "TIME(6)",
        Kind::Timestamp | Kind::TimestampTz => "DATETIME(6)",
        Kind::Uuid => "BINARY(16)",
        // There are no arrays: a table that has one is refused.
        Kind::Json | Kind::Array(_) => "JSON",
        Kind::Decimal => "DECIMAL(65,30)",
    };
    name.to_owned()
}

/// The characters or bytes that a text or blob has room for; `None` if it is long.
pub(super) fn length(table: &TableMeta, column: &ColumnMeta) -> Option<usize> {
    if let Some(length) = key_length(table, column, 8) {
        return Some(length);
    }
    let fits = |column: &ColumnMeta| {
        let most = column.max_length().or_else(|| column.variants?.room())?;
        (most <= INDEX_BYTES / width(column.kind)).then_some(most.max(1))
    };
    let row: usize = table
        .columns
        .iter()
        .filter_map(|column| Some(fits(column)? * width(column.kind)))
        .sum();
    fits(column).filter(|_| row <= ROW_BYTES)
}

/// The length of a column that is a key, unique or a foreign key; that of the
/// parent's key for the latter, over so many generations.
fn key_length(table: &TableMeta, column: &ColumnMeta, generations: usize) -> Option<usize> {
    let position = table.columns.iter().position(|c| c.name == column.name)?;
    let foreign = table.foreign_keys.iter().find_map(|key| {
        let nth = key.columns.iter().position(|column| *column == position)?;
        Some(((key.parent)(), nth))
    });
    if let (Some((parent, nth)), None) = (foreign, column.max_length())
        && generations > 0
        && let Some(referred) = parent.key.get(nth)
    {
        return key_length(parent, &parent.columns[*referred], generations - 1);
    }
    let uniques = table.indexes.iter().filter(|index| index.unique);
    let shares = uniques
        .filter_map(IndexMeta::columns)
        .chain([table.key.to_vec()])
        .filter(|columns| columns.contains(&position))
        .map(|columns| share(table, &columns) / width(column.kind));
    let share = shares.min().or(foreign.map(|_| KEY_LENGTH))?;
    Some(column.max_length().unwrap_or(share.min(KEY_LENGTH)).max(1))
}

/// The bytes of an index that each text or blob in it may take.
fn share(table: &TableMeta, columns: &[usize]) -> usize {
    let (texts, others): (Vec<_>, Vec<_>) = columns
        .iter()
        .map(|index| &table.columns[*index])
        .partition(|column| is_long(column.kind));
    let fixed: usize = others
        .iter()
        .map(|column: &&ColumnMeta| bytes(column.kind))
        .sum();
    INDEX_BYTES.saturating_sub(fixed) / texts.len().max(1)
}

/// The indexes that are no constraints, and the one that a counted column needs
/// that does not lead the key.
pub(super) fn indexes(table: &TableMeta) -> Result<Vec<String>> {
    let quoted = |name: &str| quote_identifier(Database::Mysql, name);
    let counted = table.columns.iter().enumerate().filter(|(index, column)| {
        column.generated == Some(GeneratedKey::Database)
            && column.kind.is_integer()
            && table.key.first() != Some(index)
    });
    let counted = counted.map(|(_, column)| Ok(format!("INDEX ({})", quoted(column.name))));
    let declared = table.indexes.iter().filter(|index| !index.is_constraint());
    let declared = declared.filter_map(|index| index_line(table, index).transpose());
    counted.chain(declared).collect()
}

/// An index as a line of its table; `None` where only speed is lost without it:
/// there are no indexes of expressions, of some rows, or over a JSON document.
pub(crate) fn index_line(table: &TableMeta, index: &IndexMeta) -> Result<Option<String>> {
    let Some(columns) = index.columns() else {
        return missing(Database::Mysql, index, "the expression of");
    };
    let json = columns
        .iter()
        .any(|column| table.columns[*column].kind == Kind::Json);
    if json || !is_tree(index) {
        return missing(Database::Mysql, index, "a column of");
    }
    if index.unique && index.filter.is_some() {
        return missing(Database::Mysql, index, "the WHERE of");
    }
    let unique = if index.unique { "UNIQUE " } else { "" };
    let name = constraint_name(Database::Mysql, index.name);
    Ok(Some(format!(
        "{unique}INDEX {} ({})",
        quote_identifier(Database::Mysql, &name),
        index_columns(table, index, &columns)?,
    )))
}

/// The columns of an index, with a prefix where a text is long or the index
/// would be. A prefix would make a unique of another meaning: that is refused.
fn index_columns(table: &TableMeta, index: &IndexMeta, columns: &[usize]) -> Result<String> {
    let names = columns
        .iter()
        .zip(index.parts)
        .zip(prefixes(table, columns));
    let names = names.map(|((position, part), prefix)| {
        let column = &table.columns[*position];
        let name = quote_identifier(Database::Mysql, column.name);
        let order = match part.order {
            SortOrder::Ascending => "",
            SortOrder::Descending => " DESC",
        };
        let Some(prefix) = prefix else {
            return Ok(format!("{name}{order}"));
        };
        if index.unique {
            let message = format!(
                "the unique `{}` has room for {prefix} characters of `{}` on {}, and would find longer texts equal that begin alike: give the field a shorter length",
                index.name,
                column.field,
                Database::Mysql.title(),
            );
            return Err(Error::new(ErrorKind::Unsupported, message));
        }
        Ok(format!("{name}({prefix}){order}"))
    });
    Ok(names.collect::<Result<Vec<_>>>()?.join(", "))
}

/// How much of each column an index over some takes, where it is not all.
pub(crate) fn prefixes(table: &TableMeta, columns: &[usize]) -> Vec<Option<usize>> {
    let share = share(table, columns);
    let prefix = |position: &usize| {
        let column = &table.columns[*position];
        let most = share / width(column.kind);
        let declared = column.sql_type.as_ref();
        let length = match declared.and_then(|text| text.on(Database::Mysql)) {
            Some(declared) if is_short(declared) => return None,
            Some(declared) => declared_length(declared),
            None => length(table, column),
        };
        match length {
            _ if !is_long(column.kind) => None,
            Some(length) => (length > most).then_some(most),
            None => Some(most.min(PREFIX)),
        }
    };
    columns.iter().map(prefix).collect()
}

/// Whether a type that the user wrote is neither a text nor a blob: an ENUM, a number.
fn is_short(declared: &str) -> bool {
    let name = declared.trim().to_lowercase();
    !["char", "text", "binary", "blob"]
        .iter()
        .any(|long| name.contains(long))
        || name.starts_with("enum")
        || name.starts_with("set")
}

/// The length that a type which the user wrote has room for: 2 of `CHAR(2)`.
fn declared_length(declared: &str) -> Option<usize> {
    let (name, rest) = declared.split_once('(')?;
    let name = name.trim().to_lowercase();
    let (digits, _) = rest.split_once(')')?;
    let length = digits.trim().parse().ok()?;
    (name.ends_with("char") || name.ends_with("binary") || name.ends_with("varying"))
        .then_some(length)
}

/// A comment, which takes 1,024 characters and no other literal than a quoted text:
/// where a backslash escapes nothing, two stand for one.
pub(crate) fn comment(text: &str) -> String {
    let cut: String = text.chars().take(COMMENT_CHARS).collect();
    format!("'{}'", cut.replace('\\', "\\\\").replace('\'', "''"))
}

fn is_long(kind: Kind) -> bool {
    matches!(kind, Kind::Text | Kind::Enum | Kind::Binary | Kind::Json)
}

/// The most bytes of a character; blobs count in bytes.
fn width(kind: Kind) -> usize {
    if kind == Kind::Binary { 1 } else { 4 }
}

/// The bytes of a column of fixed size in an index, NULL's included.
fn bytes(kind: Kind) -> usize {
    match kind {
        Kind::Uuid => 17,
        Kind::Decimal => 31,
        _ => 9,
    }
}

/// Whether a CHECK may name the column: none that is counted up, and none that
/// a foreign key changes.
pub(crate) fn takes_checks(table: &TableMeta, column: &ColumnMeta) -> bool {
    let changes = |action: ReferentialAction| {
        !matches!(
            action,
            ReferentialAction::NoAction | ReferentialAction::Restrict
        )
    };
    column.generated != Some(GeneratedKey::Database)
        && !table.foreign_keys.iter().any(|key| {
            let deleted = changes(key.on_delete) && key.on_delete != ReferentialAction::Cascade;
            key.columns
                .iter()
                .any(|position| table.columns[*position].name == column.name)
                && (deleted || changes(key.on_update))
        })
}
