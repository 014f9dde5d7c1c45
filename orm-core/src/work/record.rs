//! What a unit holds: one record an object, its model behind a trait object.

use std::any::{Any, TypeId};
use std::marker::PhantomData;
use std::pin::Pin;

use super::patch::AnyPatch;
use crate::backend::{Database, Dialect};
use crate::changeset::{Delete, Draft, FindByKeys};
use crate::column::ColumnError;
use crate::error::{FieldError, Result};
use crate::hooks::{Hooks, Work};
use crate::id::TimeIds;
use crate::metadata::TableMeta;
use crate::operation::{self, Link, LoadModel};
use crate::table::{KeyValues, Model, TableDef};
use crate::value::Value;

/// What an operation of a model gives.
pub(super) type Acting<'l, T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 'l>>;

/// From the keys of other records, each a list of values, to what is made of them.
pub(super) type FromKeys<T> =
    Box<dyn Fn(&[Vec<Value>]) -> Result<T, ColumnError> + Send + Sync + 'static>;

/// One object of a unit.
pub(super) struct Record<S> {
    pub(super) table: &'static TableMeta,
    /// The type of the table, of which there may be several models.
    pub(super) model: TypeId,
    /// The records whose keys it takes.
    pub(super) takes: Vec<usize>,
    /// What it is called in an error.
    pub(super) object: String,
    pub(super) what: What<S>,
    /// What reads the row, where not all of it is given.
    pub(super) reader: Option<Box<dyn Rows<S>>>,
}

pub(super) enum What<S> {
    Add(Box<dyn Rows<S>>),
    /// With what is known of the row as it was, by position of the column.
    Change(Box<dyn AnyPatch>, Vec<Option<Value>>),
    /// A change of a row whose key is not known yet.
    ChangeOf(FromKeys<Box<dyn AnyPatch>>),
    /// With what is known of the row, as of a change.
    Remove(Remove, Vec<Option<Value>>),
}

/// A row to be removed.
#[derive(Clone)]
pub(super) struct Remove {
    pub(super) key: Vec<Value>,
    pub(super) only_if: Vec<(usize, Value)>,
    pub(super) deletes: &'static dyn AnyDelete,
    /// From the database, although the model deletes softly.
    pub(super) forever: bool,
}

/// The hooks of deletes of a table, apart from its type.
pub(super) trait AnyDelete: Send + Sync {
    /// Before a row is deleted.
    ///
    /// # Errors
    /// What a hook refuses with.
    fn before(&self, hooks: &Hooks, key: &[Value], only_if: &[(usize, Value)]) -> Result<()>;
    /// After it was; what is to be done once that is committed.
    fn after(&self, hooks: &Hooks, key: &[Value], only_if: &[(usize, Value)]) -> Vec<Work>;
}

impl<T: TableDef> AnyDelete for PhantomData<fn() -> T> {
    fn before(&self, hooks: &Hooks, key: &[Value], only_if: &[(usize, Value)]) -> Result<()> {
        hooks.before_deleting(&delete::<T>(key, only_if))
    }

    fn after(&self, hooks: &Hooks, key: &[Value], only_if: &[(usize, Value)]) -> Vec<Work> {
        hooks.after_deleting(&delete::<T>(key, only_if))
    }
}

fn delete<T: TableDef>(key: &[Value], only_if: &[(usize, Value)]) -> Delete<T> {
    let only_if = only_if.iter().cloned();
    only_if.fold(Delete::new(key.to_vec()), |delete, (column, value)| {
        delete.only_if(column, value)
    })
}

/// The columns of a row.
pub(super) fn values_of<M: Model>(row: &M) -> Vec<Option<Value>> {
    let columns = M::Table::META.columns.iter().enumerate();
    columns
        .map(|(position, column)| (!column.deferred).then(|| row.value_of(position)))
        .collect()
}

/// A row that was inserted.
pub(super) struct Row {
    pub(super) row: Box<dyn Any + Send + Sync>,
    pub(super) key: Vec<Value>,
}

impl Row {
    fn of<M: Model>(row: M) -> Self {
        Row {
            key: row.key().into_key_values(),
            row: Box::new(row),
        }
    }
}

/// A draft, apart from its model.
pub(super) trait AnyDraft: Send + Sync {
    /// Hooks before an insert.
    ///
    /// # Errors
    /// What one refuses with.
    fn before(&mut self, hooks: &Hooks) -> Result<()>;
    /// Hooks behind the rules.
    ///
    /// # Errors
    /// What one refuses with.
    fn validated(&self, hooks: &Hooks) -> Result<()>;
    /// Makes what is made before an insert.
    fn complete(&mut self, ids: &TimeIds, database: Database);
    /// All that is wrong with it, for a database.
    fn errors(&self, database: Database) -> Vec<FieldError>;
    /// The value of a column, if it has one.
    fn value(&self, column: usize) -> Option<&Value>;
    /// Gives a column.
    fn give(&mut self, column: usize, value: Value);
    /// Of which model it is.
    fn model(&self) -> TypeId;
    /// As itself.
    fn into_any(self: Box<Self>) -> Box<dyn Any + Send>;
}

