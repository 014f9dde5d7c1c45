//! Typed queries, described.
//!
//! A [`Query`] holds Diesel's statement of FROM, joins, WHERE and GROUP BY, and
//! beside it what an executor may have to change before it is sent: selection,
//! order, window, HAVING, DISTINCT. One database gets all of it as one
//! statement ([`Assemble`]); several get parts. Nothing here sends anything.

mod aggregate;
mod aggregate_rhs;
mod ask;
mod assemble;
mod builder;
mod by_value;
mod clause;
mod collated;
mod compare;
mod execute;
mod in_list;
mod json;
mod key;
mod lock;
mod locked;
mod methods;
mod now;
mod operand;
mod parts;
mod route;
mod row;
mod sort;
mod takes;
mod terminal;
mod window;

pub use aggregate::{
    Averageable, Avg, Count, CountDistinct, CountStar, Max, Min, Orderable, Sum, Summable, avg,
    count, count_distinct, count_star, max, min, sum,
};
pub use ask::{AllRows, Answers, AnyRow, Ask, Asked, Asking, OneRow, RowCount};
pub use assemble::{
    Assemble, CountRows, DefaultStatement, First, JoinSide, SelectIsMissing, Selects,
};
pub use builder::{LivingQuery, ModelQuery, Query};
pub use clause::{
    AllColumns, Distinct, Grouped, Having, Joined, NoGroup, NoOrder, NoPreload, NotDistinct,
    OrderBy, Selected, Selection, With,
};
pub use collated::Collated;
pub use compare::{All, Any, Compare, CompareBoth, CompareOp, Junction, compare_op};
pub use execute::{Answer, Blocking, CountOn, Execute, FirstRow, Mode, Runs};
pub(crate) use in_list::padding;
pub use in_list::{InList, IntoInList};
pub use key::{
    EqRhs, EqTo, Found, KeyAnd, KeyBool, KeyEq, KeysBool, KeysEqual, NotFound, Nothing, Plain,
    ShardKey,
};
pub use lock::{
    LockWait, Lockable, Locked, LockedQuery, Locking, PlainRows, RowLock, RowsToLock, Strength,
    ToLock,
};
pub use locked::{FirstLocked, InTransaction, LoadLocked, OfLocked};
pub use methods::ExpressionMethods;
pub use parts::Parts;
pub use route::{Keyed, Predicate, Scatter, Unrouted};
pub use row::{FromValues, ValueRow};
pub use sort::{Ascending, Descending, NullsAsTheDatabase, NullsFirst, NullsLast, Sorted};
pub use takes::{Filters, Groups, Joins, Judges, Likes, Take, Taking, Term};
pub use terminal::Named;
pub use window::{FirstOnly, NoWindow, Window, Windowed};
