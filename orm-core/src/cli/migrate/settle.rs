//! `migrate settle`.

use serde_json::json;

use super::super::context::Context;
use super::super::failure::{Exit, Failure};
use crate::migrate::{Run, Settled};

pub(super) fn run(
    context: &mut Context<'_, '_, '_>,
    version: &str,
    done: bool,
    run: &Run,
) -> Result<Exit, Failure> {
    let version = super::version(version);
    let (migrations, live) = context.both()?;
    let (how, word) = match done {
        true => (Settled::Done, "done"),
        false => (Settled::Undone, "undone"),
    };
    live.settle(&migrations, &version, how, run)?;
    context.talk.say(format!("{version} counts as {word}"));
    context
        .talk
        .give(&json!({ "version": version, "settled": word }));
    Ok(Exit::Done)
}