impl<T: TableDef> AnyDraft for Draft<T> {
    fn before(&mut self, hooks: &Hooks) -> Result<()> {
        hooks.before_inserting(self)
    }

    fn validated(&self, hooks: &Hooks) -> Result<()> {
        hooks.validating_insert(self)
    }

    fn complete(&mut self, ids: &TimeIds, database: Database) {
        Draft::complete(self, ids);
        if database != Database::Postgres {
            self.make_untold_keys();
        }
    }

    fn errors(&self, database: Database) -> Vec<FieldError> {
        let broken = self.validate().err();
        let mut errors = broken.map(|invalid| invalid.errors).unwrap_or_default();
        errors.extend(self.cut_on(database));
        errors
    }

    fn value(&self, column: usize) -> Option<&Value> {
        self.get(column)
    }

    fn give(&mut self, column: usize, value: Value) {
        self.put_value(column, value);
    }

    fn model(&self) -> TypeId {
        TypeId::of::<T>()
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any + Send> {
        self
    }
}

/// Rows of one model that are added: the door from records to typed operations.
pub(super) trait Rows<S>: Send + Sync {
    /// The draft, from the keys that it takes.
    ///
    /// # Errors
    /// If they are no keys.
    fn draft(&self, keys: &[Vec<Value>]) -> Result<Box<dyn AnyDraft>, ColumnError>;

    /// Inserts drafts of this model.
    fn insert<'l>(&self, link: &'l mut S, drafts: Vec<Box<dyn AnyDraft>>) -> Acting<'l, Vec<Row>>;

    /// Reads rows of this model again, in no particular order.
    fn read<'l>(&self, link: &'l mut S, keys: Vec<Vec<Value>>) -> Acting<'l, Vec<Row>>;

    /// The columns of a row of this model.
    fn values(&self, row: &Row) -> Vec<Option<Value>>;

    /// Hooks after an insert.
    fn after(&self, hooks: &Hooks, row: &Row) -> Vec<Work>;
}

/// The rows of a table.
pub(super) struct RowsOf<T> {
    draft: FromKeys<Draft<T>>,
    table: PhantomData<fn() -> T>,
}

impl<T> RowsOf<T> {
    pub(super) fn new(draft: FromKeys<Draft<T>>) -> Self {
        RowsOf {
            draft,
            table: PhantomData,
        }
    }

    /// Of rows that are only read.
    pub(super) fn reader() -> Self {
        Self::new(Box::new(|_| Err("is no row to be added".into())))
    }
}

impl<S, T> Rows<S> for RowsOf<T>
where
    S: Link,
    T: TableDef<Model: Model<Table = T> + LoadModel<S::Backend>>,
{
    fn draft(&self, keys: &[Vec<Value>]) -> Result<Box<dyn AnyDraft>, ColumnError> {
        Ok(Box::new((self.draft)(keys)?))
    }

    fn insert<'l>(&self, link: &'l mut S, drafts: Vec<Box<dyn AnyDraft>>) -> Acting<'l, Vec<Row>> {
        let typed = |draft: Box<dyn AnyDraft>| draft.into_any().downcast::<Draft<T>>().ok();
        let drafts: Vec<Draft<T>> = drafts
            .into_iter()
            .filter_map(typed)
            .map(|draft| *draft)
            .collect();
        Box::pin(async move {
            let rows = operation::insert_within::<S, T>(link, drafts).await?;
            Ok(rows.into_iter().map(Row::of).collect())
        })
    }

    fn read<'l>(&self, link: &'l mut S, keys: Vec<Vec<Value>>) -> Acting<'l, Vec<Row>> {
        Box::pin(async move {
            let found = T::Model::load_rows(link, FindByKeys::<T>::new(keys)).await;
            let found = found.map_err(|error| link.error_of::<T>(error))?;
            Ok(found.into_iter().map(Row::of).collect())
        })
    }

    fn values(&self, row: &Row) -> Vec<Option<Value>> {
        let row = row.row.downcast_ref::<T::Model>();
        row.map(values_of).unwrap_or_default()
    }

    fn after(&self, hooks: &Hooks, row: &Row) -> Vec<Work> {
        hooks.after_inserting::<T>(row.row.downcast_ref::<T::Model>())
    }
}

/// Which database a link sends to.
pub(super) const fn database_of<S: Link>() -> Database {
    S::Backend::DATABASE
}
