//! Pictures of schemas: that they can be read, and say what the schema is.

#[path = "diagram/picture.rs"]
mod picture;

use orm_core::diagram::{mermaid, svg};
use orm_core::diesel::connection::SimpleConnection;
use orm_core::prelude::*;
use orm_core::snapshot::Snapshot;
use orm_tests::random::Random;

use picture::Picture;

/// The schema that some statements make on SQLite.
fn made(sql: &str) -> Snapshot {
    let engine = Engine::<SqliteConnection>::open(":memory:").expect("an engine");
    let mut session = engine.session().expect("a session");
    session.batch_execute(sql).expect(sql);
    session.inspect().expect("a snapshot")
}

/// What holds of every picture.
#[track_caller]
fn check(snapshot: &Snapshot) -> Picture {
    let text = svg(snapshot);
    assert_eq!(text, svg(snapshot), "the same each time");
    let picture = Picture::read(&text);
    picture.has_all_of(snapshot);
    picture.boxes_stand_apart();
    picture.lines_end_at_their_rows(snapshot);
    picture.no_line_runs_through_a_box();
    picture.no_line_runs_upon_another(snapshot);
    let text = mermaid(snapshot);
    for table in &snapshot.tables {
        let tables = text.lines().filter(|line| line.starts_with("    \""));
        let name = picture::mermaid_name(&table.name.to_string());
        let begin = format!("    \"{name}\"");
        assert!(
            tables.clone().any(|line| line.starts_with(&begin)),
            "{text}"
        );
    }
    let keys: usize = snapshot
        .tables
        .iter()
        .map(|table| table.foreign_keys.len())
        .sum();
    let lines = text.lines().filter(|line| line.contains("--o"));
    assert_eq!(lines.count(), keys, "{text}");
    picture
}

#[test]
fn nothing_and_one_table_have_a_picture() {
    check(&made("SELECT 1"));
    check(&made(
        "CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT)",
    ));
}

#[test]
fn a_chain_a_star_and_a_circle_can_be_read() {
    let chain: String = (0..9)
        .map(|nth| {
            let before = nth - 1;
            let key = match nth {
                0 => String::new(),
                _ => format!(", before_id INTEGER NOT NULL REFERENCES step_{before} (id)"),
            };
            format!("CREATE TABLE step_{nth} (id INTEGER PRIMARY KEY{key});")
        })
        .collect();
    check(&made(&chain));

    let star: String = (0..40)
        .map(|nth| {
            let must = if nth % 3 == 0 { "" } else { "NOT NULL" };
            format!("CREATE TABLE ray_{nth} (id INTEGER PRIMARY KEY, name TEXT, sun_id INTEGER {must} REFERENCES sun (id));")
        })
        .collect();
    let picture = check(&made(&format!(
        "CREATE TABLE sun (id INTEGER PRIMARY KEY);{star}"
    )));
    // Neither a tower nor a wall.
    let shape = picture.width / picture.height;
    assert!((0.4..3.5).contains(&shape), "{shape}");

    check(&made(
        "CREATE TABLE employees (id INTEGER PRIMARY KEY, boss_id INTEGER REFERENCES employees (id),
             mentor_id INTEGER REFERENCES employees (id),
             department_id INTEGER NOT NULL REFERENCES departments (id));
         CREATE TABLE departments (id INTEGER PRIMARY KEY,
             head_id INTEGER UNIQUE REFERENCES employees (id),
             company_id INTEGER NOT NULL REFERENCES companies (id));
         CREATE TABLE companies (id INTEGER PRIMARY KEY,
             owner_id INTEGER REFERENCES employees (id),
             home_id INTEGER NOT NULL REFERENCES addresses (id),
             bill_id INTEGER NOT NULL REFERENCES addresses (id));
         CREATE TABLE addresses (id INTEGER PRIMARY KEY);",
    ));
}

#[test]
fn keys_of_several_columns_touch_all_their_rows() {
    let picture = check(&made(
        "CREATE TABLE lines (order_id INTEGER NOT NULL, nr INTEGER NOT NULL,
             PRIMARY KEY (order_id, nr));
         CREATE TABLE parcels (id INTEGER PRIMARY KEY, order_id INTEGER NOT NULL, note TEXT,
             line_nr INTEGER NOT NULL,
             FOREIGN KEY (order_id, line_nr) REFERENCES lines (order_id, nr));",
    ));
    let joins: Vec<usize> = picture.joins.iter().map(|ends| ends.len()).collect();
    assert_eq!(joins, [2, 2]);
    let rows = |table: usize, columns: &[&str]| -> Vec<f64> {
        let middles = columns.iter().map(|name| picture.boxes[table].middle(name));
        middles.collect()
    };
    assert_eq!(picture.joins[0], rows(1, &["order_id", "line_nr"]));
    assert_eq!(picture.joins[1], rows(0, &["order_id", "nr"]));
}

