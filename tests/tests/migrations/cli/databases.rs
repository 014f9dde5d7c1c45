//! `db create`, `db drop`, `db reset`.

use orm_core::cli::Exit;

use super::models::old;
use super::{Desk, Kind, on_each_desk};

on_each_desk! {
    a_database_comes_and_goes,
    a_reset_begins_anew,
    a_drop_wants_a_yes,
    a_reset_looks_at_the_texts_first,
}

fn a_database_comes_and_goes(desk: &Desk) {
    let document = desk.json(old(), "db create");
    assert_eq!(document["created"], false);
    assert!(
        desk.run(old(), "db create")
            .well()
            .ends_with("` is there already\n")
    );
    let dropped = desk.json(old(), "db drop --yes");
    assert_eq!(dropped["dropped"], true);
    let shown = dropped["database"].as_str().expect("a URL");
    assert_eq!(
        shown.contains(":***@"),
        desk.kind != Kind::Sqlite,
        "{shown}"
    );
    assert!(
        desk.run(old(), "db drop")
            .well()
            .ends_with("` is not there\n")
    );
    let failed = desk.run(old(), "schema verify").failed(Exit::Failed);
    assert!(failed.starts_with("error: "), "{failed}");
    assert_eq!(desk.json(old(), "db create")["created"], true);
    assert_eq!(desk.run(old(), "schema verify").exit, Exit::Found);
}

fn a_reset_begins_anew(desk: &Desk) {
    // Nothing is dropped before it is known what is to be run.
    desk.sql("CREATE TABLE precious (id INTEGER)");
    let refused = desk.run(old(), "db reset --yes").failed(Exit::Failed);
    assert!(refused.contains("there is no folder"), "{refused}");
    assert!(desk.run(old(), "schema inspect").well().contains("recious"));

    desk.write_table("1", "apples");
    let document = desk.json(old(), "db reset --yes");
    assert_eq!(
        (&document["dropped"], &document["ran"][0]["version"]),
        (&true.into(), &"1".into())
    );
    let source = desk.run(old(), "schema inspect").well();
    assert!(
        source.contains("Apple") && !source.contains("recious"),
        "{source}"
    );
    desk.run(old(), "db drop --yes").well();
    let said = desk.run(old(), "db reset").well();
    assert!(
        said.starts_with("created ") && said.contains("\nrunning 1_apples ... "),
        "{said}"
    );
}

fn a_drop_wants_a_yes(desk: &Desk) {
    desk.write_table("1", "apples");
    for command in ["drop", "reset"] {
        let refused = desk
            .run(old(), &format!("db {command}"))
            .failed(Exit::Found);
        assert!(
            refused.starts_with("error: this would drop the database "),
            "{refused}"
        );
        assert!(
            refused.ends_with("help: say `--yes` if it may be done\n"),
            "{refused}"
        );
        let document = desk.run(old(), &format!("db {command} --json"));
        assert_eq!(document.json()["error"]["kind"], "not_confirmed");
        for answer in ["", "n\n", "yesterday\n"] {
            let declined = desk.answered(old(), &["db", command], Some(answer));
            assert_eq!(declined.exit, Exit::Found, "{declined:?}");
        }
    }
    assert_eq!(
        desk.json(old(), "db create")["created"],
        false,
        "it is still there"
    );
    let agreed = desk.answered(old(), &["db", "drop"], Some("Y\n"));
    assert_eq!(agreed.exit, Exit::Done, "{agreed:?}");
    assert_eq!(desk.json(old(), "db create")["created"], true);
}

fn a_reset_looks_at_the_texts_first(desk: &Desk) {
    desk.sql("CREATE TABLE precious (id INTEGER)");
    desk.write_table("1", "apples");
    desk.write("2_nothing", "-- to be written\n", "");
    let refused = desk.run(old(), "db reset --yes").failed(Exit::Found);
    assert!(
        refused.contains("`2_nothing` has no statement to run"),
        "{refused}"
    );
    assert!(desk.run(old(), "schema inspect").well().contains("recious"));
}

/// What is no database of the user's stays, whatever is said.
#[cfg(any(feature = "postgres", feature = "mysql"))]
#[track_caller]
fn assert_stays(mut desk: Desk, name: &str) {
    desk.write_table("1", "apples");
    let (server, _) = desk.url.rsplit_once('/').expect("a path");
    desk.url = format!("{server}/{name}");
    for command in ["db drop --yes", "db reset --yes"] {
        let refused = desk.run(old(), command).failed(Exit::Found);
        let expected = format!("error: the database `{name}` is the server's own\n");
        assert!(refused.starts_with(&expected), "{refused}");
    }
    desk.run(old(), "schema inspect").well();
}

#[cfg(feature = "postgres")]
#[test]
fn databases_of_postgres_itself_stay() {
    for name in ["postgres", "template1"] {
        let Some(desk) = Desk::postgres() else { return };
        assert_stays(desk, name);
    }
}

