//! Along keys of many types, in the order of the database.

use orm_core::backend::Database;
use orm_core::backfill::{Backfill, Ending};
use orm_core::prelude::*;

use super::{Base, Place};

on_each_database! {
    texts_of_any_collation,
    keys_of_several_columns,
    keys_of_other_types,
    tables_of_other_schemas_and_odd_names,
}

const TOUCH: &str = "touched = touched + 1";

/// The type of the key is that of the table, not that of the field.
#[derive(Model)]
#[model(table = "things")]
struct Thing {
    #[model(key)]
    k: String,
    touched: i64,
}

/// Letters of which collations think differently, blanks at ends, and what has to be quoted.
const WORDS: [&str; 30] = [
    "",
    " ",
    "a",
    "A",
    "a ",
    "ab",
    "aB",
    "AB",
    "ä",
    "Ä",
    "ae",
    "az",
    "b",
    "ß",
    "ss",
    "SS",
    "e",
    "é",
    "E",
    "É",
    "e\u{301}",
    "z",
    "Z",
    "ø",
    "o",
    "日本",
    "日",
    "🙂",
    "O'Neil \"x\"",
    "a\\b%_?$1",
];

/// A table whose key is of this type, of these values as SQL; those that are alike in it once.
#[track_caller]
fn walked<C: Base>(place: &Place<C>, ty: &str, values: &[String]) {
    let (insert, unless) = match place.database() {
        Database::Mysql => ("INSERT IGNORE", ""),
        _ => ("INSERT", " ON CONFLICT DO NOTHING"),
    };
    place.sql("DROP TABLE IF EXISTS things");
    place.sql(&format!(
        "CREATE TABLE things (k {ty} NOT NULL PRIMARY KEY, touched BIGINT NOT NULL DEFAULT 0)"
    ));
    for value in values {
        place.sql(&format!(
            "{insert} INTO things (k) VALUES ({value}){unless}"
        ));
    }
    let (_, count) = place.touched("things");
    assert!(count > 1, "{ty}");
    for chunk in [1, 3] {
        place.sql("UPDATE things SET touched = 0");
        place.engine.reset_backfill("things").expect("reset");
        let filled = Backfill::update::<Thing>("things", TOUCH).chunk(chunk);
        // Each chunk in a call of its own: the cursor is that of the note.
        let part = filled.clone().at_most(chunk);
        while place.engine.backfill(&part, |_| {}).expect(ty).ending == Ending::Limit {}
        assert_eq!(
            place.touched("things"),
            (count, 0),
            "{ty}, {chunk} at a time"
        );
    }
}

fn quoted(texts: &[&str]) -> Vec<String> {
    let quote = |text: &&str| format!("'{}'", text.replace('\'', "''"));
    texts.iter().map(quote).collect()
}

fn texts_of_any_collation<C: Base>(place: &Place<C>) {
    let mut words = quoted(&WORDS);
    match place.database() {
        Database::Sqlite => {
            words.push("CAST(X'6100C3A4' AS TEXT)".to_owned()); // a NUL within
            for collation in ["BINARY", "NOCASE", "RTRIM"] {
                walked(place, &format!("TEXT COLLATE {collation}"), &words);
            }
        }
        Database::Postgres => {
            place.sql(
                "CREATE COLLATION whatever_case (provider = icu, locale = 'und-u-ks-level2', \
                 deterministic = false)",
            );
            for collation in ["C", "default", "und-x-icu", "de-x-icu", "whatever_case"] {
                walked(place, &format!("TEXT COLLATE \"{collation}\""), &words);
            }
            walked(place, "VARCHAR(40)", &words);
            walked(place, "CHAR(20)", &words);
        }
        _ => {
            let words = words.iter().map(|word| word.replace('\\', "\\\\"));
            let words: Vec<_> = words.collect();
            for collation in [
                "utf8mb4_nopad_bin",
                "utf8mb4_bin",
                "utf8mb4_general_ci",
                "utf8mb4_unicode_ci",
                "utf8mb4_german2_ci",
            ] {
                let ty = format!("VARCHAR(100) CHARACTER SET utf8mb4 COLLATE {collation}");
                walked(place, &ty, &words);
            }
            walked(place, "CHAR(20) CHARACTER SET utf8mb4", &words);
            let latin = ["a", "A", "ä", "z", "Z", "ö", "ß", "s", "ÿ", "é"];
            walked(place, "VARCHAR(20) CHARACTER SET latin1", &quoted(&latin));
        }
    }
}

