//! [`Loaded`]: a row with relations that were loaded along.

use std::fmt;
use std::ops::{Deref, Index};

use super::Relation;
use crate::table::identity::{False, Same, True};

/// A row and the relations that its query named: `loaded[customer::orders]`.
///
/// Dereferences to the row.
pub struct Loaded<M, L> {
    row: M,
    relations: L,
}

/// No more relations.
#[derive(Debug, Clone, Copy, Default)]
pub struct None_;

/// What was loaded for one relation, and the relations before it.
pub struct Set<R: Relation, Rest> {
    pub(crate) rows: R::Rows,
    pub(crate) rest: Rest,
}

impl<M, L> Loaded<M, L> {
    /// A row with its relations.
    pub fn new(row: M, relations: L) -> Self {
        Loaded { row, relations }
    }

    /// The row alone.
    pub fn into_row(self) -> M {
        self.row
    }

    /// What was loaded for a relation; the same as indexing by it.
    pub fn get<R>(&self, _: R) -> &<L as Has<R>>::Rows
    where
        R: Relation,
        L: Has<R>,
    {
        self.relations.rows_of()
    }
}

impl<M, L> Deref for Loaded<M, L> {
    type Target = M;

    fn deref(&self) -> &M {
        &self.row
    }
}

impl<M, L, R> Index<R> for Loaded<M, L>
where
    R: Relation,
    L: Has<R>,
{
    type Output = <L as Has<R>>::Rows;

    fn index(&self, _: R) -> &Self::Output {
        self.relations.rows_of()
    }
}

/// Relations among which `R` is.
#[diagnostic::on_unimplemented(
    message = "this relation was not loaded",
    label = "not loaded",
    note = "name it in the query: `.with(relation)`"
)]
pub trait Has<R> {
    /// What is loaded for one row.
    type Rows;
    /// What was loaded.
    fn rows_of(&self) -> &Self::Rows;
}

#[diagnostic::do_not_recommend]
impl<R, H, Rest> Has<R> for Set<H, Rest>
where
    R: Relation,
    H: Relation,
    R::Id: Same<H::Id>,
    <R::Id as Same<H::Id>>::Out: Choose<R, H, Rest>,
{
    type Rows = <<R::Id as Same<H::Id>>::Out as Choose<R, H, Rest>>::Rows;

    fn rows_of(&self) -> &Self::Rows {
        <<R::Id as Same<H::Id>>::Out as Choose<R, H, Rest>>::choose(self)
    }
}

/// The head of the relations if it is the one, else the rest.
#[doc(hidden)]
pub trait Choose<R, H: Relation, Rest> {
    type Rows;
    fn choose(set: &Set<H, Rest>) -> &Self::Rows;
}

impl<R, H: Relation, Rest> Choose<R, H, Rest> for True {
    type Rows = H::Rows;
    fn choose(set: &Set<H, Rest>) -> &H::Rows {
        &set.rows
    }
}

impl<R, H: Relation, Rest: Has<R>> Choose<R, H, Rest> for False {
    type Rows = Rest::Rows;
    fn choose(set: &Set<H, Rest>) -> &Rest::Rows {
        set.rest.rows_of()
    }
}

impl<M: fmt::Debug, L> fmt::Debug for Loaded<M, L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Loaded").field(&self.row).finish()
    }
}
