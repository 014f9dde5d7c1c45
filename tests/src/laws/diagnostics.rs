//! What cargo and rustc said, from `--message-format=json`.
//!
//! Contract: pure. Errors and warnings are grouped by the law that they are about; what is about
//! something else (a dependency that does not compile, cargo itself) is kept as text, since no
//! law was proved then. Neighbour: `judge` compares it with the terms.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value;

/// What one run of cargo gave.
#[derive(Debug, Default)]
pub struct Outcome {
    /// The laws that were compiled or refused, by path.
    pub laws: BTreeMap<PathBuf, Checked>,
    /// Errors outside of all laws, and what cargo wrote besides.
    pub elsewhere: String,
}

/// What rustc said about one law.
#[derive(Debug, Default)]
pub struct Checked {
    /// It compiled.
    pub compiled: bool,
    /// Errors and warnings, without the closing counts.
    pub diagnostics: Vec<Diagnostic>,
}

/// One error or warning.
#[derive(Debug, Clone, Default)]
pub struct Diagnostic {
    /// An error; else a warning.
    pub error: bool,
    /// The lines of the law at which primary spans begin; empty if it points elsewhere.
    pub lines: Vec<usize>,
    /// Message, labels, notes and helps.
    pub texts: Vec<String>,
    /// As rustc shows it.
    pub rendered: String,
}

impl Outcome {
    /// Reads cargo's two outputs; `work` is where it ran, and what relative paths start from.
    pub fn read(out: &str, err: &str, work: &Path, laws: &[&Path]) -> Self {
        let mut outcome = Self::default();
        for message in out
            .lines()
            .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        {
            let path = work.join(message["target"]["src_path"].as_str().unwrap_or_default());
            let law = laws.contains(&path.as_path());
            match message["reason"].as_str() {
                Some("compiler-artifact") if law => {
                    outcome.laws.entry(path).or_default().compiled = true;
                }
                Some("compiler-message") => {
                    let place = |span: &Value| place(span, work, &path);
                    let Some(diagnostic) = Diagnostic::read(&message["message"], place) else {
                        continue;
                    };
                    if law {
                        let checked = outcome.laws.entry(path).or_default();
                        checked.diagnostics.push(diagnostic);
                    } else if diagnostic.error {
                        outcome.elsewhere += &diagnostic.rendered;
                    }
                }
                _ => {}
            }
        }
        outcome.elsewhere += err;
        outcome
    }
}

impl Diagnostic {
    /// `None` for the counts at the end ("aborting due to 2 previous errors") and for remarks.
    fn read(message: &Value, place: impl Fn(&Value) -> Option<usize>) -> Option<Self> {
        let level = message["level"].as_str()?;
        let error = level.starts_with("error"); // also "error: internal compiler error"
        let text = message["message"].as_str()?;
        let spans = message["spans"].as_array()?;
        let count = text.starts_with("aborting due to") || text.ends_with("emitted");
        if !(error || level == "warning") || (spans.is_empty() && count) {
            return None;
        }
        let primary = spans.iter().filter(|span| span["is_primary"] == true);
        let mut texts = Vec::new();
        collect_texts(message, &mut texts);
        Some(Self {
            error,
            lines: primary.filter_map(place).collect(),
            texts,
            rendered: message["rendered"].as_str().unwrap_or(text).to_owned(),
        })
    }
}

/// Message and labels of a diagnostic, and those of its notes and helps.
fn collect_texts(message: &Value, texts: &mut Vec<String>) {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    texts.extend(text(&message["message"]));
    let spans = message["spans"].as_array().into_iter().flatten();
    for span in spans {
        texts.extend(text(&span["label"]));
        texts.extend(text(&span["suggested_replacement"]));
    }
    for child in message["children"].as_array().into_iter().flatten() {
        collect_texts(child, texts);
    }
}

/// The line of the law at which a span begins. One inside a macro of somewhere else is where the
/// law called the macro.
fn place(span: &Value, work: &Path, law: &Path) -> Option<usize> {
    if work.join(span["file_name"].as_str()?) == law {
        return usize::try_from(span["line_start"].as_u64()?).ok();
    }
    let call = &span["expansion"]["span"];
    if call.is_object() {
        place(call, work, law)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn outcome(messages: &[Value]) -> Outcome {
        let out = messages
            .iter()
            .map(|message| format!("{message}\n"))
            .collect::<String>();
        Outcome::read(
            &format!("not json\n{out}"),
            "cargo's",
            Path::new("/w"),
            &[Path::new("/l.rs")],
        )
    }

    fn message(path: &str, message: &Value) -> Value {
        json!({"reason": "compiler-message", "target": {"src_path": path}, "message": message})
    }

    #[test]
    fn an_error_keeps_its_line_and_all_its_texts() {
        let error = json!({"level": "error", "message": "m", "rendered": "shown", "spans": [
            {"is_primary": true, "file_name": "/l.rs", "line_start": 3, "label": "here"},
            {"is_primary": false, "file_name": "/l.rs", "line_start": 1, "label": "there"},
        ], "children": [{"level": "help", "message": "h", "spans": [], "children": []}]});
        let found = outcome(&[message("/l.rs", &error)]);
        let [diagnostic] = &found.laws[Path::new("/l.rs")].diagnostics[..] else {
            panic!()
        };
        assert!(diagnostic.error);
        assert_eq!(diagnostic.lines, [3]);
        assert_eq!(diagnostic.texts, ["m", "here", "there", "h"]);
        assert_eq!(diagnostic.rendered, "shown");
    }

    #[test]
    fn a_span_in_a_foreign_macro_is_where_the_law_calls_it() {
        let call = json!({"file_name": "/l.rs", "line_start": 9});
        let span = json!({"file_name": "src/m.rs", "line_start": 1, "expansion": {"span": call}});
        assert_eq!(place(&span, Path::new("/w"), Path::new("/l.rs")), Some(9));
        let nowhere = json!({"file_name": "src/m.rs", "line_start": 1, "expansion": null});
        assert_eq!(place(&nowhere, Path::new("/w"), Path::new("/l.rs")), None);
    }

    #[test]
    fn counts_and_remarks_are_no_diagnostics() {
        let said = |level: &str, text: &str| {
            message(
                "/l.rs",
                &json!({"level": level, "message": text, "spans": []}),
            )
        };
        let found = outcome(&[
            said("error", "aborting due to 2 previous errors"),
            said("warning", "1 warning emitted"),
            said("failure-note", "For more information about this error"),
            said("error", "linking failed"),
        ]);
        assert_eq!(found.laws[Path::new("/l.rs")].diagnostics.len(), 1);
    }

    #[test]
    fn what_is_about_no_law_is_kept_as_text() {
        let error =
            json!({"level": "error", "message": "m", "rendered": "dep broke\n", "spans": []});
        let compiled = json!({"reason": "compiler-artifact", "target": {"src_path": "/l.rs"}});
        let found = outcome(&[message("/dep.rs", &error), compiled]);
        assert_eq!(found.elsewhere, "dep broke\ncargo's");
        assert!(found.laws[Path::new("/l.rs")].compiled);
        assert_eq!(found.laws.len(), 1);
    }
}
