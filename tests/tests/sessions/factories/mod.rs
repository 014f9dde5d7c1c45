//! Factories of the testing kit: rows of models, made of what the models say.

#[cfg(feature = "postgres")]
mod arrays;
mod models;
mod parents;
mod refused;
mod values;
