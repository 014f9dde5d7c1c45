//! What the linter says of plans, held against what the databases do.

#[cfg(feature = "postgres")]
#[path = "lint/between.rs"]
mod between;
#[cfg(feature = "mysql")]
#[path = "lint/on_mariadb.rs"]
mod on_mariadb;
#[cfg(feature = "postgres")]
#[path = "lint/on_postgres.rs"]
mod on_postgres;
#[cfg(feature = "postgres")]
#[path = "lint/online.rs"]
mod online;
#[cfg(feature = "postgres")]
#[path = "lint/parted.rs"]
mod parted;

use orm_core::diff::{Plan, diff};
use orm_core::lint::lint;
use orm_core::prelude::*;
use orm_core::snapshot::TableName;

use super::case::{Case, rename, rename_column};

/// What the linter finds, in the order of the plan.
fn rules(plan: &Plan) -> Vec<&'static str> {
    lint(plan).iter().map(|finding| finding.rule).collect()
}

#[test]
fn on_sqlite_a_table_that_is_made_anew_is_a_finding() {
    let engine = Engine::<SqliteConnection>::open(":memory:").expect("an engine");
    let mut session = engine.session().expect("a session");
    let setup = "CREATE TABLE posts (id INTEGER PRIMARY KEY, title TEXT, body TEXT);
        CREATE TABLE tags (id INTEGER PRIMARY KEY, name TEXT)";
    let case = Case::new(&mut session, setup, &[], |wanted| {
        wanted.tables[0].columns[1].nullable = false;
        rename_column(wanted, "tags", "name", "word");
        let mut new = wanted.tables[1].clone();
        new.name = TableName::new(None, "words");
        wanted.tables.push(new);
    });
    let findings = lint(&case.plan);
    assert_eq!(findings.len(), 1, "{findings:#?}");
    assert_eq!(
        (findings[0].rule, &findings[0].table.name[..]),
        ("rebuild", "posts")
    );
    assert!(
        findings[0]
            .to_string()
            .starts_with("rebuild: `posts`: is made anew: all rows")
    );
}

#[cfg(feature = "postgres")]
#[test]
fn names_that_go_are_findings_and_new_tables_are_none() {
    use orm_core::backend::Database;
    use orm_core::snapshot::Snapshot;

    let Some(server) = orm_tests::shared_postgres() else {
        return;
    };
    let engine = Engine::<PgConnection>::open(&server.fresh_database("lint")).expect("an engine");
    let mut session = engine.session().expect("a session");
    let setup = "CREATE TABLE posts (id int PRIMARY KEY, title text, body text);
        CREATE TABLE tags (id int PRIMARY KEY, post_id int REFERENCES posts, name text UNIQUE,
            CHECK (name <> '')); CREATE INDEX ON tags (post_id)";
    let case = Case::new(&mut session, setup, &["tags"], |wanted| {
        rename_column(wanted, "posts", "title", "heading");
        rename(wanted, "posts", "articles");
        wanted.tables[0].columns.pop();
        wanted.tables.retain(|table| table.name.name != "tags");
    });
    let mut found = rules(&case.plan);
    found.sort_unstable();
    assert_eq!(
        found,
        ["drop-column", "drop-table", "rename-column", "rename-table"]
    );
    let all = diff(&Snapshot::empty(Database::Postgres), &case.first, &[]);
    assert!(!all.is_empty() && lint(&all).is_empty());
}
