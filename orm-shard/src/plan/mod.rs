//! Asking every shard, planned: what each is sent, and how their answers
//! become the answer that one database would give.
//!
//! The types of a query choose the plan, its text stays the same:
//!
//! - rows (`rows`): each shard sorts and cuts, the sorted lists are merged;
//! - groups that hold the shard key are whole on their shard: rows too;
//! - aggregates and groups that span shards (`groups`): each shard sends
//!   partial values, which are folded, judged by HAVING, sorted and cut here.
//!
//! Pure: a plan asks nobody. Blocking and async clusters run the same plans.

mod choice;
mod dsl;
mod groups;
mod rows;
mod terms;

pub use choice::{ByGroups, ByRows, Choice, HoldsShardKey, PlanOf, ReceivedOf, Scattered, SentOf};
pub use dsl::{HasRoute, NoRoute, ScatterDsl};
pub use groups::{GroupParts, GroupsPlan, OrderPieces};
pub use rows::{Plain, RowsPlan, WindowOf, first_of};
pub use terms::{SelectionKeys, SortTerms};
