//! [`Talk`]: what a command says, as text or as JSON, and what it asks.
//!
//! As text, results and progress go to the standard output, and questions, notes and errors to the
//! other one. With `--json` the standard output is one document. What may repeat what was typed is
//! shown without the passwords in it; SQL and source are shown as they are.

use std::fmt::Display;
use std::io;

use anstyle::{AnsiColor, Style};
use serde_json::{Value, json};

use super::args::{Color, Global};
use super::failure::{Exit, Failure};
use super::streams::Streams;
use crate::url::hidden;

/// Fields of documents that hold SQL or source.
const SOURCES: [&str; 8] = [
    "up",
    "down",
    "statements",
    "source",
    "mermaid",
    "svg",
    "script",
    "findings",
];

/// How a word is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tone {
    Plain,
    Good,
    Open,
    Bad,
    Faint,
}

impl Tone {
    fn style(self) -> Style {
        match self {
            Tone::Plain => Style::new(),
            Tone::Good => AnsiColor::Green.on_default(),
            Tone::Open => AnsiColor::Yellow.on_default(),
            Tone::Bad => AnsiColor::Red.on_default().bold(),
            Tone::Faint => Style::new().dimmed(),
        }
    }
}

pub(super) struct Talk<'t, 'w> {
    streams: &'t mut Streams<'w>,
    json: bool,
    yes: bool,
    /// A line is begun and not ended.
    open: bool,
    /// Why the output does not have all that was said.
    lost: Option<io::Error>,
}

impl<'t, 'w> Talk<'t, 'w> {
    pub(super) fn new(streams: &'t mut Streams<'w>, global: &Global) -> Self {
        match global.color {
            Color::Auto => {}
            Color::Always => streams.colors = (true, true),
            Color::Never => streams.colors = (false, false),
        }
        Talk {
            streams,
            json: global.json,
            yes: global.yes,
            open: false,
            lost: None,
        }
    }

    /// Writes to the standard output. Who closes a pipe has read enough; what else goes wrong is told
    /// at the end.
    fn put(&mut self, text: impl Display) {
        let written = write!(self.streams.out, "{text}");
        self.keep(written);
    }

    fn keep(&mut self, written: io::Result<()>) {
        let lost = written.err();
        let lost = lost.filter(|error| error.kind() != io::ErrorKind::BrokenPipe);
        self.lost = self.lost.take().or(lost);
    }

    /// A line of the result.
    pub(super) fn say(&mut self, line: impl Display) {
        if !self.json {
            self.put(format_args!("{}\n", hidden(&line.to_string())));
        }
    }

    /// A line or more of SQL.
    pub(super) fn sql(&mut self, text: impl Display) {
        if !self.json {
            self.put(format_args!("{text}\n"));
        }
    }

    /// The beginning of a line; [`ended`](Self::ended) ends it.
    pub(super) fn begin(&mut self, start: impl Display) {
        if !self.json {
            self.put(hidden(&start.to_string()));
            let flushed = self.streams.out.flush();
            self.keep(flushed);
            self.open = true;
        }
    }

    pub(super) fn ended(&mut self, end: impl Display) {
        if std::mem::take(&mut self.open) {
            self.put(format_args!("{end}\n"));
        }
    }

    /// Lines of aligned columns, a word and its tone each.
    pub(super) fn rows(&mut self, rows: &[Vec<(Tone, String)>]) {
        let width = |at: usize| {
            let cells = rows.iter().filter_map(|row| row.get(at));
            cells.map(|(_, text)| text.chars().count()).max()
        };
        for row in rows {
            let mut line = String::new();
            for (at, (tone, text)) in row.iter().enumerate() {
                line.push_str(&self.toned(*tone, text));
                if row[at + 1..].iter().any(|(_, rest)| !rest.is_empty()) {
                    let pad = width(at).unwrap_or(0) - text.chars().count() + 2;
                    line.push_str(&" ".repeat(pad));
                }
            }
            self.say(line);
        }
    }

    /// A word of the result.
    pub(super) fn toned(&self, tone: Tone, text: &str) -> String {
        painted(self.streams.colors.0, tone.style(), text)
    }

