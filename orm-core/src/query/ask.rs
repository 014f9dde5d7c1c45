//! A query and who is to run it, as one type: what `load` and its like ask.
//!
//! `X: Execute<Query<..>, U>` on `load` itself would do, but for the reader of
//! an error: the compiler would show the bound, in our source, below every
//! query that does not run. The type that both make is a parameter that no
//! argument has, so an error is said at `load` alone, once.

use std::marker::PhantomData;

use super::execute::{Answer, CountOn, Execute, FirstRow, Mode, Runs};
use crate::error::Error;

/// A query, who is to run it, and the type of the rows.
pub struct Asking<X, Q, U> {
    on: X,
    query: Q,
    rows: PhantomData<fn() -> U>,
}

/// Whatever is given to `load`: anything can be asked, few answer.
pub trait Ask<Q, U>: Sized {
    /// [`Asking`].
    type As;
    /// The question.
    fn ask(self, query: Q) -> Self::As;
}

impl<X, Q, U> Ask<Q, U> for X {
    type As = Asking<X, Q, U>;

    fn ask(self, query: Q) -> Asking<X, Q, U> {
        Asking {
            on: self,
            query,
            rows: PhantomData,
        }
    }
}

/// The parts of [`Asking`], by which [`Answers`] is implemented for one type
/// parameter: the compiler does not offer such an impl as a help.
pub trait Asked {
    /// Who is asked.
    type On;
    /// The query.
    type Query;
    /// The type of the rows.
    type Rows;
    /// Who, and what.
    fn parts(self) -> (Self::On, Self::Query);
}

impl<X, Q, U> Asked for Asking<X, Q, U> {
    type On = X;
    type Query = Q;
    type Rows = U;

    fn parts(self) -> (X, Q) {
        (self.on, self.query)
    }
}

/// All rows are asked for.
#[derive(Debug, Clone, Copy)]
pub struct AllRows;
/// The first row is asked for, if there is one.
#[derive(Debug, Clone, Copy)]
pub struct AnyRow;
/// The first row is asked for; else the error that says that there is none.
#[derive(Debug, Clone, Copy)]
pub struct OneRow(pub fn() -> Error);
/// The number of rows is asked for.
#[derive(Debug, Clone, Copy)]
pub struct RowCount;

/// Whoever is asked.
type By<A> = <<A as Asked>::On as Runs>::Executor;

/// A question that can be answered.
pub trait Answers<What> {
    /// A result, or a future of it.
    type Answer;
    /// Runs the query.
    fn answer(self, what: What) -> Self::Answer;
}

impl<A: Asked> Answers<AllRows> for A
where
    A::On: Runs,
    By<A>: Execute<A::Query, A::Rows>,
{
    type Answer = Answer<By<A>, Vec<A::Rows>>;

    fn answer(self, AllRows: AllRows) -> Self::Answer {
        let (on, query) = self.parts();
        on.executor().load_all(query)
    }
}

impl<A: Asked> Answers<AnyRow> for A
where
    A::On: Runs,
    By<A>: FirstRow<A::Query, A::Rows>,
{
    type Answer = Answer<By<A>, Option<A::Rows>>;

    fn answer(self, AnyRow: AnyRow) -> Self::Answer {
        let (on, query) = self.parts();
        on.executor().first_row(query)
    }
}

impl<A: Asked<Rows: 'static>> Answers<OneRow> for A
where
    A::On: Runs,
    By<A>: FirstRow<A::Query, A::Rows>,
{
    type Answer = Answer<By<A>, A::Rows>;

    fn answer(self, OneRow(none): OneRow) -> Self::Answer {
        let (on, query) = self.parts();
        <By<A> as Runs>::Mode::and_then(on.executor().first_row(query), move |row| {
            row.ok_or_else(none)
        })
    }
}

impl<A: Asked> Answers<RowCount> for A
where
    A::On: Runs,
    By<A>: CountOn<A::Query>,
{
    type Answer = Answer<By<A>, i64>;

    fn answer(self, RowCount: RowCount) -> Self::Answer {
        let (on, query) = self.parts();
        on.executor().count_on(query)
    }
}
