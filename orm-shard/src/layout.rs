//! [`Layout`]: what a cluster knows without asking anybody.

use std::sync::Arc;

use orm_core::backend::Dialect;
use orm_core::changeset::Draft;
use orm_core::diesel::query_builder::QueryFragment;
use orm_core::error::{Error, ErrorKind, Result};
use orm_core::hooks::Hooks;
use orm_core::id::TimeIds;
use orm_core::schema::Schema;
use orm_core::table::TableDef;
use orm_core::value::Value;

use crate::guard;
use crate::router::RouteKey;
use crate::topology::Topology;

/// Which shards there are, where keys go, and which tables are known.
#[derive(Clone)]
pub struct Layout {
    /// The shards and the strategy.
    pub topology: Topology,
    /// The tables, if the cluster was told.
    pub schema: Option<Schema>,
    /// What is done before and after writes.
    pub hooks: Option<Arc<Hooks>>,
    /// The source of ids that are made before an insert.
    pub ids: Arc<TimeIds>,
}

impl Layout {
    /// What is done before and after writes.
    #[must_use]
    pub fn hooks(&self) -> Option<&Hooks> {
        self.hooks.as_deref()
    }

    /// The position of the shard of a value.
    ///
    /// # Errors
    /// If the value has no place under the strategy.
    pub fn locate(&self, value: Value) -> Result<usize> {
        self.topology.locate_value(value)
    }

    /// The position of the shard of a key as the user gives it.
    ///
    /// # Errors
    /// If the key has no place under the strategy.
    pub fn locate_key<K: RouteKey + ?Sized>(&self, key: &K) -> Result<usize> {
        self.locate(key.route_value())
    }

    /// The position of the shard that a row to be inserted belongs to, by the
    /// column of the shard key.
    ///
    /// # Errors
    /// [`ErrorKind::Refused`] if the draft does not give the shard key.
    pub fn locate_draft<T: TableDef>(&self, draft: &Draft<T>, column: usize) -> Result<usize> {
        let Some(value) = draft.get(column) else {
            let message = format!(
                "the shard key `{}` of {} was not given, and says where the row goes",
                T::META.columns[column].field,
                T::META.model,
            );
            return Err(Error::new(ErrorKind::Refused, message));
        };
        self.locate(value.clone())
    }

    /// Every shard, by position.
    #[must_use]
    pub fn everywhere(&self) -> Vec<usize> {
        (0..self.topology.names().len()).collect()
    }

    /// Refuses a statement with a subquery that one shard cannot answer.
    ///
    /// # Errors
    /// [`ErrorKind::Refused`].
    pub fn check_subqueries<DB: Dialect, S: QueryFragment<DB>>(&self, statement: &S) -> Result<()> {
        guard::check_subqueries::<DB, S>(statement, self.schema)
    }
}
