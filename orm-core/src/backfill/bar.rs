//! [`bar`]: a progress bar for terminals.

use indicatif::{ProgressBar, ProgressStyle};

use super::Progress;

const KNOWN: &str = "{prefix} {wide_bar} {human_pos}/{human_len} rows, {msg}";
const UNKNOWN: &str = "{prefix} {spinner} {human_pos} rows, {msg}";

/// A progress bar on stderr, to be given to [`Engine::backfill`](crate::engine::Engine::backfill).
/// It shows nothing where stderr is no terminal.
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
    let bar = ProgressBar::no_length();
    move |progress| {
        let template = match progress.total {
            Some(_) => KNOWN,
            None => UNKNOWN,
        };
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        if let Some(total) = progress.total {
            bar.set_length(total);
        }
        bar.set_prefix(progress.name.clone());
        let rest = progress.rest().filter(|_| !progress.done);
        let rest = rest.map(|rest| format!(", {}s to go", rest.as_secs()));
        let rest = rest.unwrap_or_default();
        bar.set_message(format!("{} changed{rest}", progress.changed));
        bar.set_position(progress.walked);
        match progress.done {
            true => bar.finish(),
            false => bar.tick(),
        }
    }
}
