//! [`Factory`]: rows of a model, made of what it says of itself.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use super::column_value::ColumnValue;
use super::create::{Prepared, draft};
use super::executor::Creates;
use super::plan::{Cell, Given, Plan};
use crate::changeset::{Draft, position};
use crate::error::{Error, ErrorKind, FieldError, Result};
use crate::metadata::TableMeta;
use crate::query::{Answer, Mode};
use crate::table::{Column, ColumnDef, Model, TableDef, Written};
use crate::value::Value;

/// A model of which rows can be made: every model. Bring it into scope by name.
pub trait ModelFactory: Model {
    /// A factory that sets nothing: what an insert must give, it makes.
    ///
    /// See [`Factory`].
    #[must_use]
    #[rustfmt::skip] // The compiler shows the line of name and bound.
    fn factory() -> Factory<Self> where Self::Table: TableDef<Rows: Written> {
        Factory {
            set: Vec::new(),
            model: PhantomData,
        }
    }
}

#[diagnostic::do_not_recommend]
impl<M: Model> ModelFactory for M {}

/// Makes rows of a model for tests.
///
/// Each column that an insert must give gets a value which its type, its rules, its length and its
/// variants allow: `name 1`, `email1@example.org`, 1, the first variant. Values depend on the row's place
/// among those of one call and on nothing else; keys and what is unique are numbered through all rows
/// of the table in this process. What may be NULL or has a default is left out. For a required foreign
/// key the row that it refers to is made in the same way, and inserted before, in one transaction.
///
/// ```
/// use orm_core::prelude::*;
/// use orm_core::testing::ModelFactory;
///
/// #[derive(Model, Debug)]
/// struct Customer {
///     #[model(generated)]
///     id: i64,
///     name: String,
///     #[model(unique, email)]
///     email: String,
/// }
///
/// #[derive(Model, Debug)]
/// struct Order {
///     #[model(generated)]
///     id: i64,
///     #[model(belongs_to = Customer)]
///     customer_id: i64,
///     #[model(range(0..))]
///     total_cents: i64,
///     note: Option<String>,
/// }
///
/// # let engine = Engine::<SqliteConnection>::open(":memory:")?;
/// # engine.create_all(schema![Customer, Order])?;
/// # let mut session = engine.session()?;
/// let ann = Customer::factory().with(customers::name, "Ann").create(&mut session)?;
/// let orders = Order::factory()
///     .with(orders::customer_id, ann.id)
///     .with_nth(orders::total_cents, |nth| 100 * nth as i64)
///     .create_many(3, &mut session)?;
/// assert_eq!(orders[2].total_cents, 200);
///
/// let order = Order::factory().create(&mut session)?; // of a customer of its own
/// assert_ne!(order.customer_id, ann.id);
/// assert_eq!(order.note, None);
/// # Ok::<(), orm_core::Error>(())
/// ```
pub struct Factory<M> {
    set: Vec<(usize, Setter)>,
    model: PhantomData<fn() -> M>,
}

/// Gives a column, by the number of the row.
#[derive(Clone)]
enum Setter {
    Same(Value),
    Nth(Arc<dyn Fn(usize) -> Value + Send + Sync>),
}

impl<M: Model> Factory<M> {
    /// Sets a column. A foreign key that is set refers to a row that is there: none is made for it.
    #[must_use]
    pub fn with<C: ColumnDef<Table = M::Table>, V: ColumnValue<C::SqlType, Marker>, Marker>(
        mut self,
        _: Column<C>,
        value: V,
    ) -> Self {
        let value = Setter::Same(value.into_column_value());
        self.set.push((position::<C>(), value));
        self
    }

    /// Sets a column by the number of the row, which counts from 0.
    #[must_use]
    pub fn with_nth<C, V, Marker>(
        mut self,
        _: Column<C>,
        value: impl Fn(usize) -> V + Send + Sync + 'static,
    ) -> Self
    where
        C: ColumnDef<Table = M::Table>,
        V: ColumnValue<C::SqlType, Marker>,
    {
        let value = move |nth| value(nth).into_column_value();
        self.set
            .push((position::<C>(), Setter::Nth(Arc::new(value))));
        self
    }

