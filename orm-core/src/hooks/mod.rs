//! [`Hooks`]: what an engine does before and after the writes of its models.
//!
//! Hooks are given data and no session: what sends statements stands in the program, where it is
//! seen. They are found by the type of the table, and a model without any costs a look at nothing.
//! `operation` calls them.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::error::Error as StdError;
use std::fmt;

use crate::changeset::{Delete, Draft, Patch};
use crate::error::{Error, ErrorKind, Invalid, Result};
use crate::table::{Model, TableDef};

/// What a hook refuses with: any error.
pub type Refusal = Box<dyn StdError + Send + Sync>;

type Before<T> = Box<dyn Fn(&mut T) -> Result<(), Refusal> + Send + Sync>;
type After<T> = Box<dyn Fn(&T) + Send + Sync>;

/// Functions that an engine calls before and after writes of a model, those of one kind in the order
/// in which they were added.
///
/// One *before* a write may change it, and refuses it by an error: an [`Invalid`] is that of the write,
/// an [`Error`] stays as it is, any other is the source of an error of the kind
/// [`Refused`](ErrorKind::Refused) that names the model. Nothing is sent then. The rules of the model
/// are checked behind it. One *after* a write is told of it, and cannot undo it: inside of a transaction
/// it may still be rolled back.
///
/// ```
/// use orm_core::hooks::Hooks;
/// use orm_core::prelude::*;
///
/// #[derive(Model, Debug)]
/// struct Customer {
///     #[model(generated)]
///     id: i64,
///     email: String,
/// }
///
/// let hooks = Hooks::new()
///     .before_insert::<Customer>(|draft| {
///         if let Some(email) = draft.value::<_, String>(customers::email) {
///             draft.set_value(customers::email, email.to_lowercase())?;
///         }
///         Ok(())
///     })
///     .before_delete::<Customer>(|_| Err("customers are kept".into()));
/// let engine = Engine::<SqliteConnection>::builder().url(":memory:").hooks(hooks).open()?;
/// engine.create_all(schema![Customer])?;
/// let mut session = engine.session()?;
///
/// let ann = session.insert(NewCustomer { email: "Ann@Example.ORG".into() })?;
/// assert_eq!(ann.email, "ann@example.org");
/// let refused = session.delete(&ann).unwrap_err();
/// assert_eq!(refused.kind(), ErrorKind::Refused);
/// assert_eq!(refused.to_string(), "sqlite: a hook refused to delete Customer: customers are kept");
/// # Ok::<(), orm_core::Error>(())
/// ```
///
/// # Which calls have hooks
/// | Call | before | after |
/// |---|---|---|
/// | `insert`, each row of `insert_many` | insert | insert |
/// | `upsert`, `insert_unless_exists` | insert | none: which of the two it was is not known |
/// | `update` | update | update, if a row was changed |
/// | `delete`, `delete_key`, `delete_forever` | delete | delete, if a row was there |
/// | `flush` of a unit of work, each row | as above, before its statement | as above, once all of it went well |
/// | `restore`, `insert_drafts`, writes of a filter, whatever Diesel sends, backfills | none | none |
#[derive(Default)]
#[must_use = "hooks do nothing until an engine is told of them"]
pub struct Hooks {
    tables: HashMap<TypeId, Box<dyn Any + Send + Sync>>,
}

/// The hooks of one table.
struct Of<T: TableDef> {
    before_insert: Vec<Before<Draft<T>>>,
    after_insert: Vec<After<T::Model>>,
    before_update: Vec<Before<Patch<T>>>,
    after_update: Vec<After<Patch<T>>>,
    before_delete: Vec<Before<Delete<T>>>,
    after_delete: Vec<After<Delete<T>>>,
}

impl<T: TableDef> Default for Of<T> {
    fn default() -> Self {
        Of {
            before_insert: Vec::new(),
            after_insert: Vec::new(),
            before_update: Vec::new(),
            after_update: Vec::new(),
            before_delete: Vec::new(),
            after_delete: Vec::new(),
        }
    }
}

impl Hooks {
    /// None.
    pub fn new() -> Self {
        Self::default()
    }

    /// Before a row is inserted: keys and defaults are not made yet, the rules not checked.
    pub fn before_insert<M: Model>(
        mut self,
        hook: impl Fn(&mut Draft<M::Table>) -> Result<(), Refusal> + Send + Sync + 'static,
    ) -> Self {
        self.of_mut::<M>().before_insert.push(Box::new(hook));
        self
    }

    /// After a row was inserted, with the row as the database has it.
    pub fn after_insert<M: Model>(mut self, hook: impl Fn(&M) + Send + Sync + 'static) -> Self {
        self.of_mut::<M>().after_insert.push(Box::new(hook));
        self
    }

    /// Before a patch is sent, also an empty one: the rules are not checked yet.
    pub fn before_update<M: Model>(
        mut self,
        hook: impl Fn(&mut Patch<M::Table>) -> Result<(), Refusal> + Send + Sync + 'static,
    ) -> Self {
        self.of_mut::<M>().before_update.push(Box::new(hook));
        self
    }

