//! Relations, described: who has many of whom, and how loaded rows are stitched.
//!
//! A relation is a marker type (`customer::orders`). A query that names it
//! gives [`Loaded`] rows, from which exactly the named relations can be read:
//! one that was not loaded does not compile.

mod loaded;
mod query;
mod stitch;

pub use loaded::{Has, Loaded, None_, Set};
pub use query::{LoadedShape, LoadsAlong, WholeRows};
pub use stitch::{FindMany, RowKey, by_key};

use crate::table::identity::{Same, True};
use crate::table::{ColumnSet, TableDef};

/// A relation of a model.
pub trait Relation: 'static {
    /// [`ToMany`] or [`ToOne`].
    type Kind;
    /// The type-level identity.
    type Id: Same<Self::Id, Out = True>;
    /// The table whose rows have the relation.
    type From: TableDef;
    /// What is loaded for one row: `Vec<Child>` or `Option<Arc<Parent>>`.
    type Rows: Default + Send;
}

/// Many rows that refer to this one.
#[derive(Debug, Clone, Copy)]
pub struct ToMany;
/// The one row that this one refers to.
#[derive(Debug, Clone, Copy)]
pub struct ToOne;

/// A parent has many children.
pub trait HasMany {
    /// The parent.
    type Parent: TableDef;
    /// The child.
    type Child: TableDef;
    /// The child's column, or columns, that refer to the parent.
    type ForeignKey: ColumnSet;
}

/// A child belongs to a parent.
pub trait BelongsTo {
    /// The child.
    type Child: TableDef;
    /// The parent.
    type Parent: TableDef;
    /// The child's column, or columns, that refer to the parent.
    type ForeignKey: ColumnSet;
}
