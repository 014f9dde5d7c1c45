//! The terms of a law against what rustc said about it.
//!
//! Contract: pure; one line a problem, all problems at once.
//! Neighbours: [`super::terms`], [`super::diagnostics`]; [`super::verdict`] reports.

use super::diagnostics::{Checked, Diagnostic};
use super::terms::Terms;

/// What is wrong with a law that cargo came to; nothing if it holds.
pub(super) fn judge(terms: &Terms, checked: &Checked) -> Vec<String> {
    let errors: Vec<&Diagnostic> = checked.diagnostics.iter().filter(|one| one.error).collect();
    if terms.must_pass {
        let warnings = checked.diagnostics.len() - errors.len();
        return match (errors.len(), warnings) {
            (0, 0) => Vec::new(),
            _ => vec![format!(
                "must compile, but: {} errors, {warnings} warnings",
                errors.len()
            )],
        };
    }
    if checked.compiled {
        return vec!["compiles, and must not".into()];
    }
    let mut problems = Vec::new();
    for expected in &terms.expected {
        let holding = |one: &&&Diagnostic| one.holds(&expected.text);
        let lines: Vec<usize> = errors
            .iter()
            .filter(holding)
            .flat_map(|one| one.lines.iter().copied())
            .collect();
        if lines.contains(&expected.line) {
            continue;
        }
        let elsewhere = match (lines.is_empty(), errors.iter().any(|one| holding(&one))) {
            (false, _) => format!("it is said at line {lines:?}"),
            (true, true) => "it is said outside of the law".into(),
            (true, false) => "no error says it".into(),
        };
        problems.push(format!(
            "line {}: `{}`: {elsewhere}",
            expected.line, expected.text
        ));
    }
    if terms.errors.is_none() {
        let annotated = |one: &Diagnostic| {
            terms
                .expected
                .iter()
                .any(|it| one.lines.contains(&it.line) && one.holds(&it.text))
        };
        for error in errors.iter().filter(|one| !annotated(one)) {
            let (lines, text) = (&error.lines, error.texts.first().map_or("", String::as_str));
            problems.push(format!(
                "an error that nothing announces, line {lines:?}: {text}"
            ));
        }
    }
    if errors.len() != terms.error_count() {
        problems.push(format!(
            "{} errors instead of {}",
            errors.len(),
            terms.error_count()
        ));
    }
    let lines: usize = errors
        .iter()
        .map(|one| one.rendered.trim_end().lines().count())
        .sum();
    if lines > terms.max_lines {
        problems.push(format!(
            "the errors fill {lines} lines, more than {}",
            terms.max_lines
        ));
    }
    problems
}

impl Diagnostic {
    fn holds(&self, text: &str) -> bool {
        self.texts.iter().any(|one| one.contains(text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(line: usize, text: &str) -> Diagnostic {
        Diagnostic {
            error: true,
            lines: vec![line],
            texts: vec![text.into()],
            rendered: format!("{text}\n --> l.rs:{line}\n\n"),
        }
    }

    fn judged(source: &str, diagnostics: Vec<Diagnostic>) -> Vec<String> {
        let compiled = !diagnostics.iter().any(|one| one.error);
        judge(
            &Terms::read(source, false),
            &Checked {
                compiled,
                diagnostics,
            },
        )
    }

    #[track_caller]
    fn one(problems: &[String], part: &str) {
        assert!(
            problems.len() == 1 && problems[0].contains(part),
            "{part}: {problems:?}"
        );
    }

    #[test]
    fn a_law_holds_when_all_its_errors_are_announced() {
        let source = "x //~ ERROR one\ny //~ ERROR two";
        assert!(judged(source, vec![error(2, "it is two"), error(1, "one it is")]).is_empty());
    }

    #[test]
    fn it_breaks_when_the_program_compiles() {
        one(&judged("x //~ ERROR one", vec![]), "compiles, and must not");
    }

    #[test]
    fn it_breaks_when_the_error_is_elsewhere() {
        let problems = judged("x //~ ERROR one", vec![error(7, "one")]);
        assert!(
            problems[0].contains("it is said at line [7]"),
            "{problems:?}"
        );
        let mut outside = error(1, "one");
        outside.lines.clear();
        let problems = judged("x //~ ERROR one", vec![outside]);
        assert!(
            problems[0].contains("said outside of the law"),
            "{problems:?}"
        );
    }

    #[test]
    fn it_breaks_when_the_text_is_another() {
        let problems = judged("x //~ ERROR one", vec![error(1, "two")]);
        assert!(problems[0].contains("no error says it"), "{problems:?}");
        assert!(problems[1].contains("nothing announces"), "{problems:?}");
    }

    #[test]
    fn it_breaks_by_an_error_too_many_or_too_few() {
        let problems = judged(
            "x //~ ERROR one",
            vec![error(1, "one"), error(1, "cascade")],
        );
        assert!(problems[0].contains("line [1]: cascade"), "{problems:?}");
        assert!(
            problems[1].contains("2 errors instead of 1"),
            "{problems:?}"
        );
        let source = "//@ errors: 2\nx //~ ERROR one";
        one(
            &judged(source, vec![error(2, "one")]),
            "1 errors instead of 2",
        );
    }

    #[test]
    fn it_breaks_when_the_errors_are_long() {
        let source = "//@ max-lines: 1\nx //~ ERROR one";
        one(
            &judged(source, vec![error(2, "one")]),
            "2 lines, more than 1",
        );
    }

    #[test]
    fn with_a_given_count_annotations_may_share_an_error_or_leave_some_out() {
        let shared = "//@ errors: 1\nx //~ ERROR one\n//~^ ERROR two";
        assert!(judged(shared, vec![error(2, "one two")]).is_empty());
        let some = "//@ errors: 2\nx //~ ERROR one";
        assert!(judged(some, vec![error(2, "one"), error(9, "other")]).is_empty());
    }

    #[test]
    fn what_must_compile_has_neither_errors_nor_warnings() {
        let passing = |diagnostics| {
            judge(
                &Terms::read("", true),
                &Checked {
                    compiled: true,
                    diagnostics,
                },
            )
        };
        assert!(passing(vec![]).is_empty());
        one(
            &passing(vec![Diagnostic::default()]),
            "0 errors, 1 warnings",
        );
        one(&passing(vec![error(1, "one")]), "1 errors, 0 warnings");
    }
}
