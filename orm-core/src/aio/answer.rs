//! The answer of an async executor: a boxed future.
//!
//! Boxed, because an `async fn` over borrowed and generic parts makes the
//! compiler say "implementation is not general enough" once the future is
//! spawned (rust-lang/rust#100013).

use crate::error::Result;
use crate::query::Mode;

pub use futures_util::future::BoxFuture;

/// The answer must be awaited; it borrows its executor for `'x`.
#[derive(Debug, Clone, Copy)]
pub struct Awaited<'x>(std::marker::PhantomData<&'x ()>);

impl<'x> Mode for Awaited<'x> {
    type Answer<T> = BoxFuture<'x, Result<T>>;

    fn and_then<T, U, F>(answer: BoxFuture<'x, Result<T>>, then: F) -> BoxFuture<'x, Result<U>>
    where
        T: 'static,
        F: FnOnce(T) -> Result<U> + Send + 'static,
    {
        Box::pin(async move { answer.await.and_then(then) })
    }
}
