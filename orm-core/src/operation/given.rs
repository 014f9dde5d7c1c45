//! What a session is given to insert or to update: a form or a patch, beside the
//! backend.
//!
//! `F: Form` on the methods would do, but for the reader of an error: see
//! [`Asking`](crate::query::Asking). The two make one type here, a parameter that no argument has.

use std::marker::PhantomData;

use super::LoadModel;
use crate::changeset::{ConflictTarget, Draft, Form, Patch, PatchForm};
use crate::table::{Model, TableDef};

/// What was given, and what it is sent to.
pub struct Given<F, Place> {
    given: F,
    place: PhantomData<fn() -> Place>,
}

impl<F, Place> Given<F, Place> {
    /// What was given.
    pub fn into_given(self) -> F {
        self.given
    }
}

/// Whatever is given.
pub trait Give<Place>: Sized {
    /// [`Given`].
    type As;
    /// Beside the place.
    fn give(self) -> Self::As;
}

impl<F, Place> Give<Place> for F {
    type As = Given<F, Place>;

    fn give(self) -> Given<F, Place> {
        Given {
            given: self,
            place: PhantomData,
        }
    }
}

/// What `insert` takes.
#[diagnostic::on_unimplemented(
    message = "`{F}` cannot be inserted",
    label = "takes a form of a model",
    note = "insert `NewModel {{ .. }}` with the required fields, its chained setters, or the model itself"
)]
pub trait Inserts<F> {
    /// Where the rows come back from.
    type Backend: diesel::backend::Backend;
    /// The table.
    type Table: TableDef<Model = Self::Model>;
    /// The row.
    type Model: Model<Table = Self::Table> + LoadModel<Self::Backend>;
    /// As a draft.
    fn into_draft(self) -> Draft<Self::Table>;
}

#[diagnostic::do_not_recommend]
impl<F: Form, DB: diesel::backend::Backend> Inserts<F> for Given<F, DB>
where
    <F::Table as TableDef>::Model: Model<Table = F::Table> + LoadModel<DB>,
{
    type Backend = DB;
    type Table = F::Table;
    type Model = <F::Table as TableDef>::Model;

    fn into_draft(self) -> Draft<F::Table> {
        self.given.into_draft()
    }
}

/// What `update` takes.
#[diagnostic::on_unimplemented(
    message = "`{P}` says no changes to a row",
    label = "takes a patch",
    note = "an update takes a patch: `Customer::patch(id).name(\"Anne\")`"
)]
pub trait Updates<P> {
    /// Where a row is looked for that was not changed.
    type Backend: diesel::backend::Backend;
    /// The table.
    type Table: TableDef<Model = Self::Model>;
    /// The row.
    type Model: Model<Table = Self::Table> + LoadModel<Self::Backend>;
    /// As a patch.
    fn into_patch(self) -> Patch<Self::Table>;
}

#[diagnostic::do_not_recommend]
impl<P: PatchForm, DB: diesel::backend::Backend> Updates<P> for Given<P, DB>
where
    <P::Table as TableDef>::Model: Model<Table = P::Table> + LoadModel<DB>,
{
    type Backend = DB;
    type Table = P::Table;
    type Model = <P::Table as TableDef>::Model;

    fn into_patch(self) -> Patch<P::Table> {
        self.given.into_patch()
    }
}

/// What `upsert` takes beside the form.
#[diagnostic::on_unimplemented(
    message = "`{T}` cannot be the target of an upsert: it is not unique in the model of the form",
    label = "takes a form and a unique column",
    note = "name the key, or a column with `#[model(unique)]`; of several columns that are unique together a tuple of all, in their order"
)]
pub trait Targets<T> {
    /// The positions of the columns.
    fn positions() -> Vec<usize>;
}

#[diagnostic::do_not_recommend]
impl<T: ConflictTarget<Table>, Table: TableDef> Targets<T> for Given<T, Table> {
    fn positions() -> Vec<usize> {
        T::positions()
    }
}
