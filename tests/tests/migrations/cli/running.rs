//! `migrate run`, `revert`, `redo`, `status`, `history`, `settle`, `new`.

use std::fs;

use orm_core::cli::{Cli, Exit};
use orm_core::diesel::connection::SimpleConnection;
use orm_core::migrate::Code;
use orm_core::prelude::*;
use serde_json::Value;

use super::models::old;
use super::{Desk, on_each_desk};

on_each_desk! {
    runs_stop_at_a_version,
    reverts_go_as_far_as_they_are_told,
    a_dry_run_only_lists,
    the_last_is_done_again,
    what_failed_is_told_and_settled,
    a_run_is_refused_unless_it_is_allowed,
    what_is_typed_wrongly_is_said,
    an_empty_one_is_to_be_filled,
    a_folder_is_written_whole,
    another_runner_is_waited_for,
}

fn three(desk: &Desk) {
    for (version, table) in [("1", "apples"), ("2", "pears"), ("3", "plums")] {
        desk.write_table(version, table);
    }
}

fn versions(list: &Value) -> Vec<&str> {
    let list = list.as_array().expect("a list");
    list.iter()
        .map(|one| one["version"].as_str().expect("a text"))
        .collect()
}

fn runs_stop_at_a_version(desk: &Desk) {
    three(desk);
    let ran = desk.json(old(), "migrate run --to 2_pears");
    assert_eq!(versions(&ran["ran"]), ["1", "2"]);
    assert_eq!(ran["ran"][1]["name"], "pears");
    assert!(ran["ran"][1]["seconds"].as_f64().expect("a time") >= 0.0);
    desk.assert_states(&[("1", "done"), ("2", "done"), ("3", "pending")]);
    let status = desk.run(old(), "migrate status").well();
    let lines: Vec<&str> = status.lines().collect();
    assert!(lines[0].starts_with("done     1_apples  20"), "{status}");
    assert_eq!(lines[2], "pending  3_plums");
    let document = desk.json(old(), "migrate status");
    assert_eq!(document["pending"], 1);
    assert_eq!(document["migrations"][2]["at"], Value::Null);
    assert!(
        document["database"]
            .as_str()
            .expect("a text")
            .contains("cli")
            || desk.url.contains("shop.db")
    );
    let refused = desk.run(old(), "migrate run --to 7").failed(Exit::Found);
    assert!(
        refused.contains("`7` is not among the migrations"),
        "{refused}"
    );
    assert_eq!(
        desk.run(old(), "migrate run --to 1").well(),
        "nothing to run\n"
    );
    let ran = desk.run(old(), "migrate run").well();
    assert!(
        ran.starts_with("running 3_plums ... ") && ran.ends_with("s\n"),
        "{ran}"
    );
    let history = desk.json(old(), "migrate history");
    assert_eq!(versions(&history["history"]), ["1", "2", "3"]);
    let history = desk.run(old(), "migrate history").well();
    assert!(
        history.starts_with("20") && history.contains("  2_pears\n"),
        "{history}"
    );
}

fn reverts_go_as_far_as_they_are_told(desk: &Desk) {
    three(desk);
    assert_eq!(
        desk.run(old(), "migrate revert").well(),
        "nothing to revert\n"
    );
    desk.run(old(), "migrate run").well();
    assert_eq!(
        versions(&desk.json(old(), "migrate revert")["reverted"]),
        ["3"]
    );
    desk.run(old(), "migrate run").well();
    assert_eq!(
        versions(&desk.json(old(), "migrate revert 2")["reverted"]),
        ["3", "2"]
    );
    desk.run(old(), "migrate run").well();
    assert_eq!(
        versions(&desk.json(old(), "migrate revert --to 1")["reverted"]),
        ["3", "2"]
    );
    let refused = desk.run(old(), "migrate revert --to 3").failed(Exit::Found);
    assert!(refused.contains("`3` was not run"), "{refused}");

    // All of them: with a yes only.
    desk.run(old(), "migrate run").well();
    let refused = desk.run(old(), "migrate revert --all").failed(Exit::Found);
    assert!(
        refused.contains("revert all migrations") && refused.contains("--yes"),
        "{refused}"
    );
    desk.assert_states(&[("1", "done"), ("2", "done"), ("3", "done")]);
    let words = ["migrate", "revert", "--all"];
    let declined = desk.answered(old(), &words, Some("\n"));
    assert_eq!(declined.exit, Exit::Found);
    assert!(declined.err.contains("Go on? [y/N] ") && declined.err.contains("nothing was done"));
    desk.assert_states(&[("1", "done"), ("2", "done"), ("3", "done")]);
    let agreed = desk.answered(old(), &words, Some("y\n"));
    assert_eq!(agreed.exit, Exit::Done, "{agreed:?}");
    assert_eq!(agreed.out.lines().count(), 3);
    desk.assert_states(&[("1", "pending"), ("2", "pending"), ("3", "pending")]);
}

