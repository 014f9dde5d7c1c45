//! [`Open`]: a transaction that ends by commit, by rollback, or by being left.

use diesel::result::Error as DieselError;

use super::Link;
use crate::error::Error;

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
    /// What went wrong; what the database says of COMMIT or ROLLBACK.
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
