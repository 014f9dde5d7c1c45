//! [`Engine::run`]: the blocking engine inside an async program.

use std::panic::{AssertUnwindSafe, Location, catch_unwind, resume_unwind};

use tokio::task::spawn_blocking;

use super::BoxFuture;
use crate::connection::DatabaseConnection;
use crate::engine::Engine;
use crate::error::Error;
use crate::event::carried;
use crate::session::Session;

impl<C: DatabaseConnection> Engine<C> {
    /// Runs work with a session on a thread for blocking work, and waits for it
    /// without blocking the runtime.
    ///
    /// At most as many works run at once as the pool may have connections; others
    /// wait as tasks, for the pool's timeout, so that waiting never takes a
    /// thread. Work that has begun is carried through when the future is dropped.
    ///
    /// ```
    /// use orm_core::prelude::*;
    ///
    /// # #[derive(Model, Debug)]
    /// # struct Customer {
    /// #     #[model(generated)]
    /// #     id: i64,
    /// #     name: String,
    /// # }
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> orm_core::Result<()> {
    /// let engine = Engine::<SqliteConnection>::open(":memory:")?;
    /// engine.create_all(schema![Customer])?;
    ///
    /// let ann = engine.run(|session| session.insert(NewCustomer { name: "Ann".into() })).await?;
    /// # assert_eq!(ann.name, "Ann");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// What the work returns; as [`session`](Self::session).
    ///
    /// # Panics
    /// If the work does; outside of a tokio runtime.
    #[track_caller]
    pub fn run<T, E, F>(&self, work: F) -> BoxFuture<'static, Result<T, E>>
    where
        F: FnOnce(&mut Session<C>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        let engine = self.clone();
        let from = Location::caller();
        Box::pin(async move {
            let request = engine.pool().request(from);
            let turn = engine.pool().turn(request).await;
            let done = spawn_blocking(carried(move || {
                let connection = engine.pool().after_turn(turn, request)?;
                let mut session = engine.session_on(connection);
                // Given back before a panic goes on: the pool does not take what it is given by one.
                let done = catch_unwind(AssertUnwindSafe(|| work(&mut session)));
                drop(session);
                done.unwrap_or_else(|panic| resume_unwind(panic))
            }));
            match done.await {
                Ok(result) => result,
                Err(error) => resume_unwind(error.into_panic()),
            }
        })
    }
}
