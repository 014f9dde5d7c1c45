//! The words of models and queries, which the blocking and the async prelude share.
//!
//! [`prelude`](crate::prelude) says why Diesel's names stand here one by one.

pub use orm_derive::{Embedded, Model, PartialModel};

pub use diesel::dsl::{case_when, exists, not, sql};
pub use diesel::{
    BelongingToDsl, BoolExpressionMethods, CombineDsl, EscapeExpressionMethods, GroupedBy, IntoSql,
    JoinOnDsl, NullableExpressionMethods, OptionalExtension, QueryDsl, QueryResult, Queryable,
    SelectableHelper, TextExpressionMethods, alias,
};
#[cfg(feature = "postgres")]
pub use diesel::{PgArrayExpressionMethods, PgExpressionMethods, PgTextExpressionMethods};

pub use crate::changeset::Form as _;
pub use crate::column::{AsJson, ColumnError, ColumnType, Deferred, val};
pub use crate::error::{ErrorKind, FieldError, Invalid};
pub use crate::query::{ExpressionMethods, avg, count, count_distinct, count_star, max, min, sum};
pub use crate::relation::Loaded;
pub use crate::schema;
pub use crate::table::{Embedded, Model, PartialModel};
pub use crate::transaction::TransactionOptions;
pub use crate::work::UnitOfWork;

pub use bigdecimal::BigDecimal;
pub use bigdecimal::BigDecimal as Decimal;
pub use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
pub use serde_json::Value as Json;
pub use uuid::Uuid;
