//! [`Open`]: a transaction that ends by commit, by rollback, or by being left.

use std::panic::resume_unwind;

use diesel::result::{Error as DieselError, QueryResult};

use super::fate::State;
use super::{Link, test, texts};
use crate::backend::Dialect;
use crate::error::{Doomed, Error, ErrorKind, UnknownCommit, is_closed};
use crate::transaction::{Hooks, Plan, TransactionOptions};

impl From<Doomed> for DieselError {
    fn from(doomed: Doomed) -> Self {
        DieselError::QueryBuilderError(Box::new(doomed))
    }
}

pub(super) async fn begin<L: Link>(link: &mut L, immediate: bool) -> QueryResult<()> {
    link.check()?;
    match immediate && !link.in_test() {
        true => link.send_begin_immediate().await?,
        false => link.send_begin().await?,
    }
    link.fate().begin();
    Ok(())
}

/// Commits, and gives what is to be done behind that.
pub(super) async fn commit<L: Link>(link: &mut L) -> QueryResult<Hooks> {
    let in_test = link.in_test();
    if in_test && !link.is_inside() {
        return Err(DieselError::NotInTransaction);
    }
    let outermost = link.fate().hooks.depth() <= 1;
    let refused = match link.fate().state() {
        State::Open if in_test && outermost => test::check_deferred(link).await,
        State::Open => Ok(()),
        State::Doubtful => match link.batch("SELECT 1").await {
            Err(error) if !is_closed(&error) => Err(Doomed::Failed.into()),
            asked => asked,
        },
        State::Aborted | State::Gone => link.fate().check(),
    };
    if let Err(refused) = refused {
        // A rollback that fails leaves a broken connection, which is not used again.
        let _ = link.roll_back().await;
        return Err(refused);
    }
    let done = link.send_commit().await;
    settle(link, done.is_ok());
    match done {
        Ok(()) => Ok(link.fate().hooks.commit()),
        Err(error) => {
            link.fate().hooks.roll_back();
            Err(match outermost && is_closed(&error) {
                true => UnknownCommit(error).into(),
                false => error,
            })
        }
    }
}

pub(super) async fn roll_back<L: Link>(link: &mut L) -> QueryResult<()> {
    if link.in_test() && !link.is_inside() {
        return Err(DieselError::NotInTransaction);
    }
    link.fate().hooks.roll_back();
    let gone = link.fate().state() == State::Gone;
    let done = link.send_roll_back().await;
    settle(link, done.is_ok() && !gone);
    match done {
        // The savepoint is gone with all the others, which is no news.
        Err(error) if gone && link.is_inside() && !is_closed(&error) => Ok(()),
        done => done,
    }
}

/// Rolls back until fewer transactions and savepoints are open than this. What fails at that leaves a
/// broken connection, which the pool does not take back.
pub(crate) async fn roll_back_to<L: Link>(link: &mut L, depth: usize) {
    while depth > 0 && link.fate().hooks.depth() >= depth {
        let _ = link.roll_back().await;
    }
}

/// After a transaction or savepoint ended: what is known of the one outside.
fn settle<L: Link>(link: &mut L, well: bool) {
    if link.fate().state() != State::Open && (well || !link.is_inside()) {
        link.fate().settle();
    }
}

/// A transaction, or savepoint, of a link. Dropped before it was finished, it
/// is left ([`Link::leave`]): rolled back where that can be done at once, else
/// what is open on the server is not used again.
pub struct Open<'l, L: Link> {
    link: Option<&'l mut L>,
    /// How many are open with this one.
    depth: usize,
    /// Puts settings of the connection back.
    put_back: Vec<String>,
}

impl<'l, L: Link> Open<'l, L> {
    /// Opens a transaction; inside another, a savepoint.
    ///
    /// # Errors
    /// What the database says.
    pub async fn begin(link: &'l mut L) -> Result<Self, Error> {
        match link.begin().await {
            Ok(()) => Ok(Open {
                depth: link.fate().hooks.depth(),
                link: Some(link),
                put_back: Vec::new(),
            }),
            Err(error) => Err(link.error(error)),
        }
    }

    /// One that is to be begun.
    fn of(link: &'l mut L) -> Self {
        Open {
            depth: link.fate().hooks.depth() + 1,
            link: Some(link),
            put_back: Vec::new(),
        }
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
                open.link = None;
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
        let begun = begin(self.link(), plan.immediate).await;
        begun.map_err(|error| self.link().error(error))?;
        if plan.inside.is_empty() {
            return Ok(());
        }
        let set = self.batch(&plan.inside).await;
        if set.is_err() {
            // A rollback that fails leaves a broken connection, which is not used again.
            let _ = self.link().roll_back().await;
        }
        set
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

    /// Commits what went well, and rolls back what did not. Behind a commit of the outermost
    /// transaction its hooks are run.
    ///
    /// # Errors
    /// What went wrong; what the database says of COMMIT or ROLLBACK; that the
    /// work went on after an error that left nothing to be committed.
    ///
    /// # Panics
    /// If a hook does, once all were run.
    pub async fn finish<T, E: From<Error>>(mut self, result: Result<T, E>) -> Result<T, E> {
        let ended = match &result {
            Ok(_) => commit(self.link()).await.map(Hooks::run),
            Err(_) => self.link().roll_back().await.map(|()| None),
        };
        self.put_back().await;
        let Some(link) = self.link.take() else {
            return result;
        };
        match (result, ended) {
            (_, Ok(Some(panic))) => resume_unwind(panic),
            (result, Ok(None)) => result,
            // What broke the transaction matters more than that the broken
            // one cannot be rolled back: its connection is not used again.
            (Err(error), Err(DieselError::BrokenTransactionManager)) => Err(error),
            (_, Err(error)) => Err(link.error(error).into()),
        }
    }

    /// Rolls back, after a panic, with all that was begun inside and left. What fails at that leaves a
    /// broken connection, which the pool does not take back.
    pub async fn abandon(mut self) {
        let depth = self.depth;
        roll_back_to(self.link(), depth).await;
        self.put_back().await;
        self.link = None;
    }
}

/// What is of whole transactions only.
pub(super) fn nested(what: &str) -> Error {
    let message = format!("a transaction inside of another one is a savepoint, and {what}");
    Error::new(ErrorKind::Refused, message)
}

impl<L: Link> Drop for Open<'_, L> {
    fn drop(&mut self) {
        if let Some(link) = self.link.take() {
            link.leave(self.depth);
        }
    }
}
