//! What a session does with migrations, over whoever sends.

use std::collections::BTreeSet;
use std::time::Instant;

use super::apply::Task;
use super::concurrently;
use super::history::refused;
use super::lock::Lock;
use super::repeatable::{forget, repeat, shown};
use super::status::Status;
use super::tables::Tables;
use super::{Migration, Migrations, Progress, Run, Settled, Way};
use crate::error::{Error, ErrorKind, Result};
use crate::operation::{Link, Open};

/// Runs all that are pending, in order; gives those that it ran.
///
/// # Errors
/// See [`Session::migrate`](crate::session::Session::migrate).
pub async fn migrate<L: Link>(
    link: &mut L,
    migrations: &Migrations,
    run: &Run,
) -> Result<Vec<Migration>> {
    refuse_inside(link)?;
    if is_idle(link, migrations, run).await {
        return Ok(Vec::new());
    }
    let lock = begin(link, run).await?;
    let result = run_pending(link, migrations, run).await;
    lock.release(link, result).await
}

/// Whether there is nothing to run, as far as is noted now. Most programs start so: it costs them two
/// statements, and they wait for nobody. What is not sure is asked again behind the lock.
async fn is_idle<L: Link>(link: &mut L, migrations: &Migrations, run: &Run) -> bool {
    let Ok(tables) = Tables::find(link).await else {
        return false;
    };
    let history = tables.read(link).await;
    history.is_ok_and(|history| {
        let pending = history.to_run(migrations, run);
        pending.is_ok_and(|pending| pending.is_empty()) && history.is_repeated(migrations, run)
    })
}

async fn run_pending<L: Link>(
    link: &mut L,
    migrations: &Migrations,
    run: &Run,
) -> Result<Vec<Migration>> {
    let tables = &Tables::make(link).await?;
    let history = tables.read(link).await?;
    let pending = history.to_run(migrations, run);
    let pending = pending.map_err(|error| error.on(link.name()))?;
    has_code(link, migrations, pending.iter().copied(), Way::Up)?;
    if !pending.is_empty() {
        // A table that is made anew, or dropped with what leans on it, takes what they made along.
        forget(link, tables, &history, |_| true).await?;
    }
    let mut before = history.versions();
    let mut done = Vec::new();
    for migration in pending {
        let task = up(migrations, migration, &before, run, tables)?;
        if seen(link, &task).await? {
            done.push(migration.clone());
        }
        before.insert(migration.version.clone());
    }
    done.extend(repeat(link, tables, migrations, run).await?);
    Ok(done)
}

fn up<'t, L: Link>(
    migrations: &'t Migrations,
    migration: &'t Migration,
    before: &'t BTreeSet<String>,
    run: &'t Run,
    tables: &'t Tables,
) -> Result<Task<'t, L>> {
    Ok(Task {
        migration,
        before,
        way: Way::Up,
        sql: &migration.up,
        step: migrations.step(migration, Way::Up)?,
        run,
        tables,
    })
}

/// Whether this program has the code that they need. Asked before anything is run.
fn has_code<'m, L: Link>(
    link: &L,
    migrations: &Migrations,
    mut list: impl Iterator<Item = &'m Migration>,
    way: Way,
) -> Result<()> {
    let checked = list.try_for_each(|one| migrations.step::<L>(one, way).map(drop));
    checked.map_err(|error| error.on(link.name()))
}

/// One migration, before the eyes of whoever observes the run.
async fn seen<L: Link>(link: &mut L, task: &Task<'_, L>) -> Result<bool> {
    let (migration, way) = (task.migration, task.way);
    task.run.observe.tell(Progress::Begins { migration, way });
    let began = Instant::now();
    let done = task.apply(link).await?;
    if done {
        let took = began.elapsed();
        let end = Progress::Done {
            migration,
            way,
            took,
        };
        task.run.observe.tell(end);
    }
    Ok(done)
}

/// Those that [`migrate`] would run now, in order. Writes nothing, and waits for no other runner.
///
/// # Errors
/// As [`migrate`] before anything is run; what the database says.
pub async fn pending<L: Link>(
    link: &mut L,
    migrations: &Migrations,
    run: &Run,
) -> Result<Vec<Migration>> {
    let history = Tables::find(link).await?.read(link).await?;
    let pending = history.to_run(migrations, run);
    let pending = pending.map_err(|error| error.on(link.name()))?;
    has_code(link, migrations, pending.iter().copied(), Way::Up)?;
    let mut all: Vec<Migration> = pending.into_iter().cloned().collect();
    all.extend(shown(&history.to_repeat(migrations, run)));
    Ok(all)
}

/// Reverts the last `n` that were run, newest first; gives those that it reverted.
///
/// # Errors
/// See [`Session::revert_migrations`](crate::session::Session::revert_migrations).
pub async fn revert<L: Link>(
    link: &mut L,
    migrations: &Migrations,
    n: usize,
    run: &Run,
) -> Result<Vec<Migration>> {
    let lock = begin(link, run).await?;
    let result = revert_last(link, migrations, n, run, false).await;
    lock.release(link, result).await
}

