//! [`Open`]: a transaction that ends by commit, by rollback, or by being left.
//! [`Fate`]: whether it can still be committed.

use diesel::result::{Error as DieselError, QueryResult};

use super::Link;
use crate::backend::Database;
use crate::error::{Doomed, Error, ends_transaction, is_closed, is_conflict};

/// What became of the transaction that is open, whoever saw the errors of its
/// statements.
///
/// A COMMIT does not tell. PostgreSQL answers that of a transaction in which a
/// statement failed by a rollback, without an error. MariaDB and MySQL end the
/// transaction that loses a deadlock, with all savepoints: what is sent after
/// that would be kept, each statement by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Fate {
    /// As far as is known it can be committed.
    #[default]
    Open,
    /// Perhaps it cannot: the database is asked first.
    Doubtful,
    /// It lost against another one, up to the innermost savepoint.
    Aborted,
    /// It lost, with all savepoints.
    Gone,
}

impl Fate {
    /// Notes what came of a statement; `inside` says whether a transaction was open.
    pub fn note<T>(
        &mut self,
        database: Database,
        result: &QueryResult<T>,
        inside: impl FnOnce() -> bool,
    ) {
        let Err(error @ DieselError::DatabaseError(..)) = result else {
            return;
        };
        let now = match database {
            Database::Mysql if ends_transaction(error) => Fate::Gone,
            Database::Postgres if is_conflict(error) => Fate::Aborted,
            Database::Postgres => Fate::Doubtful,
            Database::Sqlite | Database::Mysql => return,
        };
        if now.weight() > self.weight() && inside() {
            *self = now;
        }
    }

    /// Notes that the connection was lent inside of a transaction: statements may
    /// fail there unseen.
    pub fn lend(&mut self, database: Database) {
        if database == Database::Postgres && *self == Fate::Open {
            *self = Fate::Doubtful;
        }
    }

    /// # Errors
    /// [`Doomed::Lost`], if nothing more may be sent.
    pub fn check(self) -> QueryResult<()> {
        match self {
            Fate::Open | Fate::Doubtful => Ok(()),
            Fate::Aborted | Fate::Gone => Err(Doomed::Lost.into()),
        }
    }

    fn weight(self) -> u8 {
        self as u8
    }
}

impl From<Doomed> for DieselError {
    fn from(doomed: Doomed) -> Self {
        DieselError::QueryBuilderError(Box::new(doomed))
    }
}

pub(super) async fn begin<L: Link>(link: &mut L) -> QueryResult<()> {
    link.fate().check()?;
    link.send_begin().await?;
    // The database takes a savepoint only where all is well.
    *link.fate() = Fate::Open;
    Ok(())
}

pub(super) async fn commit<L: Link>(link: &mut L) -> QueryResult<()> {
    let refused = match *link.fate() {
        Fate::Open => Ok(()),
        Fate::Doubtful => match link.batch("SELECT 1").await {
            Err(error) if !is_closed(&error) => Err(Doomed::Failed.into()),
            asked => asked,
        },
        doomed => doomed.check(),
    };
    if let Err(refused) = refused {
        // A rollback that fails leaves a broken connection, which is not used again.
        let _ = link.roll_back().await;
        return Err(refused);
    }
    let done = link.send_commit().await;
    settle(link, done.is_ok());
    done
}

pub(super) async fn roll_back<L: Link>(link: &mut L) -> QueryResult<()> {
    let gone = *link.fate() == Fate::Gone;
    let done = link.send_roll_back().await;
    settle(link, done.is_ok() && !gone);
    match done {
        // The savepoint is gone with all the others, which is no news.
        Err(error) if gone && link.is_inside() && !is_closed(&error) => Ok(()),
        done => done,
    }
}

/// After a transaction or savepoint ended: what is known of the one outside.
fn settle<L: Link>(link: &mut L, well: bool) {
    if *link.fate() != Fate::Open && (well || !link.is_inside()) {
        *link.fate() = Fate::Open;
    }
}

/// A transaction, or savepoint, of a link. Dropped before it was finished, it
/// interrupts the link: what is open on the server is not used again.
pub struct Open<'l, L: Link> {
    link: Option<&'l mut L>,
}

impl<'l, L: Link> Open<'l, L> {
    /// Opens a transaction; inside another, a savepoint.
    ///
    /// # Errors
    /// What the database says.
    pub async fn begin(link: &'l mut L) -> Result<Self, Error> {
        match link.begin().await {
            Ok(()) => Ok(Open { link: Some(link) }),
            Err(error) => Err(link.error(error)),
        }
    }

    /// The link, inside the transaction.
    ///
    /// # Panics
    /// Never: the link is there until the transaction is finished.
    pub fn link(&mut self) -> &mut L {
        self.link.as_mut().expect("the transaction is open")
    }

    /// Commits what went well, and rolls back what did not.
    ///
    /// # Errors
    /// What went wrong; what the database says of COMMIT or ROLLBACK; that the
    /// work went on after an error that left nothing to be committed.
    pub async fn finish<T, E: From<Error>>(mut self, result: Result<T, E>) -> Result<T, E> {
        let ended = match &result {
            Ok(_) => self.link().commit().await,
            Err(_) => self.link().roll_back().await,
        };
        let Some(link) = self.link.take() else {
            return result;
        };
        match (result, ended) {
            (result, Ok(())) => result,
            // What broke the transaction matters more than that the broken
            // one cannot be rolled back: its connection is not used again.
            (Err(error), Err(DieselError::BrokenTransactionManager)) => Err(error),
            (_, Err(error)) => Err(link.error(error).into()),
        }
    }
}

impl<L: Link> Drop for Open<'_, L> {
    fn drop(&mut self) {
        if let Some(link) = self.link.take() {
            link.interrupt();
        }
    }
}