    /// A whole text that is the result, or the field of that name.
    pub(super) fn source(&mut self, text: &str, field: &str) {
        match self.json {
            true => self.give(&json!({ field: text })),
            false => self.put(text),
        }
    }

    /// The document.
    pub(super) fn give(&mut self, document: &Value) {
        if self.json {
            let mut document = document.clone();
            hide(&mut document);
            self.put(format_args!("{document:#}\n"));
        }
    }

    /// What is worth knowing beside the result.
    pub(super) fn note(&mut self, note: impl Display) {
        let word = painted(self.streams.colors.1, Style::new().bold(), "note:");
        let note = hidden(&note.to_string());
        let _ = writeln!(self.streams.err, "{word} {note}");
    }

    /// Whether somebody can be asked.
    pub(super) fn is_heard(&self) -> bool {
        self.streams.answers.is_some()
    }

    /// Asks for a yes.
    pub(super) fn ask(&mut self, question: &str) -> bool {
        let Some(answers) = &mut self.streams.answers else {
            return false;
        };
        let _ = write!(self.streams.err, "{} [y/N] ", hidden(question));
        let _ = self.streams.err.flush();
        let mut answer = String::new();
        let read = answers.read_line(&mut answer);
        let answer = answer.trim();
        read.is_ok()
            && ["y", "yes"]
                .iter()
                .any(|yes| answer.eq_ignore_ascii_case(yes))
    }

    /// Goes on only with a yes, of `--yes` or of whoever sits at the terminal.
    pub(super) fn confirm(&mut self, what: &str) -> Result<(), Failure> {
        if self.yes {
            return Ok(());
        }
        if !self.is_heard() {
            let failure = Failure::refused("not_confirmed", format!("this would {what}"));
            return Err(failure.help("say `--yes` if it may be done"));
        }
        match self.ask(&format!("This will {what}. Go on?")) {
            true => Ok(()),
            false => Err(Failure::refused("not_confirmed", "nothing was done")),
        }
    }

    /// The end of a command.
    pub(super) fn end(&mut self, done: Result<Exit, Failure>) -> Exit {
        let flushed = self.streams.out.flush();
        self.keep(flushed);
        let mut failure = match (done, self.lost.take()) {
            (Ok(exit), None) => return exit,
            (Ok(_), Some(error)) => {
                let message = format!("the output cannot be written: {error}");
                Failure::new(Exit::Failed, "output", message)
            }
            (Err(failure), _) => failure,
        };
        failure.message = hidden(&failure.message);
        failure
            .lines
            .iter_mut()
            .for_each(|line| *line = hidden(line));
        failure.help = failure.help.as_deref().map(hidden);
        self.ended("failed");
        let err_colors = self.streams.colors.1;
        let word = painted(err_colors, Tone::Bad.style(), "error:");
        let _ = writeln!(self.streams.err, "{word} {}", failure.message);
        for line in &failure.lines {
            let _ = writeln!(self.streams.err, "  {line}");
        }
        if let Some(help) = &failure.help {
            let word = painted(err_colors, Style::new().bold(), "help:");
            let _ = writeln!(self.streams.err, "{word} {help}");
        }
        self.give(&json!({ "error": {
            "kind": failure.kind,
            "message": failure.message,
            "details": failure.lines,
            "help": failure.help,
        }}));
        failure.exit
    }
}

/// Hides the passwords in a document.
fn hide(document: &mut Value) {
    match document {
        Value::String(text) => *text = hidden(text),
        Value::Array(list) => list.iter_mut().for_each(hide),
        Value::Object(fields) => {
            let shown = fields.iter_mut();
            let shown = shown.filter(|(name, _)| !SOURCES.contains(&name.as_str()));
            shown.for_each(|(_, value)| hide(value));
        }
        _ => {}
    }
}

fn painted(colors: bool, style: Style, text: &str) -> String {
    match colors && style != Style::new() && !text.is_empty() {
        true => format!("{style}{text}{style:#}"),
        false => text.to_owned(),
    }
}
