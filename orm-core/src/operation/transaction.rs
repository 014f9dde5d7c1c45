//! [`Open`]: a transaction that ends by commit, by rollback, or by being left.

use std::panic::resume_unwind;

use diesel::result::{Error as DieselError, QueryResult};

use super::level::{Level, begin, commit, roll_back};
use super::{Link, texts};
use crate::backend::Dialect;
use crate::error::{Error, ErrorKind};
use crate::transaction::{Plan, TransactionOptions};

/// A transaction, or savepoint, of a link. Dropped before it was finished, it
/// is left ([`Link::leave`]): rolled back where that can be done at once, else
/// what is open on the server is not used again.
pub struct Open<'l, L: Link> {
    link: Option<&'l mut L>,
    /// What of the link's transactions it is, once it is begun.
    level: Option<Level>,
    /// Puts settings of the connection back.
    put_back: Vec<String>,
}

impl<'l, L: Link> Open<'l, L> {
    /// Opens a transaction; inside another, a savepoint.
    ///
    /// # Errors
    /// What the database says.
    pub async fn begin(link: &'l mut L) -> Result<Self, Error> {
        let mut open = Open::of(link);
        match open.enter(false).await {
            Ok(()) => Ok(open),
            Err(error) => Err(open.leave().error(error)),
        }
    }

    fn of(link: &'l mut L) -> Self {
        Open {
            link: Some(link),
            level: None,
            put_back: Vec::new(),
        }
    }

    async fn enter(&mut self, immediate: bool) -> QueryResult<()> {
        let link = self.link();
        begin(link, immediate).await?;
        let level = Level::innermost(link);
        self.level = Some(level);
        Ok(())
    }

