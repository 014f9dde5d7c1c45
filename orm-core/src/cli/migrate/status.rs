//! `migrate status` and `migrate history`.

use chrono::NaiveDateTime;
use serde_json::{Value, json};

use super::super::context::Context;
use super::super::failure::{Exit, Failure};
use super::super::talk::Tone;
use crate::migrate::{State, Status};

pub(super) fn run(context: &mut Context<'_, '_, '_>) -> Result<Exit, Failure> {
    let (migrations, live) = context.both()?;
    let statuses = live.status(&migrations)?;
    let row = |one: &Status| {
        let (word, tone) = spoken(one.state);
        vec![
            (tone, word.replace('_', " ")),
            (Tone::Plain, one.label()),
            (Tone::Faint, at(one.state).map(shown).unwrap_or_default()),
        ]
    };
    let rows: Vec<_> = statuses.iter().map(row).collect();
    context.talk.rows(&rows);
    if statuses.is_empty() {
        context.talk.say("there are no migrations");
    }
    let pending = statuses.iter().filter(|one| one.state == State::Pending);
    let document = json!({
        "database": context.url()?.to_string(),
        "folder": context.folder()?.display().to_string(),
        "pending": pending.count(),
        "migrations": statuses.iter().map(document).collect::<Vec<_>>(),
    });
    context.talk.give(&document);
    Ok(Exit::Done)
}

pub(super) fn history(context: &mut Context<'_, '_, '_>) -> Result<Exit, Failure> {
    let (migrations, live) = context.both_or_none()?;
    let mut run = live.status(&migrations)?;
    run.retain(|one| at(one.state).is_some());
    run.sort_by_key(|one| at(one.state));
    let row = |one: &Status| {
        let remark = match one.state {
            State::Changed { .. } => "changed since",
            State::Missing { .. } => "has no file",
            State::WithoutCode { .. } => "without its code",
            _ => "",
        };
        vec![
            (Tone::Faint, at(one.state).map(shown).unwrap_or_default()),
            (Tone::Plain, one.label()),
            (Tone::Bad, remark.to_owned()),
        ]
    };
    let rows: Vec<_> = run.iter().map(row).collect();
    context.talk.rows(&rows);
    if run.is_empty() {
        context.talk.say("nothing was run");
    }
    let run: Vec<Value> = run.iter().map(document).collect();
    context.talk.give(&json!({ "history": run }));
    Ok(Exit::Done)
}

fn document(status: &Status) -> Value {
    json!({
        "version": status.version,
        "name": status.name,
        "state": spoken(status.state).0,
        "at": at(status.state).map(|at| at.format("%Y-%m-%dT%H:%M:%S").to_string()),
    })
}

/// A state as a word for programs.
pub(super) fn spoken(state: State) -> (&'static str, Tone) {
    match state {
        State::Pending => ("pending", Tone::Open),
        State::OutOfOrder => ("out_of_order", Tone::Bad),
        State::Done { .. } => ("done", Tone::Good),
        State::Current => ("current", Tone::Good),
        State::Changed { .. } => ("changed", Tone::Bad),
        State::WithoutCode { .. } => ("without_code", Tone::Bad),
        State::Missing { .. } => ("missing", Tone::Bad),
        State::Unfinished { .. } => ("unfinished", Tone::Bad),
        State::Partial => ("partial", Tone::Bad),
    }
}

fn at(state: State) -> Option<NaiveDateTime> {
    match state {
        State::Done { at }
        | State::Changed { at }
        | State::WithoutCode { at }
        | State::Missing { at } => Some(at),
        _ => None,
    }
}

fn shown(at: NaiveDateTime) -> String {
    at.format("%Y-%m-%d %H:%M:%S").to_string()
}
