//! [`Creates`]: whoever inserts the rows of a factory.

use super::create::{Prepared, create};
use crate::connection::DatabaseConnection;
use crate::error::Result;
use crate::operation::{LoadModel, now};
use crate::query::{Answer, Runs};
use crate::session::{Session, Transaction};
use crate::table::Model;

/// Whoever inserts the rows of a factory: a `&mut` session or transaction, blocking or async.
#[diagnostic::on_unimplemented(
    message = "`{Self}` creates no rows of `{M}`",
    label = "no session",
    note = "give a `&mut` session or a `&mut` transaction"
)]
pub trait Creates<M: Model>: Runs {
    /// Inserts the rows and those that they refer to.
    ///
    /// # Errors
    /// What kept them from being made; what the database says.
    fn create_rows(self, rows: Result<Prepared<M::Table>>) -> Answer<Self, Vec<M>>;
}

impl<C: DatabaseConnection, M: LoadModel<C::Backend>> Creates<M> for &mut Session<C> {
    fn create_rows(self, rows: Result<Prepared<M::Table>>) -> Result<Vec<M>> {
        now(create(self, rows?))
    }
}

impl<C: DatabaseConnection, M: LoadModel<C::Backend>> Creates<M> for &mut Transaction<C> {
    fn create_rows(self, rows: Result<Prepared<M::Table>>) -> Result<Vec<M>> {
        let session: &mut Session<C> = self;
        now(create(session, rows?))
    }
}

#[cfg(feature = "async")]
mod asynchronous {
    use super::{Creates, LoadModel, Prepared, Result, create};
    use crate::aio::{AsyncDatabaseConnection, AsyncSession, AsyncTransaction, BoxFuture};

    impl<'s, C: AsyncDatabaseConnection, M: LoadModel<C::Backend>> Creates<M>
        for &'s mut AsyncSession<C>
    {
        fn create_rows(self, rows: Result<Prepared<M::Table>>) -> BoxFuture<'s, Result<Vec<M>>> {
            Box::pin(async move { create(self, rows?).await })
        }
    }

    impl<'s, C: AsyncDatabaseConnection, M: LoadModel<C::Backend>> Creates<M>
        for &'s mut AsyncTransaction<C>
    {
        fn create_rows(self, rows: Result<Prepared<M::Table>>) -> BoxFuture<'s, Result<Vec<M>>> {
            let session: &mut AsyncSession<C> = self;
            Box::pin(async move { create(session, rows?).await })
        }
    }
}
