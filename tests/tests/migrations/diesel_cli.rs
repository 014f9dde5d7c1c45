//! Diesel's own command line on what we write: it runs and reverts our folders, and what it prints
//! of a schema is what we inspect.
//!
//! `tests/run` installs it; elsewhere it is looked for in `PATH`, or named in `ORM_TESTS_DIESEL`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use orm_core::backend::Database;
use orm_core::connection::DatabaseConnection;
use orm_core::diff::{Plan, diff};
use orm_core::migrate::{Migration, Migrations, Run};
use orm_core::prelude::*;
use orm_core::snapshot::{Snapshot, Table, drift};
use orm_tests::random::Random;

use super::change::changed;
use super::pairs::Inspects;
use super::spec::{Kind, Spec, schema, spec};

/// How many pairs of schemas a backend.
const PAIRS: u64 = 20;

fn program(database: Database) -> Option<PathBuf> {
    let named = std::env::var_os("ORM_TESTS_DIESEL").map(PathBuf::from);
    let program = named.unwrap_or_else(|| PathBuf::from("diesel"));
    let found = Command::new(&program).arg("--version").output();
    let said = found.map(|out| String::from_utf8_lossy(&out.stdout).into_owned());
    let backend = match database {
        Database::Sqlite => "sqlite",
        Database::Postgres => "postgres",
        _ => "mysql",
    };
    if said.is_ok_and(|said| said.contains(backend)) {
        return Some(program);
    }
    let why = format!("no `diesel` for {backend}: cargo install diesel_cli");
    orm_tests::lanes::not_run("diesel command line", &why);
    None
}

/// Diesel's command line, in a folder of migrations, at a database.
struct Diesel {
    program: PathBuf,
    folder: PathBuf,
    url: String,
}

impl Diesel {
    #[track_caller]
    fn ask(&self, arguments: &[&str]) -> String {
        let mut command = Command::new(&self.program);
        command.args(arguments).args(["--database-url", &self.url]);
        // It looks for a `diesel.toml` from where it stands upwards.
        let out = command
            .current_dir(&self.folder)
            .env_remove("DATABASE_URL")
            .output()
            .expect("diesel runs");
        let text = String::from_utf8_lossy(&out.stdout).into_owned();
        assert!(
            out.status.success(),
            "{arguments:?}: {text}{}",
            String::from_utf8_lossy(&out.stderr)
        );
        text
    }

    #[track_caller]
    fn migrate(&self, arguments: &[&str]) -> String {
        let folder = self.folder.join("migrations");
        let folder = folder.to_str().expect("a path of UTF-8");
        let mut all = vec!["migration", "--migration-dir", folder];
        all.extend(arguments);
        self.ask(&all)
    }
}

/// A table as `diesel::table!` has it: the key, and each column with its type.
#[derive(Debug, PartialEq, Eq)]
struct Printed {
    key: Vec<String>,
    columns: Vec<(String, String)>,
}

/// What `print-schema` prints, by the names in the database.
fn printed(text: &str) -> BTreeMap<String, Printed> {
    let mut tables = BTreeMap::new();
    let mut lines = text.lines().map(str::trim);
    while let Some(line) = lines.next() {
        if line != "diesel::table! {" {
            continue;
        }
        let (mut name, mut sql_name) = (String::new(), None);
        let mut key: Vec<String> = Vec::new();
        let mut columns: Vec<(String, String)> = Vec::new();
        // Names as they are in Rust, beside those of the database.
        let mut renamed = BTreeMap::new();
        for line in lines.by_ref() {
            if let Some(rest) = line.strip_prefix("#[sql_name = \"") {
                sql_name = rest.strip_suffix("\"]").map(str::to_owned);
            } else if let Some((table, rest)) = line.split_once(" (").filter(|_| name.is_empty()) {
                name = sql_name.take().unwrap_or_else(|| table.to_owned());
                let columns = rest.trim_end_matches(") {").split(", ");
                key = columns.map(str::to_owned).collect();
            } else if let Some((column, ty)) = line.split_once(" -> ") {
                let sql = sql_name.take().unwrap_or_else(|| column.to_owned());
                renamed.insert(column.to_owned(), sql.clone());
                columns.push((sql, ty.trim_end_matches(',').to_owned()));
            } else if line == "}" && !columns.is_empty() {
                break;
            }
        }
        let key = key.into_iter().map(|one| renamed[&one].clone()).collect();
        tables.insert(name, Printed { key, columns });
    }
    tables
}

fn inspected(database: Database, table: &Table) -> Printed {
    let key = table.primary_key.as_ref().expect("a key");
    let columns = table.columns.iter().map(|column| {
        let ty = diesel_type(database, &column.ty);
        let ty = match column.nullable {
            true => format!("Nullable<{ty}>"),
            false => ty,
        };
        (column.name.clone(), ty)
    });
    Printed {
        key: key.columns.clone(),
        columns: columns.collect(),
    }
}