    /// The form of a row, which `insert` takes, and whatever else takes forms. Nothing is sent, and so
    /// the columns of required foreign keys are left out, unless they were set.
    ///
    /// ```
    /// # use orm_core::prelude::*;
    /// # use orm_core::testing::ModelFactory;
    /// # #[derive(Model, Debug)]
    /// # struct Customer {
    /// #     #[model(generated)]
    /// #     id: i64,
    /// #     #[model(length(3..=80))]
    /// #     name: String,
    /// # }
    /// let form = Customer::factory().with(customers::name, "Jo").build()?;
    /// assert_eq!(form.validate().unwrap_err().errors[0].code, "length");
    /// # Ok::<(), orm_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::Refused`], with the column, if no value can be made for it, and if one is set that
    /// the database alone writes.
    pub fn build(&self) -> Result<Draft<M::Table>> {
        let (given, said) = self.given(0)?;
        let cells = Plan::alone(M::Table::META, given).map_err(refused)?;
        let cells = cells.into_iter().map(|cell| match cell {
            Some(Cell::Value(value)) => Some(value),
            _ => None,
        });
        Ok(draft(cells.collect(), said))
    }

    /// Inserts a row, and gives it back as the database has it. On an async session the answer is a
    /// future of it.
    ///
    /// # Errors
    /// [`ErrorKind::Refused`], with the column, before anything is sent, if no value can be made for it:
    /// functions of `validate` and types of your own are asked, a circle of required foreign keys has no
    /// first row. Also if the engine has hooks of a row that is made along.
    /// [`ErrorKind::Invalid`] if what was set breaks a rule, and for a check of the table that the row
    /// does not meet. What the database says.
    pub fn create<X: Creates<M>>(&self, on: X) -> Answer<X, M> {
        let created = on.create_rows(self.prepared(1));
        <X::Mode as Mode>::and_then(created, |rows| {
            let row = rows.into_iter().next();
            row.ok_or_else(|| Error::not_found(M::Table::META.model, "that was inserted"))
        })
    }

    /// Inserts so many rows, all or none, and gives them back in their order.
    ///
    /// # Errors
    /// As [`create`](Self::create); a field error names the row: `items[3].name`.
    pub fn create_many<X: Creates<M>>(&self, rows: usize, on: X) -> Answer<X, Vec<M>> {
        on.create_rows(self.prepared(rows))
    }

    fn prepared(&self, rows: usize) -> Result<Prepared<M::Table>> {
        let mut plan = Plan::default();
        let mut own = Vec::with_capacity(rows);
        for nth in 0..rows {
            let (given, said) = self.given(nth)?;
            let row = plan.add(M::Table::META, given).map_err(refused)?;
            own.push((row, said));
        }
        Ok(Prepared::new(plan, own))
    }

    /// What is set of a row, and what functions of the user's say of it.
    #[allow(clippy::type_complexity)] // by position both
    fn given(&self, nth: usize) -> Result<(Vec<Option<Given>>, Vec<(usize, FieldError)>)> {
        let table: &TableMeta = M::Table::META;
        let mut given: Vec<Option<Given>> = table.columns.iter().map(|_| None).collect();
        for (position, setter) in &self.set {
            let column = &table.columns[*position];
            if !column.is_writable() {
                let why = "is written by the database alone";
                return Err(refused(format!(
                    "`{}` of {} {why}",
                    column.field, table.model
                )));
            }
            let value = match setter {
                Setter::Same(value) => value.clone(),
                Setter::Nth(make) => make(nth),
            };
            given[*position] = Some(Given {
                cell: Cell::Value(value),
                by_user: true,
            });
        }
        let mut said = Vec::new();
        for (position, (given, column)) in given.iter().zip(table.columns).enumerate() {
            if let Some(Cell::Value(value)) = given.as_ref().map(|given| &given.cell) {
                let errors = column
                    .validate
                    .iter()
                    .filter_map(|validate| validate(value));
                let field = || column.field.to_owned();
                said.extend(errors.map(|error| {
                    (
                        position,
                        FieldError {
                            field: field(),
                            ..error
                        },
                    )
                }));
            }
        }
        Ok((given, said))
    }
}

fn refused(why: String) -> Error {
    Error::new(ErrorKind::Refused, why)
}

impl<M> Clone for Factory<M> {
    fn clone(&self) -> Self {
        Factory {
            set: self.set.clone(),
            model: PhantomData,
        }
    }
}

impl<M: Model> fmt::Debug for Factory<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let columns = M::Table::META.columns;
        let set = self
            .set
            .iter()
            .map(|(position, _)| columns[*position].field);
        f.debug_struct("Factory")
            .field("model", &M::Table::META.model)
            .field("set", &set.collect::<Vec<_>>())
            .finish()
    }
}
