//! What a session does with migrations, over whoever sends.

use std::time::Instant;

use super::apply::{Task, Way};
use super::history::{Status, refused};
use super::lock::Lock;
use super::tables::{self, leave_replaced};
use super::{Migration, Migrations, Progress, Run, Settled};
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
    let lock = begin(link, run).await?;
    let result = run_pending(link, migrations, run).await;
    lock.release(link, result).await
}

async fn run_pending<L: Link>(
    link: &mut L,
    migrations: &Migrations,
    run: &Run,
) -> Result<Vec<Migration>> {
    tables::create(link).await?;
    let history = tables::read(link).await?;
    let pending = history.to_run(migrations, run);
    let pending = pending.map_err(|error| error.on(link.name()))?;
    let mut done = Vec::new();
    for migration in pending {
        if up(link, migration, run).await? {
            done.push(migration.clone());
        }
    }
    Ok(done)
}

async fn up<L: Link>(link: &mut L, migration: &Migration, run: &Run) -> Result<bool> {
    let task = Task {
        migration,
        way: Way::Up,
        sql: &migration.up,
        run,
    };
    seen(link, &task).await
}

/// One migration, before the eyes of whoever observes the run.
async fn seen<L: Link>(link: &mut L, task: &Task<'_>) -> Result<bool> {
    let (migration, back) = (task.migration, task.way == Way::Down);
    task.run.observe.tell(Progress::Begins { migration, back });
    let began = Instant::now();
    let done = task.apply(link).await?;
    if done {
        let took = began.elapsed();
        let end = Progress::Done {
            migration,
            back,
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
    let history = tables::read(link).await?;
    let pending = history.to_run(migrations, run);
    let pending = pending.map_err(|error| error.on(link.name()))?;
    Ok(pending.into_iter().cloned().collect())
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
    let result = revert_last(link, migrations, n, run).await;
    lock.release(link, result).await
}

async fn revert_last<L: Link>(
    link: &mut L,
    migrations: &Migrations,
    n: usize,
    run: &Run,
) -> Result<Vec<Migration>> {
    tables::create(link).await?;
    let history = tables::read(link).await?;
    let last = history.to_revert(migrations, n, run);
    let last = last.map_err(|error| error.on(link.name()))?;
    let mut done = Vec::new();
    for (migration, sql) in last {
        let task = Task {
            migration,
            way: Way::Down,
            sql,
            run,
        };
        if seen(link, &task).await? {
            done.push(migration.clone());
        }
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
    let result = redo_last(link, migrations, run).await;
    lock.release(link, result).await
}

async fn redo_last<L: Link>(
    link: &mut L,
    migrations: &Migrations,
    run: &Run,
) -> Result<Option<Migration>> {
    let last = revert_last(link, migrations, 1, run).await?.pop();
    if let Some(migration) = &last {
        up(link, migration, run).await?;
    }
    Ok(last)
}

/// Where each migration stands, by version. Writes nothing, and waits for no other runner.
///
/// # Errors
/// What the database says.
pub async fn status<L: Link>(link: &mut L, migrations: &Migrations) -> Result<Vec<Status>> {
    let history = tables::read(link).await?;
    Ok(history.statuses(migrations))
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
    tables::create(link).await?;
    let version = version.replace('-', "");
    let mut open = Open::begin(link).await?;
    let result = settle_inside(open.link(), migrations.get(&version), &version, how).await;
    open.finish(result).await
}

async fn settle_inside<L: Link>(
    link: &mut L,
    migration: Option<&Migration>,
    version: &str,
    how: Settled,
) -> Result<()> {
    tables::lock_file(link).await?;
    let history = tables::read(link).await?;
    let known = history.is_run(version) || history.notes.contains_key(version);
    match (how, migration) {
        (Settled::Done, Some(migration)) => {
            leave_replaced(link, migration).await?;
            tables::enter(link, migration, !history.is_run(version)).await
        }
        (Settled::Undone, Some(migration)) => {
            leave_replaced(link, migration).await?;
            tables::leave(link, version).await
        }
        (Settled::Undone, None) if known => tables::leave(link, version).await,
        _ => Err(refused(version, "is not among the migrations").on(link.name())),
    }
}

/// Takes the lock, outside of any transaction.
async fn begin<L: Link>(link: &mut L, run: &Run) -> Result<Lock> {
    if link.is_inside() {
        let message = "migrations open transactions of their own, and the session is in one";
        return Err(Error::new(ErrorKind::Refused, message).on(link.name()));
    }
    Lock::take(link, run.lock_timeout).await
}
