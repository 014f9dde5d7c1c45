//! How a query ends: `load`, `first`, `optional`, `count`.
//!
//! Rows of the model alone have their type from the query; of what was selected
//! or joined the caller names the type. All are methods of [`Query`] itself:
//! from a trait they would be ambiguous beside the async `RunQueryDsl` of
//! diesel-async, which is implemented for every type.

use super::ask::{AllRows, Answers, AnyRow, Ask, OneRow, RowCount};
use super::builder::Query;
use super::clause::{AllColumns, Joined, NoPreload, Selected};
use crate::error::{Error, ErrorKind};
use crate::table::{Model, TableDef};

impl<M, Q, S, O, G, D, W, R, P, J> Query<M, Q, S, O, G, D, W, R, P, J> {
    /// How many rows there are.
    ///
    /// # Errors
    /// What the database says.
    pub fn count<A: Answers<RowCount>>(self, on: impl Ask<Self, (), As = A>) -> A::Answer {
        on.ask(self).answer(RowCount)
    }
}

/// Rows whose type follows from the query.
impl<M: Model, Q, T, O, G, D, W, R, J> Query<M, Q, AllColumns<T>, O, G, D, W, R, NoPreload, J>
where
    T: TableDef<Model = M>,
{
    /// All rows.
    ///
    /// # Errors
    /// What the database says; a stored value that its column's type refuses.
    pub fn load<A: Answers<AllRows>>(self, on: impl Ask<Self, M, As = A>) -> A::Answer {
        on.ask(self).answer(AllRows)
    }

    /// The first row.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] if there is none.
    pub fn first<A: Answers<OneRow>>(self, on: impl Ask<Self, M, As = A>) -> A::Answer {
        on.ask(self).answer(OneRow(no_row::<T>))
    }

    /// The first row, if there is one.
    ///
    /// # Errors
    /// What the database says.
    pub fn optional<A: Answers<AnyRow>>(self, on: impl Ask<Self, M, As = A>) -> A::Answer {
        on.ask(self).answer(AnyRow)
    }
}

pub(super) fn no_row<T: TableDef>() -> Error {
    Error::new(
        ErrorKind::NotFound,
        format!("no {} answers the query", T::META.model),
    )
}

/// Selections whose rows the caller names.
pub trait Named {}
impl<E> Named for Selected<E> {}
impl<E> Named for Joined<E> {}

/// Rows of a type that the caller names.
impl<M: Model, Q, S: Named, O, G, D, W, R, J> Query<M, Q, S, O, G, D, W, R, NoPreload, J> {
    /// All rows, as a tuple or a struct of the selected expressions:
    /// `let rows: Vec<(i64, String)> = query.load(..)`, or
    /// `query.load::<(i64, String), _>(..)`.
    ///
    /// # Errors
    /// What the database says; a stored value that its type refuses.
    pub fn load<U, A: Answers<AllRows>>(self, on: impl Ask<Self, U, As = A>) -> A::Answer {
        on.ask(self).answer(AllRows)
    }

    /// The first row.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] if there is none.
    pub fn first<U, A: Answers<OneRow>>(self, on: impl Ask<Self, U, As = A>) -> A::Answer {
        on.ask(self).answer(OneRow(no_row::<M::Table>))
    }

    /// The first row, if there is one.
    ///
    /// # Errors
    /// What the database says.
    pub fn optional<U, A: Answers<AnyRow>>(self, on: impl Ask<Self, U, As = A>) -> A::Answer {
        on.ask(self).answer(AnyRow)
    }
}