fn keys_of_other_types<C: Base>(place: &Place<C>) {
    let list = |values: &[&str]| {
        values
            .iter()
            .map(|one| (*one).to_owned())
            .collect::<Vec<_>>()
    };
    let hex: Vec<_> = (0..20_u32)
        .map(|_| Uuid::new_v4().simple().to_string())
        .collect();
    let bytes = list(&["''", "X'00'", "X'0000'", "X'FF'", "X'C3A4'", "X'61'"]);
    let days = quoted(&[
        "2026-11-21",
        "1582-10-15",
        "0044-03-15",
        "9999-12-31",
        "2026-11-20",
    ]);
    let times = quoted(&[
        "2026-11-21 00:00:00",
        "2026-11-21 00:00:00.000001",
        "2026-11-21 00:00:00.999999",
        "2026-10-25 02:30:00",
        "1969-12-31 23:59:59.5",
    ]);
    let whole = list(&[
        "-9223372036854775808",
        "-1",
        "0",
        "1",
        "9223372036854775807",
    ]);
    let floats = list(&[
        "0.1e0 + 0.2e0",
        "0.3e0",
        "1e300",
        "-1e-300",
        "0",
        "1e0 / 3",
        "-0.1e0",
    ]);
    let exact = list(&[
        "0.1",
        "0.3",
        "-12345678901234567890.123456789",
        "1.10",
        "99",
    ]);
    match place.database() {
        Database::Sqlite => {
            let uuid: Vec<_> = hex.iter().map(|hex| format!("X'{hex}'")).collect();
            walked(place, "BLOB", &uuid);
            walked(place, "BLOB", &bytes);
            walked(place, "INTEGER", &whole);
            walked(place, "REAL", &floats);
            walked(place, "TEXT", &days);
            // Each value with a storage class of its own.
            let each = [&whole[..], &floats, &days, &bytes, &quoted(&["1", "0.1"])].concat();
            walked(place, "BLOB", &each);
            walked(place, "NUMERIC", &each);
        }
        Database::Postgres => {
            let texts = |list: &[String]| list.iter().map(|hex| format!("'{hex}'")).collect();
            walked(place, "UUID", &Vec::from_iter::<Vec<String>>(texts(&hex)));
            let raw = quoted(&["", "\\x00", "\\x0000", "\\xff", "\\xc3a4", "\\x61"]);
            walked(place, "BYTEA", &raw);
            walked(place, "BIGINT", &whole);
            walked(
                place,
                "DOUBLE PRECISION",
                &[&floats[..], &quoted(&["NaN"])].concat(),
            );
            walked(
                place,
                "REAL",
                &list(&["0.1", "0.3", "1e30", "16777216", "0.33333333"]),
            );
            walked(place, "NUMERIC", &[&exact[..], &quoted(&["NaN"])].concat());
            walked(
                place,
                "DATE",
                &[&days[..], &quoted(&["infinity", "0044-03-15 BC"])].concat(),
            );
            walked(
                place,
                "TIMESTAMP",
                &[&times[..], &quoted(&["-infinity"])].concat(),
            );
            // The hour that comes twice, and offsets.
            let zoned = quoted(&["2026-10-25 02:30:00+02", "2026-10-25 02:30:00+01"]);
            walked(place, "TIMESTAMPTZ", &[&times[..], &zoned].concat());
            walked(
                place,
                "TIME",
                &quoted(&["00:00", "23:59:59.999999", "24:00"]),
            );
            walked(place, "BOOLEAN", &list(&["true", "false"]));
            place.sql("CREATE TYPE \"Mood\" AS ENUM ('sad', 'ok', 'Happy', 'ärgerlich')");
            let moods = quoted(&["Happy", "sad", "ärgerlich", "ok"]);
            walked(place, "\"Mood\"", &moods);
            place.sql("CREATE SCHEMA elsewhere");
            place.sql("CREATE DOMAIN elsewhere.code AS VARCHAR(3) CHECK (VALUE <> 'x')");
            walked(place, "elsewhere.code", &quoted(&["a", "B", "ä", "zzz"]));
        }
        _ => {
            let uuid: Vec<_> = hex.iter().map(|hex| format!("UNHEX('{hex}')")).collect();
            walked(place, "BINARY(16)", &uuid);
            let text: Vec<_> = hex.iter().map(|hex| format!("'{hex}'")).collect();
            walked(place, "UUID", &text);
            walked(
                place,
                "INET6",
                &quoted(&["::1", "fe80::1", "10.0.0.1", "ff::"]),
            );
            walked(place, "VARBINARY(10)", &bytes);
            walked(place, "BIGINT", &whole);
            let large = list(&["0", "9223372036854775808", "18446744073709551615", "7"]);
            walked(place, "BIGINT UNSIGNED", &large);
            walked(place, "TINYINT", &list(&["-128", "0", "127"]));
            walked(place, "DOUBLE", &floats);
            walked(
                place,
                "FLOAT",
                &list(&["0.1", "0.3", "1e30", "16777216", "0.33333333"]),
            );
            walked(place, "DECIMAL(40, 9)", &exact);
            walked(place, "DATE", &days);
            walked(place, "DATETIME(6)", &times);
            walked(
                place,
                "DATETIME",
                &quoted(&["2026-11-21 00:00:00", "2026-11-21 00:00:01"]),
            );
            // The hour that comes twice in some zones.
            let stamps = quoted(&["2026-10-25 00:30:00.5", "2026-10-25 01:30:00", "1970-01-02"]);
            walked(place, "TIMESTAMP(6)", &stamps);
            walked(
                place,
                "TIME(6)",
                &quoted(&["-838:59:59", "00:00:00.000001", "838:59:59"]),
            );
        }
    }
}

