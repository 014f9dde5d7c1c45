//! The layers of the crates, as data, and the rules of the house on every source file.
//!
//! A new module, or a new arrow that the table forbids, edits the table in the same commit and
//! says why there. What the rules are: `orm_tests::architecture`, where they are tested too.

use orm_tests::architecture::layers::Table;
use orm_tests::architecture::{crate_files, rooms};
use orm_tests::{not_run, workspace_root};

const DERIVE: Table = Table {
    package: "orm-derive",
    layers: &[
        &["attr", "naming", "known"],
        &["ast"],
        &["prop", "json"],
        &["valid", "types"],
        &["expand", "fallback"],
        &["embed", "embedded", "partial", "schema", "column_type"],
    ],
    doors: &["lib"],
};

const CORE: Table = Table {
    package: "orm-core",
    layers: &[
        &["error", "column", "value", "url"],
        &["metadata", "event", "backend", "id"],
        &[
            "table",
            "validation",
            "query",
            "diff",
            "ddl",
            "schema",
            "snapshot",
            "transaction",
        ],
        &[
            "changeset",
            "hooks",
            "relation",
            "cache",
            "codegen",
            "diagram",
            "lint",
        ],
        &["operation", "vocabulary", "work"],
        &["connection", "pool", "inspect", "migrate", "backfill"],
        &["session", "engine"],
        &["aio", "cli", "testing"],
    ],
    doors: &["lib", "prelude", "__private"],
};

/// Below, what only computes; above, what acts on databases.
const SHARD: Table = Table {
    package: "orm-shard",
    layers: &[
        &[
            "error", "key", "topology", "strategy", "router", "replica", "id", "merge", "config",
            "partial", "place", "identity", "guard", "layout", "plan", "settings",
        ],
        &["operation", "route", "two_phase", "rebalance", "migration"],
        &["cluster", "session", "aio", "cli"],
    ],
    doors: &["lib", "prelude", "__private"],
};

#[track_caller]
fn assert_none(violations: &[String]) {
    assert!(
        violations.is_empty(),
        "{} violations:\n{}",
        violations.len(),
        violations.join("\n")
    );
}

#[test]
fn arrows_point_down() {
    let mut violations = Vec::new();
    for table in [DERIVE, CORE, SHARD] {
        let files = crate_files(&workspace_root().join(table.package).join("src"));
        assert!(!files.is_empty(), "{} has no source", table.package);
        violations.extend(table.check(&files));
    }
    assert_none(&violations);
}

#[test]
fn rooms_are_small_and_have_a_sign_at_the_door() {
    let mut violations = Vec::new();
    for package in ["orm-core", "orm-derive", "orm-shard", "tests"] {
        for mut file in crate_files(&workspace_root().join(package)) {
            file.path = format!("{package}/{}", file.path);
            // A law is a program as a user writes it: its name says what it is for.
            let exempt = ["tests/laws/", "/target/"];
            if !exempt.iter().any(|part| file.path.contains(part)) {
                violations.extend(rooms::check_file(&file));
            }
        }
    }
    assert_none(&violations);
}

#[test]
fn the_repository_has_no_further_folder() {
    match rooms::tracked_paths(workspace_root()) {
        Ok(paths) => assert_none(&rooms::check_folders(&paths)),
        Err(why) => not_run("folders", &why),
    }
}
