//! Repeatables, as each command shows them.

use std::fs;

use orm_core::cli::Exit;
use serde_json::{Value, json};

use super::models::old;
use super::{Desk, on_each_desk};

on_each_desk! {
    repeatables_are_shown_by_each_command,
}

/// A view over the numbers, by a factor.
fn write_view(desk: &Desk, factor: i32) {
    let sql = format!(
        "DROP VIEW IF EXISTS larger;\nCREATE VIEW larger AS SELECT id * {factor} AS id FROM apples;\n"
    );
    fs::write(desk.migrations().join("views.repeat.sql"), sql).expect("written");
}

/// What is listed, without times.
fn pairs(list: &Value) -> Vec<(&str, &str)> {
    let list = list.as_array().expect("a list").iter();
    list.map(|one| {
        (
            one["version"].as_str().expect("a text"),
            one["name"].as_str().expect("a text"),
        )
    })
    .collect()
}

fn findings(desk: &Desk) -> Vec<Value> {
    let document = desk.run(old(), "migrate check --json").json();
    let list = document["findings"].as_array().expect("a list");
    let of_files = list.iter().filter(|one| one["kind"] != "drift");
    of_files.cloned().collect()
}

fn repeatables_are_shown_by_each_command(desk: &Desk) {
    desk.write_table("1", "apples");
    write_view(desk, 10);
    let both = [("1", "apples"), ("", "views.repeat.sql")];
    let would = desk.run(old(), "migrate run --dry-run").well();
    assert_eq!(would, "would run 1_apples\nwould run views.repeat.sql\n");
    let would = desk.json(old(), "migrate run --dry-run");
    assert_eq!(pairs(&would["would_run"]), both);

    let ran = desk.json(old(), "migrate run");
    assert_eq!(pairs(&ran["ran"]), both);
    assert!(ran["ran"][1]["seconds"].is_f64(), "{ran}");
    desk.assert_states(&[("1", "done"), ("", "current")]);
    let status = desk.run(old(), "migrate status").well();
    assert!(
        status.ends_with("\ncurrent  views.repeat.sql\n"),
        "{status}"
    );
    assert_eq!(findings(desk), [] as [Value; 0]);
    assert_eq!(desk.run(old(), "migrate run").well(), "nothing to run\n");

    // What is stale is pending, and is run alone.
    write_view(desk, 100);
    desk.assert_states(&[("1", "done"), ("", "pending")]);
    assert_eq!(desk.json(old(), "migrate status")["pending"], 1);
    let stale = json!({ "kind": "pending", "what": "views.repeat.sql" });
    assert_eq!(findings(desk), [stale]);
    assert_eq!(desk.run(old(), "migrate check").exit, Exit::Found);
    let refused = desk.run(old(), "migrate generate x").failed(Exit::Found);
    assert!(refused.contains("\n  views.repeat.sql\n"), "{refused}");
    let would = desk.run(old(), "migrate run --dry-run").well();
    assert_eq!(would, "would run views.repeat.sql\n");
    let ran = desk.run(old(), "migrate run").well();
    assert!(ran.starts_with("running views.repeat.sql ... "), "{ran}");
    assert_eq!(ran.lines().count(), 1);

    // The way back takes the view along, here as elsewhere, so it is run again.
    desk.write("1_apples", &table(), "DROP VIEW larger; DROP TABLE apples;");
    let redone = desk.run(old(), "migrate redo").well();
    let words: Vec<&str> = redone
        .lines()
        .filter_map(|line| line.split(" ...").next())
        .collect();
    let expected = [
        "reverting 1_apples",
        "running 1_apples",
        "running views.repeat.sql",
    ];
    assert_eq!(words, expected);
    assert_eq!(desk.json(old(), "migrate redo")["redone"]["version"], "1");
    // The view is there.
    desk.sql("DROP VIEW larger");
    desk.assert_states(&[("1", "done"), ("", "current")]);
}

fn table() -> String {
    "CREATE TABLE apples (id INTEGER NOT NULL PRIMARY KEY);\n".to_owned()
}