#[derive(Model)]
#[model(table = "bits", key(region, nr, day))]
struct Bit {
    region: String,
    nr: i32,
    day: NaiveDate,
    touched: i64,
}

fn keys_of_several_columns<C: Base>(place: &Place<C>) {
    let collation = match place.database() {
        Database::Sqlite => "COLLATE NOCASE",
        Database::Postgres => "COLLATE \"und-x-icu\"",
        _ => "CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci",
    };
    place.sql(&format!(
        "CREATE TABLE bits (region VARCHAR(20) {collation} NOT NULL, nr INTEGER NOT NULL, \
         day DATE NOT NULL, touched BIGINT NOT NULL DEFAULT 0, PRIMARY KEY (region, nr, day))"
    ));
    let mut rows = Vec::new();
    for region in ["", "a", "ö", "b", "ß", "Z", "日本"] {
        for nr in [-1, 0, 1, 10, 2] {
            for day in ["2026-11-21", "2026-01-01", "1999-12-31"] {
                rows.push(format!("('{region}', {nr}, '{day}')"));
            }
        }
    }
    place.sql(&format!(
        "INSERT INTO bits (region, nr, day) VALUES {}",
        rows.join(", ")
    ));
    let all = rows.len() as u64;
    for chunk in [1, 4, 1_000] {
        place.sql("UPDATE bits SET touched = 0");
        place.engine.reset_backfill("bits").expect("reset");
        let filled = Backfill::update::<Bit>("bits", TOUCH).chunk(chunk);
        let done = place.engine.backfill(&filled, |_| {}).expect("filled");
        assert_eq!((done.walked, done.changed), (all, all));
        assert_eq!(place.touched("bits"), (all, 0));
    }
    assert_eq!(
        place.engine.backfills().expect("listed")[0].target,
        "bits (region, nr, day)"
    );
}

#[derive(Model)]
#[model(table = "group \"by`", schema = "backfill other")]
struct Odd {
    #[model(key, column = "order \"`by")]
    id: i32,
    touched: i64,
}

fn tables_of_other_schemas_and_odd_names<C: Base>(place: &Place<C>) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut session = place.session();
    let (quote, schema) = match place.database() {
        Database::Sqlite => {
            let file = folder.path().join("other.db").display().to_string();
            ('"', format!("ATTACH '{file}' AS \"backfill other\""))
        }
        Database::Postgres => ('"', "CREATE SCHEMA \"backfill other\"".to_owned()),
        _ => ('`', "CREATE DATABASE `backfill other`".to_owned()),
    };
    let name = |name: &str| {
        let inner = name.replace(quote, &format!("{quote}{quote}"));
        format!("{quote}{inner}{quote}")
    };
    let table = format!("{}.{}", name("backfill other"), name("group \"by`"));
    let key = name("order \"`by");
    let mut sql = |text: &str| session.connection().batch_execute(text).expect("run");
    sql(&schema);
    sql(&format!(
        "CREATE TABLE {table} ({key} INTEGER NOT NULL PRIMARY KEY, touched BIGINT NOT NULL)"
    ));
    sql(&format!(
        "INSERT INTO {table} VALUES (1, 0), (2, 0), (5, 0), (3, 0)"
    ));
    let filled = Backfill::update::<Odd>("odd", TOUCH).chunk(3);
    let done = session.backfill(&filled, |_| {}).expect("filled");
    assert_eq!((done.walked, done.changed), (4, 4));
    let left = format!("SELECT 'left' FROM {table} WHERE touched <> 1");
    assert_eq!(C::texts(&mut session, &left), Vec::<String>::new());
    if place.database() == Database::Mysql {
        place.sql("DROP DATABASE `backfill other`");
    }
}
