//! `migrate check`: whether files, database and models agree.

use serde_json::{Value, json};

use super::super::context::Context;
use super::super::failure::{Exit, Failure};
use super::super::talk::Tone;
use super::status::spoken;
use crate::diff::sql;
use crate::migrate::{Run, State};
use crate::snapshot::Difference;

/// What is wrong: the kind of it, and what.
type Finding = (&'static str, String);

pub(super) fn run(context: &mut Context<'_, '_, '_>, run: &Run) -> Result<Exit, Failure> {
    let (migrations, live) = context.both()?;
    let statuses = live.status(&migrations)?;
    let wrong = statuses.iter().filter(|one| match one.state {
        State::Done { .. } | State::Current => false,
        State::Changed { .. } => !run.allow_changed,
        State::Missing { .. } => !run.allow_missing,
        _ => true,
    });
    let mut findings: Vec<Finding> = wrong
        .map(|one| (spoken(one.state).0, one.label()))
        .collect();
    let behind = |(kind, _): &Finding| !matches!(*kind, "changed" | "missing");
    // What is pending may be what the models say.
    if !findings.iter().any(behind) {
        let schema = context.cli.schema;
        let drift = live.drift(schema)?;
        let plan = live.plan(schema, &[])?;
        let counts = |one: &&Difference| match plan.is_empty() {
            true => !one.is_note() && !one.is_extra_table(),
            false => !one.is_extra_table(),
        };
        let drift: Vec<&Difference> = drift.iter().filter(counts).collect();
        findings.extend(drift.iter().map(|one| ("drift", one.to_string())));
        if drift.is_empty() && !plan.is_empty() {
            let statements = sql(&plan).statements;
            findings.extend(statements.into_iter().map(|one| ("to_generate", one)));
        }
    }
    let rows: Vec<_> = findings
        .iter()
        .map(|(kind, what)| {
            let kind = (Tone::Bad, kind.replace('_', " "));
            vec![kind, (Tone::Plain, what.clone())]
        })
        .collect();
    context.talk.rows(&rows);
    if findings.is_empty() {
        context.talk.say("files, database and models agree");
    }
    let documents: Vec<Value> = findings
        .iter()
        .map(|(kind, what)| json!({ "kind": kind, "what": what }))
        .collect();
    let document = json!({ "ok": findings.is_empty(), "findings": documents });
    context.talk.give(&document);
    Ok(match findings.is_empty() {
        true => Exit::Done,
        false => Exit::Found,
    })
}
