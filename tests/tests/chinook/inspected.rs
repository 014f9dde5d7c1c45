//! Models written from the original databases: they compile without a warning, they are what the
//! database has, and they read every row.

use std::fmt::Write as _;
use std::path::Path;

use orm_core::codegen::render;
use orm_core::prelude::*;
use orm_core::snapshot::Snapshot;
use orm_tests::generated::Generated;

/// Rows of the original.
const ROWS: usize = 15_607;

/// Compiles the models of a snapshot, and runs a program that holds them against the database.
/// Gives the source, and the lines that the program printed.
fn proved(name: &str, connection: &str, url: &str, found: &Snapshot) -> (String, Vec<String>) {
    let source = render(found);
    let structs = source
        .lines()
        .filter_map(|line| line.strip_prefix("pub struct "));
    let models: Vec<&str> = structs.map(|line| line.trim_end_matches(" {")).collect();
    assert_eq!(models.len(), found.tables.len(), "{source}");
    let mut program = format!(
        "use generated::*;\n\
         use orm_core::backend::Dialect;\n\
         use orm_core::diesel::Connection;\n\
         use orm_core::prelude::*;\n\
         use orm_core::snapshot::{{Snapshot, drift}};\n\
         type Conn = {connection};\n\
         fn main() {{\n\
             let url = std::env::args().nth(1).expect(\"a URL\");\n\
             let engine = Engine::<Conn>::open(&url).expect(\"the database\");\n\
             let database = <<Conn as Connection>::Backend as Dialect>::DATABASE;\n\
             let found = engine.inspect().expect(\"its tables\");\n\
             for one in drift(&Snapshot::of(SCHEMA, database), &found) {{\n\
                 println!(\"{{}}: {{one}}\", if one.is_note() {{ \"note\" }} else {{ \"drift\" }});\n\
             }}\n\
             let mut session = engine.session().expect(\"a session\");\n\
             let mut rows = 0;\n"
    );
    for model in models {
        let _ = writeln!(
            program,
            "rows += {model}::query().load(&mut session).expect(\"rows\").len();"
        );
    }
    program.push_str("println!(\"rows: {rows}\");\n}\n");
    let mut features = vec!["sqlite", "bundled"];
    for (on, feature) in [
        (cfg!(feature = "postgres"), "postgres"),
        (cfg!(feature = "mysql"), "mysql"),
        (cfg!(feature = "async"), "async"),
    ] {
        features.extend(on.then_some(feature));
    }
    let dependencies = ["orm-core", "orm-shard"].map(|package| {
        let path = orm_tests::workspace_root().join(package);
        format!(
            "{package} = {{ path = '{}', default-features = false, features = {features:?} }}",
            path.display()
        )
    });
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent();
    let generated = Generated {
        name: &format!("chinook_{name}"),
        library: &format!("#![deny(warnings)]\n\n{source}"),
        program: &program,
        dependencies: &dependencies,
    };
    let printed = generated.run(target.expect("the target folder"), url);
    (source, printed.lines().map(str::to_owned).collect())
}

/// Nothing differs but what notes say; every row was read.
#[track_caller]
fn assert_proved(lines: &[String], notes: usize) {
    let (found, rest): (Vec<&String>, Vec<&String>) =
        lines.iter().partition(|line| line.starts_with("note: "));
    assert_eq!(rest, [&format!("rows: {ROWS}")], "{lines:#?}");
    assert_eq!(found.len(), notes, "{found:#?}");
}

/// Tables and columns.
fn size(found: &Snapshot) -> (usize, usize) {
    let columns = found.tables.iter().map(|table| table.columns.len());
    (found.tables.len(), columns.sum())
}

#[test]
fn models_of_the_sqlite_original_are_what_it_is() {
    let Some(url) = crate::original::published_in_sqlite() else {
        return;
    };
    let engine = Engine::<SqliteConnection>::open(&url).expect("the copy");
    let found = engine.inspect().expect("its tables");
    assert_eq!(size(&found), (11, 64));
    let (source, lines) = proved("sqlite", "SqliteConnection", &url, &found);
    assert_proved(&lines, 0);
    for part in [
        "#[model(table = \"Album\", has_many(tracks: Track))]\npub struct Album {",
        "    #[model(column = \"AlbumId\", generated)]\n    pub album_id: i64,",
        "    belongs_to(employee: Employee, on(reports_to)),\n",
        "    has_many(employees: Employee, via = employee::reports_to),\n",
    ] {
        assert!(source.contains(part), "{part}\nis not in\n{source}");
    }
}

#[cfg(feature = "postgres")]
#[test]
fn models_of_the_postgres_original_are_what_it_is() {
    let Some((_server, url)) = crate::original::published_in_postgres() else {
        return;
    };
    let engine = Engine::<PgConnection>::open(&url).expect("the server");
    let found = engine.inspect().expect("its tables");
    assert_eq!(size(&found), (11, 64));
    let (source, lines) = proved("postgres", "PgConnection", &url, &found);
    // Each text has the collation of the database.
    assert_proved(&lines, 34);
    for part in [
        "#[model(table = \"media_type\", has_many(tracks: Track))]",
        "    #[model(key)]\n    pub media_type_id: i32,",
        "    belongs_to(employee: Employee, on(reports_to)),\n",
        "    #[model(sql_type = \"NUMERIC(10,2)\")]\n    pub unit_price: Decimal,",
        "    #[model(length(..=160))]\n    pub title: String,",
    ] {
        assert!(source.contains(part), "{part}\nis not in\n{source}");
    }
}

#[cfg(feature = "mysql")]
#[test]
fn models_of_the_mariadb_original_are_what_it_is() {
    let Some((_server, url)) = crate::original::published_in_mariadb() else {
        return;
    };
    let engine = Engine::<MysqlConnection>::open(&url).expect("the server");
    let found = engine.inspect().expect("its tables");
    assert_eq!(size(&found), (11, 64));
    let (source, lines) = proved("mariadb", "MysqlConnection", &url, &found);
    // The name of each foreign key.
    assert_proved(&lines, 11);
    for part in [
        "#[model(table = \"Album\", has_many(tracks: Track))]\npub struct Album {",
        "    #[model(column = \"UnitPrice\", sql_type = \"DECIMAL(10,2)\")]\n    pub unit_price: Decimal,",
        "    #[model(column = \"Title\", length(..=160), sql_type = \"VARCHAR(160) COLLATE utf8mb3_general_ci\")]\n    pub title: String,",
    ] {
        assert!(source.contains(part), "{part}\nis not in\n{source}");
    }
}
