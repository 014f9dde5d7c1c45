//! Programs whose source a test wrote: built as a package of their own, and run.
//!
//! Contract: the package lies below the target folder and takes over the versions and profiles of
//! the workspace, as the laws do, so that what the workspace has built is not built again. A
//! program that does not compile, or warns where its source denies that, fails the test with what
//! rustc said. Neighbours: [`crate::laws`], [`crate::example`].

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::laws::package::{profiles, replace};
use crate::workspace_root;

/// A library and a program that uses it, under the name `generated`.
#[derive(Debug)]
pub struct Generated<'s> {
    /// Where it lies: a name of its own for each test.
    pub name: &'s str,
    /// The library.
    pub library: &'s str,
    /// The program.
    pub program: &'s str,
    /// Lines of Cargo.toml.
    pub dependencies: &'s [String],
}

impl Generated<'_> {
    /// Builds the program, and says where it is. `target` is the target folder of the workspace.
    ///
    /// # Panics
    /// If it does not compile.
    pub fn build(&self, target: &Path) -> PathBuf {
        let folder = target.join("generated").join(self.name);
        std::fs::create_dir_all(folder.join("src")).expect("a folder below the target folder");
        let read = |file: &str| std::fs::read_to_string(workspace_root().join(file));
        let manifest = format!(
            "[package]\nname = \"{0}\"\nversion = \"0.0.0\"\nedition = \"2024\"\npublish = false\n\n\
             [lib]\nname = \"generated\"\n\n[workspace]\n\n[dependencies]\n{1}\n\n{2}",
            self.name,
            self.dependencies.join("\n"),
            profiles(&read("Cargo.toml").expect("the manifest of the workspace")),
        );
        replace(&folder.join("Cargo.toml"), &manifest);
        let lock = read("Cargo.lock").expect("the lock file of the workspace");
        replace(&folder.join("Cargo.lock"), &lock);
        replace(&folder.join("src/lib.rs"), self.library);
        replace(&folder.join("src/main.rs"), self.program);
        let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        cargo.args(["build", "--offline", "--quiet", "--target-dir"]);
        cargo.arg(target).current_dir(&folder).stdin(Stdio::null());
        let output = cargo.output().expect("cargo runs");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{said}\n{}", self.library);
        target.join("debug").join(self.name)
    }

    /// Builds the program and runs it with an argument; gives what it printed.
    ///
    /// # Panics
    /// If it does not compile, or fails.
    pub fn run(&self, target: &Path, argument: &str) -> String {
        let program = self.build(target);
        let output = Command::new(program).arg(argument).output();
        let output = output.expect("a program that was just built");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{said}");
        String::from_utf8_lossy(&output.stdout).into_owned()
    }
}
