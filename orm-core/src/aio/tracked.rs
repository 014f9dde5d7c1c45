//! Futures of Diesel's statements on an async session: what is left in the
//! midst is noted on the session.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use diesel::result::{Error as DieselError, QueryResult};
use futures_util::Stream;
use pin_project_lite::pin_project;

use super::session::Progress;
use crate::error::Interrupted;

fn refused() -> DieselError {
    DieselError::QueryBuilderError(Box::new(Interrupted))
}

pin_project! {
    /// A statement without rows.
    pub struct Tracked<'c, F> {
        #[pin]
        future: Option<F>,
        progress: &'c mut Progress,
    }
}

impl<'c, F> Tracked<'c, F> {
    pub(super) fn new(future: Option<F>, progress: &'c mut Progress) -> Self {
        Tracked { future, progress }
    }
}

impl<T, F: Future<Output = QueryResult<T>>> Future for Tracked<'_, F> {
    type Output = QueryResult<T>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<QueryResult<T>> {
        let this = self.project();
        let Some(future) = this.future.as_pin_mut() else {
            return Poll::Ready(Err(refused()));
        };
        **this.progress = Progress::Sending;
        let result = ready!(future.poll(context));
        **this.progress = Progress::after(&result);
        Poll::Ready(result)
    }
}

pin_project! {
    /// A statement with rows, before the first of them.
    pub struct TrackedLoad<'c, F> {
        #[pin]
        future: Option<F>,
        progress: Option<&'c mut Progress>,
    }
}

impl<'c, F> TrackedLoad<'c, F> {
    pub(super) fn new(future: Option<F>, progress: &'c mut Progress) -> Self {
        TrackedLoad {
            future,
            progress: Some(progress),
        }
    }
}

impl<'c, S, F: Future<Output = QueryResult<S>>> Future for TrackedLoad<'c, F> {
    type Output = QueryResult<TrackedRows<'c, S>>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let (Some(future), Some(progress)) = (this.future.as_pin_mut(), &mut *this.progress) else {
            return Poll::Ready(Err(refused()));
        };
        **progress = Progress::Sending;
        let result = ready!(future.poll(context));
        **progress = match &result {
            Ok(_) => Progress::HalfRead,
            failed => Progress::after(failed),
        };
        let progress = this.progress.take();
        Poll::Ready(result.and_then(|rows| {
            let progress = progress.ok_or_else(refused)?;
            Ok(TrackedRows { rows, progress })
        }))
    }
}

pin_project! {
    /// Rows as they come.
    pub struct TrackedRows<'c, S> {
        #[pin]
        rows: S,
        progress: &'c mut Progress,
    }
}

impl<T, S: Stream<Item = QueryResult<T>>> Stream for TrackedRows<'_, S> {
    type Item = QueryResult<T>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<S::Item>> {
        let this = self.project();
        let row = ready!(this.rows.poll_next(context));
        match &row {
            None if **this.progress == Progress::HalfRead => **this.progress = Progress::Done,
            Some(row @ Err(_)) => **this.progress = Progress::after(row),
            _ => {}
        }
        Poll::Ready(row)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.rows.size_hint()
    }
}
