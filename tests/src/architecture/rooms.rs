//! Small rooms with a sign at the door: file sizes, module docs, and the folders of the
//! repository.
//!
//! Contract: the rules are pure; [`tracked_paths`] asks git. Neighbour: [`super::source`]
//! tells which lines are for tests.

use std::path::Path;
use std::process::Command;

use super::File;
use super::source::Source;

/// Lines that a file may have, without docs and tests.
const LINES: usize = 500;

/// The folders that the repository has.
const FOLDERS: &[&str] = &[
    "orm-core",
    "orm-derive",
    "orm-shard",
    "migrations",
    "tests",
    "docs",
];

/// What is wrong with a file itself.
pub fn check_file(file: &File) -> Vec<String> {
    let mut violations = Vec::new();
    let lines = code_lines(&file.text);
    if lines > LINES {
        let path = &file.path;
        violations.push(format!(
            "{path}: {lines} lines without docs and tests; {LINES} at most"
        ));
    }
    let first = file
        .text
        .lines()
        .map(str::trim)
        .find(|line| !line.is_empty())
        .unwrap_or_default();
    if !(first.starts_with("//!") || first.starts_with("#![doc = include_str!(")) {
        let path = &file.path;
        violations.push(format!(
            "{path}:1: begins without `//!` that says what it is for"
        ));
    }
    violations
}

/// What is wrong with the folders that the paths of the repository lie in.
pub fn check_folders(paths: &[String]) -> Vec<String> {
    let mut folders: Vec<&str> = paths
        .iter()
        .filter_map(|path| Some(path.split_once('/')?.0))
        .collect();
    folders.sort_unstable();
    folders.dedup();
    folders
        .into_iter()
        .filter(|folder| !folder.starts_with('.') && !FOLDERS.contains(folder))
        .map(|folder| format!("{folder}/: a further top-level folder"))
        .collect()
}

/// The paths that git tracks, or why it does not say.
///
/// # Errors
/// If there is no git, or the folder is no checkout (a source archive is none).
pub fn tracked_paths(root: &Path) -> Result<Vec<String>, String> {
    // The checkout of a container often belongs to another user; it is only listed here.
    let mut git = Command::new("git");
    git.args(["-c", "safe.directory=*", "ls-files", "-z"])
        .current_dir(root);
    let output = git.output().map_err(|error| format!("git: {error}"))?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).trim().to_owned());
    }
    let paths = String::from_utf8_lossy(&output.stdout);
    Ok(paths.split_terminator('\0').map(str::to_owned).collect())
}

fn code_lines(text: &str) -> usize {
    let source = Source::read(text);
    let doc = |line: &str| line.starts_with("///") || line.starts_with("//!");
    let code = (1..)
        .zip(text.lines())
        .filter(|(number, line)| !source.is_test_line(*number) && !doc(line.trim_start()));
    code.count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str) -> Vec<String> {
        check_file(&File {
            path: "a/b.rs".into(),
            text: text.into(),
        })
    }

    #[test]
    fn a_long_file_is_noticed_and_its_docs_and_tests_do_not_count() {
        let lines = |line: &str, count: usize| format!("{line}\n").repeat(count);
        assert!(check(&("//! Doc.\n".to_owned() + &lines("// why", 500))).is_empty());
        let violations = check(&("//! Doc.\n".to_owned() + &lines("let x;", 501)));
        assert_eq!(
            violations,
            ["a/b.rs: 501 lines without docs and tests; 500 at most"]
        );
        let docs = "//! Doc.\n".to_owned() + &lines("    /// Doc.", 400) + &lines("let x;", 400);
        assert!(check(&docs).is_empty());
        let tests = docs + "#[cfg(test)]\nmod tests {\n" + &lines("    let x;", 400) + "}\n";
        assert!(check(&tests).is_empty());
    }

    #[test]
    fn a_file_without_a_sign_at_the_door_is_noticed() {
        assert_eq!(check("use a;\n//! Late.").len(), 1);
        assert_eq!(check("/// An item's.\nfn f() {}").len(), 1);
        assert_eq!(check("").len(), 1);
        assert!(check("\n//! Here.\nuse a;").is_empty());
        assert!(check("#![doc = include_str!(\"../README.md\")]").is_empty());
    }

    #[test]
    fn a_further_folder_is_noticed() {
        let paths = [
            "orm-core/src/lib.rs",
            ".ci/run",
            "README.md",
            "benches/a/b.rs",
            "benches/c.rs",
        ];
        let violations = check_folders(&paths.map(str::to_owned));
        assert_eq!(violations, ["benches/: a further top-level folder"]);
    }
}
