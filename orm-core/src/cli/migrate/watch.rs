//! Migrations while they run: a line each, with its time.

use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use super::super::failure::Failure;
use super::super::talk::{Talk, Tone};
use crate::error::Result as OrmResult;
use crate::migrate::{Migration, Observe, Progress, Run, Way};

/// What is seen of a migration: its label, the way, and once it is done how long it took.
struct Seen {
    label: String,
    way: Way,
    took: Option<Duration>,
}

/// Runs migrations on a thread of their own, and tells meanwhile how far they are. Gives them, and
/// as JSON with their times.
pub(in super::super) fn watched(
    talk: &mut Talk<'_, '_>,
    run: &Run,
    act: impl FnOnce(&Run) -> OrmResult<Vec<Migration>> + Send,
) -> Result<(Vec<Migration>, Vec<Value>), Failure> {
    let (sender, receiver) = channel();
    let observe = Observe::new(move |progress| {
        let (migration, way, took) = match progress {
            Progress::Begins { migration, way } => (migration, way, None),
            Progress::Done {
                migration,
                way,
                took,
            } => (migration, way, Some(took)),
        };
        // Nobody listens any more only if the process ends.
        let _ = sender.send(Seen {
            label: migration.label(),
            way,
            took,
        });
    });
    let run = Run {
        observe,
        ..run.clone()
    };
    let mut times = Vec::new();
    let done = thread::scope(|scope| {
        // The observer goes with it, so the channel ends with the run.
        let runner = scope.spawn(move || act(&run));
        for seen in receiver {
            match seen.took {
                None => {
                    talk.ended("done by another runner");
                    let verb = match seen.way {
                        Way::Up => "running",
                        Way::Down => "reverting",
                    };
                    talk.begin(format!("{verb} {} ... ", seen.label));
                }
                Some(took) => {
                    let shown = talk.toned(Tone::Faint, &spoken(took));
                    talk.ended(shown);
                    times.push((seen.label, took));
                }
            }
        }
        runner.join()
    });
    let done = done.unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
    talk.ended("done by another runner");
    let one = |one: &Migration| {
        let mut times = times.iter();
        let took = times.find(|(label, _)| *label == one.label());
        let seconds = took.map(|(_, took)| took.as_secs_f64());
        json!({ "version": one.version, "name": one.name, "seconds": seconds })
    };
    let document = done.iter().map(one).collect();
    Ok((done, document))
}

fn spoken(took: Duration) -> String {
    match took.as_millis() {
        millis @ ..1000 => format!("{millis} ms"),
        _ => format!("{:.1} s", took.as_secs_f64()),
    }
}
