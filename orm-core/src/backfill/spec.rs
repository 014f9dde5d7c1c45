//! What is filled, and how fast.

use std::marker::PhantomData;
use std::time::Duration;

use crate::backend::Database;
use crate::ddl::quote_identifier;
use crate::error::{Error, ErrorKind, Result};
use crate::metadata::{SqlText, TableMeta};
use crate::table::{Model, TableDef, Written};

/// Names of backfills have at most so many characters.
const LONGEST_NAME: usize = 200;

/// What both forms have: the name, the table, and the pace.
#[derive(Debug, Clone)]
pub(super) struct Plan {
    pub(super) name: String,
    pub(super) table: &'static TableMeta,
    pub(super) only: Option<SqlText>,
    pub(super) chunk: u64,
    pub(super) pause: Duration,
    pub(super) rows: Option<u64>,
    pub(super) time: Option<Duration>,
    pub(super) retries: u32,
}

impl Plan {
    fn new<M: Model>(name: impl Into<String>) -> Self {
        Plan {
            name: name.into(),
            table: M::Table::META,
            only: None,
            chunk: 1_000,
            pause: Duration::ZERO,
            rows: None,
            time: None,
            retries: 8,
        }
    }

    /// The table, as it is told of in notes and errors.
    pub(super) fn table_name(&self) -> String {
        match self.table.schema {
            Some(schema) => format!("{schema}.{}", self.table.name),
            None => self.table.name.to_owned(),
        }
    }

    /// The table, as it stands in statements.
    pub(super) fn quoted_table(&self, database: Database) -> String {
        let name = quote_identifier(database, self.table.name);
        match self.table.schema {
            Some(schema) => format!("{}.{name}", quote_identifier(database, schema)),
            None => name,
        }
    }

    /// # Errors
    /// If the name is none, or the model has no key.
    pub(super) fn check(&self) -> Result<()> {
        let length = self.name.chars().count();
        if length == 0 || length > LONGEST_NAME {
            let message = format!("the name of a backfill has 1 to {LONGEST_NAME} characters");
            return Err(Error::new(ErrorKind::Config, message));
        }
        if self.table.key.is_empty() {
            let message = format!("{} has no key to be walked along", self.table.model);
            return Err(Error::new(ErrorKind::Unsupported, message));
        }
        Ok(())
    }

    /// # Errors
    /// If there is a condition, and none for this database.
    pub(super) fn only_on(&self, database: Database) -> Result<Option<&'static str>> {
        let text = self.only.as_ref().map(|only| text_on(only, database, self));
        text.transpose()
    }
}

pub(super) fn text_on(text: &SqlText, database: Database, plan: &Plan) -> Result<&'static str> {
    text.on(database).ok_or_else(|| {
        let (name, title) = (&plan.name, database.title());
        let message = format!("the backfill `{name}` has no SQL for {title}");
        Error::new(ErrorKind::Unsupported, message)
    })
}

macro_rules! pace {
    () => {
        /// Changes only the rows of which this holds: a condition of SQL, the same for each database
        /// or [`SqlText::each`]. All rows are walked. Default: all are changed.
        #[must_use]
        pub fn only(mut self, condition: impl Into<SqlText>) -> Self {
            self.plan.only = Some(condition.into());
            self
        }

        /// So many rows of the key are walked in one transaction; 1 at least. Default: 1,000.
        #[must_use]
        pub fn chunk(mut self, rows: u64) -> Self {
            self.plan.chunk = rows.max(1);
            self
        }

        /// Waits between two chunks. Default: not at all.
        #[must_use]
        pub fn pause(mut self, pause: Duration) -> Self {
            self.plan.pause = pause;
            self
        }

        /// Walks at most so many rows in a call, one at least; the next call goes on. Default: all.
        #[must_use]
        pub fn at_most(mut self, rows: u64) -> Self {
            self.plan.rows = Some(rows.max(1));
            self
        }

        /// Begins no further chunk in a call once it has taken so long; the next call goes on.
        /// Default: however long it takes.
        #[must_use]
        pub fn within(mut self, time: Duration) -> Self {
            self.plan.time = Some(time);
            self
        }

        /// Runs a chunk that lost against another transaction again, at most so often. Default: 8.
        #[must_use]
        pub fn retries(mut self, times: u32) -> Self {
            self.plan.retries = times;
            self
        }

        /// The name under which the database notes how far it came.
        #[must_use]
        pub fn name(&self) -> &str {
            &self.plan.name
        }
    };
}