fn a_dry_run_only_lists(desk: &Desk) {
    three(desk);
    let said = desk.run(old(), "migrate run --dry-run --to 2").well();
    assert_eq!(said, "would run 1_apples\nwould run 2_pears\n");
    let document = desk.json(old(), "migrate run --dry-run");
    assert_eq!(versions(&document["would_run"]), ["1", "2", "3"]);
    assert!(
        document["would_run"][0]["up"]
            .as_str()
            .expect("SQL")
            .starts_with("CREATE TABLE")
    );
    desk.assert_states(&[("1", "pending"), ("2", "pending"), ("3", "pending")]);
}

fn the_last_is_done_again(desk: &Desk) {
    three(desk);
    assert_eq!(desk.run(old(), "migrate redo").well(), "nothing to redo\n");
    desk.run(old(), "migrate run --to 2").well();
    let said = desk.run(old(), "migrate redo").well();
    let words: Vec<&str> = said
        .lines()
        .filter_map(|line| line.split(" ...").next())
        .collect();
    assert_eq!(words, ["reverting 2_pears", "running 2_pears"]);
    assert_eq!(desk.json(old(), "migrate redo")["redone"]["version"], "2");
}

fn what_failed_is_told_and_settled(desk: &Desk) {
    three(desk);
    desk.write(
        "4_bad",
        "CREATE TABLE bad (id INTEGER); INSERT INTO nowhere VALUES (1);",
        "",
    );
    fs::write(
        desk.migrations().join("4_bad/metadata.toml"),
        "run_in_transaction = false\n",
    )
    .expect("written");
    let said = desk.run(old(), "migrate run");
    assert_eq!(said.exit, Exit::Failed, "{said:?}");
    assert!(said.out.ends_with("running 4_bad ... failed\n"), "{said:?}");
    assert!(
        said.err.contains("`4_bad` failed: ") && said.err.contains("nowhere"),
        "{said:?}"
    );
    desk.assert_states(&[
        ("1", "done"),
        ("2", "done"),
        ("3", "done"),
        ("4", "unfinished"),
    ]);

    let refused = desk.run(old(), "migrate run").failed(Exit::Found);
    assert!(
        refused.contains("migrate settle VERSION --done"),
        "{refused}"
    );
    let document = desk.run(old(), "migrate run --json").json();
    assert_eq!(document["error"]["kind"], "migration_unfinished");
    let refused = desk.run(old(), "migrate generate x").failed(Exit::Found);
    assert!(refused.contains("4_bad"), "{refused}");
    assert_eq!(desk.run(old(), "migrate settle 4").exit, Exit::Usage);
    assert_eq!(
        desk.run(old(), "migrate settle 4 --undone").well(),
        "4 counts as undone\n"
    );
    desk.assert_states(&[
        ("1", "done"),
        ("2", "done"),
        ("3", "done"),
        ("4", "pending"),
    ]);
    assert_eq!(
        desk.json(old(), "migrate settle 4_bad --done")["settled"],
        "done"
    );
    desk.assert_states(&[("1", "done"), ("2", "done"), ("3", "done"), ("4", "done")]);
    let refused = desk
        .run(old(), "migrate settle 9 --done")
        .failed(Exit::Found);
    assert!(
        refused.contains("`9` is not among the migrations"),
        "{refused}"
    );
}

