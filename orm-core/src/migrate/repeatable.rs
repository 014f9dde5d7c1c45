//! [`Repeatable`]: functions, triggers and views, as files that are run again when they change.

use std::time::Instant;

use super::apply::finish;
use super::attempt::{BACKOFF, patience};
use super::checksum::checksum;
use super::frame::is_blank;
use super::history::History;
use super::settings::{Settings, wait_at_most};
use super::tables::{Tables, batch};
use super::{Migration, Migrations, Progress, Run, State, Status, Way};
use crate::backend::Dialect;
use crate::error::{Error, ErrorKind, Result};
use crate::operation::{Link, Open};

/// What stands before the name in our table; no version begins so.
const MARK: char = '@';

/// SQL that is run behind the migrations, whenever its text is another than the one that was run
/// last: `CREATE OR REPLACE FUNCTION ..`, `DROP VIEW IF EXISTS ..; CREATE VIEW ..`. So it must be such
/// that it can be run again.
///
/// Behind migrations that ran all are run again: what these dropped may have taken along what was made.
/// One that fails stops those behind it, and is tried again by the next run.
///
/// In a folder of migrations it is a file, `functions.repeat.sql`, which Diesel's command line passes
/// over.
///
/// ```
/// use orm_core::migrate::{Migration, Migrations, Repeatable, Run};
/// use orm_core::prelude::*;
///
/// let notes = Migration::new("1", "notes", "CREATE TABLE notes (text TEXT NOT NULL)");
/// let views = |query: &str| {
///     let sql = format!("DROP VIEW IF EXISTS short; CREATE VIEW short AS {query}");
///     Migrations::new([notes.clone()])?.with_repeatables([Repeatable::new("views.repeat.sql", sql)])
/// };
/// let engine = Engine::<SqliteConnection>::open(":memory:")?;
/// let run = |migrations: &Migrations| engine.migrate(migrations, &Run::default());
/// assert_eq!(run(&views("SELECT text FROM notes")?)?.len(), 2);
/// assert!(run(&views("SELECT text FROM notes")?)?.is_empty());
/// let again = run(&views("SELECT text FROM notes WHERE length(text) < 80")?)?;
/// assert!(again[0].is_repeatable());
/// assert_eq!(again[0].label(), "views.repeat.sql");
/// # Ok::<(), orm_core::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Repeatable {
    /// What it is known by, at most 49 characters; they are run in the order of their names.
    pub name: String,
    /// The statements.
    pub sql: String,
}

impl Repeatable {
    /// Statements under a name.
    #[must_use]
    pub fn new(name: &str, sql: impl Into<String>) -> Self {
        Repeatable {
            name: name.to_owned(),
            sql: sql.into(),
        }
    }

    fn key(&self) -> String {
        format!("{MARK}{}", self.name)
    }

    fn check_name(&self) -> Result<()> {
        match self.name.chars().count() {
            0 => Err(self.refused("has no name")),
            50.. => Err(self.refused("has a name of more than 49 characters")),
            _ => Ok(()),
        }
    }

    /// Asked of what is to be run alone, as of migrations.
    pub(super) fn check_text(&self) -> Result<()> {
        match is_blank(&self.sql) {
            true => Err(self.refused("has no statement to run: remove it, or write one")),
            false => Ok(()),
        }
    }

    fn refused(&self, what: &str) -> Error {
        let message = format!("the repeatable `{}` {what}", self.name);
        Error::new(ErrorKind::Migration, message)
    }

    /// As whoever is told of migrations sees it: one without a version.
    fn as_migration(&self) -> Migration {
        Migration::new("", &self.name, self.sql.clone())
    }
}

impl Migrations {
    /// The same with what is run behind them whenever it changes.
    ///
    /// # Errors
    /// [`ErrorKind::Migration`] if one has no name or too long a one, or two have one name. One without
    /// a statement is refused when it is to be run.
    pub fn with_repeatables(mut self, list: impl IntoIterator<Item = Repeatable>) -> Result<Self> {
        self.repeatables.extend(list);
        self.repeatables
            .sort_by(|one, other| one.name.cmp(&other.name));
        for one in &self.repeatables {
            one.check_name()?;
        }
        let mut pairs = self.repeatables.windows(2);
        match pairs.find(|pair| pair[0].name == pair[1].name) {
            Some(pair) => {
                let message = format!("two repeatables are named `{}`", pair[0].name);
                Err(Error::new(ErrorKind::Migration, message))
            }
            None => Ok(self),
        }
    }

    /// What is run behind the migrations whenever it changes, in order.
    #[must_use]
    pub fn repeatables(&self) -> &[Repeatable] {
        &self.repeatables
    }
}