/// An UPDATE of all rows of a table, chunk by chunk; run by
/// [`Engine::backfill`](crate::engine::Engine::backfill).
///
/// A table with a row whose key has NULL, as SQLite takes them, is refused
/// ([`ErrorKind::Refused`]). On PostgreSQL the notes of how far it came are in the current schema, so
/// that each tenant with a schema of its own has its own.
///
/// ```
/// use orm_core::backfill::{Backfill, Ending};
/// use orm_core::prelude::*;
///
/// #[derive(Model)]
/// pub struct Order {
///     #[model(generated)]
///     pub id: i64,
///     pub price_cents: i64,
///     pub amount: i64,
///     pub total_cents: Option<i64>,
/// }
///
/// let engine = Engine::<SqliteConnection>::open(":memory:")?;
/// engine.create_all(schema![Order])?;
/// let mut session = engine.session()?;
/// session.insert_many((1..=25).map(|amount| NewOrder { price_cents: 200, amount }))?;
/// # drop(session);
///
/// let filled = Backfill::update::<Order>("orders_total", "total_cents = price_cents * amount")
///     .only("total_cents IS NULL")
///     .chunk(10);
/// let done = engine.backfill(&filled, |progress| println!("{progress}"))?;
/// assert_eq!((done.ending, done.walked, done.changed), (Ending::Done, 25, 25));
///
/// let again = engine.backfill(&filled, |_| {})?;
/// assert_eq!(again.ending, Ending::DoneBefore);
/// # Ok::<(), orm_core::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Backfill {
    pub(super) plan: Plan,
    set: SqlText,
}

impl Backfill {
    /// What stands behind SET, the same for each database or [`SqlText::each`]. It must not change
    /// the key.
    #[must_use]
    pub fn update<M: Model<Table: TableDef<Rows: Written>>>(
        name: impl Into<String>,
        set: impl Into<SqlText>,
    ) -> Self {
        Backfill {
            plan: Plan::new::<M>(name),
            set: set.into(),
        }
    }

    /// Rows of a model, which a closure is given chunk by chunk.
    #[must_use]
    pub fn rows<M: Model<Table: TableDef<Rows: Written>>>(
        name: impl Into<String>,
    ) -> RowBackfill<M> {
        RowBackfill {
            plan: Plan::new::<M>(name),
            model: PhantomData,
        }
    }

    pace!();

    /// # Errors
    /// If there is no text for this database.
    pub(super) fn set_on(&self, database: Database) -> Result<&'static str> {
        text_on(&self.set, database, &self.plan)
    }
}

/// All rows of a model, of which a closure is given chunk after chunk; run by
/// [`Engine::backfill_rows`](crate::engine::Engine::backfill_rows).
///
/// ```
/// use orm_core::backfill::Backfill;
/// use orm_core::prelude::*;
///
/// #[derive(Model)]
/// pub struct Customer {
///     #[model(generated)]
///     pub id: i64,
///     pub name: String,
///     pub initial: Option<String>,
/// }
///
/// let engine = Engine::<SqliteConnection>::open(":memory:")?;
/// engine.create_all(schema![Customer])?;
/// engine.session()?.insert(NewCustomer { name: "Ann".into() })?;
///
/// let filled = Backfill::rows::<Customer>("customers_initial").chunk(500);
/// engine.backfill_rows(
///     &filled,
///     |session, customers| {
///         for one in customers {
///             let initial = one.name.chars().next().map(String::from);
///             session.update(Customer::patch(one.id).initial(initial))?;
///         }
///         Ok(())
///     },
///     |_| {},
/// )?;
/// let ann = engine.session()?.get::<Customer>(1)?.expect("inserted");
/// assert_eq!(ann.initial.as_deref(), Some("A"));
/// # Ok::<(), orm_core::Error>(())
/// ```
#[derive(Debug)]
pub struct RowBackfill<M> {
    pub(super) plan: Plan,
    model: PhantomData<fn() -> M>,
}

impl<M> RowBackfill<M> {
    pace!();
}

impl<M> Clone for RowBackfill<M> {
    fn clone(&self) -> Self {
        RowBackfill {
            plan: self.plan.clone(),
            model: PhantomData,
        }
    }
}