fn a_run_is_refused_unless_it_is_allowed(desk: &Desk) {
    three(desk);
    desk.run(old(), "migrate run").well();
    desk.write_table("4", "figs");
    // An edit, a folder that is gone, and one that comes late.
    desk.write("1_apples", "SELECT 1;\n", "DROP TABLE apples;\n");
    let refused = desk.run(old(), "migrate run").failed(Exit::Found);
    assert!(refused.contains("`1_apples` was changed") && refused.contains("--allow-changed"));
    fs::remove_dir_all(desk.migrations().join("2_pears")).expect("removed");
    let refused = desk
        .run(old(), "migrate run --allow-changed")
        .failed(Exit::Found);
    assert!(refused.contains("`2_pears` was run") && refused.contains("--allow-missing"));
    desk.write_table("21", "late");
    let allowed = "migrate --allow-changed run --allow-missing";
    let refused = desk.run(old(), allowed).failed(Exit::Found);
    assert!(refused.contains("--allow-out-of-order"), "{refused}");
    let states = [("1", "changed"), ("2", "missing"), ("21", "out_of_order")];
    desk.assert_states(&[&states[..], &[("3", "done"), ("4", "pending")]].concat());
    let status = desk.run(old(), "migrate status").well();
    assert!(status.contains("\nout of order  21_late\n"), "{status}");
    let history = desk.run(old(), "migrate history").well();
    assert!(history.contains("  1_apples  changed since\n"), "{history}");
    assert!(history.contains("  2_pears   has no file\n"), "{history}");
    let ran = desk.json(old(), &format!("{allowed} --allow-out-of-order"));
    assert_eq!(versions(&ran["ran"]), ["21", "4"]);
}

fn what_is_typed_wrongly_is_said(desk: &Desk) {
    for (words, expected) in [
        ("migrat", "migrate"),
        ("migrate run 7", "unexpected argument '7'"),
        ("migrate revert --all --to 1", "cannot be used with"),
        ("migrate revert x", "invalid digit"),
        ("schema show --backend oracle", "possible values"),
        ("", "Usage: "),
    ] {
        let said = desk.run(old(), words);
        assert_eq!((said.exit, said.out.as_str()), (Exit::Usage, ""), "{words}");
        assert!(said.err.contains(expected), "{words}: {}", said.err);
    }
    let said = desk.run(old(), "migrate run 7 --json");
    assert_eq!(said.json()["error"]["kind"], "usage");
    // A URL at a wrong place is shown without its password.
    let said = desk.run(
        old(),
        &format!("migrate run postgres://ann:{}@db/app", super::PASSWORD),
    );
    assert!(said.err.contains("postgres://ann:***@db/app"), "{said:?}");
    let help = desk.run(old(), "migrate --help").well();
    assert!(
        help.contains("generate") && help.contains("--lock-timeout"),
        "{help}"
    );

    let missing = desk.run(old(), "migrate run").failed(Exit::Failed);
    assert!(
        missing.starts_with("error: there is no folder `"),
        "{missing}"
    );
    let document = desk.run(old(), "migrate run --json");
    assert_eq!(document.json()["error"]["kind"], "no_such_folder");
    let wrong = desk
        .run(old(), "migrate run --database-url oracle://db")
        .exit;
    assert_eq!(wrong, Exit::Usage);
}

fn an_empty_one_is_to_be_filled(desk: &Desk) {
    desk.write_table("29990101000000", "apples");
    let made = desk.json(old(), "migrate new by_hand");
    assert_eq!(
        made["version"], "29990101000001",
        "newer than any that is there"
    );
    let folder = desk.migrations().join("2999-01-01-000001_by_hand");
    assert_eq!(made["path"], folder.display().to_string());
    let refused = desk.run(old(), "migrate run").failed(Exit::Found);
    assert!(
        refused.contains("`29990101000001_by_hand` has no statement"),
        "{refused}"
    );
    let words = ["migrate", "new", "another one"];
    let wrote = desk.run_words(old(), &words).well();
    assert!(
        wrote.ends_with("2999-01-01-000002_another_one\n"),
        "{wrote}"
    );
    let refused = desk.run(old(), "migrate new a/b").failed(Exit::Found);
    assert!(refused.contains("can have no folder"), "{refused}");
    for (name, table) in [("000001_by_hand", "pears"), ("000002_another_one", "plums")] {
        let down = format!("DROP TABLE {table};\n");
        desk.write(
            &format!("2999-01-01-{name}"),
            &format!("CREATE TABLE {table} (id INTEGER);\n"),
            &down,
        );
    }
    assert_eq!(
        desk.json(old(), "migrate run")["ran"]
            .as_array()
            .expect("a list")
            .len(),
        3
    );
}

