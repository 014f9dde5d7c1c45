//! The cargo package that compiles all laws: one example a law.
//!
//! Contract: the package is a workspace of its own, made anew at every run; examples name their
//! files by absolute path, so that crate attributes in them work and errors point at them.
//! Neighbour: [`super::Suite`] runs cargo on it.

use std::fmt::Write as _;
use std::path::Path;

use super::Law;

pub(super) fn write(folder: &Path, laws: &[Law], dependencies: &[String], like: Option<&Path>) {
    std::fs::create_dir_all(folder.join("src")).expect("a folder below the target folder");
    replace(
        &folder.join("src/lib.rs"),
        "//! Nothing: the examples are the laws.\n",
    );
    let profiles = like.map_or_else(String::new, |workspace| {
        let manifest = std::fs::read_to_string(workspace.join("Cargo.toml"));
        profiles(&manifest.expect("the manifest of the workspace"))
    });
    replace(
        &folder.join("Cargo.toml"),
        &manifest(laws, dependencies, &profiles),
    );
    if let Some(workspace) = like {
        // Cargo adds the package to the copy and drops what the laws do not use; every version
        // that is left is that of the workspace.
        let lock = std::fs::read_to_string(workspace.join("Cargo.lock"));
        replace(
            &folder.join("Cargo.lock"),
            &lock.expect("the lock file of the workspace"),
        );
    }
}

fn manifest(laws: &[Law], dependencies: &[String], profiles: &str) -> String {
    let mut text = String::from(
        "[package]\nname = \"laws\"\nversion = \"0.0.0\"\nedition = \"2024\"\npublish = false\n\
         autoexamples = false\n\n[workspace]\n\n[dependencies]\n",
    );
    for line in dependencies {
        writeln!(text, "{line}").expect("text grows");
    }
    write!(text, "\n{profiles}").expect("text grows");
    for law in laws {
        let (name, path) = (law.name.replace('/', "__"), law.path.display());
        write!(text, "\n[[example]]\nname = \"{name}\"\npath = '{path}'\n").expect("text grows");
    }
    text
}

/// The `[profile…]` tables: with other profiles cargo would build every dependency once more.
pub(crate) fn profiles(manifest: &str) -> String {
    let mut inside = false;
    let lines = manifest.lines().filter(|line| {
        if line.starts_with('[') {
            inside = line.starts_with("[profile.");
        }
        inside && !line.trim().is_empty()
    });
    lines.fold(String::new(), |text, line| text + line + "\n")
}

/// Leaves a file alone that says this already: cargo compares times.
pub(crate) fn replace(path: &Path, text: &str) {
    if std::fs::read_to_string(path).is_ok_and(|old| old == text) {
        return;
    }
    std::fs::write(path, text)
        .unwrap_or_else(|error| panic!("writing {}: {error}", path.display()));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::laws::terms::Terms;

    #[test]
    fn profiles_are_taken_over_and_nothing_else() {
        let manifest = "[workspace]\nmembers = []\n[profile.dev]\ndebug = 1\n\n\
                        [profile.dev.package.\"*\"]\ndebug = false\n[lints]\nx = 1\n";
        let expected = "[profile.dev]\ndebug = 1\n[profile.dev.package.\"*\"]\ndebug = false\n";
        assert_eq!(profiles(manifest), expected);
    }

    #[test]
    fn every_law_is_an_example_named_by_its_topic_and_sentence() {
        let law = Law {
            name: "query/a_b".into(),
            path: "/laws/query/a_b.rs".into(),
            terms: Terms::default(),
        };
        let text = manifest(
            &[law],
            &["orm = { path = \"/orm\" }".into()],
            "[profile.dev]\n",
        );
        assert!(
            text.contains("name = \"query__a_b\"\npath = '/laws/query/a_b.rs'"),
            "{text}"
        );
        assert!(
            text.contains("[dependencies]\norm = { path = \"/orm\" }\n"),
            "{text}"
        );
        assert!(text.contains("[profile.dev]"), "{text}");
    }
}
