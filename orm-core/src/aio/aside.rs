//! What a session sends of its own accord, around what it is told to send. Observers are not told.

use diesel::result::QueryResult;

use super::progress::Progress;
use super::session::is_inside;
use super::{AsyncDatabaseConnection, AsyncSession, BoxFuture};
use crate::backend::Dialect;
use crate::operation::question;
use crate::pool::test;

impl<C: AsyncDatabaseConnection> AsyncSession<C> {
    /// Asks what became of the transaction that is open.
    ///
    /// # Errors
    /// If the database does not answer.
    pub(super) fn find_out(&mut self) -> BoxFuture<'_, QueryResult<()>> {
        Box::pin(async move {
            loop {
                self.enter_at_any_rate()?;
                self.mute(true);
                let asked = question(C::Backend::DATABASE);
                let answer = self.held().batch_execute(asked).await;
                self.mute(false);
                self.progress = Progress::after(&answer);
                if self.progress == Progress::Lost {
                    return answer;
                }
                if !self.fate.answered(C::Backend::DATABASE, &answer) {
                    return Ok(());
                }
            }
        })
    }

    /// Ends what a COMMIT that failed has left open: Diesel counts it as ended.
    pub(super) fn end_what_is_left(&mut self) -> BoxFuture<'_, QueryResult<()>> {
        Box::pin(async move {
            self.enter_at_any_rate()?;
            self.mute(true);
            let ended = self.held().batch_execute("ROLLBACK").await;
            self.mute(false);
            self.progress = Progress::after(&ended);
            ended
        })
    }

    /// Moves the savepoint of a test up to here.
    pub(super) fn hold_on(&mut self) -> BoxFuture<'_, QueryResult<()>> {
        Box::pin(async move {
            let connection = self.enter()?;
            if is_inside(connection, true) {
                self.progress = Progress::Done;
                return Ok(());
            }
            self.mute(true);
            let mut held = self.held().batch_execute(test::HOLD_ON).await;
            if held.is_err() {
                held = self.held().batch_execute(test::GO_BACK).await;
            }
            self.mute(false);
            self.progress = Progress::after(&held);
            held.map_err(|_| test::ended())
        })
    }
}
