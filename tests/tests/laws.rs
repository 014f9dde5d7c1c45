//! Runs the laws of `tests/laws`, and proves on small folders that broken laws are noticed.

use std::path::Path;

use orm_tests::laws::Suite;
use orm_tests::laws::verdict::{Verdict, all_hold};
use orm_tests::workspace_root;

/// What a law can use. Versions and features are those that the workspace has built already.
fn dependencies() -> [String; 2] {
    ["orm-core", "orm-shard"].map(|name| {
        let path = workspace_root().join(name);
        let path = path.display();
        format!(
            "{name} = {{ path = '{path}', default-features = false, \
             features = [\"sqlite\", \"bundled\"] }}"
        )
    })
}

#[test]
fn laws_hold() {
    // Cargo gives every integration test this folder of the target folder.
    let target = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .parent()
        .expect("the target folder");
    let mut suite = Suite::new(workspace_root().join("tests/laws"), target)
        .like_workspace(workspace_root())
        .only(std::env::var("LAW").ok());
    for dependency in dependencies() {
        suite = suite.dependency(dependency);
    }
    match all_hold(&suite.run()) {
        Ok(count) => println!("{count} laws hold"),
        Err(report) => panic!("{report}"),
    }
}

/// Judges laws that need no dependency, in a package of their own.
fn judge(laws: &[(&str, &str)]) -> Vec<Verdict> {
    let folder = tempfile::tempdir().expect("temporary");
    for (name, source) in laws {
        let path = folder.path().join("laws").join(name);
        std::fs::create_dir_all(path.parent().expect("a topic")).expect("own");
        std::fs::write(path, source).expect("own");
    }
    Suite::new(folder.path().join("laws"), folder.path().join("target")).run()
}

#[test]
fn the_runner_notices_what_is_broken_and_nothing_else() {
    let verdicts = judge(&[
        ("t/compiles.rs", "fn main() {} //~ ERROR mismatched types"),
        (
            "t/foreign_macro.rs",
            "fn main() {\n    println!(\"{}\", absent_from_here); //~ ERROR `absent_from_here`\n}",
        ),
        (
            "t/holds.rs",
            "fn main() {\n    let _: i32 = \"\"; //~ ERROR expected `i32`, found `&str`\n}",
        ),
        (
            "t/long.rs",
            "//@ max-lines: 2\nfn main() { let _: i32 = \"\"; } //~ ERROR mismatched",
        ),
        ("t/silent.rs", "fn main() { let _: i32 = \"\"; }"),
        (
            "t/wrong_count.rs",
            "//@ errors: 2\nfn main() { let _: i32 = \"\"; } //~ ERROR mismatched",
        ),
        (
            "t/wrong_line.rs",
            "fn main() { //~ ERROR mismatched types\n    let _: i32 = \"\";\n}",
        ),
        (
            "t/wrong_text.rs",
            "fn main() { let _: i32 = \"\"; } //~ ERROR cannot find",
        ),
        (
            "pass/clean.rs",
            "#![deny(warnings)]\n#![allow(dead_code)]\nfn f() {}\nfn main() {}",
        ),
        ("pass/does_not.rs", "fn main() { let _: i32 = \"\"; }"),
        ("pass/warns.rs", "fn unused() {}\nfn main() {}"),
    ]);
    let expected = [
        ("pass/clean", ""),
        ("pass/does_not", "1 errors, 0 warnings"),
        ("pass/warns", "0 errors, 1 warnings"),
        ("t/compiles", "compiles, and must not"),
        ("t/foreign_macro", ""),
        ("t/holds", ""),
        ("t/long", "more than 2"),
        ("t/silent", "no `//~ ERROR`"),
        ("t/wrong_count", "1 errors instead of 2"),
        ("t/wrong_line", "it is said at line [2]"),
        ("t/wrong_text", "no error says it"),
    ];
    assert_eq!(verdicts.len(), expected.len());
    for (verdict, (law, problem)) in verdicts.iter().zip(expected) {
        assert_eq!(verdict.law, law);
        assert_eq!(verdict.holds(), problem.is_empty(), "{verdict}");
        assert!(verdict.to_string().contains(problem), "{verdict}");
    }
    let report = all_hold(&verdicts).expect_err("broken laws");
    assert!(report.contains("8 of 11 laws are broken"), "{report}");
    assert!(report.contains("law t/wrong_line: BROKEN"), "{report}");
    assert!(
        report.contains("    | error[E0308]: mismatched types"),
        "{report}"
    );
}

#[test]
fn a_dependency_that_does_not_compile_breaks_every_law() {
    let folder = tempfile::tempdir().expect("temporary");
    let at = |path: &str| folder.path().join(path);
    for (path, text) in [
        (
            "laws/t/a_law.rs",
            "fn main() { let _: i32 = \"\"; } //~ ERROR mismatched",
        ),
        (
            "broken/src/lib.rs",
            "compile_error!(\"in the dependency\");",
        ),
        (
            "broken/Cargo.toml",
            "[package]\nname = \"broken\"\nversion = \"0.0.0\"\n",
        ),
    ] {
        std::fs::create_dir_all(at(path).parent().expect("a folder")).expect("own");
        std::fs::write(at(path), text).expect("own");
    }
    let verdicts = Suite::new(at("laws"), at("target"))
        .dependency(format!(
            "broken = {{ path = '{}' }}",
            at("broken").display()
        ))
        .run();
    assert_eq!(verdicts.len(), 1);
    let report = verdicts[0].to_string();
    assert!(
        report.contains("was not checked") && report.contains("in the dependency"),
        "{report}"
    );
}

#[test]
#[should_panic(expected = "no law")]
fn no_law_at_all_is_no_proof() {
    let folder = tempfile::tempdir().expect("temporary");
    std::fs::create_dir(folder.path().join("laws")).expect("own");
    Suite::new(folder.path().join("laws"), folder.path().join("target")).run();
}
