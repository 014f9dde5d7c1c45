//! From the syntax of `#[model(..)]` to attributes.
//!
//! An attribute list is split into items first, so that one item that makes no
//! sense does not hide the others.

mod bounds;
mod field;
mod item;
mod structure;

pub(crate) use bounds::BoundText;
pub(crate) use field::{Action, DefaultAttr, FieldAttrs, Generated};
pub(crate) use item::Errors;
pub(crate) use structure::StructAttrs;
