//! Types as databases say them.

use crate::backend::Database;

/// A type as the database says it, and the collation that its text names.
pub(crate) fn canonical_type(database: Database, text: &str) -> (String, Option<String>) {
    let text = squeeze(text);
    let (ty, collation) = match find_word(&text, "collate") {
        Some(at) => {
            let (ty, rest) = text.split_at(at);
            (
                ty.trim().to_owned(),
                Some(collation(&rest["collate".len()..])),
            )
        }
        None => (text, None),
    };
    let ty = match database {
        Database::Sqlite => outside_quotes(&ty, str::to_uppercase),
        Database::Postgres => postgres(&outside_quotes(&ty, str::to_lowercase)),
        Database::Mysql => mysql(&outside_quotes(&ty, str::to_lowercase)),
    };
    (ty, collation)
}

/// The collation behind COLLATE. Of two for two servers, in comments that each reads, the first.
fn collation(text: &str) -> String {
    let text = text.trim();
    if let Some(rest) = text.strip_prefix("/*M!") {
        let name = rest.trim_start_matches(|c: char| c.is_ascii_digit());
        return name
            .split("*/")
            .next()
            .unwrap_or_default()
            .trim()
            .to_owned();
    }
    match text.strip_prefix('"') {
        Some(quoted) => quoted.split('"').next().unwrap_or_default().to_owned(),
        None => text.split(' ').next().unwrap_or_default().to_owned(),
    }
}

/// One name for collations that are the same on two servers.
pub(crate) fn canonical_collation(database: Database, name: &str) -> String {
    match (database, name) {
        // MySQL has not MariaDB's.
        (Database::Mysql, "utf8mb4_0900_bin") => "utf8mb4_nopad_bin".to_owned(),
        (Database::Postgres, name) => name.to_owned(),
        (_, name) => name.to_lowercase(),
    }
}

fn postgres(text: &str) -> String {
    if let Some(item) = text.strip_suffix("[]") {
        return format!("{}[]", postgres(item));
    }
    if text.contains('"') {
        return without_needless_quotes(text);
    }
    let (name, arguments, rest) = parts(text);
    let name = match name {
        "varchar" => "character varying",
        "char" | "bpchar" | "nchar" if !arguments.is_empty() => "character",
        "char" | "nchar" => return "character(1)".to_owned(),
        "int" | "int4" | "serial" | "serial4" => "integer",
        "int8" | "bigserial" | "serial8" => "bigint",
        "int2" | "smallserial" | "serial2" => "smallint",
        "bool" => "boolean",
        "float8" | "float" => "double precision",
        "float4" => "real",
        "decimal" => "numeric",
        "varbit" => "bit varying",
        "timestamptz" => return format!("timestamp{arguments} with time zone"),
        "timetz" => return format!("time{arguments} with time zone"),
        "timestamp" | "time" if rest.is_empty() => {
            return format!("{name}{arguments} without time zone");
        }
        other => other,
    };
    // NUMERIC(10) has no digits after the point.
    let arguments = match (name, arguments) {
        ("numeric", some) if !some.is_empty() && !some.contains(',') => {
            format!("{},0)", some.trim_end_matches(')'))
        }
        (_, some) => some.to_owned(),
    };
    let gap = if rest.is_empty() { "" } else { " " };
    format!("{name}{arguments}{gap}{rest}")
}

/// A name of a type of one's own: PostgreSQL quotes what it must, we quote all.
fn without_needless_quotes(text: &str) -> String {
    let is_plain = |name: &str| {
        let mut chars = name.chars();
        chars
            .next()
            .is_some_and(|first| first.is_ascii_lowercase() || first == '_')
            && chars.all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
    };
    let mut spelled = String::new();
    let mut rest = text;
    while let Some(open) = rest.find('"') {
        spelled.push_str(&rest[..open]);
        let inside = &rest[open + 1..];
        // A quote inside of a name is doubled.
        let mut end = 0;
        while let Some(at) = inside[end..].find('"') {
            end += at;
            if !inside[end + 1..].starts_with('"') {
                break;
            }
            end += 2;
        }
        let (name, behind) = inside.split_at(end.min(inside.len()));
        if is_plain(name) {
            spelled.push_str(name);
        } else {
            spelled.push_str(&format!("\"{name}\""));
        }
        rest = behind.strip_prefix('"').unwrap_or(behind);
    }
    spelled + rest
}

fn mysql(text: &str) -> String {
    let text = match find_word(text, "character set").or_else(|| find_word(text, "charset")) {
        Some(at) => text[..at].trim(),
        None => text,
    };
    let (name, arguments, rest) = parts(text);
    let name = match name {
        "bool" | "boolean" => return "tinyint(1)".to_owned(),
        "integer" => "int",
        "numeric" | "dec" | "fixed" => "decimal",
        "double precision" | "real" => "double",
        "nvarchar" | "national varchar" | "character varying" | "char varying" => "varchar",
        "nchar" | "national char" | "character" => "char",
        other => other,
    };
    let arguments = match name {
        // A width of display, which newer servers leave out; a truth value is one digit wide.
        "tinyint" if arguments == "(1)" && rest.is_empty() => arguments.to_owned(),
        "tinyint" | "smallint" | "mediumint" | "int" | "bigint" | "year" => String::new(),
        "decimal" if arguments.is_empty() => "(10,0)".to_owned(),
        "decimal" if !arguments.contains(',') => format!("{},0)", arguments.trim_end_matches(')')),
        "char" | "binary" if arguments.is_empty() => "(1)".to_owned(),
        "datetime" | "timestamp" | "time" if arguments == "(0)" => String::new(),
        _ => arguments.to_owned(),
    };
    let gap = if rest.is_empty() { "" } else { " " };
    format!("{name}{arguments}{gap}{rest}")
}

