//! What leads from one schema to another: [`diff`] of two snapshots is a [`Plan`] of typed steps,
//! and [`sql`] writes a plan in the words of a database.
//!
//! All of it is pure. A plan knows what there was before each step, so [`Plan::inverse`] leads
//! back, and [`Plan::outcome`] tells what there will be without asking a database.

mod apply;
mod compare;
mod family;
mod fill;
mod loss;
mod online;
mod order;
mod pieces;
mod rename;
mod shown;
mod sql;
mod step;

pub(crate) use apply::apply;
pub use compare::diff;
pub(crate) use compare::renamed;
pub use loss::Loss;
pub(crate) use online::is_partitioned;
pub(crate) use pieces::names;
pub use sql::{Script, sql};
pub(crate) use sql::{columns_of_enum, rebuilt};
pub use step::{Alteration, Constraint, Plan, Step};