    /// After a patch changed its row, with what was set.
    pub fn after_update<M: Model>(
        mut self,
        hook: impl Fn(&Patch<M::Table>) + Send + Sync + 'static,
    ) -> Self {
        self.of_mut::<M>().after_update.push(Box::new(hook));
        self
    }

    /// Before a row is deleted, softly or not.
    pub fn before_delete<M: Model>(
        mut self,
        hook: impl Fn(&Delete<M::Table>) -> Result<(), Refusal> + Send + Sync + 'static,
    ) -> Self {
        let hook: Before<Delete<M::Table>> = Box::new(move |delete| hook(delete));
        self.of_mut::<M>().before_delete.push(hook);
        self
    }

    /// After a row was deleted, softly or not.
    pub fn after_delete<M: Model>(
        mut self,
        hook: impl Fn(&Delete<M::Table>) + Send + Sync + 'static,
    ) -> Self {
        self.of_mut::<M>().after_delete.push(Box::new(hook));
        self
    }

    fn of_mut<M: Model>(&mut self) -> &mut Of<M::Table> {
        let of = self.tables.entry(TypeId::of::<M::Table>());
        let of = of.or_insert_with(|| Box::new(Of::<M::Table>::default()));
        of.downcast_mut().expect("kept under its own type")
    }

    /// Whether there are some of a table, by its type.
    pub(crate) fn are_of(&self, table: TypeId) -> bool {
        self.tables.contains_key(&table)
    }

    fn of<T: TableDef>(&self) -> Option<&Of<T>> {
        self.tables.get(&TypeId::of::<T>())?.downcast_ref()
    }

    pub(crate) fn before_inserting<T: TableDef>(&self, draft: &mut Draft<T>) -> Result<()> {
        match self.of::<T>() {
            Some(of) => run::<T, _>(&of.before_insert, draft, "insert"),
            None => Ok(()),
        }
    }

    pub(crate) fn after_inserting<'r, T: TableDef>(
        &self,
        rows: impl IntoIterator<Item = &'r T::Model>,
    ) where
        T::Model: 'r,
    {
        if let Some(of) = self.of::<T>().filter(|of| !of.after_insert.is_empty()) {
            for row in rows {
                of.after_insert.iter().for_each(|hook| hook(row));
            }
        }
    }

    pub(crate) fn before_updating<T: TableDef>(&self, patch: &mut Patch<T>) -> Result<()> {
        match self.of::<T>() {
            Some(of) => run::<T, _>(&of.before_update, patch, "update"),
            None => Ok(()),
        }
    }

    /// What the hooks after an update are given, if there are some.
    pub(crate) fn keep_for_update<T: TableDef>(&self, patch: &Patch<T>) -> Option<Patch<T>> {
        let of = self.of::<T>()?;
        (!of.after_update.is_empty()).then(|| patch.clone())
    }

    pub(crate) fn after_updating<T: TableDef>(&self, patch: &Patch<T>) {
        if let Some(of) = self.of::<T>() {
            of.after_update.iter().for_each(|hook| hook(patch));
        }
    }

    pub(crate) fn before_deleting<T: TableDef>(&self, delete: &mut Delete<T>) -> Result<()> {
        match self.of::<T>() {
            Some(of) => run::<T, _>(&of.before_delete, delete, "delete"),
            None => Ok(()),
        }
    }

    /// What the hooks after a delete are given, if there are some.
    pub(crate) fn keep_for_delete<T: TableDef>(&self, delete: &Delete<T>) -> Option<Delete<T>> {
        let of = self.of::<T>()?;
        (!of.after_delete.is_empty()).then(|| delete.clone())
    }

    pub(crate) fn after_deleting<T: TableDef>(&self, delete: &Delete<T>) {
        if let Some(of) = self.of::<T>() {
            of.after_delete.iter().for_each(|hook| hook(delete));
        }
    }
}

fn run<T: TableDef, Write>(hooks: &[Before<Write>], write: &mut Write, what: &str) -> Result<()> {
    for hook in hooks {
        hook(write).map_err(|refusal| refused::<T>(refusal, what))?;
    }
    Ok(())
}

fn refused<T: TableDef>(refusal: Refusal, what: &str) -> Error {
    let refusal = match refusal.downcast::<Error>() {
        Ok(error) => return *error,
        Err(refusal) => refusal,
    };
    match refusal.downcast::<Invalid>() {
        Ok(invalid) => Error::from(*invalid),
        Err(refusal) => {
            let model = T::META.model;
            let message = format!("a hook refused to {what} {model}: {refusal}");
            Error::new(ErrorKind::Refused, message).with_source(refusal)
        }
    }
}

impl fmt::Debug for Hooks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hooks")
            .field("models", &self.tables.len())
            .finish_non_exhaustive()
    }
}
