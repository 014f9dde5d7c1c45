//! Relations in a query: `.with(customer::orders)`.

use super::{Loaded, None_, Relation, Set};
use crate::query::{
    AllColumns, AllRows, Answers, Ask, Locked, NoPreload, OfLocked, Query, Take, Taking, With,
};
use crate::table::Model;

/// What the relations of a query are loaded as.
pub trait LoadedShape {
    /// The relations of one row.
    type Shape;
}

impl LoadedShape for NoPreload {
    type Shape = None_;
}

impl<R: Relation, Rest: LoadedShape> LoadedShape for With<R, Rest> {
    type Shape = Set<R, Rest::Shape>;
}

/// What `with` takes.
#[diagnostic::on_unimplemented(
    message = "`{Rel}` cannot be loaded along with this query",
    label = "takes a relation of the model, with a query of whole models",
    note = "relations are in the module of the model's name: `customer::orders` for `#[model(has_many(orders: Order))]`, `order::customer` for a field `customer_id` with `belongs_to`"
)]
pub trait LoadsAlong<Rel> {}

#[diagnostic::do_not_recommend]
impl<Rel: Relation, S: WholeRows<Rel::From>> LoadsAlong<Rel> for Taking<Rel, S, ()> {}

/// A selection of whole rows of a table.
pub trait WholeRows<T> {}

#[diagnostic::do_not_recommend]
impl<T> WholeRows<T> for AllColumns<T> {}

impl<M: Model, Q, S, O, G, D, W, R, P, J> Query<M, Q, S, O, G, D, W, R, P, J> {
    /// Loads a relation along with the rows, by one more query:
    /// `Customer::query().with(customer::orders)`. Rows come as
    /// [`Loaded`]: `row[customer::orders]`.
    pub fn with<Rel: Take<S, (), As = A>, A: LoadsAlong<Rel>>(
        self,
        _: Rel,
    ) -> Query<M, Q, S, O, G, D, W, R, With<Rel, P>, J> {
        self.with_preload(With::NEW)
    }
}

/// Rows with relations loaded along.
impl<M: Model, Q, S, O, G, D, W, R, Rel, Rest, J>
    Query<M, Q, S, O, G, D, W, R, With<Rel, Rest>, J>
{
    /// All rows, each with its relations.
    ///
    /// # Errors
    /// What the database says; a stored value that its column's type refuses.
    pub fn load<L, A>(self, on: impl Ask<Self, Loaded<M, L>, As = A>) -> A::Answer
    where
        With<Rel, Rest>: LoadedShape<Shape = L>,
        A: Answers<AllRows>,
    {
        on.ask(self).answer(AllRows)
    }
}

/// Rows that are locked, with relations loaded along, whose rows are not.
impl<M: Model, Q, S, O, G, D, W, R, Rel, Rest, J>
    Locked<Query<M, Q, S, O, G, D, W, R, With<Rel, Rest>, J>>
{
    /// All rows, locked, each with its relations.
    ///
    /// # Errors
    /// [`Conflict`](crate::ErrorKind::Conflict) if a lock was not to be had; what else the database
    /// says; a stored value that its column's type refuses.
    pub fn load<L, A>(self, on: impl Ask<Self, Loaded<M, L>, As = A>) -> A::Answer
    where
        With<Rel, Rest>: LoadedShape<Shape = L>,
        A: Answers<OfLocked<AllRows>>,
    {
        on.ask(self).answer(OfLocked(AllRows))
    }
}
