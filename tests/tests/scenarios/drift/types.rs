//! Types, and how long their values may be.

use super::sentences;
use orm_core::backend::Database;
#[cfg(any(feature = "postgres", feature = "mysql"))]
use orm_core::diesel::sql_query;
use orm_core::vocabulary::*;

#[derive(ColumnType, Debug, Clone, Copy, PartialEq)]
#[column(postgres_enum = "sizes")]
enum Size {
    Small,
    Large,
}

#[derive(Model, Debug, Clone, PartialEq)]
struct Shirt {
    #[model(generated)]
    id: i64,
    size: Size,
}

scenario!(postgres(labels_of_an_enum_type_are_compared), |place| {
    let mut session = place.session().await.unwrap();
    sql_query("CREATE TYPE sizes AS ENUM ('large', 'small')")
        .execute(&mut session)
        .await
        .unwrap();
    sql_query("CREATE TYPE other AS ENUM ()")
        .execute(&mut session)
        .await
        .unwrap();
    drop(session);
    assert_eq!(
        sentences(place.drift(schema![Shirt]).await.unwrap())[..2],
        [
            "the enum type `sizes` has the labels large, small, and should have small, large",
            "the enum type `other` is known to no model",
        ]
    );
});

/// Lengths that no VARCHAR has.
#[derive(Model, Debug, Clone, PartialEq)]
struct Extreme {
    #[model(generated)]
    id: i64,
    #[model(length(..=0))]
    nothing: String,
    #[model(length(..=20_000_000))]
    much: String,
    #[model(length(..=40))]
    data: Vec<u8>,
}

scenario!(any_length_makes_a_column, |place| {
    place.create_all(schema![Extreme]).await.unwrap();
    let found = place.drift(schema![Extreme]).await.unwrap();
    assert_eq!(sentences(found), [""; 0]);
});

/// A type that was said is as long as it says.
#[derive(Model, Debug, Clone, PartialEq)]
struct Land {
    #[model(generated)]
    id: i64,
    #[model(sql_type(mysql = "CHAR(2) CHARACTER SET latin1"), index)]
    code: String,
    #[model(sql_type(mysql = "TEXT"), index)]
    name: String,
}

scenario!(an_index_is_over_the_type_that_was_said, |place| {
    place.create_all(schema![Land]).await.unwrap();
    let found = place.drift(schema![Land]).await.unwrap();
    assert_eq!(sentences(found), [""; 0]);
    if place.database == Database::Mysql {
        let found = place.inspect().await.unwrap();
        let prefix = |index: usize| found.tables[0].indexes[index].parts[0].prefix;
        assert_eq!((prefix(0), prefix(1)), (None, Some(191)));
    }
});

#[derive(Model, Debug, Clone, PartialEq)]
struct Word {
    #[model(generated)]
    id: i64,
    #[model(length(..=20))]
    text: String,
    #[model(sql_type(mysql = "ENUM('日本', 'a')"))]
    label: String,
}

scenario!(
    mysql(a_database_of_another_character_set_has_our_columns),
    |place| {
        let mut session = place.session().await.unwrap();
        sql_query("ALTER DATABASE CHARACTER SET latin1")
            .execute(&mut session)
            .await
            .unwrap();
        drop(session);
        place.create_all(schema![Word]).await.unwrap();
        let mut session = place.session().await.unwrap();
        let change = "ALTER TABLE words MODIFY text VARCHAR(20) CHARACTER SET latin1 NOT NULL";
        sql_query(change).execute(&mut session).await.unwrap();
        drop(session);
        let found = place.drift(schema![Word]).await.unwrap();
        assert!(!found[0].is_note());
        assert_eq!(
            sentences(found),
            [
                "`words.text` has the collation `latin1_swedish_ci`, and should have `utf8mb4_nopad_bin`"
            ]
        );
    }
);
