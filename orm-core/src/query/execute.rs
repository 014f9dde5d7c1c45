//! Who runs queries, and what they answer: a value at once, or a future of it.
//!
//! A query has `load`, `first`, `optional` and `count` once. What runs it says
//! by its [`Mode`] whether the answer is there ([`Blocking`]) or must be
//! awaited; the async executors have modes of their own.

use crate::error::Result;

/// How an executor answers.
pub trait Mode {
    /// What a call gives for a result of type `T`.
    type Answer<T>;

    /// The answer with its result looked at once more.
    fn and_then<T, U, F>(answer: Self::Answer<T>, then: F) -> Self::Answer<U>
    where
        T: 'static,
        F: FnOnce(T) -> Result<U> + Send + 'static;
}

/// The answer is a `Result`: the thread waited for it.
#[derive(Debug, Clone, Copy)]
pub struct Blocking;

impl Mode for Blocking {
    type Answer<T> = Result<T>;

    fn and_then<T, U, F>(answer: Result<T>, then: F) -> Result<U>
    where
        T: 'static,
        F: FnOnce(T) -> Result<U> + Send + 'static,
    {
        answer.and_then(then)
    }
}

/// Whoever runs queries: a session, any Diesel connection, a cluster.
#[diagnostic::on_unimplemented(
    message = "`{Self}` runs no queries",
    label = "no session and no cluster",
    note = "give a `&mut` session, a `&mut` Diesel connection, or a `&` cluster"
)]
pub trait Runs {
    /// Whether the answer is there at once.
    type Mode: Mode;
    /// Itself: asked for what it runs only if it runs anything.
    type Executor: Runs<Mode = Self::Mode>;
    /// Itself.
    fn executor(self) -> Self::Executor;
}

/// What an executor gives for a result of type `T`: `Result<T>`, or a future of it.
pub type Answer<X, T> = <<X as Runs>::Mode as Mode>::Answer<T>;

/// Runs a query `Q` for rows of type `U`.
pub trait Execute<Q, U>: Runs {
    /// All rows.
    ///
    /// # Errors
    /// What the database says; a row that is none of `U`.
    fn load_all(self, query: Q) -> Answer<Self, Vec<U>>;
}

/// Runs a query for its first row.
pub trait FirstRow<Q, U>: Runs {
    /// The first row, if there is one.
    ///
    /// # Errors
    /// What the database says; a row that is none of `U`.
    fn first_row(self, query: Q) -> Answer<Self, Option<U>>;
}

/// Counts the rows of a query.
pub trait CountOn<Q>: Runs {
    /// How many rows there are.
    ///
    /// # Errors
    /// What the database says.
    fn count_on(self, query: Q) -> Answer<Self, i64>;
}
