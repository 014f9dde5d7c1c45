//! Which items of its own crate a file names, wherever a path stands: in `use`, in a type, in an
//! expression.
//!
//! Contract: pure. `crate::`, `self::`, `super::` and the crate's own name are resolved to paths
//! from the crate's root. `$crate::` is left out: it is resolved where a macro is used.
//! Neighbours: [`super::source`] gives the words, [`super::layers`] judges the paths.

use super::source::Word;

/// A path that a file names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Import {
    /// From the crate's root; the last part may be `*`.
    pub path: Vec<String>,
    /// Counted from 1.
    pub line: usize,
}

/// The module that a file below `src` is: nothing for the root.
pub fn module_of(file: &str) -> Vec<String> {
    let file = file.trim_end_matches(".rs");
    let file = file.strip_suffix("/mod").unwrap_or(file);
    match file {
        "lib" | "main" => Vec::new(),
        _ => file.split('/').map(str::to_owned).collect(),
    }
}

/// All paths into the own crate that the words of a module name. `own_name` is how the crate is
/// called from outside, and possibly within (`extern crate self as …`).
pub fn find(words: &[Word], module: &[String], own_name: &str) -> Vec<Import> {
    let mut finder = Finder {
        words,
        own_name,
        found: Vec::new(),
    };
    // What every open brace is: a module of its name, or anything else.
    let mut open: Vec<Option<String>> = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let here = || -> Vec<String> {
            module
                .iter()
                .cloned()
                .chain(open.iter().flatten().cloned())
                .collect()
        };
        at = match finder.text(at) {
            _ if finder.starts_path(at) => finder.path(at, here()),
            "{" => {
                let named = at >= 2 && finder.text(at - 2) == "mod";
                open.push(named.then(|| finder.text(at - 1).to_owned()));
                at + 1
            }
            "}" => {
                open.pop();
                at + 1
            }
            _ => at + 1,
        };
    }
    finder.found
}

struct Finder<'a> {
    words: &'a [Word],
    own_name: &'a str,
    found: Vec<Import>,
}

impl Finder<'_> {
    fn text(&self, at: usize) -> &str {
        self.words.get(at).map_or("", |word| word.text.as_str())
    }

    fn before(&self, at: usize, back: usize) -> &str {
        at.checked_sub(back).map_or("", |at| self.text(at))
    }

    fn starts_path(&self, at: usize) -> bool {
        let before = self.before(at, 1);
        // `pub(in crate::a)` names who may look, and is no import.
        let visibility = before == "in" && self.before(at, 2) == "(" && self.before(at, 3) == "pub";
        let leading = before != "::" && before != "$" && !visibility;
        let word = self.text(at);
        let root = matches!(word, "crate" | "self" | "super") && leading;
        // With or without `::` before it; no other path has a part of this name.
        let own = word == self.own_name && before != "$";
        (root || own) && self.text(at + 1) == "::"
    }

    /// Reads the path that starts here; returns where it ends.
    fn path(&mut self, at: usize, here: Vec<String>) -> usize {
        let base = match self.text(at) {
            "self" => here,
            "super" => parent(here),
            _ => Vec::new(),
        };
        self.tree(at + 2, base)
    }

    /// Reads what follows a `::`, groups included; returns where it ends.
    fn tree(&mut self, at: usize, mut base: Vec<String>) -> usize {
        let line = self.words.get(at).map_or(0, |word| word.line);
        match self.text(at) {
            "{" => {
                let mut at = at + 1;
                while !matches!(self.text(at), "}" | "") {
                    at = match self.text(at) {
                        "," => at + 1,
                        "as" => at + 2,
                        _ => self.tree(at, base.clone()),
                    };
                }
                at + 1
            }
            "super" if self.text(at + 1) == "::" => self.tree(at + 2, parent(base)),
            word if self.text(at + 1) == "::" => {
                base.push(word.to_owned());
                self.tree(at + 2, base)
            }
            // Turbofish: the path ended before it, and its types are looked at on their own.
            "<" => {
                self.found.push(Import { path: base, line });
                at + 1
            }
            word => {
                // Macros with `#[macro_export]` live at the root, whatever module they are in.
                let exported = self.text(at + 1) == "!" && self.text(at + 2) != "=";
                let exported = exported && base.is_empty();
                // `a::{self}` is `a`.
                if word != "self" {
                    base.push(word.to_owned());
                }
                if !exported && !base.is_empty() {
                    self.found.push(Import { path: base, line });
                }
                at + 1
            }
        }
    }
}

fn parent(mut module: Vec<String>) -> Vec<String> {
    module.pop();
    module
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::architecture::source::Source;

    fn paths(module: &str, text: &str) -> Vec<String> {
        let words = Source::read(text).words;
        let found = find(&words, &module_of(module), "orm");
        found
            .into_iter()
            .map(|import| import.path.join("::"))
            .collect()
    }

    #[test]
    fn files_are_modules() {
        assert_eq!(module_of("lib.rs"), Vec::<String>::new());
        assert_eq!(module_of("a.rs"), ["a"]);
        assert_eq!(module_of("a/mod.rs"), ["a"]);
        assert_eq!(module_of("a/b.rs"), ["a", "b"]);
    }

    #[test]
    fn groups_aliases_and_stars_are_opened() {
        let text =
            "use crate::{a::{B, c::{self, D as E}}, f};\nuse crate::g::*; pub use crate::h as i;";
        assert_eq!(
            paths("x.rs", text),
            ["a::B", "a::c", "a::c::D", "f", "g::*", "h"]
        );
    }

    #[test]
    fn relative_paths_start_at_the_module_that_they_stand_in() {
        assert_eq!(
            paths("a/b.rs", "use super::C; use super::super::d::E;"),
            ["a::C", "d::E"]
        );
        assert_eq!(
            paths("a.rs", "use self::b::C; use super::d;"),
            ["a::b::C", "d"]
        );
        let inline = "mod b { use super::C; mod d { use super::super::super::e; } } use super::f;";
        assert_eq!(paths("a/mod.rs", inline), ["a::C", "e", "f"]);
    }

    #[test]
    fn paths_are_found_in_types_and_expressions() {
        let text =
            "fn f(x: &crate::a::B) -> i32 { crate::c::d::<crate::e::F>(x); match y { _ => 1 } }";
        assert_eq!(paths("x.rs", text), ["a::B", "c::d", "e::F"]);
        assert_eq!(
            paths("x.rs", "crate::a::B as crate::c::D"),
            ["a::B", "c::D"]
        );
        assert_eq!(
            paths("x.rs", "impl<T: crate::a::B> ::orm::c::D for orm::e::F {}").len(),
            3
        );
    }

    #[test]
    fn what_is_no_import_is_left_alone() {
        let text = "pub(in crate::a) fn f() {} fn g(&self) { self.a(); Self::b() }\n\
                    pub(crate) struct S; macro_rules! m { () => { $crate::a::B } }\n\
                    fn h() { crate::exported!(); ::other::crate_name::i() }";
        assert_eq!(paths("x.rs", text), Vec::<String>::new());
    }

    #[test]
    fn an_import_knows_its_line() {
        let words = Source::read("// one\nuse crate::{\n    a,\n    b,\n};").words;
        let lines: Vec<usize> = find(&words, &[], "orm")
            .iter()
            .map(|import| import.line)
            .collect();
        assert_eq!(lines, [3, 4]);
    }
}
