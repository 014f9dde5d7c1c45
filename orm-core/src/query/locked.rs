//! How a locked query ends: as any other, but in a transaction.

use super::ask::{AllRows, Answers, AnyRow, Ask, Asked, OneRow};
use super::builder::Query;
use super::clause::{AllColumns, NoPreload};
use super::execute::{Answer, Mode, Runs};
use super::lock::Locked;
use super::terminal::{Named, no_row};
use crate::table::{Model, TableDef};

/// Whoever is in a transaction, by its type.
#[diagnostic::on_unimplemented(
    message = "rows are locked in a transaction only",
    label = "`{Self}` is no transaction",
    note = "give what the closure of `session.transaction(|tx| ..)` is given; a function that locks rows takes a `&mut Transaction<C>`, or a `&mut AsyncTransaction<C>`"
)]
pub trait InTransaction: Runs {
    /// Itself: asked for what it locks only if it is in a transaction.
    type Locker: Runs<Mode = Self::Mode>;
    /// Itself.
    fn locker(self) -> Self::Locker;
}

/// Runs a locked query `Q` for rows of type `U`.
pub trait LoadLocked<Q, U>: Runs {
    /// All rows.
    ///
    /// # Errors
    /// What the database says; a row that is none of `U`.
    fn load_locked(self, query: Q) -> Answer<Self, Vec<U>>;
}

/// Runs a locked query for its first row.
pub trait FirstLocked<Q, U>: Runs {
    /// The first row, if there is one; no other is locked.
    ///
    /// # Errors
    /// What the database says; a row that is none of `U`.
    fn first_locked(self, query: Q) -> Answer<Self, Option<U>>;
}

/// What is asked, of rows that are to be locked.
#[derive(Debug, Clone, Copy)]
pub struct OfLocked<What>(pub(crate) What);

type By<A> = <<A as Asked>::On as InTransaction>::Locker;

impl<A: Asked> Answers<OfLocked<AllRows>> for A
where
    A::On: InTransaction,
    By<A>: LoadLocked<A::Query, A::Rows>,
{
    type Answer = Answer<By<A>, Vec<A::Rows>>;

    fn answer(self, _: OfLocked<AllRows>) -> Self::Answer {
        let (on, query) = self.parts();
        on.locker().load_locked(query)
    }
}

impl<A: Asked> Answers<OfLocked<AnyRow>> for A
where
    A::On: InTransaction,
    By<A>: FirstLocked<A::Query, A::Rows>,
{
    type Answer = Answer<By<A>, Option<A::Rows>>;

    fn answer(self, _: OfLocked<AnyRow>) -> Self::Answer {
        let (on, query) = self.parts();
        on.locker().first_locked(query)
    }
}

impl<A: Asked<Rows: 'static>> Answers<OfLocked<OneRow>> for A
where
    A::On: InTransaction,
    By<A>: FirstLocked<A::Query, A::Rows>,
{
    type Answer = Answer<By<A>, A::Rows>;

    fn answer(self, OfLocked(OneRow(none)): OfLocked<OneRow>) -> Self::Answer {
        let (on, query) = self.parts();
        <By<A> as Runs>::Mode::and_then(on.locker().first_locked(query), move |row| {
            row.ok_or_else(none)
        })
    }
}

/// Rows whose type follows from the query.
impl<M: Model, Q, T, O, G, D, W, R, J>
    Locked<Query<M, Q, AllColumns<T>, O, G, D, W, R, NoPreload, J>>
where
    T: TableDef<Model = M>,
{
    /// All rows, locked.
    ///
    /// # Errors
    /// [`Conflict`](crate::ErrorKind::Conflict) if a lock was not to be had; what else the database
    /// says; a stored value that its column's type refuses.
    pub fn load<A: Answers<OfLocked<AllRows>>>(self, on: impl Ask<Self, M, As = A>) -> A::Answer {
        on.ask(self).answer(OfLocked(AllRows))
    }

    /// The first row, locked.
    ///
    /// # Errors
    /// As [`load`](Self::load); [`NotFound`](crate::ErrorKind::NotFound) if there is none.
    pub fn first<A: Answers<OfLocked<OneRow>>>(self, on: impl Ask<Self, M, As = A>) -> A::Answer {
        on.ask(self).answer(OfLocked(OneRow(no_row::<T>)))
    }

    /// The first row, locked, if there is one.
    ///
    /// # Errors
    /// As [`load`](Self::load).
    pub fn optional<A: Answers<OfLocked<AnyRow>>>(
        self,
        on: impl Ask<Self, M, As = A>,
    ) -> A::Answer {
        on.ask(self).answer(OfLocked(AnyRow))
    }
}

/// Rows of a type that the caller names.
impl<M: Model, Q, S: Named, O, G, D, W, R, J> Locked<Query<M, Q, S, O, G, D, W, R, NoPreload, J>> {
    /// All rows, locked, as a tuple or a struct of the selected expressions.
    ///
    /// # Errors
    /// [`Conflict`](crate::ErrorKind::Conflict) if a lock was not to be had; what else the database
    /// says; a stored value that its type refuses.
    pub fn load<U, A: Answers<OfLocked<AllRows>>>(
        self,
        on: impl Ask<Self, U, As = A>,
    ) -> A::Answer {
        on.ask(self).answer(OfLocked(AllRows))
    }

    /// The first row, locked.
    ///
    /// # Errors
    /// As [`load`](Self::load); [`NotFound`](crate::ErrorKind::NotFound) if there is none.
    pub fn first<U, A: Answers<OfLocked<OneRow>>>(
        self,
        on: impl Ask<Self, U, As = A>,
    ) -> A::Answer {
        on.ask(self).answer(OfLocked(OneRow(no_row::<M::Table>)))
    }

    /// The first row, locked, if there is one.
    ///
    /// # Errors
    /// As [`load`](Self::load).
    pub fn optional<U, A: Answers<OfLocked<AnyRow>>>(
        self,
        on: impl Ask<Self, U, As = A>,
    ) -> A::Answer {
        on.ask(self).answer(OfLocked(AnyRow))
    }
}