    /// The link, which nobody is told of any more.
    fn leave(&mut self) -> &'l mut L {
        self.link.take().expect("the transaction is open")
    }

    /// Opens a transaction as options say; without any of them, as [`begin`](Self::begin).
    ///
    /// # Errors
    /// [`ErrorKind::Refused`] inside of another transaction; [`ErrorKind::Unsupported`] for what the
    /// database cannot do; [`ErrorKind::Config`] for what cannot be meant; what the database says.
    pub async fn begin_with(link: &'l mut L, options: &TransactionOptions) -> Result<Self, Error> {
        if options.is_default() {
            return Self::begin(link).await;
        }
        let plan = match link.in_test() {
            true => options.plan_in_test(L::Backend::DATABASE),
            false => options.plan(L::Backend::DATABASE),
        };
        let plan = plan.map_err(|error| error.on(link.name()))?;
        link.check().map_err(|error| link.error(error))?;
        if link.is_inside() {
            return Err(nested("has no options of its own").on(link.name()));
        }
        let mut open = Open::of(link);
        match open.set_up(&plan).await {
            Ok(()) => Ok(open),
            Err(error) => {
                open.put_back().await;
                open.leave();
                Err(error)
            }
        }
    }

    async fn set_up(&mut self, plan: &Plan) -> Result<(), Error> {
        for setting in &plan.settings {
            let before = texts(self.link(), setting.read).await?.pop();
            let before = before.unwrap_or_default();
            self.put_back.push(format!("{} = {before}", setting.set));
            let sql = format!("{} = {}", setting.set, setting.value);
            self.batch(&sql).await?;
        }
        if !plan.before.is_empty() {
            self.batch(&plan.before).await?;
        }
        if let Err(error) = self.enter(plan.immediate).await {
            let link = self.link();
            // What was set for the next transaction is so still, whosever that is.
            if !plan.before.is_empty() && link.batch("BEGIN; ROLLBACK").await.is_err() {
                link.retire();
            }
            return Err(link.error(error));
        }
        if plan.inside.is_empty() {
            return Ok(());
        }
        let set = self.batch(&plan.inside).await;
        if set.is_err() {
            // A rollback that fails leaves a broken connection, which is not used again.
            let _ = self.roll_back().await;
        }
        set
    }

    async fn roll_back(&mut self) -> QueryResult<()> {
        match self.level.take() {
            Some(level) => roll_back(self.link(), level).await,
            None => Ok(()),
        }
    }

    async fn batch(&mut self, sql: &str) -> Result<(), Error> {
        let done = self.link().batch(sql).await;
        done.map_err(|error| self.link().error(error))
    }

    /// Puts the settings back that were changed; a connection that does not take them is not used
    /// again.
    async fn put_back(&mut self) {
        for sql in std::mem::take(&mut self.put_back).into_iter().rev() {
            if self.link().batch(&sql).await.is_err() {
                self.link().retire();
            }
        }
    }

    /// The link, inside the transaction.
    ///
    /// # Panics
    /// Never: the link is there until the transaction is finished.
    pub fn link(&mut self) -> &mut L {
        self.link.as_mut().expect("the transaction is open")
    }

    /// Commits what went well, and rolls back what did not, with what was begun inside. Behind a
    /// commit of the outermost transaction its hooks are run.
    ///
    /// # Errors
    /// What went wrong; what the database says of COMMIT; that the
    /// work went on after an error that left nothing to be committed, or left a transaction open.
    ///
    /// # Panics
    /// If a hook does, once all were run.
    pub async fn finish<T, E: From<Error>>(self, result: Result<T, E>) -> Result<T, E> {
        let (link, result) = self.end(result).await;
        result.map_err(|failed| match failed {
            Failed::Work(error) => error,
            Failed::Database(error) => link.error(error).into(),
        })
    }

    /// As [`begin`](Self::begin), in Diesel's words.
    ///
    /// # Errors
    /// What the database says.
    pub(crate) async fn enter_diesel(link: &'l mut L) -> QueryResult<Self> {
        let mut open = Open::of(link);
        let begun = open.enter(false).await;
        if begun.is_err() {
            open.leave();
        }
        begun.map(|()| open)
    }

    /// As [`finish`](Self::finish), in Diesel's words.
    ///
    /// # Errors
    /// As [`finish`](Self::finish).
    pub(crate) async fn finish_diesel<T, E>(self, result: Result<T, E>) -> Result<T, E>
    where
        E: From<DieselError>,
    {
        self.end(result).await.1.map_err(|failed| match failed {
            Failed::Work(error) => error,
            Failed::Database(error) => error.into(),
        })
    }

    async fn end<T, E>(mut self, result: Result<T, E>) -> (&'l mut L, Result<T, Failed<E>>) {
        let mut panicked = None;
        let result = match (result, self.level.take()) {
            (Ok(done), Some(level)) => match commit(self.link(), level).await {
                Ok(hooks) => {
                    panicked = self.link().fate().run(hooks);
                    Ok(done)
                }
                Err(error) => Err(Failed::Database(error)),
            },
            (Err(error), Some(level)) => {
                // What broke the transaction matters more than that the broken one cannot be rolled
                // back: its connection is not used again.
                let _ = roll_back(self.link(), level).await;
                Err(Failed::Work(error))
            }
            (result, None) => result.map_err(Failed::Work),
        };
        self.put_back().await;
        self.link().explain().await;
        if let Some(panic) = panicked {
            self.leave();
            resume_unwind(panic);
        }
        (self.leave(), result)
    }

    /// Rolls back, after a panic, with what was begun inside. What fails at that leaves a broken
    /// connection, which the pool does not take back.
    pub async fn abandon(mut self) {
        let _ = self.roll_back().await;
        self.put_back().await;
        self.leave();
    }
}

/// What the work of a transaction failed with, or the database at its end.
enum Failed<E> {
    Work(E),
    Database(DieselError),
}

/// What is of whole transactions only.
pub(super) fn nested(what: &str) -> Error {
    let message = format!("a transaction inside of another one is a savepoint, and {what}");
    Error::new(ErrorKind::Refused, message)
}

impl<L: Link> Drop for Open<'_, L> {
    fn drop(&mut self) {
        match (self.link.take(), self.level) {
            (Some(link), Some(level)) => link.leave(level),
            (Some(link), None) => link.interrupt(),
            (None, _) => {}
        }
    }
}
