//! How PostgreSQL writes an expression: it is given one in a temporary table, and read again.
//! All of it is rolled back.

use diesel::pg::Pg;

use super::super::scope::Schemas;
use super::super::{Catalog, Scope};
use crate::backend::Database;
use crate::ddl::quote_identifier;
use crate::error::{Error, Result};
use crate::operation::{Link, Open};
use crate::snapshot::{Index, Order, Table, Term, View};

/// What was read, carried past the end of a transaction that is rolled back.
struct RolledBack<T>(Result<T>);

impl<T> From<Error> for RolledBack<T> {
    fn from(error: Error) -> Self {
        RolledBack(Err(error))
    }
}

pub(super) async fn table<L>(
    link: &mut L,
    found: &Table,
    home: Option<&str>,
    asked: Table,
) -> Result<Table>
where
    L: Link<Backend = Pg>,
{
    let mut open = Open::begin(link).await?;
    let said = in_a_table(open.link(), found, home, asked).await;
    match open.finish(Err::<(), _>(RolledBack(said))).await {
        Ok(()) => Ok(Table::new(found.name.clone())),
        Err(RolledBack(said)) => said,
    }
}

async fn in_a_table<L>(
    link: &mut L,
    found: &Table,
    home: Option<&str>,
    mut asked: Table,
) -> Result<Table>
where
    L: Link<Backend = Pg>,
{
    // Of the same name: an expression may name its table.
    let name = quoted(&found.name.name);
    let own = match found.name.schema.as_deref().or(home) {
        Some(schema) => format!("{}.{name}", quoted(schema)),
        None => name.clone(),
    };
    if !takes(link, &format!("CREATE TEMP TABLE {name} (LIKE {own})")).await? {
        return Ok(asked);
    }
    let name = format!("pg_temp.{name}");
    for (nth, check) in asked.checks.iter().enumerate() {
        let expression = &check.expression;
        let change = format!("ADD CONSTRAINT orm_{nth} CHECK ({expression})");
        takes(link, &format!("ALTER TABLE {name} {change}")).await?;
    }
    for (nth, column) in asked.columns.iter().enumerate() {
        let there = found
            .column(&column.name)
            .map_or(&column.ty, |there| &there.ty);
        let change = match (&column.computed, &column.default) {
            (Some(text), _) => {
                format!("ADD COLUMN orm_{nth} {there} GENERATED ALWAYS AS ({text}) STORED")
            }
            (None, Some(text)) => {
                format!("ALTER COLUMN {} SET DEFAULT {text}", quoted(&column.name))
            }
            (None, None) => continue,
        };
        takes(link, &format!("ALTER TABLE {name} {change}")).await?;
    }
    for (nth, index) in asked.indexes.iter().enumerate() {
        takes(link, &create_index(nth, &name, index)).await?;
    }
    let scope = Scope {
        schemas: Schemas::Temporary,
        tables: Some(vec![found.name.name.clone()]),
    };
    let read = Pg::read(link, &scope).await?;
    let Some(said) = read.tables.into_iter().next() else {
        return Ok(asked);
    };
    for (nth, check) in asked.checks.iter_mut().enumerate() {
        let mut checks = said.checks.iter();
        if let Some(said) = checks.find(|said| said.name == Some(format!("orm_{nth}"))) {
            check.expression.clone_from(&said.expression);
        }
    }
    for (nth, column) in asked.columns.iter_mut().enumerate() {
        if column.computed.is_some() {
            let said = said.column(&format!("orm_{nth}"));
            column.computed = said
                .and_then(|it| it.computed.clone())
                .or(column.computed.take());
        } else {
            let said = said.column(&column.name);
            column.default = said
                .and_then(|it| it.default.clone())
                .or(column.default.take());
        }
    }
    for (nth, index) in asked.indexes.iter_mut().enumerate() {
        let mut indexes = said.indexes.iter();
        if let Some(said) = indexes.find(|said| said.name == Some(format!("orm_index_{nth}"))) {
            index.parts.clone_from(&said.parts);
            index.predicate.clone_from(&said.predicate);
        }
    }
    Ok(asked)
}

pub(super) async fn views<L>(link: &mut L, asked: Vec<View>) -> Result<Vec<View>>
where
    L: Link<Backend = Pg>,
{
    let mut open = Open::begin(link).await?;
    let said = in_views(open.link(), asked).await;
    match open.finish(Err::<(), _>(RolledBack(said))).await {
        Ok(()) => Ok(Vec::new()),
        Err(RolledBack(said)) => said,
    }
}

async fn in_views<L>(link: &mut L, mut asked: Vec<View>) -> Result<Vec<View>>
where
    L: Link<Backend = Pg>,
{
    let name = |nth: usize| format!("orm_view_{nth}");
    for (nth, view) in asked.iter().enumerate() {
        if let Some(query) = &view.definition {
            takes(link, &format!("CREATE TEMP VIEW {} AS {query}", name(nth))).await?;
        }
    }
    let scope = Scope {
        schemas: Schemas::Temporary,
        tables: Some((0..asked.len()).map(name).collect()),
    };
    let read = Pg::read(link, &scope).await?;
    for (nth, view) in asked.iter_mut().enumerate() {
        let mut views = read.views.iter();
        if let Some(said) = views.find(|said| said.name.name == name(nth)) {
            view.definition.clone_from(&said.definition);
            view.is_kept = true;
        }
    }
    Ok(asked)
}

/// Whether the database takes a statement; one that it does not changes nothing.
async fn takes<L: Link>(link: &mut L, statement: &str) -> Result<bool> {
    let mut open = Open::begin(link).await?;
    let result = open.link().batch(statement).await;
    let result = match result {
        Ok(()) => Ok(()),
        Err(error) => Err(open.link().error(error)),
    };
    Ok(open.finish(result).await.is_ok())
}

fn create_index(nth: usize, table: &str, index: &Index) -> String {
    let parts = index.parts.iter().map(|part| {
        let mut text = match &part.term {
            Term::Column(name) => quoted(name),
            Term::Expression(text) => format!("({text})"),
        };
        if let Some(class) = &part.operator_class {
            text.push_str(&format!(" {class}"));
        }
        if part.order == Order::Descending {
            text.push_str(" DESC");
        }
        text
    });
    let parts: Vec<String> = parts.collect();
    let method = index.method.as_deref().unwrap_or("btree");
    let predicate = index.predicate.as_ref();
    let predicate = predicate.map_or(String::new(), |text| format!(" WHERE {text}"));
    format!(
        "CREATE INDEX orm_index_{nth} ON {table} USING {method} ({}){predicate}",
        parts.join(", ")
    )
}

fn quoted(name: &str) -> String {
    quote_identifier(Database::Postgres, name)
}
