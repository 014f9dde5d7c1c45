//! What differs between models and a database, and what only looks so.

mod dropped;
#[cfg(any(feature = "postgres", feature = "mysql"))]
mod kept;
mod names;
mod own_sqlite;
mod spelled;
mod types;
mod views;

/// The differences between models and a database, as sentences.
fn sentences(differences: Vec<orm_core::snapshot::Difference>) -> Vec<String> {
    differences.iter().map(ToString::to_string).collect()
}
