//! Arrows point down: which module of a crate may import which.
//!
//! Contract: pure. A module imports modules of its own layer and of lower ones, never in a
//! circle; the doors (crate root, prelude, hidden door) import everything and nothing imports
//! them; a module that is not in the table is a violation. Modules are those of the crate's root:
//! what lies inside of one is its own business. Neighbours: [`super::imports`], [`super::rooms`].

use std::collections::{BTreeMap, BTreeSet};

use super::File;
use super::imports::{find, module_of};
use super::source::Source;

/// The layers of one crate, as data.
#[derive(Debug)]
pub struct Table {
    /// The package's name, which is its folder too.
    pub package: &'static str,
    /// Bottom first.
    pub layers: &'static [&'static [&'static str]],
    /// Nothing inside imports these; `lib` is one.
    pub doors: &'static [&'static str],
}

/// Where one module imports another one: the first place.
type Edges = BTreeMap<(String, String), String>;

impl Table {
    /// Everything that the files below the crate's `src` do against the table.
    pub fn check(&self, files: &[File]) -> Vec<String> {
        let files = without_test_files(files);
        let modules: BTreeSet<String> = files
            .iter()
            .filter_map(|(file, _)| module_of(&file.path).first().cloned())
            .collect();
        let mut violations: Vec<String> = modules
            .iter()
            .filter(|module| !self.is_door(module) && self.layer(module).is_none())
            .map(|module| format!("{}: module `{module}`: add it to the table", self.package))
            .collect();
        let edges = self.edges(&files, &modules);
        for ((from, to), place) in &edges {
            if self.is_door(to) {
                violations.push(format!("{place}: `{from}` imports through the door `{to}`"));
            } else if let (Some(low), Some(high)) = (self.layer(from), self.layer(to))
                && low < high
            {
                violations.push(format!(
                    "{place}: `{from}` (layer {low}) imports `{to}` (layer {high}) above it"
                ));
            }
        }
        violations.extend(circles(&edges));
        violations
    }

    fn is_door(&self, module: &str) -> bool {
        self.doors.contains(&module)
    }

    fn layer(&self, module: &str) -> Option<usize> {
        self.layers.iter().position(|layer| layer.contains(&module))
    }

    fn edges(&self, files: &[(&File, Source)], modules: &BTreeSet<String>) -> Edges {
        let mut edges = Edges::new();
        for (file, source) in files {
            let module = module_of(&file.path);
            let Some(from) = module.first().filter(|from| !self.is_door(from)) else {
                continue;
            };
            for import in find(&source.words, &module, &self.package.replace('-', "_")) {
                // What is no module is an item of the crate's root.
                let to = import.path.first().filter(|to| modules.contains(*to));
                let to = to.map_or("lib", String::as_str);
                if to != from {
                    let place = format!("{}/src/{}:{}", self.package, file.path, import.line);
                    edges.entry((from.clone(), to.to_owned())).or_insert(place);
                }
            }
        }
        edges
    }
}

/// The files, read; those declared as `#[cfg(test)] mod name;` are left out.
fn without_test_files(files: &[File]) -> Vec<(&File, Source)> {
    let read: Vec<(&File, Source)> = files
        .iter()
        .map(|file| (file, Source::read(&file.text)))
        .collect();
    let tests: BTreeSet<Vec<String>> = read
        .iter()
        .flat_map(|(file, source)| {
            let module = module_of(&file.path);
            let below = move |name: &String| [module.clone(), vec![name.clone()]].concat();
            source.test_modules.iter().map(below)
        })
        .collect();
    let is_test = |file: &File| {
        let module = module_of(&file.path);
        (1..=module.len()).any(|length| tests.contains(&module[..length]))
    };
    read.into_iter()
        .filter(|(file, _)| !is_test(file))
        .collect()
}

/// One line a circle: the shortest way round from its first module, each circle once.
fn circles(edges: &Edges) -> Vec<String> {
    let modules: BTreeSet<&String> = edges.keys().map(|(from, _)| from).collect();
    let mut seen = BTreeSet::new();
    let mut lines = Vec::new();
    for start in modules {
        let Some(way) = way_round(edges, start) else {
            continue;
        };
        if seen.insert(way.iter().cloned().collect::<BTreeSet<_>>()) {
            let steps: Vec<String> = (0..way.len())
                .map(|at| (way[at].clone(), way[(at + 1) % way.len()].clone()))
                .map(|step| format!("`{}` imports `{}` at {}", step.0, step.1, edges[&step]))
                .collect();
            lines.push(format!("circle: {}", steps.join(", ")));
        }
    }
    lines
}