#[cfg(feature = "mysql")]
#[test]
fn databases_of_mariadb_itself_stay() {
    for name in ["information_schema", "performance_schema"] {
        let Some(desk) = Desk::mariadb() else { return };
        assert_stays(desk, name);
    }
}

/// The driver connects to the one, and the path names the other.
#[cfg(feature = "postgres")]
#[test]
fn a_url_with_two_names_is_refused() {
    let Some(mut desk) = Desk::postgres() else {
        return;
    };
    let (url, mark) = (
        desk.url.clone(),
        if desk.url.contains('?') { '&' } else { '?' },
    );
    for key in ["dbname", "db%6eame"] {
        desk.url = format!("{url}{mark}{key}=other");
        for command in ["db drop --yes", "db create", "db reset --yes"] {
            let refused = desk.run(old(), command).failed(Exit::Usage);
            assert!(refused.contains("names two databases"), "{refused}");
        }
    }
    desk.url = url;
    assert_eq!(desk.json(old(), "db create")["created"], false);
}

#[test]
fn only_files_of_sqlite_are_removed() {
    let desk = Desk::sqlite();
    desk.write_table("1", "apples");
    std::fs::write(&desk.url, "the thesis\n").expect("written");
    for command in ["db drop --yes", "db reset --yes"] {
        let refused = desk.run(old(), command).failed(Exit::Found);
        assert!(refused.contains("is no database of SQLite"), "{refused}");
    }
    let text = std::fs::read_to_string(&desk.url).expect("it is there");
    assert_eq!(text, "the thesis\n");
}

#[cfg(unix)]
#[test]
fn a_link_is_not_taken_for_its_file() {
    let desk = Desk::sqlite();
    desk.run(old(), "db create").well();
    let mut linked = Desk::sqlite();
    linked.write_table("1", "apples");
    std::os::unix::fs::symlink(&desk.url, &linked.url).expect("a link");
    for command in ["db drop --yes", "db reset --yes"] {
        let refused = linked.run(old(), command).failed(Exit::Found);
        assert!(refused.contains("is a link to `"), "{refused}");
    }
    linked.url.clone_from(&desk.url);
    linked.run(old(), "db drop --yes").well();
}

/// Parameters and escapes of `sqlite://` mean what they mean to Diesel's own tools.
#[test]
fn diesel_opens_the_file_of_a_url() {
    use orm_core::diesel::connection::{Connection, SimpleConnection};
    let mut desk = Desk::sqlite();
    let file = desk.folder.path().join("a b.db");
    desk.url = format!(
        "sqlite://{}?mode=rwc",
        desk.folder.path().join("a%20b.db").display()
    );
    desk.run(old(), "db create").well();
    assert!(file.exists());
    let mut diesel = orm_core::diesel::SqliteConnection::establish(&desk.url).expect("opened");
    diesel
        .batch_execute("CREATE TABLE pears (id INTEGER)")
        .expect("made");
    drop(diesel);
    assert!(desk.run(old(), "schema inspect").well().contains("pears"));
    desk.run(old(), "db drop --yes").well();
    assert!(!file.exists());
    desk.url = "sqlite://:memory:?cache=shared".to_owned();
    let refused = desk.run(old(), "db create").failed(Exit::Usage);
    assert!(refused.contains("in memory"), "{refused}");
}

#[test]
fn files_of_sqlite_go_together() {
    let desk = Desk::sqlite();
    let mut deep = Desk::sqlite();
    deep.url = desk
        .folder
        .path()
        .join("deep/er/a b.db")
        .display()
        .to_string();
    deep.run(old(), "db create").well();
    let file = std::path::PathBuf::from(&deep.url);
    for suffix in ["-wal", "-shm", "-journal"] {
        std::fs::write(format!("{}{suffix}", deep.url), "").expect("written");
    }
    deep.run(old(), "db drop --yes").well();
    let left = std::fs::read_dir(file.parent().expect("a folder")).expect("read");
    assert_eq!(left.count(), 0);
    deep.url = ":memory:".to_owned();
    let refused = deep.run(old(), "db create").failed(Exit::Usage);
    assert!(refused.contains("in memory"), "{refused}");
}

#[cfg(feature = "postgres")]
#[test]
fn a_database_in_use_is_said_to_be() {
    use orm_core::prelude::*;
    let Some(desk) = Desk::postgres() else { return };
    let engine = Engine::<PgConnection>::open(&desk.url).expect("opened");
    let session = engine.session().expect("a session");
    let refused = desk.run(old(), "db drop --yes").failed(Exit::Failed);
    assert!(
        refused.contains("being accessed") && refused.contains("help: end the programs"),
        "{refused}"
    );
    drop(session);
}

#[cfg(feature = "postgres")]
#[test]
fn a_url_without_a_name_is_refused() {
    let Some(mut desk) = Desk::postgres() else {
        return;
    };
    desk.url = desk.url.rsplit_once('/').expect("a path").0.to_owned();
    let refused = desk.run(old(), "db create").failed(Exit::Usage);
    assert!(refused.contains("names no database"), "{refused}");
}
