//! Futures of Diesel's statements on an async session: what is left in the
//! midst is noted on the session.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use diesel::result::{Error as DieselError, QueryResult};
use futures_util::Stream;
use pin_project_lite::pin_project;

use super::progress::{Progress, Watch};
use crate::error::Interrupted;
use crate::event::{Rows, affected, returned};

/// A future that was refused before, or is polled after its end.
fn refused(why: &mut Option<DieselError>) -> DieselError {
    let interrupted = || DieselError::QueryBuilderError(Box::new(Interrupted));
    why.take().unwrap_or_else(interrupted)
}

pin_project! {
    /// A statement without rows.
    pub struct Tracked<'c, F> {
        #[pin]
        future: Option<F>,
        refused: Option<DieselError>,
        watch: Watch<'c>,
    }
}

impl<'c, F> Tracked<'c, F> {
    pub(super) fn new(future: QueryResult<F>, watch: Watch<'c>) -> Self {
        let (future, refused) = either(future);
        Tracked {
            future,
            refused,
            watch,
        }
    }
}

fn either<F>(future: QueryResult<F>) -> (Option<F>, Option<DieselError>) {
    match future {
        Ok(future) => (Some(future), None),
        Err(refused) => (None, Some(refused)),
    }
}

impl<F: Future<Output = QueryResult<usize>>> Future for Tracked<'_, F> {
    type Output = QueryResult<usize>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<QueryResult<usize>> {
        let this = self.project();
        let Some(future) = this.future.as_pin_mut() else {
            return Poll::Ready(Err(refused(this.refused)));
        };
        *this.watch.progress = Progress::Sending;
        let result = ready!(future.poll(context));
        this.watch.tell(&result, |rows| affected(*rows));
        this.watch.note(&result);
        Poll::Ready(result)
    }
}

pin_project! {
    /// A statement with rows, before the first of them.
    pub struct TrackedLoad<'c, F> {
        #[pin]
        future: Option<F>,
        refused: Option<DieselError>,
        watch: Option<Watch<'c>>,
    }
}

impl<'c, F> TrackedLoad<'c, F> {
    pub(super) fn new(future: QueryResult<F>, watch: Watch<'c>) -> Self {
        let (future, refused) = either(future);
        TrackedLoad {
            future,
            refused,
            watch: Some(watch),
        }
    }
}

impl<'c, S, F: Future<Output = QueryResult<S>>> Future for TrackedLoad<'c, F> {
    type Output = QueryResult<TrackedRows<'c, S>>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let (Some(future), Some(watch)) = (this.future.as_pin_mut(), &mut *this.watch) else {
            return Poll::Ready(Err(refused(this.refused)));
        };
        *watch.progress = Progress::Sending;
        let result = ready!(future.poll(context));
        match &result {
            Ok(_) => *watch.progress = Progress::HalfRead,
            failed => {
                watch.tell(failed, |_| Rows::Unknown);
                watch.note(failed);
            }
        }
        let watch = this.watch.take();
        Poll::Ready(result.and_then(|rows| {
            let watch = watch.ok_or_else(|| refused(this.refused))?;
            Ok(TrackedRows {
                rows,
                read: 0,
                watch,
            })
        }))
    }
}

pin_project! {
    /// Rows as they come.
    pub struct TrackedRows<'c, S> {
        #[pin]
        rows: S,
        read: usize,
        watch: Watch<'c>,
    }
}

impl<T, S: Stream<Item = QueryResult<T>>> Stream for TrackedRows<'_, S> {
    type Item = QueryResult<T>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<S::Item>> {
        let this = self.project();
        let row = ready!(this.rows.poll_next(context));
        match &row {
            None if *this.watch.progress == Progress::HalfRead => {
                this.watch.tell(&Ok(*this.read), |rows| returned(*rows));
                *this.watch.progress = Progress::Done;
            }
            Some(Ok(_)) => *this.read += 1,
            Some(row @ Err(_)) => {
                this.watch.tell(row, |_| Rows::Unknown);
                this.watch.note(row);
            }
            None => {}
        }
        Poll::Ready(row)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.rows.size_hint()
    }
}
