//! [`Hooks`]: what an engine does before and after the writes of its models.
//!
//! Hooks are given data and no session: what sends statements stands in the program, where it is
//! seen. They are found by the type of the table, and a model without any costs a look at nothing.
//! `operation` calls them.

mod run;

use std::any::{Any, TypeId};
use std::collections::{BTreeSet, HashMap};
use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

use crate::changeset::{Delete, Draft, Patch};
use crate::table::{Model, TableDef};

/// What a hook refuses with: any error.
pub type Refusal = Box<dyn StdError + Send + Sync>;

type Before<T> = Box<dyn Fn(&mut T) -> Result<(), Refusal> + Send + Sync>;
type Check<T> = Box<dyn Fn(&T) -> Result<(), Refusal> + Send + Sync>;
type After<T> = Box<dyn Fn(&T) + Send + Sync>;
type Committed<T> = Box<dyn Fn(&T) -> Work + Send + Sync>;
/// What is to be done once something is committed.
#[doc(hidden)]
pub type Work = Box<dyn FnOnce() + Send>;

/// Functions that an engine calls before and after writes of a model, those of one kind in the order
/// in which they were added.
///
/// One *before* a write may change it, and refuses it by an error: an [`Invalid`](crate::error::Invalid) is that of the write,
/// an [`Error`](crate::Error) stays as it is, any other is the source of an error of the kind
/// [`Refused`](crate::ErrorKind::Refused) that names the model. Nothing is sent then. The rules of the model
/// are checked behind it, and *validate* hooks behind these. One *after* a write is told of it, and
/// cannot undo it: inside of a transaction it may still be rolled back. One after the *commit* is told of
/// it once it cannot be: behind the COMMIT of the outermost transaction, or at once where none is open; if
/// the transaction or a savepoint around the write is rolled back, never.
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
/// | Call | before, validate | after, commit |
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
    /// The names of their models and tables.
    names: BTreeSet<(&'static str, &'static str)>,
}

/// The hooks of one table.
struct Of<T: TableDef> {
    before_insert: Vec<Before<Draft<T>>>,
    validate_insert: Vec<Check<Draft<T>>>,
    after_insert: Vec<After<T::Model>>,
    insert_commit: Vec<Committed<T::Model>>,
    before_update: Vec<Before<Patch<T>>>,
    validate_update: Vec<Check<Patch<T>>>,
    after_update: Vec<After<Patch<T>>>,
    update_commit: Vec<Committed<Patch<T>>>,
    before_delete: Vec<Check<Delete<T>>>,
    after_delete: Vec<After<Delete<T>>>,
    delete_commit: Vec<Committed<Delete<T>>>,
}

impl<T: TableDef> Default for Of<T> {
    fn default() -> Self {
        Of {
            before_insert: Vec::new(),
            validate_insert: Vec::new(),
            after_insert: Vec::new(),
            insert_commit: Vec::new(),
            before_update: Vec::new(),
            validate_update: Vec::new(),
            after_update: Vec::new(),
            update_commit: Vec::new(),
            before_delete: Vec::new(),
            after_delete: Vec::new(),
            delete_commit: Vec::new(),
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

    /// Once keys and defaults are made and the rules of the model hold, before the row is sent. Refuses
    /// as one before the insert.
    pub fn validate_insert<M: Model>(
        mut self,
        hook: impl Fn(&Draft<M::Table>) -> Result<(), Refusal> + Send + Sync + 'static,
    ) -> Self {
        self.of_mut::<M>().validate_insert.push(Box::new(hook));
        self
    }

    /// After a row was inserted, with the row as the database has it.
    pub fn after_insert<M: Model>(mut self, hook: impl Fn(&M) + Send + Sync + 'static) -> Self {
        self.of_mut::<M>().after_insert.push(Box::new(hook));
        self
    }

    /// Once a row that was inserted is committed, with a clone of the row.
    pub fn after_insert_commit<M: Model + Clone + Send>(
        mut self,
        hook: impl Fn(&M) + Send + Sync + 'static,
    ) -> Self {
        self.of_mut::<M>().insert_commit.push(committed(hook));
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

    /// Once the rules of the model hold, before the patch is sent. Refuses as one before the update.
    pub fn validate_update<M: Model>(
        mut self,
        hook: impl Fn(&Patch<M::Table>) -> Result<(), Refusal> + Send + Sync + 'static,
    ) -> Self {
        self.of_mut::<M>().validate_update.push(Box::new(hook));
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

    /// Once what a patch changed is committed, with what was set.
    pub fn after_update_commit<M: Model>(
        mut self,
        hook: impl Fn(&Patch<M::Table>) + Send + Sync + 'static,
    ) -> Self {
        self.of_mut::<M>().update_commit.push(committed(hook));
        self
    }

    /// Before a row is deleted, softly or not.
    pub fn before_delete<M: Model>(
        mut self,
        hook: impl Fn(&Delete<M::Table>) -> Result<(), Refusal> + Send + Sync + 'static,
    ) -> Self {
        self.of_mut::<M>().before_delete.push(Box::new(hook));
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

    /// Once a delete is committed, soft or not.
    pub fn after_delete_commit<M: Model>(
        mut self,
        hook: impl Fn(&Delete<M::Table>) + Send + Sync + 'static,
    ) -> Self {
        self.of_mut::<M>().delete_commit.push(committed(hook));
        self
    }

    fn of_mut<M: Model>(&mut self) -> &mut Of<M::Table> {
        let meta = M::Table::META;
        self.names.insert((meta.model, meta.name));
        let of = self.tables.entry(TypeId::of::<M::Table>());
        let of = of.or_insert_with(|| Box::new(Of::<M::Table>::default()));
        of.downcast_mut().expect("kept under its own type")
    }
}

/// Keeps what was written until it is committed.
fn committed<T: Clone + Send + 'static>(hook: impl Fn(&T) + Send + Sync + 'static) -> Committed<T> {
    let hook = Arc::new(hook);
    Box::new(move |written| {
        let (hook, written) = (hook.clone(), written.clone());
        Box::new(move || hook(&written))
    })
}

impl fmt::Debug for Hooks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hooks")
            .field("models", &self.tables.len())
            .finish_non_exhaustive()
    }
}
