//! Embedded structs: several columns of a table that are one field of the model.
//!
//! An [`Embedded`] struct knows its columns, and not where they are. The field
//! of a model that holds it ([`EmbedDef`]) knows the table, the prefix of the
//! names, and the position of the first column. [`In`] puts the two together
//! into a column like any other.

use std::marker::PhantomData;

use diesel::expression::{SelectableExpression, TypedExpressionType, ValidGrouping, is_aggregate};
use diesel::sql_types::{SingleValue, SqlType};

use super::identity::False;
use super::{Column, ColumnDef, Table, TableDef};
use crate::column::{ColumnError, Field, same_text};
use crate::error::FieldError;
use crate::metadata::{ColumnMeta, TableMeta};
use crate::value::Value;

/// A struct whose fields are columns of the tables that embed it. Implemented by
/// `#[derive(Embedded)]`.
///
/// ```
/// use orm_core::prelude::*;
///
/// #[derive(Embedded, Debug, Clone, PartialEq)]
/// struct Address {
///     #[model(length(1..=80))]
///     street: String,
///     city: Option<String>,
/// }
///
/// #[derive(Model, Debug)]
/// struct Customer {
///     #[model(generated)]
///     id: i64,
///     #[model(embedded)]
///     home: Address,                       // columns `home_street`, `home_city`
/// }
///
/// # let engine = Engine::<SqliteConnection>::open(":memory:")?;
/// # engine.create_all(schema![Customer])?;
/// # let mut session = engine.session()?;
/// let home = Address { street: "Main St 1".into(), city: Some("Ghent".into()) };
/// let ann = session.insert(NewCustomer { home })?;
/// session.update(Customer::patch(ann.id).set(customers::home.city, "Bruges"))?;
/// let found = Customer::query()
///     .filter(customers::home.city.eq("Bruges"))
///     .first(&mut session)?;
/// assert_eq!(found.home.street, "Main St 1");
/// # Ok::<(), orm_core::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be embedded",
    label = "not an embedded struct",
    note = "write `#[derive(Embedded)]` on the struct"
)]
pub trait Embedded: Clone + Send + Sync + Sized + 'static {
    /// How many columns it has.
    const LEN: usize;
    /// The SQL types of the columns.
    type SqlType: SqlType + TypedExpressionType;
    /// What Diesel loads.
    type Row;
    /// The columns in a table, as fields: `customers::home.street`.
    type Access<F: 'static>: 'static;
    /// The columns in a table, as a tuple.
    // What a table asks of its columns is said here: of a struct that derives no `Embedded`, the
    // model then asks nothing more.
    type Columns<F: EmbedDef>: SelectableExpression<Table<F::Table>, SqlType = Self::SqlType>
        + ValidGrouping<(), IsAggregate = is_aggregate::No>
        + Copy
        + 'static;

    /// The columns in a table.
    fn columns<F: EmbedDef>() -> &'static Self::Columns<F>;

    /// What functions of the user's say of the fields, by position; see [`EmbeddedColumn::check`].
    fn check(&self) -> Vec<(usize, FieldError)>;
    /// The values of the columns, in order.
    fn into_values(self, values: &mut Vec<Value>);
    /// A copy of one column, by its position.
    ///
    /// # Panics
    /// If there is no such column.
    fn value_of(&self, column: usize) -> Value;
    /// From what Diesel loaded.
    ///
    /// # Errors
    /// If a stored value is none of its field's type.
    fn from_row(row: Self::Row) -> Result<Self, ColumnError>;
}

/// An embedded struct's columns in a table.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be embedded",
    label = "not an embedded struct",
    note = "write `#[derive(Embedded)]` on the struct"
)]
pub trait EmbeddedIn<F: 'static>: Embedded {
    /// Their metadata.
    const META: &'static [ColumnMeta];
    /// The columns, as fields.
    const ACCESS: Self::Access<F>;

    /// The same.
    fn access() -> &'static Self::Access<F>;
}

/// The columns of a table that has such fields, one after the other.
pub trait FlatColumns {
    /// Their metadata.
    const COLUMNS: &'static [ColumnMeta];
}

/// Where such a field is: what its columns need to know to have names. Generated for a marker type.
pub trait EmbedPlace: Sized + 'static {
    /// The name of the field.
    const FIELD: &'static str;
    /// What stands before the names of the columns.
    const PREFIX: &'static str;
    /// The position of the first column.
    const OFFSET: usize;
}

/// A field that holds an embedded struct; generated for a marker type.
pub trait EmbedDef: EmbedPlace {
    /// The table.
    type Table: TableDef;
    /// The type-level position in the table.
    type Index: 'static;
    /// Plain: its columns have no role in routing.
    type Role;
    /// The columns, as fields.
    type Access: 'static;
    /// The columns, as a tuple.
    type Columns: SelectableExpression<Table<Self::Table>, SqlType = Self::SqlType>
        + ValidGrouping<(), IsAggregate = is_aggregate::No>
        + Copy
        + 'static;
    /// The SQL types of the columns.
    type SqlType: SqlType + TypedExpressionType;
    /// What Diesel loads.
    type Row;

    /// The columns, as fields.
    fn access() -> &'static Self::Access;
    /// The columns, as a tuple.
    fn columns() -> &'static Self::Columns;
}

