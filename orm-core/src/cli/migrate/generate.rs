//! `migrate generate`: from the database to the models.

use serde_json::json;

use super::super::args::Generate;
use super::super::context::Context;
use super::super::failure::{Exit, Failure};
use super::folders::{following, named};
use crate::diff::{Plan, Step};
use crate::lint::{Finding, lint};
use crate::migrate::{Migration, Run, State, Status};
use crate::snapshot::TableName;

pub(super) fn run(
    context: &mut Context<'_, '_, '_>,
    args: &Generate,
    run: &Run,
) -> Result<Exit, Failure> {
    let (migrations, live) = context.both_or_none()?;
    refuse_behind(&live.status(&migrations)?, run)?;
    let drops: Vec<TableName> = args.drop.iter().map(|name| table(name)).collect();
    let mut plan = live.plan(context.cli.schema, &drops)?;
    for (name, drop) in args.drop.iter().zip(&drops) {
        if !plan.steps.iter().any(|step| goes(step, drop)) {
            let message = format!("`--drop {name}` names nothing that can go");
            return Err(Failure::refused("drop", message)
                .help("it goes if the database has it and no model does"));
        }
    }
    fill(&mut plan, args)?;
    let losses: Vec<String> = plan.losses().iter().map(ToString::to_string).collect();
    if plan.is_empty() {
        context
            .talk
            .say("the database is what the models say: nothing to write");
    } else if !args.allow_loss && !args.dry_run {
        allow(context, &losses)?;
    }
    let parts = plan.parts();
    let folder = context.folder()?;
    let versions = following(&folder, parts.len())?;
    let name = named(&args.name);
    let written: Vec<(Migration, &Plan)> = versions
        .iter()
        .zip(&parts)
        .map(|(version, part)| (Migration::of_plan(version, &name, part), part))
        .collect();
    let mut documents = Vec::new();
    for (migration, part) in &written {
        let path = match args.dry_run {
            true => {
                show(context, migration);
                None
            }
            false => {
                let path = migration.write(&folder)?;
                context.talk.say(format!("wrote {}", path.display()));
                Some(path)
            }
        };
        note_way_back(context, migration, part);
        documents.push(json!({
            "version": migration.version,
            "name": migration.name,
            "path": path.map(|path| path.display().to_string()),
            "up": migration.up,
            "down": migration.down,
            "in_transaction": migration.in_transaction,
        }));
    }
    if args.dry_run {
        for loss in &losses {
            context.talk.note(format!("this loses {loss}"));
        }
    }
    let findings = lint(&plan);
    for finding in &findings {
        context.talk.note(finding);
    }
    let finding = |one: &Finding| {
        json!({
            "rule": one.rule,
            "table": one.table.to_string(),
            "what": one.what,
            "why": one.why,
            "safe": one.safe,
        })
    };
    let document = json!({
        "migrations": documents,
        "losses": losses,
        "findings": findings.iter().map(finding).collect::<Vec<_>>(),
    });
    context.talk.give(&document);
    Ok(Exit::Done)
}

/// The database must be where the files are: what is pending would be written again.
fn refuse_behind(statuses: &[Status], run: &Run) -> Result<(), Failure> {
    let of = |wanted: fn(State) -> bool| -> Vec<String> {
        let one = statuses.iter().filter(|one| wanted(one.state));
        one.map(Status::label).collect()
    };
    let unfinished = of(|state| matches!(state, State::Unfinished { .. } | State::Partial));
    if !unfinished.is_empty() {
        let message = "migrations are done in part";
        return Err(Failure::refused("unfinished", message)
            .lines(unfinished)
            .help("mend the database, then `migrate settle VERSION --done` or `--undone`"));
    }
    let pending = of(|state| matches!(state, State::Pending | State::OutOfOrder));
    if !pending.is_empty() {
        return Err(Failure::refused("pending", "migrations are pending")
            .lines(pending)
            .help("run them first: `migrate run`"));
    }
    let missing = of(|state| matches!(state, State::Missing { .. }));
    if !missing.is_empty() && !run.allow_missing {
        return Err(
            Failure::refused("missing", "migrations were run that have no file")
                .lines(missing)
                .help("bring them back, or say `--allow-missing`"),
        );
    }
    Ok(())
}

fn table(typed: &str) -> TableName {
    match typed.split_once('.') {
        Some((schema, name)) => TableName::new(Some(schema), name),
        None => TableName::new(None, typed),
    }
}

fn goes(step: &Step, name: &TableName) -> bool {
    match step {
        Step::DropTable { table } => table.name == *name,
        Step::DropView { view } => view.name == *name,
        Step::DropEnum { ty } => ty.name == *name,
        _ => false,
    }
}

/// Gives old rows what was typed for them, and refuses what nothing was typed for.
fn fill(plan: &mut Plan, args: &Generate) -> Result<(), Failure> {
    for typed in &args.fill {
        let asked = typed.split_once('=');
        let asked = asked.and_then(|(column, value)| Some((column.rsplit_once('.')?, value)));
        let Some(((of, column), value)) = asked.filter(|(_, value)| !value.trim().is_empty())
        else {
            let message = format!("`--fill {typed}` is not understood");
            return Err(Failure::usage("fill", message)
                .help("write `--fill \"table.column=EXPR\"`, with SQL for EXPR"));
        };
        if !plan.fill(&table(of.trim()), column.trim(), value.trim()) {
            let message = format!("`{of}.{column}` needs no value for old rows");
            return Err(Failure::refused("fill", message).help("leave `--fill` out for it"));
        }
    }
    if args.fill_neutrally {
        plan.fill_neutrally();
    }
    let unfilled: Vec<String> = plan
        .unfilled()
        .iter()
        .map(|(table, column)| format!("--fill \"{table}.{}=EXPR\"", column.name))
        .collect();
    if unfilled.is_empty() {
        return Ok(());
    }
    let message = "columns take no NULL, and nothing says what the rows that are there get";
    Err(Failure::refused("unfilled", message).lines(unfilled).help(
        "say it with SQL for EXPR, such as 0, 'BE' or lower(name); or `--fill-neutrally`; or give \
         the model a default",
    ))
}

fn allow(context: &mut Context<'_, '_, '_>, losses: &[String]) -> Result<(), Failure> {
    if losses.is_empty() {
        return Ok(());
    }
    if context.talk.is_heard() {
        for loss in losses {
            context.talk.note(format!("this loses {loss}"));
        }
        if context.talk.ask("Write it all the same?") {
            return Ok(());
        }
    }
    Err(Failure::refused("loss", "the migration would lose data")
        .lines(losses.iter().cloned())
        .help("say `--allow-loss` if it may go; of what only got another name say `renamed_from` in the model"))
}

fn show(context: &mut Context<'_, '_, '_>, migration: &Migration) {
    let down = migration.down.as_deref().unwrap_or_default();
    let (label, up) = (migration.label(), &migration.up);
    let text = format!("-- {label}: up\n{up}\n-- {label}: down\n{down}");
    context.talk.sql(text.trim_end());
}

/// The way back of what is dropped has rows to fill, and not for every type a value to fill with.
fn note_way_back(context: &mut Context<'_, '_, '_>, migration: &Migration, part: &Plan) {
    let mut back = part.inverse();
    back.fill_neutrally();
    for (table, column) in back.unfilled() {
        let (label, column) = (migration.label(), &column.name);
        context.talk.note(format!(
            "the way back of {label} has no value for `{table}.{column}`: write one into down.sql"
        ));
    }
}
