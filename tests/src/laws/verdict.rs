//! Whether a law holds, and the report if it does not.
//!
//! Contract: pure. A verdict names everything that is wrong at once and shows what rustc said.
//! Neighbour: `judge` compares.

use std::fmt;

use super::Law;
use super::diagnostics::Outcome;
use super::judge::judge;

/// One law, judged.
#[derive(Debug)]
pub struct Verdict {
    /// The law's name.
    pub law: String,
    /// Why it does not hold; nothing if it does.
    pub problems: Vec<String>,
    /// What rustc said about it.
    pub rendered: String,
}

impl Verdict {
    /// Judges one law.
    pub fn of(law: Law, outcome: &Outcome) -> Self {
        let Some(checked) = outcome.laws.get(&law.path) else {
            let problems = vec!["was not checked: cargo did not come to it".into()];
            return Self {
                law: law.name,
                problems,
                rendered: outcome.elsewhere.clone(),
            };
        };
        let mut problems = law.terms.faults.clone();
        problems.extend(judge(&law.terms, checked));
        let rendered = checked
            .diagnostics
            .iter()
            .map(|found| found.rendered.as_str())
            .collect();
        Self {
            law: law.name,
            problems,
            rendered,
        }
    }

    /// Whether the law holds.
    pub fn holds(&self) -> bool {
        self.problems.is_empty()
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            out,
            "law {}: {}",
            self.law,
            if self.holds() { "holds" } else { "BROKEN" }
        )?;
        for problem in &self.problems {
            writeln!(out, "  - {problem}")?;
        }
        if !self.holds() {
            self.rendered
                .lines()
                .try_for_each(|line| writeln!(out, "    | {line}"))?;
        }
        Ok(())
    }
}

/// How many laws hold, if all do.
///
/// # Errors
/// A report on every law that does not.
pub fn all_hold(verdicts: &[Verdict]) -> Result<usize, String> {
    let broken: Vec<String> = verdicts
        .iter()
        .filter(|verdict| !verdict.holds())
        .map(ToString::to_string)
        .collect();
    if broken.is_empty() {
        return Ok(verdicts.len());
    }
    Err(format!(
        "{} of {} laws are broken\n\n{}",
        broken.len(),
        verdicts.len(),
        broken.join("\n")
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::laws::terms::Terms;

    #[test]
    fn a_law_that_cargo_did_not_come_to_is_broken() {
        let law = Law {
            name: "t/l".into(),
            path: "/l.rs".into(),
            terms: Terms::default(),
        };
        let outcome = Outcome {
            elsewhere: "dep broke".into(),
            ..Outcome::default()
        };
        let verdict = Verdict::of(law, &outcome);
        assert!(!verdict.holds());
        assert!(verdict.to_string().contains("was not checked"), "{verdict}");
        assert!(verdict.to_string().contains("dep broke"), "{verdict}");
    }
}
