//! What PostgreSQL and MariaDB keep beside what models say.

use super::sentences;
use orm_core::diesel::sql_query;
use orm_core::vocabulary::*;

#[derive(Model, Debug, Clone, PartialEq)]
#[model(
    table = "kept",
    check(name = "kept_n", "n > 0"),
    unique(name = "kept_name", name)
)]
struct Kept {
    #[model(generated)]
    id: i64,
    n: i32,
    #[model(length(..=80), index(name = "kept_b"))]
    b: String,
    #[model(length(..=80))]
    name: String,
    #[model(belongs_to = Kept)]
    parent_id: Option<i64>,
}

scenario!(
    postgres(what_a_constraint_says_beside_is_a_difference),
    |place| {
        let mut session = place.session().await.unwrap();
        for statement in [
            "CREATE TABLE kept (
             id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, n INTEGER NOT NULL,
             b VARCHAR(80) COLLATE \"C\" NOT NULL, name VARCHAR(80) COLLATE \"C\" NOT NULL,
             parent_id BIGINT,
             CONSTRAINT kept_b_length CHECK (length(b) <= 80),
             CONSTRAINT kept_name_length CHECK (length(name) <= 80),
             CONSTRAINT kept_name UNIQUE (name) DEFERRABLE INITIALLY DEFERRED,
             EXCLUDE USING gist (int4range(n, n + 1) WITH &&))",
            "ALTER TABLE kept ADD CONSTRAINT kept_n CHECK (n > 0) NO INHERIT NOT VALID",
            "ALTER TABLE kept ADD CONSTRAINT kept_parent_id_fkey FOREIGN KEY (parent_id)
             REFERENCES kept (id) MATCH FULL NOT VALID",
            "CREATE INDEX kept_b ON kept (b COLLATE \"POSIX\")",
            "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'kept_b'::regclass",
        ] {
            sql_query(statement).execute(&mut session).await.unwrap();
        }
        drop(session);
        let excluded = "EXCLUDE USING gist (int4range(n, (n + 1)) WITH &&)";
        let mut found = sentences(place.drift(schema![Kept]).await.unwrap());
        found.retain(|sentence| !sentence.contains("kept_b_length"));
        assert_eq!(
        found,
        [
            "the database counts `kept.id` always, and should take a value that is given".to_owned(),
            "the index `kept_name` of `kept` says beside DEFERRABLE INITIALLY DEFERRED, and should say nothing".to_owned(),
            "`kept` has the index `kept_b` (b COLLATE POSIX) INVALID, and should have the index `kept_b` (b)".to_owned(),
            "the foreign key (parent_id) of `kept` says beside MATCH FULL, NOT VALID, and should say nothing".to_owned(),
            "the check `kept_n` of `kept` says beside NO INHERIT, NOT VALID, and should say nothing".to_owned(),
            format!("`kept` says beside {excluded}, and should say nothing"),
        ]
    );
        let source = orm_core::codegen::render(&place.inspect().await.unwrap());
        assert!(
            source.contains(&format!(
                "// the table is more than the model says: {excluded}."
            )),
            "{source}"
        );
        assert!(
            source.contains("// the index `kept_b` is more than the model says: INVALID."),
            "{source}"
        );
    }
);

scenario!(mysql(what_a_column_says_beside_is_a_difference), |place| {
    let mut session = place.session().await.unwrap();
    session
        .batch_execute(
            "CREATE TABLE kept (
                 id BIGINT AUTO_INCREMENT PRIMARY KEY, n INTEGER NOT NULL,
                 b VARCHAR(80) COLLATE utf8mb4_nopad_bin NOT NULL,
                 name VARCHAR(80) COLLATE utf8mb4_nopad_bin NOT NULL,
                 parent_id BIGINT, changed TIMESTAMP NULL ON UPDATE CURRENT_TIMESTAMP,
                 INDEX kept_b (b), UNIQUE kept_name (name), CONSTRAINT kept_n CHECK (n > 0),
                 FOREIGN KEY (parent_id) REFERENCES kept (id)
             ) WITH SYSTEM VERSIONING",
        )
        .await
        .unwrap();
    drop(session);
    let differences = place.drift(schema![Kept]).await.unwrap();
    let (notes, drift): (Vec<_>, Vec<_>) = differences.into_iter().partition(|one| one.is_note());
    assert_eq!(
        sentences(drift),
        ["`kept` has the column `changed`, which no model knows"]
    );
    assert_eq!(
        sentences(notes),
        [
            "the foreign key `kept_ibfk_1` of `kept` would be `kept_parent_id_fkey` by its model",
            "`kept` says beside WITH SYSTEM VERSIONING, and should say nothing",
        ]
    );
    let found = place.inspect().await.unwrap();
    let changed = found.tables[0].column("changed").unwrap();
    assert_eq!(changed.options, ["ON UPDATE current_timestamp()"]);
});

scenario!(mysql(tables_that_differ_in_their_case_are_two), |place| {
    let mut session = place.session().await.unwrap();
    session
        .batch_execute(
            "CREATE TABLE Foo (a INT PRIMARY KEY, CONSTRAINT one CHECK (a > 1));
             CREATE TABLE foo (a INT PRIMARY KEY, CONSTRAINT two CHECK (a > 2));
             CREATE TABLE Vw (a INT PRIMARY KEY); CREATE VIEW vw AS SELECT 1 AS a",
        )
        .await
        .unwrap();
    drop(session);
    let found = place.inspect().await.unwrap();
    let names: Vec<&str> = found
        .tables
        .iter()
        .map(|table| table.name.name.as_str())
        .collect();
    assert_eq!(names, ["Foo", "Vw", "foo"]);
    let checks = |nth: usize| found.tables[nth].checks.len();
    assert_eq!((checks(0), checks(1), checks(2)), (1, 0, 1));
    assert_eq!(found.views.len(), 1);
});
