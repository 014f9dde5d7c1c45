//! What a model says of its table and columns.

use diesel::expression::{SelectableExpression, TypedExpressionType, ValidGrouping};
use diesel::sql_types::{SingleValue, SqlType};

use super::identity::{Same, True, Truth};
use super::{Column, Table};
use crate::metadata::{TableMeta, TableName};

/// The table of a model; implemented by generated code for a marker type.
pub trait TableDef: Sized + 'static {
    /// The model, the struct that the user wrote.
    type Model;
    /// Where the rows live: [`Single`](super::Single), [`By`](super::By) or [`Broadcast`](super::Broadcast).
    type Sharding;
    /// [`True`](super::identity::True) if the shard key is a column of the key.
    type KeyIsPlace: Truth;
    /// The type-level identity of the table.
    type Id: Same<Self::Id, Out = True> + 'static;
    /// The key column, or a tuple of the key columns.
    type PrimaryKey: SelectableExpression<Table<Self>> + ValidGrouping<()>;
    /// All columns, as a tuple, in the order of the fields.
    type AllColumns: SelectableExpression<Table<Self>> + ValidGrouping<()>;
    /// The SQL types of all columns.
    type SqlType: TypedExpressionType;

    /// [`Stored`], or [`Viewed`].
    type Rows;
    /// [`Softly`], or [`AtOnce`].
    type Deletion;
    /// The name; apart from the metadata, since tables refer to each other's names.
    const NAME: TableName;
    /// Everything else there is to know, at run time.
    const META: &'static TableMeta;

    /// The key.
    fn primary_key() -> Self::PrimaryKey;
    /// All columns.
    fn all_columns() -> Self::AllColumns;
}

/// Rows that are kept in a table.
#[derive(Debug, Clone, Copy)]
pub struct Stored;
/// Rows of a view.
#[derive(Debug, Clone, Copy)]
pub struct Viewed;

/// Rows that can be written.
#[diagnostic::on_unimplemented(
    message = "the rows of a view are read and not written",
    label = "a view",
    note = "write the rows of the tables that the view reads"
)]
pub trait Written {}
#[diagnostic::do_not_recommend]
impl Written for Stored {}

/// A deleted row is kept, and says when it was deleted.
#[derive(Debug, Clone, Copy)]
pub struct Softly;
/// A deleted row is gone.
#[derive(Debug, Clone, Copy)]
pub struct AtOnce;

/// Rows that can be brought back.
#[diagnostic::on_unimplemented(
    message = "the rows of this model are not deleted softly",
    label = "no column says when a row was deleted",
    note = "give the model one: `#[model(soft_delete)] deleted_at: Option<DateTime<Utc>>`"
)]
pub trait Restored {}
#[diagnostic::do_not_recommend]
impl Restored for Softly {}

/// One column of a model; implemented by generated code for a marker type.
pub trait ColumnDef: Sized + 'static {
    /// The table it belongs to.
    type Table: TableDef;
    /// The type-level position in the table.
    type Index;
    /// The SQL type.
    type SqlType: SqlType + SingleValue + TypedExpressionType;
    /// [`True`](super::identity::True) if this one column is the key.
    type IsKey: Truth;
    /// [`Plain`](crate::query::Plain), or [`ShardKey`](crate::query::ShardKey).
    type Role;
    /// The name in the database.
    const NAME: &'static str;
}

/// Two tables that are joined by a foreign key; generated for both directions.
#[diagnostic::on_unimplemented(
    message = "`{Self}` and `{Other}` have no foreign key between them that a join could follow",
    note = "declare it on the child: `#[model(belongs_to = Parent)]`, or say how to join: `.on(..)`; with several foreign keys between the two, `.on(..)` says which"
)]
pub trait Related<Other: TableDef>: TableDef {
    /// The foreign key: a column, or a tuple of columns.
    type ForeignKey: ColumnSet;
    /// What it refers to.
    type Key: ColumnSet;
}

/// One column of a table, or a tuple of up to five.
pub trait ColumnSet: 'static {
    /// The table.
    type Table: TableDef;
    /// The columns as an expression.
    type Expr;
    /// The names in the database.
    const NAMES: &'static [&'static str];
}

impl<C: ColumnDef> ColumnSet for C {
    type Table = C::Table;
    type Expr = Column<C>;
    const NAMES: &'static [&'static str] = &[C::NAME];
}

macro_rules! column_sets {
    ($(($first:ident $($name:ident)*);)*) => {$(
        impl<$first: ColumnDef, $($name: ColumnDef<Table = $first::Table>),*> ColumnSet
            for ($first, $($name,)*)
        {
            type Table = $first::Table;
            type Expr = (Column<$first>, $(Column<$name>,)*);
            const NAMES: &'static [&'static str] = &[$first::NAME, $($name::NAME),*];
        }
    )*};
}
column_sets! { (A B); (A B C); (A B C D); (A B C D E); }

/// The positions of columns in their table.
pub(crate) fn positions<C: ColumnSet>() -> Vec<usize> {
    let columns = C::Table::META.columns;
    let position = |name: &&str| columns.iter().position(|column| column.name == *name);
    C::NAMES.iter().filter_map(position).collect()
}

/// Whether two columns are one and the same.
pub(crate) type SameColumn<A, B> =
    <<<<A as ColumnDef>::Table as TableDef>::Id as Same<
        <<B as ColumnDef>::Table as TableDef>::Id,
    >>::Out as Truth>::And<<<A as ColumnDef>::Index as Same<<B as ColumnDef>::Index>>::Out>;

impl<C: ColumnDef> Column<C> {
    /// The name in the database.
    pub const NAME: &'static str = C::NAME;
}

/// The definition of a column, from its type: `customers::name` to its marker.
pub trait ColumnOf {
    /// The marker.
    type Def: ColumnDef;
}

impl<C: ColumnDef> ColumnOf for Column<C> {
    type Def = C;
}

/// The one key column of a model; a key of several columns has none.
#[diagnostic::on_unimplemented(
    message = "the key of this model has several columns: one foreign key column cannot refer to it",
    note = "refer to a model with a key of one column"
)]
pub trait OneKeyColumn {
    /// The marker.
    type Def: ColumnDef;
}

impl<C: ColumnDef> OneKeyColumn for Column<C> {
    type Def = C;
}

/// The key columns of a model whose key has several.
#[diagnostic::on_unimplemented(
    message = "the key of this model has one column: several foreign key columns cannot refer to it",
    note = "refer to it by one column: `#[model(belongs_to = Parent)]` on the field"
)]
pub trait KeyColumns {
    /// The markers, as a tuple.
    type Defs: ColumnSet;
}

macro_rules! key_columns {
    ($(($($name:ident)*);)*) => {$(
        impl<$($name: ColumnDef),*> KeyColumns for ($(Column<$name>,)*)
        where
            ($($name,)*): ColumnSet,
        {
            type Defs = ($($name,)*);
        }
    )*};
}
key_columns! { (A B); (A B C); (A B C D); (A B C D E); }

/// The markers of the key columns of a model whose key has several.
pub type AllKeys<M> = <<<M as super::Model>::Table as TableDef>::PrimaryKey as KeyColumns>::Defs;

/// The marker of the one key column of a model.
pub type OneKey<M> = <<<M as super::Model>::Table as TableDef>::PrimaryKey as OneKeyColumn>::Def;
