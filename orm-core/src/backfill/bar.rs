//! [`bar`]: a progress bar for terminals.

use std::fmt::Write;

use indicatif::{HumanCount, ProgressBar, ProgressFinish, ProgressState, ProgressStyle};

use super::Progress;

const KNOWN: &str = "{name} {wide_bar} {human_pos}/{human_len} rows, {rest}";
const UNKNOWN: &str = "{name} {spinner} {human_pos} rows, {rest}";

/// A progress bar on stderr, to be given to [`Engine::backfill`](crate::engine::Engine::backfill).
/// It shows nothing where stderr is no terminal. It stays as it is where a call ends at its limit.
///
/// ```no_run
/// # use orm_core::backfill::{Backfill, bar};
/// # use orm_core::prelude::*;
/// # fn fill(engine: &Engine<SqliteConnection>, filled: &Backfill) -> orm_core::Result<()> {
/// engine.backfill(filled, bar())?;
/// # Ok(())
/// # }
/// ```
pub fn bar() -> impl FnMut(&Progress) + Send {
    let bar = ProgressBar::no_length().with_finish(ProgressFinish::Abandon);
    move |progress| {
        let template = match progress.total {
            Some(_) => KNOWN,
            None => UNKNOWN,
        };
        let rest = progress.rest().filter(|_| !progress.done);
        let rest = rest.map(|rest| format!(", {}s to go", rest.as_secs()));
        let rest = rest.unwrap_or_default();
        let rest = format!("{} changed{rest}", HumanCount(progress.changed));
        if let Ok(style) = ProgressStyle::with_template(template) {
            let style = style.with_key("name", word(progress.name.clone()));
            bar.set_style(style.with_key("rest", word(rest)));
        }
        // All at once: each change of a part of it would be drawn.
        bar.update(|state| {
            if let Some(total) = progress.total {
                state.set_len(total);
            }
            state.set_pos(progress.walked);
        });
        if progress.done {
            bar.finish();
        }
    }
}

/// A part of the bar that is a text.
fn word(text: String) -> impl Fn(&ProgressState, &mut dyn Write) + Send + Sync + Clone + 'static {
    move |_, out| {
        // A text that is not taken is left out of the bar.
        let _ = out.write_str(&text);
    }
}
