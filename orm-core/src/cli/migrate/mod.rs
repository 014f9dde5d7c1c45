//! `migrate`: writing migrations, running them, and where they stand.

mod check;
mod folders;
mod generate;
mod settle;
mod squash;
mod status;
mod watch;

pub(super) use watch::watched;

use serde_json::json;

use super::args::{Migrate, MigrateCommand, Runner};
use super::context::Context;
use super::failure::{Exit, Failure};
use crate::migrate::{Migration, Migrations, Run, State, Status};

pub(super) fn run(context: &mut Context<'_, '_, '_>, args: &Migrate) -> Result<Exit, Failure> {
    let run = settings(&args.runner);
    match &args.command {
        MigrateCommand::Generate(args) => generate::run(context, args, &run),
        MigrateCommand::New { name, code } => folders::new(context, name, *code),
        MigrateCommand::Run { to, dry_run } => {
            let to = to.as_deref().map(version);
            let run = Run { to, ..run };
            match dry_run {
                true => list(context, &run),
                false => up(context, &run),
            }
        }
        MigrateCommand::Revert { n, to, all } => {
            let to = to.as_deref().map(version);
            let n = if to.is_some() || *all { usize::MAX } else { *n };
            revert(context, n, *all, &Run { to, ..run })
        }
        MigrateCommand::Redo => redo(context, &run),
        MigrateCommand::Status => status::run(context),
        MigrateCommand::History => status::history(context),
        MigrateCommand::Settle { version, done, .. } => settle::run(context, version, *done, &run),
        MigrateCommand::Check => check::run(context, &run),
        MigrateCommand::Squash { range, name } => squash::run(context, range, name),
    }
}

fn settings(args: &Runner) -> Run {
    Run {
        allow_changed: args.allow_changed,
        allow_missing: args.allow_missing,
        allow_out_of_order: args.allow_out_of_order,
        lock_timeout: args.lock_timeout,
        statement_lock_timeout: args.statement_lock_timeout,
        lock_retries: args.lock_retries,
        ..Run::default()
    }
}

/// A version as it is noted, of one as it is typed: with dashes, or the name of a folder.
fn version(typed: &str) -> String {
    // A URL at a wrong place: a part of its password would not be known for one.
    if typed.contains([':', '@']) {
        return typed.to_owned();
    }
    let version = typed.split('_').next().unwrap_or_default();
    version.replace('-', "")
}

fn up(context: &mut Context<'_, '_, '_>, run: &Run) -> Result<Exit, Failure> {
    let (migrations, live) = context.both()?;
    let (ran, document) = watched(&mut context.talk, run, |run| live.migrate(&migrations, run))?;
    if ran.is_empty() {
        context.talk.say("nothing to run");
    }
    context.talk.give(&json!({ "ran": document }));
    Ok(Exit::Done)
}

fn list(context: &mut Context<'_, '_, '_>, run: &Run) -> Result<Exit, Failure> {
    let (migrations, live) = context.both()?;
    let pending = live.pending(&migrations, run)?;
    if pending.is_empty() {
        context.talk.say("nothing to run");
    }
    for migration in &pending {
        context.talk.say(format!("would run {}", migration.label()));
    }
    let one = |one: &Migration| json!({ "version": one.version, "name": one.name, "up": one.up });
    let pending: Vec<_> = pending.iter().map(one).collect();
    context.talk.give(&json!({ "would_run": pending }));
    Ok(Exit::Done)
}

fn revert(
    context: &mut Context<'_, '_, '_>,
    n: usize,
    all: bool,
    run: &Run,
) -> Result<Exit, Failure> {
    let (migrations, live) = context.both()?;
    if all {
        let url = context.url()?;
        let what = format!("revert all migrations of {url}, and drop what they made with its data");
        context.talk.confirm(&what)?;
    } else {
        confirm_squashed(context, &migrations, &live.status(&migrations)?, n, run)?;
    }
    let (reverted, document) = watched(&mut context.talk, run, |run| {
        live.revert(&migrations, n, run)
    })?;
    if reverted.is_empty() {
        context.talk.say("nothing to revert");
    }
    context.talk.give(&json!({ "reverted": document }));
    Ok(Exit::Done)
}

/// One step back over a migration that stands for several is several steps.
fn confirm_squashed(
    context: &mut Context<'_, '_, '_>,
    migrations: &Migrations,
    statuses: &[Status],
    n: usize,
    run: &Run,
) -> Result<(), Failure> {
    let was_run = |one: &&Status| {
        matches!(
            one.state,
            State::Done { .. }
                | State::Changed { .. }
                | State::WithoutCode { .. }
                | State::Missing { .. }
        )
    };
    let newer = statuses.iter().rev().filter(was_run);
    let newer = newer.take_while(|one| run.to.as_ref() != Some(&one.version));
    let several: Vec<String> = newer
        .take(n)
        .filter_map(|one| migrations.get(&one.version))
        .filter(|one| !one.replaces.is_empty())
        .map(|one| format!("`{}`, which stands for {}", one.label(), one.replaces.len()))
        .collect();
    if several.is_empty() {
        return Ok(());
    }
    let url = context.url()?;
    let several = several.join(" and ");
    context.talk.confirm(&format!(
        "revert {several} migrations, and drop what they made in {url} with its data"
    ))
}

fn redo(context: &mut Context<'_, '_, '_>, run: &Run) -> Result<Exit, Failure> {
    let (migrations, live) = context.both()?;
    confirm_squashed(context, &migrations, &live.status(&migrations)?, 1, run)?;
    let (done, _) = watched(&mut context.talk, run, |run| {
        let done = live.redo(&migrations, run)?;
        Ok(done.into_iter().collect())
    })?;
    if done.is_empty() {
        context.talk.say("nothing to redo");
    }
    let redone = done.first();
    let redone = redone.map(|one| json!({ "version": one.version, "name": one.name }));
    context.talk.give(&json!({ "redone": redone }));
    Ok(Exit::Done)
}