#[test]
fn how_many_rows_there_may_be_stands_at_the_ends() {
    let snapshot = made(
        "CREATE TABLE people (id INTEGER PRIMARY KEY);
         CREATE TABLE a (id INTEGER PRIMARY KEY, person_id INTEGER NOT NULL REFERENCES people (id));
         CREATE TABLE b (id INTEGER PRIMARY KEY, person_id INTEGER REFERENCES people (id));
         CREATE TABLE c (person_id INTEGER NOT NULL PRIMARY KEY REFERENCES people (id));
         CREATE TABLE d (id INTEGER PRIMARY KEY, person_id INTEGER UNIQUE REFERENCES people (id));
         CREATE TABLE e (id INTEGER PRIMARY KEY, person_id INTEGER NOT NULL REFERENCES people (id));
         CREATE UNIQUE INDEX e_some ON e (person_id) WHERE id > 5;
         CREATE TABLE f (person_id INTEGER NOT NULL REFERENCES people (id), nr INTEGER NOT NULL,
             PRIMARY KEY (person_id, nr));",
    );
    let text = mermaid(&snapshot);
    for (table, ends) in [
        ("a", "||--o{"),
        ("b", "|o--o{"),
        ("c", "||--o|"),
        ("d", "|o--o|"),
        ("e", "||--o{"), // unique among some rows only
        ("f", "||--o{"), // unique with another column only
    ] {
        let line = format!("    \"people\" {ends} \"{table}\" : \"person_id\"\n");
        assert!(text.contains(&line), "{line}{text}");
    }
    // Two bars or a bar and a ring at the parent, a ring and a foot or a bar at the child.
    let rings = |table: &str| {
        let title = format!("{table}.person_id → people.id");
        let line = check(&snapshot)
            .lines
            .into_iter()
            .find(|line| line.title == title);
        line.expect("its line").rings
    };
    assert_eq!(["a", "b", "c", "d"].map(rings), [1, 2, 1, 2]);
}

#[test]
fn any_name_can_be_drawn() {
    let name = "a table whose name is so long that nobody would write it twice, or would they";
    let snapshot = made(&format!(
        "CREATE TABLE \"{name}\" (id INTEGER PRIMARY KEY, \"a<b> & 'c'\" TEXT, \"50% \\ #quot;\" TEXT);
         CREATE TABLE \"顧客マスタ\" (\"名前\" TEXT, pk TEXT, \"1st\" \"a type, (of 2) words\",
             parent_id INTEGER REFERENCES \"{name}\" (id));
         CREATE TABLE \"]]> \"\"end\"\"\" (id INTEGER PRIMARY KEY);
         CREATE VIEW \"select\" AS SELECT 1 AS one;"
    ));
    check(&snapshot);
    let text = mermaid(&snapshot);
    for line in [
        "        TEXT a_b_____c_ \"a<b> & 'c'; NULL\"\n",
        "        TEXT _50_____quot_ \"50％ ＼ ＃quot;; NULL\"\n",
        "        TEXT _pk \"pk; NULL\"\n",
        "    \"select\"[\"select (view)\"]\n",
        "    \"]]> ＂end＂\" {\n",
    ] {
        assert!(text.contains(line), "{line}{text}");
    }
}

#[test]
fn a_parent_that_was_not_asked_for_is_elsewhere() {
    let mut snapshot = made(
        "CREATE TABLE people (id INTEGER PRIMARY KEY);
         CREATE TABLE notes (id INTEGER PRIMARY KEY, person_id INTEGER REFERENCES people (id));",
    );
    snapshot.tables.retain(|table| table.name.name == "notes");
    let picture = Picture::read(&svg(&snapshot));
    assert_eq!(picture.boxes[1].class, "table elsewhere");
    picture.no_line_runs_through_a_box();
    assert!(mermaid(&snapshot).contains("    \"people\"[\"people (elsewhere)\"]\n"));
}

/// A schema of so many tables, most of which refer to tables near them.
fn random_schema(random: &mut Random, count: usize) -> Snapshot {
    let mut sql = String::new();
    for table in 0..count {
        let mut columns = vec!["id INTEGER PRIMARY KEY".to_owned()];
        for key in 0..random.below(4) {
            let parent = match random.below(10) {
                0 => table,
                1 => random.below(count),
                2..4 => random.below(table + 1),
                _ => table.saturating_sub(1 + random.below(8)),
            };
            let must = ["", "NOT NULL", "UNIQUE"][random.below(3)];
            columns.push(format!(
                "key_{key} INTEGER {must} REFERENCES t{parent} (id)"
            ));
        }
        for plain in 0..random.below(9) {
            let name = "long_".repeat(random.below(4));
            columns.push(format!("{name}column_{plain} VARCHAR(80)"));
        }
        sql.push_str(&format!(
            "CREATE TABLE t{table} ({});\n",
            columns.join(", ")
        ));
    }
    made(&sql)
}