async fn revert_last<L: Link>(
    link: &mut L,
    migrations: &Migrations,
    n: usize,
    run: &Run,
    again: bool,
) -> Result<Vec<Migration>> {
    let tables = &Tables::make(link).await?;
    let history = tables.read(link).await?;
    let last = history.to_revert(migrations, n, run);
    let last = last.map_err(|error| error.on(link.name()))?;
    has_code(
        link,
        migrations,
        last.iter().map(|(one, _)| *one),
        Way::Down,
    )?;
    if !last.is_empty() {
        // What is reverted may take what they made along.
        forget(link, tables, &history, |_| true).await?;
    }
    let mut before = history.versions();
    let mut done = Vec::new();
    for (migration, sql) in last {
        before.remove(&migration.version);
        for other in migration.others() {
            before.remove(other);
        }
        if again {
            // What cannot be run is not reverted.
            let runs = migration.check_text();
            runs.map_err(|error| error.on(link.name()))?;
        }
        let task = Task {
            way: Way::Down,
            sql,
            step: migrations.step(migration, Way::Down)?,
            ..up(migrations, migration, &before, run, tables)?
        };
        if !seen(link, &task).await? {
            continue;
        }
        if again {
            let task = up(migrations, migration, &before, run, tables)?;
            if let Err(error) = seen(link, &task).await {
                return Err(reverted(link, tables, migration, error).await);
            }
        }
        done.push(migration.clone());
    }
    Ok(done)
}

/// Reverts the last one that was run, and runs it again; `None` if none was run.
///
/// # Errors
/// See [`Session::redo_migration`](crate::session::Session::redo_migration).
pub async fn redo<L: Link>(
    link: &mut L,
    migrations: &Migrations,
    run: &Run,
) -> Result<Option<Migration>> {
    let lock = begin(link, run).await?;
    let result = revert_last(link, migrations, 1, run, true).await;
    let last = match result {
        Ok(mut last) if !last.is_empty() => {
            let again = repeat_all(link, migrations, run).await;
            again.map(|()| last.pop())
        }
        other => other.map(|_| None),
    };
    lock.release(link, last).await
}

/// What is run behind migrations.
async fn repeat_all<L: Link>(link: &mut L, migrations: &Migrations, run: &Run) -> Result<()> {
    let tables = &Tables::make(link).await?;
    repeat(link, tables, migrations, run).await.map(drop)
}

/// An error of a migration that was reverted to be run again.
async fn reverted<L: Link>(
    link: &mut L,
    tables: &Tables,
    migration: &Migration,
    error: Error,
) -> Error {
    let now = match tables.read(link).await {
        Ok(history) if history.is_unfinished(&migration.version) => "unfinished",
        Ok(_) => "pending",
        Err(_) => "pending or unfinished",
    };
    let kind = error.kind();
    error.told(kind, |said| {
        format!("{said}; it was reverted before that, and is {now} now")
    })
}

/// Where each migration stands, by version. Writes nothing, and waits for no other runner.
///
/// # Errors
/// What the database says.
pub async fn status<L: Link>(link: &mut L, migrations: &Migrations) -> Result<Vec<Status>> {
    let tables = Tables::find(link).await?;
    let history = tables.read(link).await?;
    let mut statuses = history.statuses(migrations);
    statuses.extend(history.repeatable_statuses(migrations));
    let invalid = concurrently::invalid(link).await?;
    for status in &mut statuses {
        if let Some(migration) = migrations.get(&status.version) {
            status.invalid_indexes = concurrently::of(migration, &invalid);
        }
    }
    Ok(statuses)
}

/// Notes how a migration ended that was begun and did not end.
///
/// # Errors
/// See [`Session::settle_migration`](crate::session::Session::settle_migration).
pub async fn settle<L: Link>(
    link: &mut L,
    migrations: &Migrations,
    version: &str,
    how: Settled,
    run: &Run,
) -> Result<()> {
    let lock = begin(link, run).await?;
    let result = write_down(link, migrations, version, how).await;
    lock.release(link, result).await
}

async fn write_down<L: Link>(
    link: &mut L,
    migrations: &Migrations,
    version: &str,
    how: Settled,
) -> Result<()> {
    let tables = Tables::make(link).await?;
    let version = version.replace('-', "");
    let mut open = Open::begin(link).await?;
    let migration = migrations.get(&version);
    let result = settle_inside(open.link(), &tables, migration, &version, how).await;
    open.finish(result).await
}

async fn settle_inside<L: Link>(
    link: &mut L,
    tables: &Tables,
    migration: Option<&Migration>,
    version: &str,
    how: Settled,
) -> Result<()> {
    tables.lock_file(link).await?;
    let history = tables.read(link).await?;
    let is_run = history.is_run(version);
    let known = is_run || history.notes.contains_key(version);
    match (how, migration) {
        (Settled::Done, Some(migration)) => {
            if history.is_unfinished(version) {
                has_valid_indexes(link, migration).await?;
            }
            tables.leave_replaced(link, migration).await?;
            tables.enter(link, migration, !is_run).await
        }
        (Settled::Undone, Some(migration)) => {
            tables.leave_replaced(link, migration).await?;
            tables.leave(link, version).await
        }
        (Settled::Undone, None) if known => tables.leave(link, version).await,
        _ => Err(refused(version, "is not among the migrations").on(link.name())),
    }
}

/// One of which an index is left half made, or half dropped, is not done.
async fn has_valid_indexes<L: Link>(link: &mut L, migration: &Migration) -> Result<()> {
    let invalid = concurrently::invalid(link).await?;
    match concurrently::told(&concurrently::of(migration, &invalid)) {
        Some(told) => {
            let what = format!("is not done: {told}");
            Err(refused(&migration.label(), &what).on(link.name()))
        }
        None => Ok(()),
    }
}

/// Takes the lock, outside of any transaction.
async fn begin<L: Link>(link: &mut L, run: &Run) -> Result<Lock> {
    refuse_inside(link)?;
    Lock::take(link, run.lock_timeout).await
}

fn refuse_inside<L: Link>(link: &mut L) -> Result<()> {
    if link.is_inside() {
        let message = "migrations open transactions of their own, and the session is in one";
        return Err(Error::new(ErrorKind::Refused, message).on(link.name()));
    }
    Ok(())
}
