//! Laws: programs that must not compile, and the error that each must give.
//!
//! Contract: one law a file, `<topic>/<the_law_as_a_sentence>.rs`; what it must say stands in it
//! (see [`terms`]). Files of the topic `pass` must compile without a warning. [`Suite::run`]
//! checks all of them with one run of cargo, so that what they depend on is built once, and
//! judges each; nothing stops at the first failure. `LAW=<part of a name>` picks some.
//!
//! Neighbours, in the order of the work: [`terms`] reads a law, `package` makes cargo build it,
//! [`diagnostics`] reads what rustc said, `judge` compares, [`verdict`] reports. Only this module
//! acts.

pub mod diagnostics;
mod judge;
pub(crate) mod package;
pub mod terms;
pub mod verdict;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use self::diagnostics::Outcome;
use self::terms::Terms;
use self::verdict::Verdict;

/// The topic whose files must compile.
const PASS: &str = "pass";

/// A folder of laws and what they are compiled with.
#[derive(Debug)]
pub struct Suite {
    laws: PathBuf,
    work: PathBuf,
    target: PathBuf,
    dependencies: Vec<String>,
    workspace: Option<PathBuf>,
    filter: Option<String>,
}

/// One law: a program and its terms.
#[derive(Debug)]
pub struct Law {
    /// `topic/the_law_as_a_sentence`.
    pub name: String,
    /// Where the program is.
    pub path: PathBuf,
    /// What rustc must say about it.
    pub terms: Terms,
}

impl Suite {
    /// The laws below the folder `laws`, checked in a package made below `target`, the target
    /// folder that the workspace builds in: dependencies that it has built are not built again.
    pub fn new(laws: impl Into<PathBuf>, target: impl Into<PathBuf>) -> Self {
        let (laws, target) = (laws.into(), target.into());
        let work = target.join("laws");
        Self {
            laws,
            work,
            target,
            dependencies: Vec::new(),
            workspace: None,
            filter: None,
        }
    }

    /// Adds a dependency, as a line of Cargo.toml.
    #[must_use]
    pub fn dependency(mut self, line: impl Into<String>) -> Self {
        self.dependencies.push(line.into());
        self
    }

    /// Takes over the versions (Cargo.lock) and build profiles of the workspace at `root`, so
    /// that nothing is resolved, fetched or built differently for the laws.
    #[must_use]
    pub fn like_workspace(mut self, root: impl Into<PathBuf>) -> Self {
        self.workspace = Some(root.into());
        self
    }

    /// Keeps the laws whose name holds `part`; `None` keeps all.
    #[must_use]
    pub fn only(mut self, part: Option<String>) -> Self {
        self.filter = part;
        self
    }

    /// Compiles all laws and judges them, in the order of their names.
    ///
    /// # Panics
    /// If there is no law, or cargo cannot be run: then nothing is proved.
    pub fn run(&self) -> Vec<Verdict> {
        let laws = self.collect();
        assert!(
            !laws.is_empty(),
            "no law below {} is to be checked",
            self.laws.display()
        );
        package::write(
            &self.work,
            &laws,
            &self.dependencies,
            self.workspace.as_deref(),
        );
        let outcome = self.compile(&laws);
        laws.into_iter()
            .map(|law| Verdict::of(law, &outcome))
            .collect()
    }

    fn collect(&self) -> Vec<Law> {
        // As cargo will spell the paths when it reports on them.
        let root = self
            .laws
            .canonicalize()
            .unwrap_or_else(|_| self.laws.clone());
        let mut paths = Vec::new();
        walk(&root, &mut paths);
        paths.sort();
        let name = |path: &Path| {
            let below = path.strip_prefix(&root).expect("found below");
            below.with_extension("").to_string_lossy().into_owned()
        };
        let wanted = |law: &str| self.filter.as_deref().is_none_or(|part| law.contains(part));
        let read = |path: PathBuf| {
            let name = name(&path);
            let source = std::fs::read_to_string(&path).expect("a law is readable text");
            let must_pass = name.split('/').next() == Some(PASS);
            wanted(&name).then(|| Law {
                name,
                path,
                terms: Terms::read(&source, must_pass),
            })
        };
        paths.into_iter().filter_map(read).collect()
    }

    fn compile(&self, laws: &[Law]) -> Outcome {
        // The cargo that runs the tests, if it does.
        let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        cargo.args([
            "check",
            "--examples",
            "--keep-going",
            "--offline",
            "--quiet",
        ]);
        cargo
            .arg("--message-format=json")
            .arg("--target-dir")
            .arg(&self.target);
        // In the package's folder: settings for cargo above it apply, as in the workspace.
        cargo.current_dir(&self.work).stdin(Stdio::null());
        let output = cargo.output().expect("cargo runs");
        let paths: Vec<&Path> = laws.iter().map(|law| law.path.as_path()).collect();
        let (out, err) = (&output.stdout, &output.stderr);
        Outcome::read(
            &String::from_utf8_lossy(out),
            &String::from_utf8_lossy(err),
            &self.work,
            &paths,
        )
    }
}

/// All Rust files below a folder.
fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
    let entries = std::fs::read_dir(folder)
        .unwrap_or_else(|error| panic!("the laws in {}: {error}", folder.display()));
    for path in entries.flatten().map(|entry| entry.path()) {
        if path.is_dir() {
            walk(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}