/// Name, arguments in parentheses, and what stands behind: `int`, `(11)`, `unsigned`.
fn parts(text: &str) -> (&str, &str, &str) {
    if let Some(open) = text.find('(')
        && let Some(close) = text.rfind(')')
        && close > open
    {
        return (
            text[..open].trim(),
            &text[open..=close],
            text[close + 1..].trim(),
        );
    }
    for word in [" unsigned", " with time zone", " without time zone"] {
        if let Some(name) = text.strip_suffix(word) {
            return (name.trim(), "", word.trim());
        }
    }
    (text.trim(), "", "")
}

/// How many characters or bytes a type takes, where it says so.
pub(crate) fn length_of(database: Database, ty: &str) -> Option<u64> {
    let (name, arguments, _) = parts(ty);
    let of_characters = match database {
        Database::Postgres => ["character varying", "character"].contains(&name),
        Database::Mysql => ["varchar", "char", "varbinary", "binary"].contains(&name),
        // Any text goes into a VARCHAR(2) there.
        Database::Sqlite => false,
    };
    let digits = arguments.strip_prefix('(')?.strip_suffix(')')?;
    digits.parse().ok().filter(|_| of_characters)
}

/// Single blanks between words, none beside brackets and commas.
fn squeeze(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let text = words.join(" ");
    let mut out = String::with_capacity(text.len());
    let mut quote = None;
    for c in text.chars() {
        match quote {
            Some(open) if c == open => quote = None,
            None if matches!(c, '\'' | '"' | '`') => quote = Some(c),
            _ => {}
        }
        if quote.is_none() && matches!(c, '(' | ')' | ',') && out.ends_with(' ') {
            out.pop();
        }
        if c == ' ' && quote.is_none() && out.ends_with(['(', ',']) {
            continue;
        }
        out.push(c);
    }
    out
}

fn outside_quotes(text: &str, change: fn(&str) -> String) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(['\'', '"', '`']) {
        let quote = &rest[at..=at];
        out.push_str(&change(&rest[..at]));
        let inside = &rest[at + 1..];
        let end = inside.find(quote).map_or(rest.len(), |end| at + end + 2);
        out.push_str(&rest[at..end]);
        rest = &rest[end..];
    }
    out.push_str(&change(rest));
    out
}

/// Where a word stands in a text, whatever its case.
fn find_word(text: &str, word: &str) -> Option<usize> {
    let lower = text.to_ascii_lowercase();
    let at = lower.find(&format!(" {word} "))?;
    Some(at + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aliases_are_one_type() {
        let pg = |text| canonical_type(Database::Postgres, text);
        assert_eq!(
            pg("VARCHAR(80) COLLATE \"C\""),
            ("character varying(80)".into(), Some("C".into()))
        );
        assert_eq!(pg("TIMESTAMPTZ").0, "timestamp with time zone");
        assert_eq!(
            pg("timestamp without time zone").0,
            "timestamp without time zone"
        );
        assert_eq!(
            pg("timestamp(3) without time zone").0,
            "timestamp(3) without time zone"
        );
        assert_eq!(pg("NUMERIC( 10, 2 )").0, "numeric(10,2)");
        assert_eq!(pg("int[]").0, "integer[]");
        assert_eq!(pg("\"Mood\"").0, "\"Mood\"");
        let my = |text| canonical_type(Database::Mysql, text);
        assert_eq!(my("int(11)").0, "int");
        assert_eq!(my("bigint(20) unsigned").0, my("BIGINT UNSIGNED").0);
        assert_eq!(my("BOOLEAN").0, "tinyint(1)");
        assert_eq!(my("enum('A','b')").0, "enum('A','b')");
        let ours =
            my("LONGTEXT COLLATE /*M!100203 utf8mb4_nopad_bin *//*!80017 utf8mb4_0900_bin */");
        assert_eq!(ours, ("longtext".into(), Some("utf8mb4_nopad_bin".into())));
        assert_eq!(
            canonical_type(Database::Sqlite, "nvarchar(20)").0,
            "NVARCHAR(20)"
        );
        let decimal = canonical_type(Database::Sqlite, "TEXT COLLATE orm_decimal");
        assert_eq!(decimal, ("TEXT".into(), Some("orm_decimal".into())));
    }

    #[test]
    fn a_type_may_bound_a_length() {
        assert_eq!(
            length_of(Database::Postgres, "character varying(80)"),
            Some(80)
        );
        assert_eq!(length_of(Database::Postgres, "numeric(10,2)"), None);
        assert_eq!(length_of(Database::Sqlite, "VARCHAR(80)"), None);
    }
}