/// What Diesel calls a type of the database.
fn diesel_type(database: Database, ty: &str) -> String {
    let bare = ty.split('(').next().unwrap_or(ty);
    let known = match (database, bare) {
        (_, "date" | "DATE") => "Date",
        (Database::Postgres, "bigint") => "Int8",
        (Database::Postgres, "integer") => "Int4",
        (Database::Postgres, "smallint") => "Int2",
        (Database::Postgres, "boolean") => "Bool",
        (Database::Postgres, "double precision") => "Float8",
        (Database::Postgres, "character varying") => "Varchar",
        (Database::Postgres, "timestamp without time zone") => "Timestamp",
        (Database::Postgres, "timestamp with time zone") => "Timestamptz",
        (Database::Mysql, "tinyint") => "Bool",
        (Database::Mysql, "int") => "Integer",
        // MariaDB's word for a text that is checked.
        (Database::Mysql, "json") => "Longtext",
        (Database::Sqlite, "BIGINT") => "BigInt",
        (Database::Sqlite, "BLOB") => "Binary",
        (Database::Sqlite, "BOOLEAN") => "Bool",
        (Database::Sqlite, "SMALLINT") => "SmallInt",
        (Database::Sqlite, "VARCHAR") => "Text",
        // Its own name, in the way of Rust; an enum of the user's too.
        (_, other) => {
            let words = other.trim_matches('"').split('_');
            return words.map(capital).collect();
        }
    };
    known.to_owned()
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters.flat_map(char::to_lowercase)).collect()
}

/// A plan as folders, as many as it has parts.
fn write(plan: &Plan, version: &mut u64, folder: &Path) -> usize {
    let parts = plan.parts();
    for part in &parts {
        *version += 1;
        let migration = Migration::of_plan(&version.to_string(), "part", part);
        migration.write(folder).expect("written");
    }
    parts.len()
}

/// Diesel's command line knows no collation of ours, which is what decimals have on SQLite.
fn without_decimals(spec: &mut Spec) {
    for table in spec {
        for column in &mut table.columns {
            if column.kind == Kind::Decimal {
                column.kind = Kind::F64;
            }
        }
    }
}

#[track_caller]
fn assert_is(wanted: &Snapshot, found: &Snapshot) {
    let differences: Vec<String> = drift(wanted, found)
        .iter()
        .filter(|one| !one.is_note() && !one.is_extra_table())
        .map(ToString::to_string)
        .collect();
    assert!(differences.is_empty(), "{differences:#?}");
}

fn pair<C: DatabaseConnection>(seed: u64, database: Database, url: &str)
where
    Session<C>: Inspects,
{
    let Some(program) = program(database) else {
        return;
    };
    let place = tempfile::tempdir().expect("a temporary folder");
    let folder = place.path().join("migrations");
    std::fs::create_dir(&folder).expect("a folder");
    let diesel = Diesel {
        program,
        folder: place.path().to_owned(),
        url: url.to_owned(),
    };
    let engine = Engine::<C>::open(url).expect("an engine");
    let mut session = engine.session().expect("a session");
    let mut random = Random(seed);
    let mut before = spec(&mut random);
    let mut after = changed(&mut random, &before);
    if database == Database::Sqlite {
        without_decimals(&mut before);
        without_decimals(&mut after);
    }
    let one = Snapshot::of(schema(&before), database);
    let two = Snapshot::of(schema(&after), database);

    let mut version = 20_261_121_120_000;
    write(
        &diff(&Snapshot::empty(database), &one, &[]),
        &mut version,
        &folder,
    );
    diesel.migrate(&["run"]);
    let first = session.found();
    assert_is(&one, &first);
    assert_prints(&diesel, &first);

    let mut plan = diff(&first, &two, &[]);
    plan.fill_neutrally();
    let parts = write(&plan, &mut version, &folder);
    diesel.migrate(&["run"]);
    let second = session.found();
    assert_is(&two, &second);
    assert_prints(&diesel, &second);
    let left = diesel.migrate(&["list"]);
    assert!(left.contains("[X]") && !left.contains("[ ]"), "{left}");

    if parts > 0 {
        diesel.migrate(&["revert", "-n", &parts.to_string()]);
        assert_is(&first, &session.found());
        // What it reverted is ours to run, and what we ran it reverts.
        let migrations = Migrations::read(&folder).expect("the folder");
        let ran = engine.migrate(&migrations, &Run::default());
        assert_eq!(ran.expect("they run").len(), parts);
        assert_is(&two, &session.found());
    }
    diesel.migrate(&["revert", "--all"]);
    let left = session.found();
    assert!(left.tables.is_empty() && left.enums.is_empty(), "{left:#?}");
}

/// Tables, keys, columns and types, as Diesel prints them and as we found them.
#[track_caller]
fn assert_prints(diesel: &Diesel, found: &Snapshot) {
    let text = diesel.ask(&["print-schema"]);
    let theirs = printed(&text);
    let tables = found.tables.iter();
    let ours: BTreeMap<_, _> = tables
        .map(|table| (table.name.name.clone(), inspected(found.database, table)))
        .collect();
    assert_eq!(ours, theirs, "{text}");
}

#[test]
fn the_command_line_of_diesel_on_sqlite() {
    for seed in 1..=PAIRS {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join("diesel.db");
        pair::<SqliteConnection>(seed, Database::Sqlite, &file.display().to_string());
    }
}

#[cfg(feature = "postgres")]
#[test]
fn the_command_line_of_diesel_on_postgres() {
    let Some(server) = orm_tests::shared_postgres() else {
        return;
    };
    for seed in 1..=PAIRS {
        let url = server.fresh_database("diesel");
        pair::<PgConnection>(seed, Database::Postgres, &url);
    }
}

#[cfg(feature = "mysql")]
#[test]
fn the_command_line_of_diesel_on_mariadb() {
    let Some(server) = orm_tests::shared_mariadb() else {
        return;
    };
    for seed in 1..=PAIRS {
        let url = server.fresh_database("diesel");
        pair::<MysqlConnection>(seed, Database::Mysql, &url);
    }
}
