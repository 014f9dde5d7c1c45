//! The programs of the workspace's examples.
//!
//! Contract: what is run is what the source says now. Cargo builds examples for `cargo test` of a
//! whole workspace and not for one test, so it is asked here, with the features of the tests: where
//! it has built the program already, nothing is left to do.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::workspace_root;

/// The program of an example. `features` are those of the tests crate; `target` is the target
/// folder.
///
/// # Panics
/// If cargo does not build it.
pub fn program(name: &str, features: &[&str], target: &Path) -> PathBuf {
    // The cargo that runs the tests, if it does.
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(["build", "--workspace", "--offline", "--quiet"]);
    cargo.args(["--message-format", "json-render-diagnostics"]);
    cargo.args(["--example", name, "--features"]);
    let features: Vec<String> = features
        .iter()
        .map(|one| format!("orm-tests/{one}"))
        .collect();
    cargo.arg(features.join(","));
    cargo.arg("--target-dir").arg(target);
    if !cfg!(debug_assertions) {
        cargo.arg("--release");
    }
    cargo.current_dir(workspace_root()).stdin(Stdio::null());
    let output = cargo.output().expect("cargo runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "{cargo:?}: {}\n{said}",
        output.status
    );
    executable(name, &String::from_utf8_lossy(&output.stdout))
        .unwrap_or_else(|| panic!("{cargo:?} names no program\n{said}"))
}

/// The program that cargo's messages name.
fn executable(name: &str, messages: &str) -> Option<PathBuf> {
    let messages = messages
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let mut named = messages.filter(|message| message["target"]["name"] == name);
    named.find_map(|message| message["executable"].as_str().map(PathBuf::from))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_program_is_the_one_of_that_name() {
        let messages = r#"
            {"reason": "compiler-artifact", "target": {"name": "lib"}, "executable": null}
            {"reason": "compiler-artifact", "target": {"name": "other"}, "executable": "/t/other"}
            {"reason": "compiler-artifact", "target": {"name": "web"}, "executable": "/t/web"}
            {"reason": "build-finished", "success": true}"#;
        assert_eq!(executable("web", messages), Some(PathBuf::from("/t/web")));
        assert_eq!(executable("app", messages), None);
    }
}
