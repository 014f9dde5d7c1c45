//! Column types of the user's own: newtypes, enums, JSON of serde types, arrays.

// Without the feature a list is no column.
#[cfg(feature = "postgres")]
mod arrays;
mod enums;
mod enums_declared;
mod json;
mod literals;
mod newtypes;
