//! [`plan`]: how the database runs a statement, which is not run for it.

use diesel::dsl::sql;
use diesel::sql_types::Text;

use super::words::{Word, texts};
use super::{Link, Open};
use crate::backend::{Database, Dialect};
use crate::error::{Error, ErrorKind, Result};

/// What a plan of SQLite has: the node, the one above, nothing, and what is done.
type Node = (Text, Text, Text, Text);

/// How the database runs a statement that it has run, line by line. It is not told the bound values:
/// the plan is that of any.
///
/// # Errors
/// What the database says; [`ErrorKind::Unsupported`] on MariaDB and MySQL, which give no plan without
/// values.
pub(crate) async fn plan<L: Link>(link: &mut L, statement: &str) -> Result<String> {
    let lines = match L::Backend::DATABASE {
        Database::Sqlite => {
            let explain = sql::<Node>(&format!("EXPLAIN QUERY PLAN {statement}"));
            let nodes = link.load::<(Word, Word, Word, Word), _>(explain).await;
            let nodes = nodes.map_err(|error| link.error(error))?;
            nodes.into_iter().map(|node| node.3.into_text()).collect()
        }
        Database::Postgres => on_postgres(link, statement).await?,
        Database::Mysql => {
            let message = "a plan without bound values is none on MariaDB and MySQL";
            return Err(Error::new(ErrorKind::Unsupported, message));
        }
    };
    Ok(lines.join("\n"))
}

/// By a prepared statement, whose plan is one for all values: EXPLAIN has a word for that from
/// PostgreSQL 16 on only.
async fn on_postgres<L: Link>(link: &mut L, statement: &str) -> Result<Vec<String>> {
    let mut open = Open::begin(link).await?;
    let lines = explain_prepared(open.link(), statement).await;
    let lines = open.finish(lines).await;
    // It outlives the transaction; where it was not prepared there is nothing to let go.
    let _ = link.batch("DEALLOCATE orm_plan").await;
    lines
}

async fn explain_prepared<L: Link>(link: &mut L, statement: &str) -> Result<Vec<String>> {
    let prepare =
        format!("SET LOCAL plan_cache_mode = force_generic_plan; PREPARE orm_plan AS {statement}");
    let prepared = link.batch(&prepare).await;
    prepared.map_err(|error| link.error(error))?;
    let count = "SELECT cardinality(parameter_types)::text FROM pg_prepared_statements \
                 WHERE name = 'orm_plan'";
    let count = texts(link, count).await?;
    let count = count.first().and_then(|count| count.parse().ok());
    let values = vec!["NULL"; count.unwrap_or_default()].join(", ");
    let values = match values.is_empty() {
        true => values,
        false => format!("({values})"),
    };
    texts(link, &format!("EXPLAIN EXECUTE orm_plan{values}")).await
}
