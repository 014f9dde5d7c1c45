//! [`Streams`]: where a command writes, and who answers.

use std::fmt;
use std::io::{self, BufRead, IsTerminal, Write};

use serde_json::json;

use super::failure::Exit;
use crate::url::hidden;

/// Where a command writes, and who answers its questions.
pub struct Streams<'w> {
    pub(super) out: &'w mut dyn Write,
    pub(super) err: &'w mut dyn Write,
    /// Whoever sits at the terminal.
    pub(super) answers: Option<&'w mut dyn BufRead>,
    /// Whether `out` and `err` show colours.
    pub(super) colors: (bool, bool),
}

impl<'w> Streams<'w> {
    /// Writers without colours, and nobody who answers.
    #[must_use]
    pub fn new(out: &'w mut dyn Write, err: &'w mut dyn Write) -> Self {
        Streams {
            out,
            err,
            answers: None,
            colors: (false, false),
        }
    }

    /// Questions are answered from here, as on a terminal.
    #[must_use]
    pub fn answers(mut self, answers: &'w mut dyn BufRead) -> Self {
        self.answers = Some(answers);
        self
    }

    /// Those of the process.
    pub(super) fn with_process<T>(run: impl FnOnce(&mut Streams<'_>) -> T) -> T {
        let (input, mut out, mut err) = (io::stdin(), io::stdout(), io::stderr());
        let asked = input.is_terminal() && err.is_terminal();
        let colors = (colored(out.is_terminal()), colored(err.is_terminal()));
        let mut answers = input.lock();
        let mut streams = Streams::new(&mut out, &mut err);
        streams.colors = colors;
        if asked {
            streams.answers = Some(&mut answers);
        }
        let done = run(&mut streams);
        let _ = (streams.out.flush(), streams.err.flush());
        done
    }

    /// Says what is wrong with a command line, or the help that was asked for.
    pub(super) fn not_understood(&mut self, error: &clap::Error, json: bool) -> Exit {
        if json && error.use_stderr() {
            let text = hidden(&error.render().to_string());
            let message = text.lines().next().unwrap_or_default();
            let message = message.strip_prefix("error: ").unwrap_or(message);
            let document = json!({ "error": {
                "kind": "usage",
                "message": message,
                "details": [],
                "help": "try `--help`",
            }});
            let _ = writeln!(self.out, "{document:#}");
        }
        let (out, colors) = match error.use_stderr() {
            true => (&mut self.err, self.colors.1),
            false => (&mut self.out, self.colors.0),
        };
        let text = error.render();
        let text = match colors {
            true => text.ansi().to_string(),
            false => text.to_string(),
        };
        let _ = out.write_all(hidden(&text).as_bytes());
        match error.exit_code() {
            0 => Exit::Done,
            _ => Exit::Usage,
        }
    }
}

impl fmt::Debug for Streams<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Streams")
            .field("colors", &self.colors)
            .finish_non_exhaustive()
    }
}

fn colored(terminal: bool) -> bool {
    let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
    terminal && !dumb && !is_set("NO_COLOR")
}