#[test]
fn random_schemas_can_be_read() {
    let mut random = Random(20_261_121);
    for count in [3, 7, 12, 20, 20, 35, 60, 120] {
        check(&random_schema(&mut random, count));
    }
}

#[test]
fn the_real_chinook_can_be_read() {
    let Some(folder) = orm_tests::data::chinook() else {
        return;
    };
    let file = folder.join("chinook.sqlite").display().to_string();
    let engine = Engine::<SqliteConnection>::open(&format!("file:{file}?mode=ro&immutable=1"));
    let snapshot = engine.expect("an engine").inspect().expect("a snapshot");
    assert_eq!(check(&snapshot).boxes.len(), 11);
}

/// A music shop, as a server has it.
#[cfg(any(feature = "postgres", feature = "mysql"))]
const SHOP: &str = "
    CREATE TABLE artists (id int PRIMARY KEY, name varchar(120) NOT NULL UNIQUE);
    CREATE TABLE albums (id int PRIMARY KEY, title varchar(160) NOT NULL, artist_id int NOT NULL,
        FOREIGN KEY (artist_id) REFERENCES artists (id) ON DELETE CASCADE);
    CREATE TABLE tracks (id int PRIMARY KEY, album_id int, price decimal(10, 2) NOT NULL,
        FOREIGN KEY (album_id) REFERENCES albums (id) ON DELETE SET NULL);
    CREATE TABLE employees (id int PRIMARY KEY, boss_id int,
        FOREIGN KEY (boss_id) REFERENCES employees (id));
    CREATE TABLE playlists (id int, owner_id int NOT NULL, PRIMARY KEY (id, owner_id),
        FOREIGN KEY (owner_id) REFERENCES employees (id));
    CREATE TABLE entries (playlist_id int NOT NULL, owner_id int NOT NULL, track_id int NOT NULL,
        PRIMARY KEY (playlist_id, owner_id, track_id),
        FOREIGN KEY (playlist_id, owner_id) REFERENCES playlists (id, owner_id),
        FOREIGN KEY (track_id) REFERENCES tracks (id));
    CREATE VIEW cheap AS SELECT id FROM tracks WHERE price < 1;";

#[cfg(feature = "postgres")]
#[test]
fn a_schema_of_postgres_can_be_read() {
    let Some(server) = orm_tests::shared_postgres() else {
        return;
    };
    let engine =
        Engine::<PgConnection>::open(&server.fresh_database("diagram")).expect("an engine");
    let mut session = engine.session().expect("a session");
    session.batch_execute(SHOP).expect("the shop");
    let more = "CREATE TYPE mood AS ENUM ('glad', 'sad');
        ALTER TABLE artists ADD mood mood, ADD seen timestamp(3) with time zone, ADD tags text[];
        COMMENT ON TABLE artists IS 'who <plays> & \"sings\"';
        COMMENT ON COLUMN artists.seen IS 'on \"stage\"';
        CREATE MATERIALIZED VIEW many AS SELECT 1 AS one;
        CREATE SCHEMA sales; CREATE TABLE sales.fans (id int PRIMARY KEY,
            artist_id int NOT NULL REFERENCES artists (id));";
    session.batch_execute(more).expect("more of it");
    let scope = orm_core::inspect::Scope::default().schemas(["public", "sales"]);
    let snapshot = session.inspect_in(&scope).expect("a snapshot");
    let picture = check(&snapshot);
    let texts = picture.texts.join("\n");
    assert!(texts.contains("timestamptz(3)?"), "{texts}");
    assert!(
        texts.contains("sales.fans") && texts.contains("materialized view"),
        "{texts}"
    );
    let text = mermaid(&snapshot);
    assert!(
        text.contains("    \"artists\" ||--o{ \"sales.fans\" : \"artist_id\"\n"),
        "{text}"
    );
    assert!(
        text.contains("timestamp(3)_with_time_zone seen \"NULL; on ＂stage＂\"\n"),
        "{text}"
    );
}

#[cfg(feature = "mysql")]
#[test]
fn a_schema_of_mariadb_can_be_read() {
    let Some(server) = orm_tests::shared_mariadb() else {
        return;
    };
    let url = server.fresh_database("diagram");
    let engine = Engine::<MysqlConnection>::open(&url).expect("an engine");
    let mut session = engine.session().expect("a session");
    session.batch_execute(SHOP).expect("the shop");
    let more =
        "ALTER TABLE artists ADD mood enum('glad, and proud of it', 'sad', 'neither of the two')";
    session.batch_execute(more).expect("more of it");
    let picture = check(&session.inspect().expect("a snapshot"));
    assert!(
        picture.texts.iter().any(|text| text.ends_with("…?")),
        "{:?}",
        picture.texts
    );
}
