//! The terms of a law: what its comments say that rustc must say.
//!
//! * `//~ ERROR <text>`: an error whose primary span begins on this line holds the text, in its
//!   message, a label, a note or a help; `//~^ ERROR` is about the line above, one caret a line.
//! * `//@ errors: N`: there are exactly N errors; unsaid, as many as annotations, and each must
//!   be annotated.
//! * `//@ max-lines: N`: as rendered, the errors have N lines at most; unsaid, 15 an annotation.
//!
//! Contract: pure, and strict: what looks like a term and is none is a fault of the law, for a
//! misspelt term would be one that is never checked. Neighbour: `judge` applies them.

/// How long an error may be, in rendered lines, before nobody reads it.
const LINES_AN_ERROR: usize = 15;

/// What rustc must say about a law.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Terms {
    /// It must compile, without a warning.
    pub must_pass: bool,
    /// The annotated errors.
    pub expected: Vec<Expected>,
    /// The exact number of errors, if it was given.
    pub errors: Option<usize>,
    /// Upper bound of the rendered lines of all errors.
    pub max_lines: usize,
    /// What is wrong with the terms themselves.
    pub faults: Vec<String>,
}

/// One annotation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expected {
    /// Counted from 1.
    pub line: usize,
    /// What the error must hold.
    pub text: String,
}

impl Terms {
    /// Reads the terms of a law's source; of one that `must_pass` there are none.
    pub fn read(source: &str, must_pass: bool) -> Self {
        let mut terms = Self {
            must_pass,
            ..Self::default()
        };
        let mut max_lines = None;
        for (line, text) in (1..).zip(source.lines()) {
            match Term::read(line, text) {
                Ok(None) => {}
                Ok(Some(Term::Error(expected))) => terms.expected.push(expected),
                Ok(Some(Term::Errors(number))) => terms.errors = Some(number),
                Ok(Some(Term::MaxLines(number))) => max_lines = Some(number),
                Err(NoTerm) => {
                    let fault = format!("line {line}: not a term: {}", text.trim());
                    terms.faults.push(fault);
                }
            }
        }
        terms.max_lines = max_lines.unwrap_or(LINES_AN_ERROR * terms.expected.len());
        let any = !terms.expected.is_empty() || terms.errors.is_some() || max_lines.is_some();
        if must_pass && any {
            terms
                .faults
                .push("a file that must compile has no terms".into());
        } else if !must_pass && terms.expected.is_empty() {
            terms
                .faults
                .push("no `//~ ERROR` says what the law is".into());
        }
        terms
    }

    /// The exact number of errors.
    pub fn error_count(&self) -> usize {
        self.errors.unwrap_or(self.expected.len())
    }
}

/// What one line can say.
enum Term {
    Error(Expected),
    Errors(usize),
    MaxLines(usize),
}

/// A line looks like a term and is none.
struct NoTerm;

impl Term {
    fn read(line: usize, text: &str) -> Result<Option<Self>, NoTerm> {
        if let Some((_, annotation)) = text.split_once("//~") {
            let error = expected(line, annotation).ok_or(NoTerm)?;
            return Ok(Some(Self::Error(error)));
        }
        let Some(header) = text.trim_start().strip_prefix("//@") else {
            return Ok(None);
        };
        let (name, number) = header.split_once(':').ok_or(NoTerm)?;
        let number = number.trim().parse().map_err(|_| NoTerm)?;
        match name.trim() {
            "errors" => Ok(Some(Self::Errors(number))),
            "max-lines" => Ok(Some(Self::MaxLines(number))),
            _ => Err(NoTerm),
        }
    }
}

/// What follows `//~` on a line.
fn expected(line: usize, annotation: &str) -> Option<Expected> {
    let after = annotation.trim_start_matches('^');
    let up = annotation.len() - after.len();
    let text = after.trim_start().strip_prefix("ERROR ")?.trim();
    let line = line.checked_sub(up).filter(|line| *line > 0)?;
    (!text.is_empty()).then(|| Expected {
        line,
        text: text.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(line: usize, text: &str) -> Expected {
        Expected {
            line,
            text: text.into(),
        }
    }

    #[test]
    fn an_annotation_is_about_its_own_line_or_one_above() {
        let terms = Terms::read(
            "a //~ ERROR one two \nb\n//~^ ERROR b's\n  //~^^^ ERROR a's",
            false,
        );
        let all = [told(1, "one two"), told(2, "b's"), told(1, "a's")];
        assert_eq!(terms.expected, all);
        assert_eq!((terms.error_count(), terms.max_lines), (3, 45));
        assert_eq!(terms.faults, Vec::<String>::new());
    }

    #[test]
    fn settings_replace_what_follows_from_the_annotations() {
        let terms = Terms::read("//@ errors: 2\n//@ max-lines: 7\nx //~ ERROR e", false);
        assert_eq!((terms.error_count(), terms.max_lines), (2, 7));
        assert_eq!(terms.faults, Vec::<String>::new());
    }

    #[test]
    fn what_looks_like_a_term_and_is_none_is_a_fault() {
        let misspelt = [
            "x //~ ERORR text",
            "x //~ WARN text",
            "x //~ ERROR",
            "//~^^^ ERROR above the file",
            "//@ error: 1",
            "//@ errors: many",
            "//@ max-lines 4",
        ];
        for line in misspelt {
            let terms = Terms::read(&format!("{line}\nx //~ ERROR right"), false);
            assert_eq!(terms.faults.len(), 1, "{line}: {terms:?}");
            assert!(terms.faults[0].contains("line 1"), "{terms:?}");
        }
    }

    #[test]
    fn a_law_says_something_and_a_file_that_passes_does_not() {
        assert_eq!(Terms::read("fn main() {}", false).faults.len(), 1);
        assert_eq!(
            Terms::read("fn main() {} //~ ERROR no", true).faults.len(),
            1
        );
        assert!(
            Terms::read("#![deny(warnings)]\nfn main() {}", true)
                .faults
                .is_empty()
        );
    }
}
