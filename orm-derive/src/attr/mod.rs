//! From the syntax of `#[model(..)]` to attributes.
//!
//! An attribute list is split into items first, so that one item that makes no
//! sense does not hide the others.

mod bounds;
mod embedded;
mod field;
mod index;
mod item;
mod kept;
mod names;
mod parent;
mod sql;
mod structure;

pub(crate) use bounds::BoundText;
pub(crate) use embedded::check_struct as check_embedded;
pub(crate) use field::{Action, DefaultAttr, DeferrableAttr, FieldAttrs, Generated};
pub(crate) use index::{IndexAttr, PartAttr, TermAttr};
pub(crate) use item::{Errors, Item, ItemValue, items, items_of, list};
pub(crate) use kept::Kept;
pub(crate) use sql::SqlAttr;
pub(crate) use structure::StructAttrs;