/// The modules of the shortest circle through `start`, if there is one.
fn way_round(edges: &Edges, start: &String) -> Option<Vec<String>> {
    let mut ways = vec![vec![start.clone()]];
    let mut reached = BTreeSet::new();
    let mut next = 0;
    while let Some(way) = ways.get(next).cloned() {
        next += 1;
        let last = way.last().expect("it has a start");
        for (_, to) in edges.keys().filter(|(from, _)| from == last) {
            if to == start {
                return Some(way);
            }
            if reached.insert(to.clone()) {
                ways.push([way.clone(), vec![to.clone()]].concat());
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: Table = Table {
        package: "orm-x",
        layers: &[&["error"], &["query", "table"], &["session"]],
        doors: &["lib", "prelude"],
    };

    fn check(files: &[(&str, &str)]) -> Vec<String> {
        let file = |(path, text): &(&str, &str)| File {
            path: (*path).into(),
            text: (*text).into(),
        };
        TABLE.check(&files.iter().map(file).collect::<Vec<_>>())
    }

    /// A crate in which every module exists and the given ones say something.
    fn with(files: &[(&str, &str)]) -> Vec<String> {
        let all = [
            "lib.rs",
            "prelude.rs",
            "error.rs",
            "query/mod.rs",
            "table.rs",
            "session.rs",
        ];
        let mut crate_files: Vec<(&str, &str)> = all.map(|path| (path, "")).to_vec();
        crate_files.retain(|(path, _)| files.iter().all(|(other, _)| other != path));
        crate_files.extend(files);
        check(&crate_files)
    }

    #[track_caller]
    fn one(violations: &[String], parts: &[&str]) {
        assert_eq!(violations.len(), 1, "{violations:?}");
        for part in parts {
            assert!(violations[0].contains(part), "{part}: {violations:?}");
        }
    }

    #[test]
    fn downward_and_sideways_is_the_way() {
        let clean = with(&[
            (
                "lib.rs",
                "pub mod session; pub use crate::session::S; pub use error::E;",
            ),
            ("prelude.rs", "pub use crate::session::S;"),
            ("session.rs", "use crate::{query::Q, error::E};"),
            (
                "query/mod.rs",
                "use crate::table::T; use self::part::P; mod part;",
            ),
            ("query/part.rs", "use super::Q; use super::super::error::E;"),
        ]);
        assert_eq!(clean, Vec::<String>::new());
    }

    #[test]
    fn an_upward_import_is_seen_in_any_spelling() {
        for text in [
            "//! x\nuse crate::session::S;",
            "\nuse crate::{error::E, session::{S}};",
            "\nfn f(s: crate::session::S) {}",
            "\nuse orm_x::session::S;",
            "\nuse super::super::session::S;",
        ] {
            let violations = with(&[("query/mod.rs", ""), ("query/part.rs", text)]);
            one(
                &violations,
                &[
                    "orm-x/src/query/part.rs:2",
                    "`query` (layer 1)",
                    "`session` (layer 2)",
                ],
            );
        }
    }

    #[test]
    fn a_circle_within_a_layer_is_seen_once() {
        let violations = with(&[
            ("query/mod.rs", "use crate::table::T;"),
            ("table.rs", "\nuse super::query::Q;"),
        ]);
        let parts = [
            "`query` imports `table` at orm-x/src/query/mod.rs:1",
            "src/table.rs:2",
        ];
        one(&violations, &parts);
    }

    #[test]
    fn nothing_imports_a_door() {
        let through = [
            "use crate::prelude::*;",
            "use crate::Error;",
            "use super::Error;",
        ];
        for text in through {
            one(
                &with(&[("error.rs", text)]),
                &["error.rs:1", "through the door"],
            );
        }
    }

    #[test]
    fn a_module_that_is_not_in_the_table_is_asked_for() {
        one(
            &with(&[("helpers/mod.rs", "")]),
            &["orm-x", "`helpers`", "add it to the table"],
        );
    }

    #[test]
    fn tests_may_import_what_they_like() {
        let violations = with(&[
            (
                "error.rs",
                "#[cfg(test)]\nmod tests { use crate::session::S; }\n#[cfg(test)] mod far;",
            ),
            ("error/far.rs", "use crate::session::S;"),
        ]);
        assert_eq!(violations, Vec::<String>::new());
        let violations = with(&[
            ("error.rs", "mod far;"),
            ("error/far.rs", "use crate::session::S;"),
        ]);
        one(&violations, &["error/far.rs:1"]);
    }
}