fn a_folder_is_written_whole(desk: &Desk) {
    desk.write_table("29990101000000", "apples");
    // Where it is made, a folder is in the way of `down.sql`.
    let hidden = desk.migrations().join(".2999-01-01-000001_pears");
    fs::create_dir_all(hidden.join("down.sql")).expect("made");
    let failed = desk.run(old(), "migrate new pears").failed(Exit::Failed);
    assert!(failed.contains("cannot be written"), "{failed}");
    assert_eq!(desk.folders(), ["29990101000000_apples"]);
    desk.run(old(), "migrate new pears").well();
    let both = ["2999-01-01-000001_pears", "29990101000000_apples"];
    assert_eq!(desk.folders(), both);
}

/// A runner that does not end in time: on SQLite whoever writes, elsewhere whoever has the lock.
fn another_runner_is_waited_for(desk: &Desk) {
    three(desk);
    desk.run(old(), "migrate run --to 1").well();
    let said = held(desk, || desk.run(old(), "migrate run --lock-timeout 0"));
    let refused = said.failed(Exit::Failed);
    assert!(
        refused.contains("another runner") && refused.contains("--lock-timeout"),
        "{refused}"
    );
    desk.run(old(), "migrate run").well();
}

/// What comes of something while another runner is at work.
fn held<T>(desk: &Desk, act: impl FnOnce() -> T) -> T {
    use orm_core::diesel::connection::SimpleConnection;
    use orm_core::prelude::*;
    match desk.kind {
        super::Kind::Sqlite => {
            let engine = Engine::<SqliteConnection>::open(&desk.url).expect("opened");
            let mut session = engine.session().expect("a session");
            session.batch_execute("BEGIN IMMEDIATE").expect("locked");
            let done = act();
            session.batch_execute("ROLLBACK").expect("free");
            done
        }
        #[cfg(feature = "postgres")]
        super::Kind::Postgres => {
            let engine = Engine::<PgConnection>::open(&desk.url).expect("opened");
            let mut session = engine.session().expect("a session");
            let number = i64::from_be_bytes(*b"orm_migr");
            session
                .batch_execute(&format!("SELECT pg_advisory_lock({number})"))
                .expect("locked");
            act()
        }
        #[cfg(feature = "mysql")]
        super::Kind::Mariadb => {
            let engine = Engine::<MysqlConnection>::open(&desk.url).expect("opened");
            let mut session = engine.session().expect("a session");
            let name = "CONCAT('orm_migrations_', MD5(DATABASE()))";
            session
                .batch_execute(&format!("DO GET_LOCK({name}, 0)"))
                .expect("locked");
            act()
        }
        #[allow(unreachable_patterns)] // of servers that are not tested
        _ => unreachable!("no such desk is made"),
    }
}

#[test]
fn the_program_gives_its_code() {
    let desk = Desk::sqlite();
    desk.run(old(), "db create").well();
    desk.write_table("1", "apples");
    let made = desk.json(old(), "migrate new --code ripe");
    let version = made["version"].as_str().expect("a version");
    let refused = desk.run(old(), "migrate run").failed(Exit::Found);
    assert!(
        refused.contains("needs code that this program does not have"),
        "{refused}"
    );

    let code = Code::new().up(|session: &mut Session<SqliteConnection>| {
        Ok(session.batch_execute("INSERT INTO apples VALUES (1)")?)
    });
    let cli = Cli::new(old()).with_code(version, code);
    let ran = desk.told(&cli, &["migrate", "run"], None).well();
    assert!(ran.contains("_ripe ... "), "{ran}");
    let status = desk.json(old(), "migrate status");
    assert_eq!(status["migrations"][1]["state"], "done");
    let dropped = desk.run(old(), "migrate revert").failed(Exit::Found);
    assert!(dropped.contains("needs code"), "{dropped}");
    let one_way = desk.told(&cli, &["migrate", "revert"], None);
    assert!(one_way.failed(Exit::Found).contains("has no way back"));

    let nowhere = Cli::new(old()).with_code("7", Code::new());
    let unknown = desk.told(&nowhere, &["migrate", "status"], None);
    assert!(
        unknown
            .failed(Exit::Found)
            .contains("`7` is not among the migrations")
    );
}
