//! How a query ends: `load`, `first`, `optional`, `count`.
//!
//! Rows of the model alone have their type from the query; of what was selected
//! or joined the caller names the type. All are methods of [`Query`] itself:
//! from a trait they would be ambiguous beside the async `RunQueryDsl` of
//! diesel-async, which is implemented for every type.

use super::builder::Query;
use super::clause::{AllColumns, Joined, NoPreload, Selected};
use super::execute::{Answer, CountOn, Execute, FirstRow, Mode, Runs};
use crate::error::{Error, ErrorKind};
use crate::table::{Model, TableDef};

impl<M, Q, S, O, G, D, W, R, P, J> Query<M, Q, S, O, G, D, W, R, P, J> {
    /// How many rows there are.
    ///
    /// # Errors
    /// What the database says.
    pub fn count<X>(self, on: X) -> Answer<X, i64>
    where
        X: CountOn<Self>,
    {
        on.count_on(self)
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
    pub fn load<X>(self, on: X) -> Answer<X, Vec<M>>
    where
        X: Execute<Self, M>,
    {
        on.load_all(self)
    }

    /// The first row.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] if there is none.
    pub fn first<X>(self, on: X) -> Answer<X, M>
    where
        X: FirstRow<Self, M>,
    {
        <X as Runs>::Mode::and_then(on.first_row(self), |row| row.ok_or_else(no_row::<T>))
    }

    /// The first row, if there is one.
    ///
    /// # Errors
    /// What the database says.
    pub fn optional<X>(self, on: X) -> Answer<X, Option<M>>
    where
        X: FirstRow<Self, M>,
    {
        on.first_row(self)
    }
}

fn no_row<T: TableDef>() -> Error {
    Error::new(
        ErrorKind::NotFound,
        format!("no {} answers the query", T::META.model),
    )
}

macro_rules! loads_into {
    ($selection:ty) => {
        /// Rows of a type that the caller names.
        impl<M: Model, Q, E, O, G, D, W, R, J>
            Query<M, Q, $selection, O, G, D, W, R, NoPreload, J>
        {
            /// All rows, as a tuple or a struct of the selected expressions:
            /// `let rows: Vec<(i64, String)> = query.load(..)`, or
            /// `query.load::<(i64, String), _>(..)`.
            ///
            /// # Errors
            /// What the database says; a stored value that its type refuses.
            pub fn load<U, X>(self, on: X) -> Answer<X, Vec<U>>
            where
                X: Execute<Self, U>,
            {
                on.load_all(self)
            }

            /// The first row.
            ///
            /// # Errors
            /// [`ErrorKind::NotFound`] if there is none.
            pub fn first<U, X>(self, on: X) -> Answer<X, U>
            where
                U: 'static,
                X: FirstRow<Self, U>,
            {
                let row = on.first_row(self);
                <X as Runs>::Mode::and_then(row, |row| row.ok_or_else(no_row::<M::Table>))
            }

            /// The first row, if there is one.
            ///
            /// # Errors
            /// What the database says.
            pub fn optional<U, X>(self, on: X) -> Answer<X, Option<U>>
            where
                X: FirstRow<Self, U>,
            {
                on.first_row(self)
            }
        }
    };
}
loads_into!(Selected<E>);
loads_into!(Joined<E>);
