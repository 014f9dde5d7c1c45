//! What a program needs in scope: `use orm_core::prelude::*;`
//!
//! Diesel's own traits are listed one by one, without its `ExpressionMethods`:
//! [`ExpressionMethods`] of this crate stands in its place, and both together
//! would be ambiguous. Nothing of `diesel::dsl` is here but functions by name:
//! its type aliases would hide a model named `Order` or `Filter`.

pub use orm_derive::Model;

#[cfg(feature = "mysql")]
pub use diesel::MysqlConnection;
#[cfg(feature = "postgres")]
pub use diesel::PgConnection;
#[cfg(feature = "sqlite")]
pub use diesel::SqliteConnection;
pub use diesel::dsl::{case_when, exists, not, sql};
pub use diesel::{
    BelongingToDsl, BoolExpressionMethods, CombineDsl, Connection, EscapeExpressionMethods,
    GroupedBy, IntoSql, JoinOnDsl, NullableExpressionMethods, OptionalExtension, QueryDsl,
    QueryResult, Queryable, RunQueryDsl, SelectableHelper, TextExpressionMethods, alias,
};
#[cfg(feature = "postgres")]
pub use diesel::{PgExpressionMethods, PgTextExpressionMethods};

pub use crate::column::{ColumnError, ColumnType, val};
pub use crate::engine::Engine;
pub use crate::error::{ErrorKind, FieldError, Invalid};
pub use crate::query::{ExpressionMethods, avg, count, count_distinct, count_star, max, min, sum};
pub use crate::relation::Loaded;
pub use crate::schema;
pub use crate::session::Session;
pub use crate::table::Model;

pub use bigdecimal::BigDecimal;
pub use bigdecimal::BigDecimal as Decimal;
pub use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
pub use serde_json::Value as Json;
pub use uuid::Uuid;
