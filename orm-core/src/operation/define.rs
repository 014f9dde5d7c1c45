//! Tables made and dropped, in one transaction.

use super::words::texts;
use super::{Link, Open};
use crate::backend::{Database, Dialect};
use crate::ddl;
use crate::error::{Error, ErrorKind, Result};
use crate::metadata::TableMeta;
use crate::schema::Schema;

/// Creates the tables and indexes that are missing, parents first.
///
/// # Errors
/// [`Unsupported`](crate::error::ErrorKind::Unsupported) if the database cannot have a table as
/// it is declared; what the database says.
pub async fn create_all<L: Link>(link: &mut L, schema: Schema) -> Result<()> {
    let statements = ddl::create_all(L::Backend::DATABASE, schema.tables());
    let statements = statements.map_err(|error| error.on(link.name()))?;
    run(link, &statements).await
}

/// Drops the tables, with their rows, children first.
///
/// # Errors
/// What the database says; [`Refused`](crate::error::ErrorKind::Refused) on SQLite if a table or
/// view outside of the list leans on one of them, which the others refuse themselves.
pub async fn drop_all<L: Link>(link: &mut L, schema: Schema) -> Result<()> {
    let mut open = Open::begin(link).await?;
    let result = match L::Backend::DATABASE {
        Database::Sqlite => drop_unless_leant_on(open.link(), schema).await,
        database => send(open.link(), &ddl::drop_all(database, schema.tables())).await,
    };
    open.finish(result).await
}

/// SQLite empties a table before it drops it, and what refers to it acts: rows of other tables
/// would be deleted or changed. Views it leaves behind, broken.
async fn drop_unless_leant_on<L: Link>(link: &mut L, schema: Schema) -> Result<()> {
    let tables = schema.tables();
    let refused = |link: &L, what: String| {
        let message =
            format!("{what} leans on a table that would be dropped, and is not in the list");
        Err(Error::new(ErrorKind::Refused, message).on(link.name()))
    };
    let children = texts(link, &ddl::children_outside(tables)).await?;
    if let Some(child) = children.first() {
        return refused(link, format!("the table `{child}`"));
    }
    let views = texts(link, &ddl::views_outside(tables)).await?;
    send(link, &ddl::drop_all(Database::Sqlite, tables)).await?;
    for view in views {
        let name = ddl::quote_identifier(Database::Sqlite, &view);
        let read = link.batch(&format!("SELECT 1 FROM {name} LIMIT 0")).await;
        // One that lacks something else was broken before.
        let leans = |error: &str| {
            let names = tables.iter().map(|table| table.name);
            names
                .into_iter()
                .any(|name| error.ends_with(&format!("no such table: main.{name}")))
        };
        if read.is_err_and(|error| leans(&error.to_string())) {
            return refused(link, format!("the view `{view}`"));
        }
    }
    Ok(())
}

async fn run<L: Link>(link: &mut L, statements: &[String]) -> Result<()> {
    let mut open = Open::begin(link).await?;
    let result = send(open.link(), statements).await;
    open.finish(result).await
}

async fn send<L: Link>(link: &mut L, statements: &[String]) -> Result<()> {
    if L::Backend::DATABASE == Database::Sqlite {
        // Tables of a circle are dropped one by one: the keys count at the end.
        let deferred = link.batch("PRAGMA defer_foreign_keys = ON").await;
        deferred.map_err(|error| link.error(error))?;
    }
    for statement in statements {
        let done = link.batch(statement).await;
        done.map_err(|error| link.error(error))?;
    }
    Ok(())
}

/// Reads a materialized view anew.
///
/// # Errors
/// [`Unsupported`](crate::error::ErrorKind::Unsupported) if the model is none; what the database
/// says.
pub async fn refresh<L: Link>(link: &mut L, table: &'static TableMeta) -> Result<()> {
    let statement = ddl::refresh(table).map_err(|error| error.on(link.name()))?;
    let done = link.batch(&statement).await;
    done.map_err(|error| link.error(error))
}
