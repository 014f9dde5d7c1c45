//! Backfills, run on a connection of the pool.

use super::Engine;
use crate::backfill::{Backfill, BackfillStatus, Backfilled, Progress, RowBackfill};
use crate::connection::DatabaseConnection;
use crate::error::Result;
use crate::operation::LoadModel;
use crate::session::Session;

impl<C: DatabaseConnection> Engine<C> {
    /// Fills a table by an UPDATE, chunk by chunk; as
    /// [`Session::backfill`](crate::session::Session::backfill). There is an example at [`Backfill`].
    ///
    /// # Errors
    /// As [`Session::backfill`](crate::session::Session::backfill) and [`session`](Self::session).
    #[track_caller]
    pub fn backfill(&self, backfill: &Backfill, told: impl FnMut(&Progress)) -> Result<Backfilled> {
        self.session()?.backfill(backfill, told)
    }

    /// Gives a closure the rows of a model, chunk by chunk; as
    /// [`Session::backfill_rows`](crate::session::Session::backfill_rows). There is an example at
    /// [`RowBackfill`].
    ///
    /// # Errors
    /// As [`Session::backfill_rows`](crate::session::Session::backfill_rows) and
    /// [`session`](Self::session).
    #[track_caller]
    pub fn backfill_rows<M: LoadModel<C::Backend>>(
        &self,
        backfill: &RowBackfill<M>,
        work: impl FnMut(&mut Session<C>, Vec<M>) -> Result<()>,
        told: impl FnMut(&Progress),
    ) -> Result<Backfilled> {
        self.session()?.backfill_rows(backfill, work, told)
    }

    /// How far each backfill of this database is; as
    /// [`Session::backfills`](crate::session::Session::backfills).
    ///
    /// # Errors
    /// What the database says; as [`session`](Self::session).
    #[track_caller]
    pub fn backfills(&self) -> Result<Vec<BackfillStatus>> {
        self.session()?.backfills()
    }

    /// Forgets how far a backfill is; as
    /// [`Session::reset_backfill`](crate::session::Session::reset_backfill).
    ///
    /// # Errors
    /// What the database says; as [`session`](Self::session).
    #[track_caller]
    pub fn reset_backfill(&self, name: &str) -> Result<bool> {
        self.session()?.reset_backfill(name)
    }
}
