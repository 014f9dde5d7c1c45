//! Asking every shard, and giving the answer that one database would give.
//!
//! The types of a query choose the plan, its text stays the same:
//!
//! - rows (`rows`): each shard sorts and cuts, the sorted lists are merged;
//! - groups that hold the shard key are whole on their shard: rows too;
//! - aggregates and groups that span shards (`groups`): each shard sends
//!   partial values, which are folded, judged by HAVING, sorted and cut here.

mod count;
mod groups;
mod plan;
mod rows;

pub use count::{ScatteredCount, ScatteredFirst};
pub use plan::{GroupPlan, Scattered, UngroupedPlan};
pub use rows::{RowsPlan, ScatterDsl, SelectionKeys, SortTerms, WindowOf};
