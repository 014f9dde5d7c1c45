//! A value of the key on its way: written by the database, kept in the note, bound again.
//!
//! Nothing of it depends on the type of the field, nor on a setting of the session.

use bigdecimal::BigDecimal;

use crate::backend::Database;
use crate::value::{Kind, Value};

/// How the values of a column are written and bound.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Coding {
    /// SQLite: a letter for the storage class, then the value.
    Stored,
    /// PostgreSQL: a text that is cast to the type of the column.
    Cast { ty: String, as_text: bool },
    /// MariaDB: a whole number.
    Whole,
    /// MariaDB: an exact decimal.
    Decimal,
    /// MariaDB: a float, as double.
    Float,
    /// MariaDB: the bytes of a text, as UTF-8.
    Text,
    /// MariaDB: bytes.
    Bytes,
    /// MariaDB: a text that is cast to a type of time.
    Time(&'static str),
    /// MariaDB: a text that the column's own type reads.
    Read,
}

impl Coding {
    pub(super) fn on_postgres(ty: String, kind: Kind) -> Self {
        let as_text = matches!(kind, Kind::Array(_) | Kind::Json);
        Coding::Cast { ty, as_text }
    }

    /// `None` of a type that sorts otherwise than it is compared with a bound value.
    pub(super) fn on_mysql(ty: &str) -> Option<Self> {
        Some(match ty {
            "tinyint" | "smallint" | "mediumint" | "int" | "bigint" | "year" => Coding::Whole,
            "decimal" => Coding::Decimal,
            "float" | "double" => Coding::Float,
            "char" | "varchar" | "tinytext" | "text" | "mediumtext" | "longtext" => Coding::Text,
            "binary" | "varbinary" | "tinyblob" | "blob" | "mediumblob" | "longblob" => {
                Coding::Bytes
            }
            "date" => Coding::Time("DATE"),
            "time" => Coding::Time("TIME(6)"),
            "datetime" | "timestamp" => Coding::Time("DATETIME(6)"),
            "uuid" | "inet4" | "inet6" => Coding::Read,
            _ => return None,
        })
    }

    /// The expression by which the database writes a column, as a text.
    pub(super) fn written(&self, column: &str) -> String {
        match self {
            Coding::Stored => format!(
                "CASE typeof({column}) WHEN 'integer' THEN 'i' || {column} \
                 WHEN 'real' THEN 'r' || printf('%!.17g', {column}) \
                 WHEN 'text' THEN 't' || hex({column}) WHEN 'blob' THEN 'b' || hex({column}) END"
            ),
            Coding::Cast { as_text: true, .. } => format!("{column}::text"),
            Coding::Cast { .. } => format!("to_jsonb({column}) #>> '{{}}'"),
            Coding::Whole | Coding::Decimal | Coding::Time(_) | Coding::Read => {
                format!("CAST({column} AS CHAR)")
            }
            Coding::Float => format!("CAST({column} + 0e0 AS CHAR)"),
            Coding::Text => format!("HEX(CONVERT({column} USING utf8mb4))"),
            Coding::Bytes => format!("HEX({column})"),
        }
    }

    /// What stands before and behind the bound value.
    pub(super) fn around(&self) -> (String, String) {
        match self {
            Coding::Cast { ty, .. } => ("CAST(".to_owned(), format!(" AS {ty})")),
            Coding::Time(ty) => ("CAST(".to_owned(), format!(" AS {ty})")),
            _ => (String::new(), String::new()),
        }
    }

    /// The value to be bound; `None` if the text is none that [`written`](Self::written) gives.
    pub(super) fn value(&self, text: &str) -> Option<Value> {
        match self {
            Coding::Stored => {
                let (class, rest) = text.split_at_checked(1)?;
                match class {
                    "i" => rest.parse().ok().map(Value::I64),
                    "r" => float(rest).map(Value::F64),
                    "t" => String::from_utf8(bytes(rest)?).ok().map(Value::Text),
                    "b" => bytes(rest).map(Value::Binary),
                    _ => None,
                }
            }
            Coding::Cast { .. } | Coding::Time(_) | Coding::Read => {
                Some(Value::Text(text.to_owned()))
            }
            Coding::Whole => {
                let signed = text.parse().ok().map(Value::I64);
                signed.or_else(|| text.parse().ok().map(Value::U64))
            }
            Coding::Decimal => {
                let number: BigDecimal = text.parse().ok()?;
                Some(Value::Decimal(Box::new(number)))
            }
            Coding::Float => float(text).map(Value::F64),
            Coding::Text => String::from_utf8(bytes(text)?).ok().map(Value::Text),
            Coding::Bytes => bytes(text).map(Value::Binary),
        }
    }
}

fn float(text: &str) -> Option<f64> {
    text.parse().ok().filter(|number: &f64| number.is_finite())
}

fn bytes(hex: &str) -> Option<Vec<u8>> {
    let is_hex = hex.bytes().all(|byte| byte.is_ascii_hexdigit());
    if !hex.len().is_multiple_of(2) || !is_hex {
        return None;
    }
    let pair = |at: usize| u8::from_str_radix(&hex[at..at + 2], 16).ok();
    (0..hex.len()).step_by(2).map(pair).collect()
}

/// A row of texts, as the database writes it.
pub(super) fn json_row(database: Database, values: &[String]) -> String {
    let values = values.join(", ");
    match database {
        Database::Sqlite => format!("json_array({values})"),
        Database::Postgres => format!("json_build_array({values})::text"),
        Database::Mysql => format!("JSON_ARRAY({values})"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_come_back_as_what_they_were() {
        let stored = |text| Coding::Stored.value(text);
        assert_eq!(stored("i-9223372036854775808"), Some(Value::I64(i64::MIN)));
        assert_eq!(stored("r0.10000000000000001"), Some(Value::F64(0.1)));
        assert_eq!(stored("tC3A400"), Some(Value::Text("ä\0".into())));
        assert_eq!(stored("bFF"), Some(Value::Binary(vec![255])));
        assert_eq!(stored("tFF"), None); // no UTF-8
        assert_eq!(stored("bF"), None);
        assert_eq!(stored("b+F"), None);
        assert_eq!(stored(""), None);
        let whole = |text| Coding::Whole.value(text);
        assert_eq!(whole("18446744073709551615"), Some(Value::U64(u64::MAX)));
        assert_eq!(whole("-1"), Some(Value::I64(-1)));
        assert_eq!(whole("1 OR 1"), None);
        assert_eq!(Coding::on_mysql("enum"), None);
    }
}
