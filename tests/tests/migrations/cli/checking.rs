//! `migrate check`: each thing that it finds.

use std::fs;

use orm_core::cli::Exit;

use super::models::{new, old};
use super::{Desk, on_each_desk};

on_each_desk! {
    each_disagreement_is_found,
    models_that_say_more_are_found,
    a_folder_that_is_not_there_is_no_agreement,
}

#[track_caller]
fn findings(desk: &Desk, schema: orm_core::Schema, more: &str) -> Vec<(String, String)> {
    let said = desk.run(schema, &format!("migrate check --json {more}"));
    let document = said.json();
    let list = document["findings"].as_array().expect("a list");
    let text = |value: &serde_json::Value| value.as_str().expect("a text").to_owned();
    let found: Vec<_> = list
        .iter()
        .map(|one| (text(&one["kind"]), text(&one["what"])))
        .collect();
    let exit = if found.is_empty() {
        Exit::Done
    } else {
        Exit::Found
    };
    assert_eq!(said.exit, exit, "{said:?}");
    assert_eq!(document["ok"], found.is_empty());
    found
}

fn pair(kind: &str, what: &str) -> (String, String) {
    (kind.to_owned(), what.to_owned())
}

fn each_disagreement_is_found(desk: &Desk) {
    desk.run(old(), "migrate generate first").well();
    desk.run(old(), "migrate run").well();
    for (version, table) in [("9991", "apples"), ("9993", "plums")] {
        desk.write_table(version, table);
    }
    desk.run(old(), "migrate run").well();
    assert_eq!(findings(desk, old(), ""), []);
    desk.write_table("9992", "pears");
    desk.write_table("9994", "figs");
    assert_eq!(
        findings(desk, old(), ""),
        [
            pair("out_of_order", "9992_pears"),
            pair("pending", "9994_figs")
        ]
    );
    desk.run(old(), "migrate run --allow-out-of-order").well();
    desk.write("9991_apples", "SELECT 1;", "DROP TABLE apples;");
    fs::remove_dir_all(desk.migrations().join("9993_plums")).expect("removed");
    let expected = [
        pair("changed", "9991_apples"),
        pair("missing", "9993_plums"),
    ];
    assert_eq!(findings(desk, old(), ""), expected);
    let said = desk.run(old(), "migrate check");
    assert_eq!(said.out, "changed  9991_apples\nmissing  9993_plums\n");
    assert_eq!(findings(desk, old(), "--allow-changed --allow-missing"), []);

    desk.write(
        "9995_bad",
        "CREATE TABLE bad (id INTEGER); INSERT INTO nowhere VALUES (1);",
        "",
    );
    let metadata = desk.migrations().join("9995_bad/metadata.toml");
    fs::write(metadata, "run_in_transaction = false\n").expect("written");
    let allowed = "migrate run --allow-changed --allow-missing";
    assert_eq!(desk.run(old(), allowed).exit, Exit::Failed);
    let found = findings(desk, old(), "--allow-changed --allow-missing");
    assert_eq!(found, [pair("unfinished", "9995_bad")]);
}

fn models_that_say_more_are_found(desk: &Desk) {
    // Nothing was ever generated.
    fs::create_dir(desk.migrations()).expect("made");
    let found = findings(desk, old(), "");
    assert_eq!(found, [pair("drift", "the table `customers` is missing")]);
    desk.run(old(), "migrate generate first").well();
    desk.run(old(), "migrate run").well();
    let found = findings(desk, new(), "");
    assert!(
        found.iter().all(|(kind, _)| kind == "drift") && found.len() >= 3,
        "{found:?}"
    );
    // Somebody was at it by hand. A table of somebody else's is none of ours.
    desk.sql("CREATE TABLE scratch (id INTEGER)");
    assert_eq!(findings(desk, old(), ""), []);
    desk.sql("ALTER TABLE customers ADD COLUMN by_hand INTEGER");
    let found = findings(desk, old(), "");
    assert!(
        found.len() == 1 && found[0].1.contains("by_hand"),
        "{found:?}"
    );
}

/// A folder that is mistyped would have no migration that is pending.
fn a_folder_that_is_not_there_is_no_agreement(desk: &Desk) {
    let refused = desk.run(old(), "migrate check").failed(Exit::Failed);
    assert!(refused.contains("there is no folder"), "{refused}");
    let said = desk.run(old(), "migrate check --json");
    assert_eq!(said.json()["error"]["kind"], "no_such_folder");
    assert_eq!(said.exit, Exit::Failed);
}