/// One column of an embedded struct; generated for a marker type.
pub trait EmbeddedColumn: Sized + 'static {
    /// The type of the field.
    type Rust: Field<SqlType = Self::SqlType>;
    /// The SQL type.
    type SqlType: SqlType + SingleValue + TypedExpressionType;
    /// The type-level position in the struct.
    type Index: 'static;
    /// The position in the struct.
    const POSITION: usize;
    /// The name of the field.
    const FIELD: &'static str;
    /// The name in the database, without prefix.
    const NAME: &'static str;

    /// What functions of the user's say of a value.
    fn check(_: &Self::Rust) -> Vec<FieldError> {
        Vec::new()
    }
}

/// The column `C` of an embedded struct, in the field `F` of a model.
pub struct In<F, C>(PhantomData<fn() -> (F, C)>);

impl<F: EmbedDef, C: EmbeddedColumn> ColumnDef for In<F, C> {
    type Table = F::Table;
    type Index = (F::Index, C::Index);
    type SqlType = C::SqlType;
    type IsKey = False;
    type Role = F::Role;
    const NAME: &'static str = Self::COLUMN;
}

impl<F: EmbedPlace, C: EmbeddedColumn> In<F, C> {
    const JOINED_NAME: Joined = Joined::of(&[F::PREFIX, C::NAME]);
    const JOINED_FIELD: Joined = Joined::of(&[F::FIELD, ".", C::FIELD]);

    /// The name of the field, as errors name it: `home.street`.
    pub const FIELD: &'static str = text(&Self::JOINED_FIELD);
    /// The position of the column in the table.
    pub const POSITION: usize = F::OFFSET + C::POSITION;
    /// The name in the database.
    pub const COLUMN: &'static str = text(&Self::JOINED_NAME);
}

/// Columns one after the other, as an array of as many as they are.
///
/// # Panics
/// If `N` is another number; in a constant that is a compile error.
#[must_use]
pub const fn flatten<const N: usize>(parts: &[&[ColumnMeta]]) -> [ColumnMeta; N] {
    let mut flat = [first(parts); N];
    let (mut part, mut filled) = (0, 0);
    while part < parts.len() {
        let mut nth = 0;
        while nth < parts[part].len() {
            flat[filled] = parts[part][nth];
            filled += 1;
            nth += 1;
        }
        part += 1;
    }
    assert!(filled == N, "as many columns as were announced");
    flat
}

const fn first(parts: &[&[ColumnMeta]]) -> ColumnMeta {
    let mut part = 0;
    while part < parts.len() {
        if !parts[part].is_empty() {
            return parts[part][0];
        }
        part += 1;
    }
    panic!("a table has a column")
}

/// A text put together in a constant: names of PostgreSQL have 63 bytes, those
/// of fields may be longer.
struct Joined {
    bytes: [u8; Joined::MOST],
    len: usize,
}

impl Joined {
    const MOST: usize = 255;

    const fn of(parts: &[&str]) -> Self {
        let mut joined = Joined {
            bytes: [0; Self::MOST],
            len: 0,
        };
        let mut part = 0;
        while part < parts.len() {
            let bytes = parts[part].as_bytes();
            let mut nth = 0;
            while nth < bytes.len() {
                assert!(joined.len < Self::MOST, "a name has at most 255 bytes");
                joined.bytes[joined.len] = bytes[nth];
                joined.len += 1;
                nth += 1;
            }
            part += 1;
        }
        joined
    }
}

const fn text(joined: &Joined) -> &str {
    let (text, _) = joined.bytes.split_at(joined.len);
    match std::str::from_utf8(text) {
        Ok(text) => text,
        Err(_) => panic!("texts put together are a text"),
    }
}

impl<F: EmbedPlace, C: EmbeddedColumn> Column<In<F, C>> {
    /// The position in the table, for generated code.
    #[doc(hidden)]
    pub const POSITION: usize = In::<F, C>::POSITION;
}

/// The position in the table of a column of an embedded struct.
#[must_use]
pub const fn position_inside<F: EmbedPlace, C: EmbeddedColumn>(_: Column<In<F, C>>) -> usize {
    In::<F, C>::POSITION
}

/// Refuses to compile where a column of the embedded struct in a field has the name of another
/// column.
#[track_caller]
pub const fn assert_names_differ(table: Option<&TableMeta>, field: &str) {
    let Some(table) = table else {
        return; // no model, which is said elsewhere
    };
    let mut one = 0;
    while one < table.columns.len() {
        let mut other = 0;
        while is_inside(table.columns[one].field, field) && other < table.columns.len() {
            let before = &table.columns[other];
            // Of two embedded structs the later one says it.
            let asked = other < one || is_plain(before.field);
            if asked && same_text(before.name, table.columns[one].name) {
                let message = ["two fields have the column `", before.name, "`"];
                panic!("{}", text(&Joined::of(&message)));
            }
            other += 1;
        }
        one += 1;
    }
}

/// Whether this is the name of a field inside an embedded struct: `home.city` in `home`.
const fn is_inside(name: &str, field: &str) -> bool {
    let (name, field) = (name.as_bytes(), field.as_bytes());
    let mut nth = 0;
    while nth < name.len() && nth < field.len() && name[nth] == field[nth] {
        nth += 1;
    }
    nth == field.len() && nth < name.len() && name[nth] == b'.'
}

const fn is_plain(name: &str) -> bool {
    let name = name.as_bytes();
    let mut nth = 0;
    while nth < name.len() && name[nth] != b'.' {
        nth += 1;
    }
    nth == name.len()
}
