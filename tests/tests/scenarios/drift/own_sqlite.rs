//! What SQLite keeps in the text of its statements.

use super::sentences;
use orm_core::codegen::render;
use orm_core::snapshot::Generator;
use orm_core::vocabulary::*;

#[derive(Model, Debug, Clone, PartialEq)]
struct Address {
    #[model(generated)]
    id: i64,
    #[model(unique)]
    email: String,
    total: i64,
}

scenario!(sqlite(a_collation_of_an_index_is_part_of_it), |place| {
    let mut session = place.session().await.unwrap();
    session
        .batch_execute(
            "CREATE TABLE addresses (
                 id INTEGER PRIMARY KEY AUTOINCREMENT, email TEXT NOT NULL, total INTEGER NOT NULL,
                 CONSTRAINT addresses_email_key UNIQUE (email COLLATE NOCASE))",
        )
        .await
        .unwrap();
    drop(session);
    assert_eq!(
        sentences(place.drift(schema![Address]).await.unwrap()),
        [
            "`addresses` has the unique `addresses_email_key` (email COLLATE NOCASE), and should have the unique `addresses_email_key` (email)"
        ]
    );
    let source = render(&place.inspect().await.unwrap());
    let unique = r#"unique(expr = "\"email\" COLLATE NOCASE", name = "addresses_email_key")"#;
    assert!(source.contains(unique), "{source}");
});

#[derive(Model, Debug, Clone, PartialEq)]
#[model(
    table = "collated",
    unique(expr = "\"email\" COLLATE NOCASE", name = "collated_email")
)]
struct Collated {
    #[model(generated)]
    id: i64,
    email: String,
}

scenario!(
    sqlite(a_column_with_a_collation_may_be_an_expression),
    |place| {
        place.create_all(schema![Collated]).await.unwrap();
        assert_eq!(
            sentences(place.drift(schema![Collated]).await.unwrap()),
            [""; 0]
        );
    }
);

scenario!(sqlite(what_a_table_says_beside_is_kept), |place| {
    let mut session = place.session().await.unwrap();
    session
        .batch_execute(
            "CREATE TABLE addresses (
                 id INTEGER PRIMARY KEY AUTOINCREMENT, email TEXT NOT NULL,
                 total INTEGER NOT NULL CHECK (total > 0 -- money
                 ),
                 half INTEGER AS (total / 2) VIRTUAL,
                 CONSTRAINT addresses_email_key UNIQUE (email) ON CONFLICT REPLACE) STRICT;
             CREATE TABLE plain (id INTEGER PRIMARY KEY DESC, a TEXT DEFAULT \"Dq\", b TEXT DEFAULT Bare);
             CREATE TABLE flat (id INTEGER PRIMARY KEY) WITHOUT ROWID;
             CREATE TABLE counted (id INTEGER PRIMARY KEY)",
        )
        .await
        .unwrap();
    drop(session);
    let found = place.inspect().await.unwrap();
    let table = |name: &str| found.table(None, name).unwrap();
    assert_eq!(table("addresses").checks[0].expression, "total > 0");
    assert_eq!(table("addresses").options, ["STRICT"]);
    assert_eq!(table("addresses").columns[3].options, ["VIRTUAL"]);
    assert_eq!(
        table("addresses").indexes[0].options,
        ["ON CONFLICT REPLACE"]
    );
    assert_eq!(table("plain").columns[1].default.as_deref(), Some("'Dq'"));
    assert_eq!(table("plain").columns[2].default.as_deref(), Some("'Bare'"));
    assert_eq!(table("flat").options, ["WITHOUT ROWID"]);
    let generator = |name: &str| table(name).columns[0].generator;
    assert_eq!(generator("counted"), Some(Generator::RowId));
    assert_eq!((generator("plain"), generator("flat")), (None, None));
    let source = render(&found);
    assert!(source.contains("default = \"Dq\""), "{source}");
    assert!(
        source.contains("// the table is more than the model says: STRICT."),
        "{source}"
    );
});
