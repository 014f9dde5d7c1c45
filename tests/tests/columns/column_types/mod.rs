//! Column types of the user's own, and the corners of the built-in ones.

// Without the feature a list is no column.
#[cfg(feature = "postgres")]
mod arrays;
mod decimals;
mod defaults;
mod documents;
mod enums;
mod enums_declared;
mod instants;
mod json;
mod literals;
mod newtypes;
mod on_diesel;
mod references;
mod unsigned;
