//! [`PartialModel`]: some columns of a model as a struct of their own.

use diesel::expression::TypedExpressionType;
use diesel::sql_types::SqlType;

use super::{ColumnDef, ColumnOf, Table, TableDef};
use crate::column::Field;

/// A struct that reads some columns of a model. Implemented by
/// `#[derive(PartialModel)]`.
///
/// ```
/// use orm_core::prelude::*;
///
/// #[derive(Model, Debug)]
/// struct Customer {
///     #[model(generated)]
///     id: i64,
///     name: String,
///     notes: String,
/// }
///
/// #[derive(PartialModel, Debug, PartialEq)]
/// #[model(of = customers)]
/// struct Label {
///     id: i64,
///     #[model(column = name)]
///     text: String,
/// }
///
/// # let engine = Engine::<SqliteConnection>::open(":memory:")?;
/// # engine.create_all(schema![Customer])?;
/// # let mut session = engine.session()?;
/// # session.insert(NewCustomer { name: "Ann".into(), notes: "".into() })?;
/// let labels: Vec<Label> = Customer::query().select_as::<Label>().load(&mut session)?;
/// assert_eq!(labels, [Label { id: 1, text: "Ann".into() }]);
/// # Ok::<(), orm_core::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not read columns of this model",
    label = "no partial model of it",
    note = "write `#[derive(PartialModel)]` and `#[model(of = customers)]`, the module of the model's table, on the struct"
)]
pub trait PartialModel: Sized {
    /// The table.
    type Table: TableDef;
    /// The columns, as a tuple.
    type Columns: diesel::Expression<SqlType: SqlType + TypedExpressionType> + 'static;

    /// The columns.
    fn columns() -> Self::Columns;
}

/// The definition of a table, from its type: `customers::table` to its marker.
pub trait TableOf {
    /// The marker.
    type Def: TableDef;
}

impl<T: TableDef> TableOf for Table<T> {
    type Def = T;
}

/// A field type that reads columns of the SQL type `ST`.
#[diagnostic::on_unimplemented(
    message = "the column is not read as `{Self}`",
    label = "another type than the model's",
    note = "give the field the type that it has in the model"
)]
pub trait ReadsColumn<ST>: Field {}

impl<F: Field> ReadsColumn<F::SqlType> for F {}

/// The SQL type of a column.
pub type SqlTypeOf<C> = <<C as ColumnOf>::Def as ColumnDef>::SqlType;
