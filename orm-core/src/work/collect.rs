//! [`UnitOfWork`]: collects, and sends nothing.

use std::any::TypeId;
use std::collections::HashMap;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use super::added::Added;
use super::identity::Identity;
use super::parents::Parents;
use super::patch::AnyPatch;
use super::record::{Record, Remove, Rows, RowsOf, What, values_of};
use crate::changeset::{Delete, Form, Patch, PatchForm};
use crate::metadata::TableMeta;
use crate::operation::{Link, LoadModel};
use crate::table::{KeyValues, Model, Restored, TableDef, Written};
use crate::value::Value;

/// The model of a form's table.
type ModelOf<F> = <<F as Form>::Table as TableDef>::Model;

/// The model of a patch's table.
type ChangedBy<P> = <<P as PatchForm>::Table as TableDef>::Model;

/// Rows of many models to be added, changed and removed together.
///
/// A value that collects. `session.flush(&unit)` sends it: in one transaction, parents before
/// children whatever the order in which they were given, in as few statements as the values
/// allow. The unit stays as it is, so that after a conflict it can be flushed again.
///
/// `S` is the kind of session, which the compiler finds by the `flush`. Where it must be written,
/// it is `UnitOfWork<Session<PgConnection>>`, or of an async session
/// `UnitOfWork<AsyncSession<AsyncPgConnection>>`.
///
/// ```
/// use orm_core::prelude::*;
///
/// #[derive(Model, Debug, Clone)]
/// struct Customer {
///     #[model(generated)]
///     id: i64,
///     name: String,
/// }
/// #[derive(Model, Debug)]
/// struct Order {
///     #[model(generated)]
///     id: i64,
///     #[model(belongs_to = Customer)]
///     customer_id: i64,
///     total_cents: i64,
/// }
///
/// let engine = Engine::<SqliteConnection>::open(":memory:")?;
/// engine.create_all(schema![Customer, Order])?;
/// let mut session = engine.session()?;
/// let bob = session.insert(NewCustomer { name: "Bob".into() })?;
///
/// let mut work = UnitOfWork::new();
/// let ann = work.add(NewCustomer { name: "Ann".into() });
/// let order = work.add_with(&ann, |customer_id| NewOrder { customer_id, total_cents: 500 });
/// let mut robert = bob.clone();
/// robert.name = "Robert".into();
/// work.change(&bob, robert);
///
/// let done = session.flush(&work)?;
/// assert_eq!(done.get(&order).customer_id, done.get(&ann).id);
/// # Ok::<(), orm_core::Error>(())
/// ```
pub struct UnitOfWork<S> {
    pub(super) unit: Arc<()>,
    pub(super) records: Vec<Record<S>>,
    /// What cannot be flushed, and why.
    pub(super) refused: Option<String>,
    /// How many rows of a table were added so far.
    added: HashMap<(Option<&'static str>, &'static str), usize>,
}

impl<S: Link> UnitOfWork<S> {
    /// A unit without anything.
    #[must_use]
    pub fn new() -> Self {
        UnitOfWork {
            unit: Arc::new(()),
            records: Vec::new(),
            refused: None,
            added: HashMap::new(),
        }
    }

    /// How many objects were given.
    #[must_use]
    pub fn len(&self) -> usize {
        self.records.len()
    }

    /// Whether none was given: the flush of such a unit sends nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// Adds a row. What is given is what [`insert`](crate::session::Session::insert) takes.
    ///
    /// In errors it is called by its model and how many of it were added before:
    /// `Customer[0].name`.
    pub fn add<F: Form>(&mut self, form: F) -> Added<ModelOf<F>>
    where
        ModelOf<F>: Model<Table = F::Table> + LoadModel<S::Backend>,
    {
        let draft = form.into_draft();
        let rows = RowsOf::new(Box::new(move |_| Ok(draft.clone())));
        self.push_added::<F::Table>(rows, Vec::new())
    }

