//! Declarative models, compile-time checked queries, sessions and pools on Diesel.
//!
//! One annotated struct is the single source of truth: `#[derive(Model)]` makes
//! the table, the insert and patch forms, validation and metadata of it. Start
//! with the [`prelude`], [`Engine`](engine::Engine) and
//! [`Session`](session::Session); `docs/` has the tutorial.

#![cfg_attr(docsrs, feature(doc_cfg))]

#[doc(hidden)]
pub mod __private;
#[cfg(feature = "async")]
pub mod aio;
pub mod backend;
pub mod backfill;
pub mod changeset;
#[cfg(feature = "cli")]
pub mod cli;
pub mod codegen;
pub mod column;
pub mod connection;
pub mod ddl;
pub mod diagram;
pub mod diff;
pub mod engine;
pub mod error;
pub mod event;
pub mod hooks;
pub mod id;
pub mod inspect;
pub mod lint;
pub mod metadata;
pub mod migrate;
pub mod operation;
pub mod pool;
pub mod prelude;
pub mod query;
pub mod relation;
pub mod schema;
pub mod session;
pub mod snapshot;
pub mod table;
pub mod testing;
pub mod transaction;
pub mod url;
pub mod validation;
pub mod value;
#[doc(hidden)]
pub mod vocabulary;
pub mod work;

pub use bigdecimal;
pub use chrono;
pub use diesel;
pub use error::{Error, ErrorKind, Result};
pub use orm_derive::{embed_migrations, schema};
pub use schema::Schema;
pub use serde_json;
pub use uuid;
