//! Upsert and insert-unless-exists: the target that is named, and no other conflict.

use orm_core::vocabulary::*;

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "accounts", unique(country, number))]
struct Account {
    #[model(generated)]
    id: i64,
    #[model(unique)]
    email: String,
    country: String,
    number: i32,
    note: Option<String>,
    #[model(default = 5)]
    level: i32,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(key(room, day))]
struct Booking {
    room: i32,
    day: NaiveDate,
    guest: String,
}

/// Nothing but its key: an upsert has nothing to change then.
#[derive(Model, Debug, Clone, PartialEq)]
struct Tag {
    #[model(key)]
    name: String,
}

fn account(email: &str, number: i32) -> NewAccount {
    NewAccount {
        email: email.into(),
        country: "de".into(),
        number,
    }
}

scenario!(an_upsert_by_one_column_inserts_then_changes, |place| {
    place.create_all(schema![Account]).await.unwrap();
    let mut session = place.session().await.unwrap();
    let first = session
        .upsert(account("a@x.org", 1).level(9), accounts::email)
        .await
        .unwrap();
    place.sent();
    let second = session
        .upsert(account("a@x.org", 2).note("n"), accounts::email)
        .await
        .unwrap();
    // Written and read in one transaction.
    let statements = if place.database.has_returning() { 1 } else { 4 };
    assert_eq!(place.sent().len(), statements);
    assert_eq!((second.id, second.number), (first.id, 2));
    assert_eq!(second.note.as_deref(), Some("n"));
    assert_eq!(second.level, 9, "a column that was not given stays");
    assert_eq!(Account::query().count(&mut session).await.unwrap(), 1);
});

scenario!(an_upsert_by_a_unique_of_two_columns, |place| {
    place.create_all(schema![Account]).await.unwrap();
    let mut session = place.session().await.unwrap();
    let target = (accounts::country, accounts::number);
    let first = session.upsert(account("a@x.org", 1), target).await.unwrap();
    let second = session.upsert(account("b@x.org", 1), target).await.unwrap();
    assert_eq!((second.id, second.email.as_str()), (first.id, "b@x.org"));
});

scenario!(another_conflict_than_the_target_is_an_error, |place| {
    place.create_all(schema![Account]).await.unwrap();
    let mut session = place.session().await.unwrap();
    session.insert(account("a@x.org", 1)).await.unwrap();
    let target = (accounts::country, accounts::number);
    let error = session
        .upsert(account("a@x.org", 2), target)
        .await
        .unwrap_err();
    let errors = &error.invalid().unwrap().errors;
    assert_eq!(
        (errors[0].field.as_str(), errors[0].code.as_str()),
        ("email", "unique")
    );
    let error = session
        .insert_unless_exists(account("a@x.org", 2), target)
        .await
        .unwrap_err();
    assert_eq!(error.invalid().unwrap().errors[0].field, "email");
});

scenario!(an_upsert_by_a_key_of_two_columns, |place| {
    place.create_all(schema![Booking]).await.unwrap();
    let mut session = place.session().await.unwrap();
    let day = NaiveDate::from_ymd_opt(2024, 2, 29).unwrap();
    let form = |guest: &str| NewBooking {
        room: 4,
        day,
        guest: guest.into(),
    };
    let target = (bookings::room, bookings::day);
    session.upsert(form("Ann"), target).await.unwrap();
    let now = session.upsert(form("Bob"), target).await.unwrap();
    assert_eq!(
        now,
        Booking {
            room: 4,
            day,
            guest: "Bob".into()
        }
    );
    assert_eq!(Booking::query().count(&mut session).await.unwrap(), 1);
});

scenario!(insert_unless_exists_leaves_the_row_as_it_is, |place| {
    place.create_all(schema![Account]).await.unwrap();
    let mut session = place.session().await.unwrap();
    let first = session
        .insert_unless_exists(account("a@x.org", 1), accounts::email)
        .await
        .unwrap();
    let first = first.expect("inserted");
    let none = session
        .insert_unless_exists(account("a@x.org", 2), accounts::email)
        .await
        .unwrap();
    assert_eq!(none, None);
    assert_eq!(session.get::<Account>(first.id).await.unwrap(), Some(first));
});

scenario!(an_upsert_of_nothing_but_the_key_gives_the_row, |place| {
    place.create_all(schema![Tag]).await.unwrap();
    let mut session = place.session().await.unwrap();
    for _ in 0..2 {
        let tag = session
            .upsert(NewTag { name: "red".into() }, tags::name)
            .await
            .unwrap();
        assert_eq!(tag.name, "red");
    }
    assert_eq!(Tag::query().count(&mut session).await.unwrap(), 1);
});

scenario!(an_upsert_by_a_generated_key, |place| {
    place.create_all(schema![Account]).await.unwrap();
    let mut session = place.session().await.unwrap();
    let row = session.insert(account("a@x.org", 1)).await.unwrap();
    let changed = session
        .upsert(account("b@x.org", 3).id(row.id), accounts::id)
        .await
        .unwrap();
    assert_eq!((changed.id, changed.number), (row.id, 3));
});

/// A form of it may give nothing.
#[derive(Model, Debug, Clone, PartialEq)]
struct Setting {
    #[model(generated)]
    id: i64,
    #[model(unique, default = "main")]
    name: String,
    note: Option<String>,
}

scenario!(an_upsert_of_nothing_at_all_is_of_the_defaults, |place| {
    place.create_all(schema![Setting]).await.unwrap();
    let mut session = place.session().await.unwrap();
    let form = || NewSetting {};
    let made = session.upsert(form(), settings::name).await.unwrap();
    assert_eq!((made.name.as_str(), made.note.as_deref()), ("main", None));
    session.update(made.edit().note("n")).await.unwrap();
    let again = session.upsert(form(), settings::name).await.unwrap();
    assert_eq!((again.id, again.note.as_deref()), (made.id, Some("n")));
    let there = session
        .insert_unless_exists(form(), settings::name)
        .await
        .unwrap();
    assert_eq!(there, None);
    session.delete(&again).await.unwrap();
    let made = session
        .insert_unless_exists(form(), settings::name)
        .await
        .unwrap();
    assert_eq!(made.unwrap().name, "main");
});
