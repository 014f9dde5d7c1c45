//! [`plan`]: how the database runs a statement, which is not run for it.

use diesel::dsl::sql;
use diesel::sql_types::Text;

use super::Link;
use super::words::{Word, texts};
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
    match L::Backend::DATABASE {
        Database::Sqlite => {
            let explain = sql::<Node>(&format!("EXPLAIN QUERY PLAN {statement}"));
            let nodes = link.load::<(Word, Word, Word, Word), _>(explain).await;
            let nodes = nodes.map_err(|error| link.error(error))?;
            let lines: Vec<String> = nodes.into_iter().map(|node| node.3.into_text()).collect();
            Ok(lines.join("\n"))
        }
        Database::Postgres => on_postgres(link, statement).await,
        Database::Mysql => {
            let message = "a plan without bound values is none on MariaDB and MySQL";
            Err(Error::new(ErrorKind::Unsupported, message))
        }
    }
}

/// Of the statement as a prepared one, whose plan is one for all values: EXPLAIN has a word for that
/// from PostgreSQL 16 on only.
async fn on_postgres<L: Link>(link: &mut L, statement: &str) -> Result<String> {
    let explained = link.batch(&explains(statement)).await;
    explained.map_err(|error| link.error(error))?;
    // The variable is left empty: operands are computed from left to right.
    let read = "SELECT current_setting('orm.plan') || set_config('orm.plan', '', false)";
    let plan = texts(link, read).await?.pop().unwrap_or_default();
    match plan.is_empty() {
        true => Err(Error::new(
            ErrorKind::Database,
            "the database gives no plan of it",
        )),
        false => Ok(plan),
    }
}

/// Puts the plan into a variable of the connection; nothing, if there is none.
///
/// A transaction may be open that nobody counts (`BEGIN` as a text). So none is begun, what fails is
/// caught by the server, and the settings end with the exception that is raised in any case.
fn explains(statement: &str) -> String {
    let (body, text) = (tag("orm", statement), tag("said", statement));
    format!(
        "DO {body} DECLARE
    said text := {text}{statement}{text};
    types text[];
    line text;
    plan text := '';
BEGIN
    BEGIN
        PERFORM set_config('plan_cache_mode', 'force_generic_plan', true),
            set_config('lock_timeout', '1s', true);
        SELECT p.parameter_types::text[] INTO types FROM pg_prepared_statements AS p
            WHERE p.statement = said ORDER BY p.prepare_time DESC LIMIT 1;
        EXECUTE format('PREPARE orm_plan%s AS %s',
            '(' || NULLIF(array_to_string(types, ', '), '') || ')', said);
        SELECT array_fill('NULL'::text, ARRAY[cardinality(p.parameter_types)]) INTO types
            FROM pg_prepared_statements AS p WHERE p.name = 'orm_plan';
        FOR line IN EXECUTE format('EXPLAIN EXECUTE orm_plan%s',
            '(' || NULLIF(array_to_string(types, ', '), '') || ')')
        LOOP
            plan := concat_ws(E'\\n', NULLIF(plan, ''), line);
        END LOOP;
        RAISE EXCEPTION 'the settings end';
    EXCEPTION WHEN query_canceled OR OTHERS THEN
        NULL;
    END;
    PERFORM set_config('orm.plan', plan, false);
    IF EXISTS (SELECT FROM pg_prepared_statements AS p WHERE p.name = 'orm_plan') THEN
        DEALLOCATE orm_plan;
    END IF;
END {body}"
    )
}

/// Dollar quotes that a text does not have in it.
fn tag(name: &str, text: &str) -> String {
    let tags = std::iter::once(format!("${name}$"));
    let mut tags = tags.chain((1..).map(|nth| format!("${name}{nth}$")));
    tags.find(|tag| !text.contains(tag))
        .expect("a text is not without end")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_are_none_of_the_text() {
        assert_eq!(tag("orm", "SELECT $1"), "$orm$");
        assert_eq!(tag("orm", "DO $orm$ $orm1$"), "$orm2$");
    }
}