impl History {
    /// Those whose text is another than that which was run last.
    pub(super) fn to_repeat<'m>(
        &self,
        migrations: &'m Migrations,
        run: &Run,
    ) -> Vec<&'m Repeatable> {
        // They are of the newest schema.
        let all = migrations.repeatables.iter().filter(|_| run.to.is_none());
        all.filter(|one| self.is_stale(one)).collect()
    }

    /// Whether none is to be run, and none to be forgotten.
    pub(super) fn is_repeated(&self, migrations: &Migrations, run: &Run) -> bool {
        let mut noted = self.notes.keys();
        let gone = run.to.is_none() && noted.any(|key| is_gone(migrations, key));
        !gone && self.to_repeat(migrations, run).is_empty()
    }

    fn is_stale(&self, one: &Repeatable) -> bool {
        let note = self.notes.get(&one.key());
        note.and_then(|note| note.checksum.as_ref()) != Some(&checksum(&one.sql))
    }

    pub(super) fn repeatable_statuses(&self, migrations: &Migrations) -> Vec<Status> {
        let all = migrations.repeatables.iter();
        all.map(|one| Status {
            version: String::new(),
            name: one.name.clone(),
            state: match self.is_stale(one) {
                true => State::Pending,
                false => State::Current,
            },
            invalid_indexes: Vec::new(),
        })
        .collect()
    }
}

/// Those that [`repeat`] would run, as migrations without a version.
pub(super) fn shown(repeatables: &[&Repeatable]) -> Vec<Migration> {
    repeatables.iter().map(|one| one.as_migration()).collect()
}

/// Runs those that changed; gives them as migrations without a version.
pub(super) async fn repeat<L: Link>(
    link: &mut L,
    tables: &Tables,
    migrations: &Migrations,
    run: &Run,
) -> Result<Vec<Migration>> {
    let history = tables.read(link).await?;
    let mut done = Vec::new();
    for repeatable in history.to_repeat(migrations, run) {
        let runs = repeatable.check_text();
        runs.map_err(|error| error.on(link.name()))?;
        let migration = repeatable.as_migration();
        let (shown, way) = (&migration, Way::Up);
        run.observe.tell(Progress::Begins {
            migration: shown,
            way,
        });
        let began = Instant::now();
        if once_more(link, tables, repeatable, run).await? {
            let took = began.elapsed();
            run.observe.tell(Progress::Done {
                migration: shown,
                way,
                took,
            });
            done.push(migration);
        }
    }
    if run.to.is_none() {
        // One that comes back is run, whatever became of what it made.
        forget(link, tables, &history, |key| is_gone(migrations, key)).await?;
    }
    Ok(done)
}

fn is_gone(migrations: &Migrations, key: &str) -> bool {
    key.starts_with(MARK) && migrations.repeatables.iter().all(|one| one.key() != key)
}

/// Forgets that some were run.
pub(super) async fn forget<L: Link>(
    link: &mut L,
    tables: &Tables,
    history: &History,
    which: impl Fn(&str) -> bool,
) -> Result<()> {
    let noted = history.notes.keys().filter(|key| key.starts_with(MARK));
    for key in noted.filter(|key| which(key)) {
        tables.forget_note(link, key).await?;
    }
    Ok(())
}

/// Runs one, as often as it loses against others; `false` if another runner did meanwhile.
async fn once_more<L: Link>(
    link: &mut L,
    tables: &Tables,
    repeatable: &Repeatable,
    run: &Run,
) -> Result<bool> {
    link.retire();
    let settings = Settings::of(link).await?;
    let mut tries = 1;
    loop {
        let mut open = Open::begin(link).await?;
        let done = inside(open.link(), tables, repeatable, run, &settings).await;
        let done = finish(open, done).await;
        let restored = settings.put_back(link).await;
        match done {
            Ok(done) => return restored.map(|()| done),
            Err(error) if error.is_retryable() && tries <= run.lock_retries => {
                BACKOFF.wait(link, tries - 1).await;
                tries += 1;
            }
            Err(error) => {
                let kind = match error.kind() {
                    kind @ (ErrorKind::Conflict
                    | ErrorKind::Connect
                    | ErrorKind::CommitUnknown
                    | ErrorKind::Interrupted) => kind,
                    _ => ErrorKind::MigrationFailed,
                };
                return Err(error.told(kind, |said| {
                    let name = &repeatable.name;
                    format!("the repeatable `{name}` failed: {said} (the next run tries it again)")
                }));
            }
        }
    }
}

/// In a transaction with its note. Where a statement commits, the note comes last: what fails half way
/// is run again from its beginning.
async fn inside<L: Link>(
    link: &mut L,
    tables: &Tables,
    repeatable: &Repeatable,
    run: &Run,
    settings: &Settings,
) -> Result<bool> {
    tables.lock_file(link).await?;
    if !tables.read(link).await?.is_stale(repeatable) {
        return Ok(false);
    }
    let sql = &repeatable.sql;
    if let Some(time) = patience(run, L::Backend::DATABASE, sql) {
        wait_at_most(link, time).await?;
    }
    // Gone with the first statement that commits: what fails behind that is run again, also if its
    // old text is back.
    tables.forget_note(link, &repeatable.key()).await?;
    batch(link, sql).await?;
    settings.put_back(link).await?;
    let sum = checksum(sql);
    tables
        .note_done(link, &repeatable.key(), "", Some(&sum))
        .await?;
    Ok(true)
}
