//! One spelling for what databases spell in several ways: types, defaults, expressions.
//!
//! Spellings are for comparing and never shown. An expression is read as a tree; casts, brackets
//! and quotes that do not change it are gone in it. What cannot be read is compared by its words and brackets.
//! So two expressions that differ in a cast alone are the same here.

mod catalogue;
mod expression;
mod function;
mod parser;
mod parts;
mod tokens;
mod types;

pub(crate) use catalogue::catalogued;
pub(crate) use expression::{canonical_expression, canonical_statement};
pub(crate) use types::{canonical_collation, canonical_type, length_of};