    /// Adds a row that has the key of another added row, or of several: they are inserted before,
    /// and their keys are handed to the function.
    ///
    /// ```
    /// # use orm_core::prelude::*;
    /// # #[derive(Model)]
    /// # struct Order { #[model(generated)] id: i64 }
    /// # #[derive(Model)]
    /// # struct Product { #[model(generated)] id: i64 }
    /// # #[derive(Model)]
    /// # #[model(table = "items")]
    /// # struct Item {
    /// #     #[model(key, belongs_to = Order)] order_id: i64,
    /// #     #[model(key, belongs_to = Product)] product_id: i64,
    /// #     amount: i32,
    /// # }
    /// # let mut work = UnitOfWork::<Session<SqliteConnection>>::new();
    /// # let (order, lamp) = (work.add(NewOrder {}), work.add(NewProduct {}));
    /// work.add_with((&order, &lamp), |(order_id, product_id)| NewItem { order_id, product_id, amount: 2 });
    /// ```
    ///
    /// The function makes the form and does nothing else: so that the form can be checked before
    /// anything is sent, it is also called with a key that no row has.
    pub fn add_with<P: Parents, F: Form>(
        &mut self,
        parents: P,
        form: impl Fn(P::Keys) -> F + Send + Sync + 'static,
    ) -> Added<ModelOf<F>>
    where
        ModelOf<F>: Model<Table = F::Table> + LoadModel<S::Backend>,
    {
        let takes = self.records_of(&parents, F::Table::META);
        let draft = move |keys: &[_]| Ok(form(P::keys(keys)?).into_draft());
        self.push_added::<F::Table>(RowsOf::new(Box::new(draft)), takes)
    }

    /// Changes a row to a new value: only the columns in which the two differ are written, and
    /// nothing if they do not. If the model has a version, the row is changed only as long as that
    /// is still the loaded row's.
    ///
    /// The key and the shard key cannot differ; the version is passed over. A model with
    /// deferred columns is changed by [`update`](Self::update).
    pub fn change<M>(&mut self, loaded: &M, changed: M)
    where
        M: Model<Table: TableDef<Rows: Written>> + Form<Table = <M as Model>::Table>,
    {
        let patch = Patch::<<M as Model>::Table>::between(loaded, changed);
        self.push_change(patch, values_of(loaded), None);
    }

    /// Changes the columns of a row that a patch sets, as [`update`](crate::session::Session::update)
    /// of a session does: `work.update(Customer::patch(7).name("Anne"))`.
    ///
    /// How the row was is not known. Where the order depends on that, because another row may take
    /// its place in a unique, or what it refers to is replaced, the flush reads the row before.
    pub fn update<P: PatchForm>(&mut self, patch: P)
    where
        ChangedBy<P>: Model<Table = P::Table> + LoadModel<S::Backend>,
    {
        let unknown = vec![None; P::Table::META.columns.len()];
        let reader = RowsOf::<P::Table>::reader();
        self.push_change(patch.into_patch(), unknown, Some(Box::new(reader)));
    }

    /// The same of a patch that has the keys of added rows: to refer to one from a row that is
    /// there, or from another added row that it refers to itself.
    ///
    /// What is said of the function of [`add_with`](Self::add_with) holds for this one.
    pub fn update_with<P: Parents, F: PatchForm>(
        &mut self,
        parents: P,
        patch: impl Fn(P::Keys) -> F + Send + Sync + 'static,
    ) where
        ChangedBy<F>: Model<Table = F::Table> + LoadModel<S::Backend>,
    {
        let table = F::Table::META;
        let takes = self.records_of(&parents, table);
        let patch = move |keys: &[_]| -> Result<Box<dyn AnyPatch>, _> {
            Ok(Box::new(patch(P::keys(keys)?).into_patch()))
        };
        self.records.push(Record {
            table,
            model: TypeId::of::<F::Table>(),
            takes,
            object: table.model.to_owned(),
            what: What::ChangeOf(Box::new(patch)),
            reader: Some(Box::new(RowsOf::<F::Table>::reader())),
        });
    }

