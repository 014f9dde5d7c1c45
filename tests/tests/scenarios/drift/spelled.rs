//! What a database writes in other words is no difference: it is asked how it writes ours.

use super::sentences;
use orm_core::backend::Database;
use orm_core::diesel::sql_query;
use orm_core::vocabulary::*;

#[derive(Model, Debug, Clone, PartialEq)]
#[model(
    table = "spelled",
    check(name = "c0", sql = "NOT done"),
    check(name = "c1", sql = "done AND NOT (n > 1)"),
    check(name = "c2", sql = "n NOT IN (1)"),
    check(name = "c3", sql = "n % 7 <> 3"),
    check(
        name = "c4",
        sqlite = "n = 1 OR n = 2",
        postgres = "(n = 1 OR n = 2) AND n IS DISTINCT FROM 3",
        mysql = "n = 1 && n <> 3 || n = 2"
    ),
    check(
        name = "c5",
        sqlite = "instr(name, 'x') = 0",
        postgres = "name NOT SIMILAR TO 'x%' AND position('y' in name) = 0",
        mysql = "instr(name, 'x') = 0 AND NOT ISNULL(n)"
    ),
    check(
        name = "c6",
        sqlite = "-n < 5",
        postgres = "-n < 5",
        mysql = "-`n` < 5"
    ),
    check(name = "c7", sql = "date(at) > '2000-01-01'"),
    check(name = "c8", sql = "name NOT LIKE 'a!%%' ESCAPE '!'"),
    check(
        name = "c9",
        sqlite = "1e3 > n",
        postgres = "(n, 2) IN ((1, 2), (3, 4)) AND 1e3 > n",
        mysql = "(n, 2) IN ((1, 2), (3, 4)) AND 1e3 > n"
    ),
    check(name = "c10", sql = "name <> '\u{1F600}?'")
)]
struct Spelled {
    #[model(generated)]
    id: i64,
    n: i32,
    done: bool,
    name: String,
    at: NaiveDateTime,
    #[model(default = -1.50)]
    price: Decimal,
    #[model(default = 1e3)]
    ratio: f64,
    #[model(default = sql("'{\"a\":1}'"))]
    json: Json,
    #[model(computed = "n * (1 + n % 3)")]
    twice: Option<i32>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "besides")]
struct Beside {
    #[model(generated)]
    id: i64,
}

/// What was seen in a transaction that is rolled back.
#[derive(Debug, PartialEq)]
struct Seen(Vec<String>);

impl From<orm_core::Error> for Seen {
    fn from(error: orm_core::Error) -> Self {
        Seen(vec![error.to_string()])
    }
}

scenario!(other_words_of_the_database_are_no_difference, |place| {
    let engine: &Engine<Conn> = &place;
    engine.create_all(schema![Spelled, Beside]).await.unwrap();
    let found = place.drift(schema![Spelled, Beside]).await.unwrap();
    assert_eq!(sentences(found), [""; 0]);
    // Asked inside of a transaction it commits nothing.
    let mut session = place.session().await.unwrap();
    let left: Result<(), Seen> = session
        .transaction(async |tx| {
            tx.insert(NewBeside {}).await?;
            Err(Seen(sentences(tx.drift(schema![Spelled, Beside]).await?)))
        })
        .await;
    assert_eq!(left, Err(Seen(Vec::new())));
    assert_eq!(Beside::query().count(&mut session).await.unwrap(), 0);
    drop(session);
    assert_eq!(place.inspect().await.unwrap().tables.len(), 2);
});

scenario!(a_check_of_another_meaning_differs, |place| {
    if place.database == Database::Sqlite {
        return;
    }
    let engine: &Engine<Conn> = &place;
    engine.create_all(schema![Spelled]).await.unwrap();
    let mut session = place.session().await.unwrap();
    for change in [
        "ALTER TABLE spelled DROP CONSTRAINT c2",
        "ALTER TABLE spelled ADD CONSTRAINT c2 CHECK (n NOT IN (2))",
        "ALTER TABLE spelled DROP CONSTRAINT c4",
        "ALTER TABLE spelled ADD CONSTRAINT c4 CHECK (n = 1 OR (n = 2 AND n IS NOT NULL))",
    ] {
        sql_query(change).execute(&mut session).await.unwrap();
    }
    drop(session);
    let found = sentences(place.drift(schema![Spelled]).await.unwrap());
    assert_eq!(found.len(), 2, "{found:?}");
    for (sentence, name) in found.iter().zip(["c2", "c4"]) {
        let start = format!("the check `{name}` of `spelled` says ");
        assert!(sentence.starts_with(&start), "{found:?}");
    }
});
