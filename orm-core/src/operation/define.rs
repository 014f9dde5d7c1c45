//! Tables made and dropped, in one transaction.

use super::{Link, Open};
use crate::backend::{Database, Dialect};
use crate::ddl;
use crate::error::Result;
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
/// What the database says.
pub async fn drop_all<L: Link>(link: &mut L, schema: Schema) -> Result<()> {
    run(link, &ddl::drop_all(L::Backend::DATABASE, schema.tables())).await
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
