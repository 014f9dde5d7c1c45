//! Backfills, run on this connection.

use std::future::{Future, ready};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use super::Session;
use crate::backfill::{
    self, Backfill, BackfillStatus, Backfilled, Progress, Range, RowBackfill, Step,
};
use crate::connection::DatabaseConnection;
use crate::error::Result;
use crate::operation::{Link, LoadModel, now};

/// A closure that is given the rows of each chunk.
struct Rows<'b, M, F> {
    backfill: &'b RowBackfill<M>,
    work: F,
}

impl<C, M, F> Step<Session<C>> for Rows<'_, M, F>
where
    C: DatabaseConnection,
    M: LoadModel<C::Backend>,
    F: FnMut(&mut Session<C>, Vec<M>) -> Result<()>,
{
    fn run(
        &mut self,
        link: &mut Session<C>,
        range: &Range,
    ) -> impl Future<Output = Result<u64>> + Send {
        ready(self.chunk(link, range))
    }
}

impl<M, F> Rows<'_, M, F> {
    fn chunk<C>(&mut self, session: &mut Session<C>, range: &Range) -> Result<u64>
    where
        C: DatabaseConnection,
        M: LoadModel<C::Backend>,
        F: FnMut(&mut Session<C>, Vec<M>) -> Result<()>,
    {
        let rows = now(backfill::load_chunk(session, self.backfill, range))?;
        let count = rows.len() as u64;
        if rows.is_empty() {
            return Ok(0);
        }
        match catch_unwind(AssertUnwindSafe(|| (self.work)(session, rows))) {
            Ok(done) => done.map(|()| count),
            Err(panic) => {
                // A rollback that fails leaves a broken connection, which the pool does not take.
                let _ = now(session.roll_back());
                resume_unwind(panic)
            }
        }
    }
}

impl<C: DatabaseConnection> Session<C> {
    /// Fills a table by an UPDATE, chunk by chunk along its key, each in a transaction together with
    /// the note of how far it came. Goes on where an earlier call ended, however that ended; does
    /// nothing if all is done. `told` is called behind each chunk.
    ///
    /// Several runners of one backfill share it.
    ///
    /// # Errors
    /// The chunks before an error are kept, and the next call goes on behind them.
    ///
    /// * [`ErrorKind::BackfillFailed`](crate::ErrorKind::BackfillFailed): what the database says of
    ///   a chunk, with its keys. [`Conflict`](crate::ErrorKind::Conflict) if it lost against other
    ///   transactions too often, [`Connect`](crate::ErrorKind::Connect) if the connection is gone.
    /// * [`ErrorKind::Refused`](crate::ErrorKind::Refused) inside of a transaction; if the name is
    ///   that of a backfill of another table or key; if it was reset meanwhile; on SQLite if a row has
    ///   NULL in its key.
    /// * [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) if there is no SQL for this
    ///   database, or no walk along a key of that type.
    /// * [`ErrorKind::Config`](crate::ErrorKind::Config) if the name is empty or has more than 200
    ///   characters.
    pub fn backfill(
        &mut self,
        backfill: &Backfill,
        mut told: impl FnMut(&Progress),
    ) -> Result<Backfilled> {
        now(backfill::fill(self, backfill, &mut told))
    }

    /// Gives a closure the rows of a model, chunk by chunk along the key; what it does with the
    /// session is one transaction with the note of how far it came. The rows are locked until then.
    ///
    /// A chunk that lost against another transaction is read again, and the closure called again.
    ///
    /// # Errors
    /// As [`backfill`](Self::backfill); what the closure returns, with the keys of the chunk.
    ///
    /// # Panics
    /// If the closure does; after the rollback.
    pub fn backfill_rows<M: LoadModel<C::Backend>>(
        &mut self,
        backfill: &RowBackfill<M>,
        work: impl FnMut(&mut Self, Vec<M>) -> Result<()>,
        mut told: impl FnMut(&Progress),
    ) -> Result<Backfilled> {
        let mut step = Rows { backfill, work };
        now(backfill::fill_rows(self, backfill, &mut step, &mut told))
    }

    /// How far each backfill of this database is, by name. Writes nothing.
    ///
    /// # Errors
    /// What the database says.
    pub fn backfills(&mut self) -> Result<Vec<BackfillStatus>> {
        now(backfill::list(self))
    }

    /// Forgets how far a backfill is: the next call begins anew. `false` if nothing is known of it.
    /// A runner that is at work on it stops with an error.
    ///
    /// # Errors
    /// What the database says.
    pub fn reset_backfill(&mut self, name: &str) -> Result<bool> {
        now(backfill::reset(self, name))
    }
}