    /// Removes a row, softly if its model says so; if the model has a version, only as long as that
    /// is still the row's. A row that is not there any more is no error.
    pub fn remove<M: Model<Table: TableDef<Rows: Written>>>(&mut self, row: &M) {
        self.push_remove::<M>(&Delete::of_row(row), values_of(row), false, None);
    }

    /// Removes the row of a key, as [`remove`](Self::remove) does, in whatever version.
    ///
    /// How such a row is, is not known. Where that matters, because rows are removed of tables that
    /// refer to each other or to themselves, or because another row may take its place in a unique, the
    /// flush reads the row before.
    pub fn remove_key<M>(&mut self, key: M::Key)
    where
        M: Model<Table: TableDef<Rows: Written>> + LoadModel<S::Backend>,
    {
        let unknown = vec![None; M::Table::META.columns.len()];
        let reader = RowsOf::<M::Table>::reader();
        let delete = Delete::new(key.into_key_values());
        self.push_remove::<M>(&delete, unknown, false, Some(Box::new(reader)));
    }

    /// Removes a row from the database although its model deletes softly.
    pub fn remove_forever<M: Model<Table: TableDef<Deletion: Restored>>>(&mut self, row: &M) {
        self.push_remove::<M>(&Delete::of_row(row), values_of(row), true, None);
    }

    fn push_added<T>(&mut self, rows: RowsOf<T>, takes: Vec<usize>) -> Added<T::Model>
    where
        T: TableDef<Model: Model<Table = T> + LoadModel<S::Backend>>,
    {
        let table = T::META;
        let count = self.added.entry((table.schema, table.name)).or_default();
        let object = format!("{}[{count}]", table.model);
        *count += 1;
        self.records.push(Record {
            table,
            model: TypeId::of::<T>(),
            takes,
            object,
            what: What::Add(Box::new(rows)),
            reader: None,
        });
        Added::new(Arc::clone(&self.unit), self.records.len() - 1)
    }

    fn push_change<T: TableDef>(
        &mut self,
        patch: Patch<T>,
        before: Vec<Option<Value>>,
        reader: Option<Box<dyn Rows<S>>>,
    ) {
        self.records.push(Record {
            table: T::META,
            model: TypeId::of::<T>(),
            takes: Vec::new(),
            object: Identity::new(T::META, patch.key().to_vec()).to_string(),
            what: What::Change(Box::new(patch), before),
            reader,
        });
    }

    fn push_remove<M: Model>(
        &mut self,
        delete: &Delete<M::Table>,
        before: Vec<Option<Value>>,
        forever: bool,
        reader: Option<Box<dyn Rows<S>>>,
    ) {
        let table = M::Table::META;
        let remove = Remove {
            key: delete.key().to_vec(),
            only_if: delete.conditions().to_vec(),
            deletes: const { &PhantomData::<fn() -> M::Table> },
            forever,
        };
        self.records.push(Record {
            table,
            model: TypeId::of::<M::Table>(),
            takes: Vec::new(),
            object: Identity::new(table, remove.key.clone()).to_string(),
            what: What::Remove(remove, before),
            reader,
        });
    }

    fn records_of<P: Parents>(&mut self, parents: &P, table: &TableMeta) -> Vec<usize> {
        let records = parents.records(&self.unit);
        if records.is_none() {
            let message = format!(
                "a record of {} takes the key of a row that was added to another unit of work",
                table.model
            );
            self.refused.get_or_insert(message);
        }
        records.unwrap_or_default()
    }
}

impl<S: Link> Default for UnitOfWork<S> {
    fn default() -> Self {
        Self::new()
    }
}

impl<S> fmt::Debug for UnitOfWork<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let objects = self.records.iter().map(|record| {
            let word = match &record.what {
                What::Add(_) => "add",
                What::Change(..) | What::ChangeOf(_) => "change",
                What::Remove(..) => "remove",
            };
            format!("{word} {}", record.object)
        });
        f.debug_list().entries(objects).finish()
    }
}
