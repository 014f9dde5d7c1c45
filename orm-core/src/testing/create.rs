//! Planned rows, inserted: step by step, over whoever sends.

use std::marker::PhantomData;

use super::plan::{Cell, Plan, Row};
use crate::changeset::Draft;
use crate::error::{Error, ErrorKind, FieldError, Invalid, Result};
use crate::metadata::TableMeta;
use crate::operation::{self, Link, LoadModel, Open, insert_at};
use crate::table::{Model, TableDef};
use crate::value::Value;

/// Rows that a factory made, and those that they refer to.
pub struct Prepared<T> {
    rows: Vec<Row>,
    /// Which of them are the factory's own, in their order, and what was said of their values.
    own: Vec<(usize, Vec<(usize, FieldError)>)>,
    table: PhantomData<fn() -> T>,
}

impl<T: TableDef> Prepared<T> {
    pub(super) fn new(plan: Plan, own: Vec<(usize, Vec<(usize, FieldError)>)>) -> Self {
        Prepared {
            rows: plan.rows,
            own,
            table: PhantomData,
        }
    }

    fn has_parents(&self) -> bool {
        self.rows.len() > self.own.len()
    }
}

/// The draft of a row whose cells are known.
pub(super) fn draft<T: TableDef>(
    cells: Vec<Option<Value>>,
    said: Vec<(usize, FieldError)>,
) -> Draft<T> {
    let mut draft = Draft::empty();
    for (position, cell) in cells.into_iter().enumerate() {
        if let Some(value) = cell {
            draft.put_value(position, value);
        }
    }
    for (position, error) in said {
        draft.note(position, 1, [Some(error)]);
    }
    draft
}

/// Inserts the rows, all or none, and gives those back that are the factory's own.
pub(super) async fn create<L, T>(link: &mut L, prepared: Prepared<T>) -> Result<Vec<T::Model>>
where
    L: Link,
    T: TableDef<Model: Model<Table = T> + LoadModel<L::Backend>>,
{
    let created = if prepared.has_parents() {
        has_no_hooks(link, &prepared)?;
        let mut open = Open::begin(link).await?;
        let created = insert_rows(open.link(), prepared).await;
        open.finish(created).await
    } else {
        insert_rows(link, prepared).await
    };
    created.map_err(|error| of_checks(T::META, error))
}

async fn insert_rows<L, T>(link: &mut L, prepared: Prepared<T>) -> Result<Vec<T::Model>>
where
    L: Link,
    T: TableDef<Model: Model<Table = T> + LoadModel<L::Backend>>,
{
    let mut own = prepared.own.into_iter().peekable();
    let mut drafts: Vec<Draft<T>> = Vec::new();
    // The cells of the rows that others refer to.
    let mut known: Vec<Vec<Option<Value>>> = Vec::with_capacity(prepared.rows.len());
    for (position, row) in prepared.rows.into_iter().enumerate() {
        let table = row.table;
        let cells = resolved(row, &known)?;
        if let Some((_, said)) = own.next_if(|(own, _)| *own == position) {
            drafts.push(draft(cells, said));
            known.push(Vec::new());
            continue;
        }
        let inserted = insert_at(link, table, cells).await;
        known.push(inserted.map_err(|error| of_checks(table, error).within(table.model))?);
    }
    if drafts.len() == 1
        && let Some(draft) = drafts.pop()
    {
        let draft = operation::complete(link, draft)?;
        return Ok(vec![operation::insert(link, draft).await?]);
    }
    let drafts = operation::complete_many(link, drafts)?;
    operation::insert_all(link, drafts).await
}

fn resolved(row: Row, known: &[Vec<Option<Value>>]) -> Result<Vec<Option<Value>>> {
    let cells = row.cells.into_iter().map(|cell| match cell {
        None => Ok(None),
        Some(Cell::Value(value)) => Ok(Some(value)),
        Some(Cell::KeyOf { row, column }) => match known[row].get(column) {
            Some(Some(value)) => Ok(Some(value.clone())),
            _ => {
                let message = "a key of a row that was made is not known";
                Err(Error::new(ErrorKind::Refused, message))
            }
        },
    });
    cells.collect()
}

/// Rows that others refer to are written apart from their models, so hooks would be passed over in
/// silence.
fn has_no_hooks<L: Link, T: TableDef>(link: &L, prepared: &Prepared<T>) -> Result<()> {
    let Some(hooks) = link.hooks() else {
        return Ok(());
    };
    let rows = prepared.rows.iter().enumerate();
    let others = rows.filter(|(position, _)| prepared.own.iter().all(|(own, _)| own != position));
    let mut tables = others.map(|(_, row)| row.table);
    tables.find(|table| hooks.are_of_table(table)).map_or(Ok(()), |table| {
        let message = format!(
            "the engine has hooks of `{0}`, which are not called for a row that another one refers to: \
             create the {0} by its own factory, and refer to it by `with`",
            table.model
        );
        Err(Error::new(ErrorKind::Refused, message).on(link.name()))
    })
}

/// A check that was not met: a factory knows no more of it than the database says.
fn of_checks(table: &TableMeta, error: Error) -> Error {
    let is_check = |error: &FieldError| error.code == "check" && !error.field.contains('.');
    let Some(invalid) = error
        .invalid()
        .filter(|invalid| invalid.errors.iter().any(is_check))
    else {
        return error;
    };
    let asked = table
        .checks
        .iter()
        .flat_map(|check| table.columns_in(check.sql));
    let mut asked: Vec<usize> = asked.collect();
    asked.sort_unstable();
    asked.dedup();
    let errors = invalid.errors.iter().flat_map(|error| {
        let fields = match (is_check(error), error.field.as_str()) {
            (true, "") => asked
                .iter()
                .map(|column| table.columns[*column].field)
                .collect(),
            (_, field) => vec![field],
        };
        let message = match is_check(error) {
            true => "is not allowed by a check of the table: set it by `with`",
            false => &error.message,
        };
        let errors = fields.into_iter().map(|field| FieldError {
            field: field.to_owned(),
            message: message.to_owned(),
            ..error.clone()
        });
        errors.collect::<Vec<_>>()
    });
    let errors: Vec<FieldError> = errors.collect();
    if errors.is_empty() {
        return error;
    }
    let database = error.database().map(str::to_owned);
    let told = Error::from(Invalid::new(errors)).with_source(error);
    match database {
        Some(database) => told.on(&database),
        None => told,
    }
}
