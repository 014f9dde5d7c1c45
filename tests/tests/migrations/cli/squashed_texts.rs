//! `migrate squash`: what is looked at before anything is touched, and what a step back over several
//! is asked for.

use std::fs;

use orm_core::cli::Exit;

use super::models::old;
use super::{Desk, Kind, on_each_desk};

on_each_desk! {
    other_files_are_not_removed,
    one_that_says_nothing_is_not_squashed,
    settings_do_not_reach_those_behind,
    a_step_back_over_several_wants_a_yes,
    nothing_is_reverted_to_one_that_is_gone,
}

fn three(desk: &Desk) {
    for (version, table) in [("1", "apples"), ("2", "pears"), ("3", "plums")] {
        desk.write_table(version, table);
    }
}

/// All files of the folder and what is in them.
fn files(desk: &Desk) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for folder in desk.folders() {
        for entry in fs::read_dir(desk.migrations().join(folder)).expect("read") {
            let path = entry.expect("an entry").path();
            let text = fs::read_to_string(&path).expect("a text");
            found.push((path.display().to_string(), text));
        }
    }
    found.sort();
    found
}

#[track_caller]
fn refused(desk: &Desk, range: &str) -> String {
    let before = files(desk);
    let words = format!("migrate squash {range} fruit --yes");
    let refused = desk.run(old(), &words).failed(Exit::Found);
    assert_eq!(files(desk), before, "nothing is touched");
    refused
}

fn other_files_are_not_removed(desk: &Desk) {
    three(desk);
    let notes = desk.migrations().join("2_pears/README.md");
    fs::write(&notes, "why there are pears\n").expect("written");
    let said = refused(desk, "1..3");
    assert!(said.contains("2_pears/README.md\n"), "{said}");
    fs::remove_file(notes).expect("removed");
    desk.run(old(), "migrate squash 1..3 fruit").well();
    assert_eq!(desk.folders(), ["3_fruit"]);
}

fn one_that_says_nothing_is_not_squashed(desk: &Desk) {
    three(desk);
    desk.write("2_pears", "-- to be written\n", "DROP TABLE pears;\n");
    let said = refused(desk, "1..3");
    assert!(said.contains("`2_pears` has no statement to run"), "{said}");
}

fn settings_do_not_reach_those_behind(desk: &Desk) {
    let setting = match desk.kind {
        Kind::Sqlite => "PRAGMA recursive_triggers = ON;",
        Kind::Postgres => "SELECT pg_catalog.set_config('search_path', 'public', false);",
        Kind::Mariadb => "SET sql_mode = '';",
    };
    let set = |folder: &str, up: &str, down: &str| {
        let table = &folder[2..];
        let create = format!("CREATE TABLE {table} (id INTEGER NOT NULL PRIMARY KEY);\n");
        desk.write(
            folder,
            &format!("{up}\n{create}"),
            &format!("{down}\nDROP TABLE {table};\n"),
        );
    };
    // Nobody is behind the newest on the way up, nor behind the oldest on the way back.
    for (folder, up, down) in [("1_apples", setting, ""), ("3_plums", "", setting)] {
        three(desk);
        set(folder, up, down);
        let said = refused(desk, "1..3");
        let expected = format!("the migration `{folder}` sets something for its session");
        assert!(said.contains(&expected), "{said}");
    }
    three(desk);
    set("1_apples", "", setting);
    set("3_plums", setting, "");
    desk.run(old(), "migrate squash 1..3 fruit").well();
    desk.run(old(), "migrate run").well();
    desk.run(old(), "migrate revert --yes").well();
}

fn a_step_back_over_several_wants_a_yes(desk: &Desk) {
    three(desk);
    desk.write_table("4", "figs");
    desk.run(old(), "migrate run").well();
    desk.run(old(), "migrate squash 1..3 fruit").well();
    // What is no step over several asks nothing.
    desk.run(old(), "migrate redo").well();
    desk.run(old(), "migrate revert --to 3").well();
    for command in ["revert", "revert 2", "redo"] {
        let said = desk.run(old(), &format!("migrate {command}"));
        let said = said.failed(Exit::Found);
        assert!(
            said.contains("this would revert `3_fruit`, which stands for 3 migrations"),
            "{said}"
        );
        let declined = desk.answered(old(), &["migrate", "revert"], Some("n\n"));
        assert_eq!(declined.exit, Exit::Found);
    }
    desk.assert_states(&[("3", "done"), ("4", "pending")]);
    let agreed = desk.answered(old(), &["migrate", "revert"], Some("y\n"));
    assert_eq!(agreed.exit, Exit::Done, "{agreed:?}");
    desk.assert_states(&[("3", "pending"), ("4", "pending")]);
}

fn nothing_is_reverted_to_one_that_is_gone(desk: &Desk) {
    three(desk);
    desk.run(old(), "migrate run").well();
    desk.run(old(), "migrate squash 1..3 fruit").well();
    for version in ["1", "2"] {
        let words = format!("migrate revert --to {version} --yes");
        let refused = desk.run(old(), &words).failed(Exit::Found);
        let expected = format!("`{version}` was squashed with others");
        assert!(refused.contains(&expected), "{refused}");
    }
    desk.assert_states(&[("3", "done")]);
}
