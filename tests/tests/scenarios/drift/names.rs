//! Who names the schema that the connection is in, or writes a column in another case, means the
//! same; a name that would be cut is refused.

use super::sentences;
use orm_core::backend::Database;
use orm_core::diesel::sql_query;
use orm_core::vocabulary::*;

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "nests", schema = "public")]
struct Nest {
    #[model(generated)]
    id: i64,
}

#[derive(ColumnType, Debug, Clone, Copy, PartialEq)]
#[column(postgres_enum = "public.feather")]
enum Feather {
    Down,
    Quill,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "eggs", schema = "public")]
struct Egg {
    #[model(generated)]
    id: i64,
    #[model(belongs_to = Nest)]
    nest_id: i64,
    feather: Feather,
}

scenario!(postgres(the_current_schema_may_be_named), |place| {
    let all = schema![Nest, Egg];
    place.create_all(all).await.unwrap();
    assert_eq!(sentences(place.drift(all).await.unwrap()), [""; 0]);
});

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "mains", schema = "main")]
struct Main {
    #[model(generated)]
    id: i64,
}

scenario!(sqlite(the_main_file_may_be_named), |place| {
    place.create_all(schema![Main]).await.unwrap();
    assert_eq!(
        sentences(place.drift(schema![Main]).await.unwrap()),
        [""; 0]
    );
});

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "clerks")]
struct Clerk {
    #[model(generated)]
    id: i64,
    #[model(column = "fullname", length(..=80), unique)]
    full_name: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "desks")]
struct Desk {
    #[model(key, belongs_to = Clerk, column = "clerkid")]
    clerk_id: i64,
}

scenario!(a_column_in_another_case_is_that_column, |place| {
    if place.database == Database::Postgres {
        return;
    }
    let counted = match place.database {
        Database::Sqlite => "INTEGER PRIMARY KEY AUTOINCREMENT",
        _ => "BIGINT AUTO_INCREMENT PRIMARY KEY",
    };
    let (text, end) = match place.database {
        Database::Sqlite => ("TEXT", " CHECK (length(FULLNAME) <= 80)"),
        _ => ("VARCHAR(80) COLLATE utf8mb4_nopad_bin", ""),
    };
    let mut session = place.session().await.unwrap();
    for statement in [
        format!(
            "CREATE TABLE clerks (Id {counted}, FullName {text} NOT NULL{end}, UNIQUE (fullNAME))"
        ),
        "CREATE TABLE desks (ClerkId BIGINT NOT NULL PRIMARY KEY, \
         CONSTRAINT desks_clerkid_fkey FOREIGN KEY (clerkID) REFERENCES clerks (ID))"
            .to_owned(),
    ] {
        let statement = match place.database {
            Database::Sqlite => statement.replace("ClerkId BIGINT", "ClerkId INTEGER"),
            _ => statement,
        };
        sql_query(statement).execute(&mut session).await.unwrap();
    }
    drop(session);
    let differences = place.drift(schema![Clerk, Desk]).await.unwrap();
    let (notes, drift): (Vec<_>, Vec<_>) = differences.into_iter().partition(|one| one.is_note());
    assert_eq!(sentences(drift), [""; 0]);
    let column = "the column `FullName` of `clerks` would be `fullname` by its model";
    assert!(sentences(notes).contains(&column.to_owned()));
});

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "a_table_whose_name_is_longer_than_postgresql_keeps_of_it_by_a_word")]
struct LongName {
    #[model(generated)]
    id: i64,
}

scenario!(postgres(a_name_that_would_be_cut_is_refused), |place| {
    let error = place.create_all(schema![LongName]).await.unwrap_err();
    assert_eq!(
        error.kind(),
        orm_core::error::ErrorKind::Unsupported,
        "{error}"
    );
    assert!(
        error.to_string().contains("the table `a_table_whose"),
        "{error}"
    );
});

#[derive(Model, Debug, Clone, PartialEq)]
struct North {
    #[model(generated)]
    id: i64,
}

#[derive(Model, Debug, Clone, PartialEq)]
struct South {
    #[model(generated)]
    id: i64,
}

/// One column refers to two tables: each foreign key has a name.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(
    table = "equators",
    belongs_to(north: North, on(pole_id)),
    belongs_to(south: South, on(pole_id))
)]
struct Equator {
    #[model(generated)]
    id: i64,
    pole_id: i64,
}

scenario!(two_foreign_keys_of_one_column_are_numbered, |place| {
    let all = schema![North, South, Equator];
    place.create_all(all).await.unwrap();
    assert_eq!(sentences(place.drift(all).await.unwrap()), [""; 0]);
});
