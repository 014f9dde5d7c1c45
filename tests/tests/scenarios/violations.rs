//! What only the database can find broken comes back on its field, on every database.

use orm_core::backend::Database;
use orm_core::diesel::sql_query;
use orm_core::vocabulary::*;

#[derive(Model, Debug, Clone, PartialEq)]
#[model(unique(street, house))]
struct Household {
    #[model(generated)]
    id: i64,
    #[model(unique, column = "phone_no")]
    phone: String,
    street: String,
    house: i32,
}

#[derive(Model, Debug, Clone, PartialEq)]
struct Pet {
    #[model(generated)]
    id: i64,
    #[model(belongs_to = Household)]
    household_id: i64,
    #[model(length(1..=8))]
    name: String,
    #[model(range(0..=30))]
    age: u8,
    #[model(email)]
    contact: Option<String>,
}

fn house(phone: &str, house: i32) -> NewHousehold {
    NewHousehold {
        phone: phone.into(),
        street: "Elm".into(),
        house,
    }
}

fn pet(household_id: i64) -> NewPet {
    NewPet {
        household_id,
        name: "Rex".into(),
        age: 3,
    }
}

fn broken(error: &orm_core::Error) -> Vec<(&str, &str)> {
    assert_eq!(error.kind(), ErrorKind::Invalid, "{error}");
    let errors = &error.invalid().expect("field errors").errors;
    errors
        .iter()
        .map(|e| (e.field.as_str(), e.code.as_str()))
        .collect()
}

scenario!(a_unique_is_named_by_its_field_not_its_column, |place| {
    place.create_all(schema![Household]).await.unwrap();
    let mut session = place.session().await.unwrap();
    let first = session.insert(house("1", 1)).await.unwrap();
    let error = session.insert(house("1", 2)).await.unwrap_err();
    assert_eq!(broken(&error), [("phone", "unique")]);
    assert!(
        std::error::Error::source(&error).is_some(),
        "what the database said is kept"
    );
    assert_eq!(error.database(), Some(place.name()));
    let error = session.insert(house("2", 1)).await.unwrap_err();
    assert_eq!(broken(&error), [("street", "unique"), ("house", "unique")]);
    let second = session.insert(house("2", 2)).await.unwrap();
    let error = session
        .update(Household::patch(second.id).phone("1"))
        .await
        .unwrap_err();
    assert_eq!(broken(&error), [("phone", "unique")]);
    let error = session.insert(first).await.unwrap_err();
    assert_eq!(broken(&error)[0].1, "unique");
});

scenario!(a_foreign_key_is_checked, |place| {
    place.create_all(schema![Household, Pet]).await.unwrap();
    let mut session = place.session().await.unwrap();
    let error = session.insert(pet(77)).await.unwrap_err();
    // SQLite does not say which key it was.
    let field = if place.name() == "sqlite" {
        ""
    } else {
        "household_id"
    };
    assert_eq!(broken(&error), [(field, "foreign_key")]);
    let home = session.insert(house("1", 1)).await.unwrap();
    session.insert(pet(home.id)).await.unwrap();
    let error = session.delete(&home).await.unwrap_err();
    assert_eq!(broken(&error)[0].1, "foreign_key");
    let text = error.to_string();
    assert!(text.contains("referred to"), "{text}");
});

scenario!(
    a_check_that_another_program_breaks_is_on_its_field,
    |place| {
        place.create_all(schema![Household, Pet]).await.unwrap();
        let mut session = place.session().await.unwrap();
        let home = session.insert(house("1", 1)).await.unwrap();
        let rex = session.insert(pet(home.id)).await.unwrap();
        // Raw SQL knows no rules of Rust: the database's own hold.
        for (set, field) in [
            ("name = ''", "name"),
            ("age = 31", "age"),
            ("age = -1", "age"),
            ("contact = 'nobody'", "contact"),
            ("name = NULL", "name"),
        ] {
            let update = sql_query(format!("UPDATE pets SET {set}"))
                .execute(&mut session)
                .await;
            let error = orm_core::Error::from(update.expect_err(set));
            assert_eq!(error.kind(), ErrorKind::Invalid, "{set}: {error}");
            let code = &error.invalid().unwrap().errors[0].code;
            assert_eq!(
                code,
                if set.contains("NULL") {
                    "not_null"
                } else {
                    "check"
                },
                "{set}"
            );
            assert!(
                std::error::Error::source(&error)
                    .unwrap()
                    .to_string()
                    .contains(field)
            );
        }
        // The rules of Rust are by-passed by Diesel's own update too; on the model's table.
        let update = orm_core::diesel::update(pets::table).set(pets::age.eq(99));
        assert!(update.execute(&mut session).await.is_err());
        assert_eq!(session.get::<Pet>(rex.id).await.unwrap(), Some(rex));
    }
);

scenario!(a_missing_value_is_on_its_field, |place| {
    place.create_all(schema![Household]).await.unwrap();
    let mut session = place.session().await.unwrap();
    let add = "ALTER TABLE households ADD COLUMN rent INTEGER";
    sql_query(add).execute(&mut session).await.unwrap();
    // A column that the model does not know stands for itself.
    sql_query("CREATE UNIQUE INDEX rents ON households (rent)")
        .execute(&mut session)
        .await
        .unwrap();
    session.insert(house("1", 1)).await.unwrap();
    session.insert(house("2", 2)).await.unwrap();
    sql_query("UPDATE households SET rent = house")
        .execute(&mut session)
        .await
        .unwrap();
    let twice = sql_query("UPDATE households SET rent = 1")
        .execute(&mut session)
        .await;
    let error = orm_core::Error::from(twice.unwrap_err());
    assert_eq!(error.invalid().unwrap().errors[0].code, "unique");
    let missing = sql_query("UPDATE households SET street = NULL")
        .execute(&mut session)
        .await;
    let error = orm_core::Error::from(missing.unwrap_err());
    assert_eq!(broken(&error), [("street", "not_null")]);
});

scenario!(a_nul_in_a_text_is_kept_or_is_invalid_data, |place| {
    place.create_all(schema![Household]).await.unwrap();
    let mut session = place.session().await.unwrap();
    let inserted = session.insert(house("1\0", 1)).await;
    if place.database == Database::Postgres {
        assert_eq!(broken(&inserted.unwrap_err()), [("", "encoding")]);
    } else {
        let found = session.get::<Household>(inserted.unwrap().id).await;
        assert_eq!(found.unwrap().unwrap().phone, "1\0");
    }
});
