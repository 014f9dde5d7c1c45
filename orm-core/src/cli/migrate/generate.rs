//! `migrate generate`: from the database to the models.

use serde_json::json;

use super::super::args::Generate;
use super::super::context::{Context, kind};
use super::super::failure::{Exit, Failure};
use super::folders::{following, named};
use crate::backend::Database;
use crate::diff::{Alteration, Plan, Step};
use crate::lint::{Finding, lint};
use crate::migrate::{Migration, Run, State, Status};
use crate::snapshot::{Column, TableName};

pub(super) fn run(
    context: &mut Context<'_, '_, '_>,
    args: &Generate,
    run: &Run,
) -> Result<Exit, Failure> {
    if args.online {
        refuse_online(kind(&context.url()?))?;
    }
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
    if args.online {
        note_strict(context, &plan);
    }
    let losses: Vec<String> = plan.losses().iter().map(ToString::to_string).collect();
    if plan.is_empty() {
        context
            .talk
            .say("the database is what the models say: nothing to write");
    } else if !args.allow_loss && !args.dry_run {
        allow(context, &losses)?;
    }
    let parts = match args.online {
        true => plan.online(),
        false => plan.parts(),
    };
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
                show(context, migration, part.from.database);
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
    let plain = lint(&plan);
    let beside: Vec<Finding> = plan.online().iter().flat_map(lint).collect();
    let spares = (!args.online && beside.len() < plain.len()).then(|| {
        format!(
            "findings: {}; with `--online`: {}",
            plain.len(),
            beside.len()
        )
    });
    let findings = if args.online { beside } else { plain };
    for finding in &findings {
        context.talk.note(finding);
    }
    if let Some(spares) = spares {
        context.talk.note(spares);
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

/// Plans of other databases have no such form: one that locks all the same would not be what was
/// asked for.
fn refuse_online(database: Database) -> Result<(), Failure> {
    let why = match database {
        Database::Postgres => return Ok(()),
        Database::Sqlite => "whoever writes keeps all others from writing",
        Database::Mysql => "no statements are known that do the same beside others",
    };
    let title = database.title();
    let message = format!("there is no `--online` on {title}: {why}");
    Err(Failure::refused("online", message)
        .help("leave it out; what locks or copies a table is noted, with what to do instead"))
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
    let unfilled = plan.unfilled().into_iter();
    let unfilled: Vec<String> = unfilled
        .filter(|(table, column)| !args.online || is_new(plan, table, column))
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

/// Whether a column comes with the plan. Any other may be filled before NULL is forbidden.
fn is_new(plan: &Plan, table: &TableName, column: &Column) -> bool {
    plan.steps.iter().any(|step| match step {
        Step::Alter {
            table: on,
            alteration: Alteration::AddColumn { column: new, .. },
        } => on == table && new.name == column.name,
        _ => false,
    })
}

/// Parts for a database in use fill no rows: that is done before, some at a time.
fn note_strict(context: &mut Context<'_, '_, '_>, plan: &Plan) {
    for (table, column) in plan.unfilled() {
        let column = &column.name;
        context.talk.note(format!(
            "`{table}.{column}` takes no NULL any more: fill the rows that have it before these run, or \
             the part that looks at them fails"
        ));
    }
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

fn show(context: &mut Context<'_, '_, '_>, migration: &Migration, database: Database) {
    let down = migration.down.as_deref().unwrap_or_default();
    let (label, up) = (migration.label(), &migration.up);
    // Elsewhere it is no matter of the plan, or the text has its own.
    let alone = match database {
        Database::Postgres if !migration.in_transaction => ", outside of a transaction",
        _ => "",
    };
    let text = format!("-- {label}: up{alone}\n{up}\n-- {label}: down{alone}\n{down}");
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
