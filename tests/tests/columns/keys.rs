//! Keys: made by the database, before the insert, or given; of one column or several.

use orm_core::vocabulary::*;

#[derive(Model, Debug, Clone, PartialEq)]
struct Ticket {
    #[model(generated = time_id)]
    id: i64,
    title: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
struct Document {
    #[model(generated = uuid_v7)]
    id: Uuid,
    title: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(key(order_id, line))]
struct Line {
    order_id: i64,
    line: i16,
    #[model(column = "what")]
    product: String,
}

/// A key by another name than `id`, of a small integer type.
#[derive(Model, Debug, Clone, PartialEq)]
struct Shelf {
    #[model(generated)]
    number: i32,
    label: String,
}

scenario!(a_time_id_is_known_before_the_insert_and_grows, |place| {
    place.create_all(schema![Ticket]).await.unwrap();
    let mut session = place.session().await.unwrap();
    place.sent();
    let forms = (0..100).map(|n| NewTicket {
        title: n.to_string(),
    });
    let rows = session.insert_many(forms).await.unwrap();
    assert!(rows.windows(2).all(|two| two[0].id < two[1].id));
    let inserts = place.sent();
    let insert = inserts
        .iter()
        .find(|sql| sql.starts_with("INSERT"))
        .unwrap();
    let columns = insert.split("VALUES").next().unwrap();
    assert!(
        columns.contains("id"),
        "the statement gives the key: {columns}"
    );
    let given = session
        .insert(NewTicket { title: "x".into() }.id(5))
        .await
        .unwrap();
    assert_eq!(given.id, 5);
});

scenario!(a_uuid_v7_is_known_before_the_insert_and_grows, |place| {
    place.create_all(schema![Document]).await.unwrap();
    let mut session = place.session().await.unwrap();
    let one = session
        .insert(NewDocument { title: "1".into() })
        .await
        .unwrap();
    let two = session
        .insert(NewDocument { title: "2".into() })
        .await
        .unwrap();
    assert_eq!(one.id.get_version_num(), 7);
    assert!(one.id < two.id);
    assert_eq!(session.get::<Document>(two.id).await.unwrap(), Some(two));
});

scenario!(diesels_insert_makes_the_same_keys, |place| {
    place.create_all(schema![Ticket]).await.unwrap();
    let mut session = place.session().await.unwrap();
    orm_core::diesel::insert_into(tickets::table)
        .values(NewTicket { title: "x".into() })
        .execute(&mut session)
        .await
        .unwrap();
    let row: Ticket = Ticket::query().first(&mut session).await.unwrap();
    assert!(row.id > 1 << 32, "a time id, not a count: {}", row.id);
});

scenario!(a_key_of_two_columns_names_one_row, |place| {
    place.create_all(schema![Line]).await.unwrap();
    let mut session = place.session().await.unwrap();
    let form = |order_id, line| NewLine {
        order_id,
        line,
        product: format!("{order_id}/{line}"),
    };
    session
        .insert_many([form(1, 1), form(1, 2), form(2, 1)])
        .await
        .unwrap();
    let row = session.get::<Line>((1, 2)).await.unwrap().unwrap();
    assert_eq!((row.key(), row.product.as_str()), ((1, 2), "1/2"));
    session
        .update(Line::patch((1, 2)).product("new"))
        .await
        .unwrap();
    let products: Vec<String> = Line::query()
        .order_by((lines::order_id, lines::line))
        .select(lines::product)
        .load(&mut session)
        .await
        .unwrap();
    assert_eq!(products, ["1/1", "new", "2/1"]);
    assert!(session.delete_key::<Line>((1, 1)).await.unwrap());
    assert_eq!(Line::query().count(&mut session).await.unwrap(), 2);
    let error = session
        .update(Line::patch((9, 9)).product("x"))
        .await
        .unwrap_err();
    assert!(error.to_string().contains("(9, 9)"), "{error}");
    let error = session.insert(form(2, 1)).await.unwrap_err();
    let fields: Vec<_> = error
        .invalid()
        .unwrap()
        .errors
        .iter()
        .map(|e| &e.field)
        .collect();
    assert_eq!(fields, ["order_id", "line"]);
});

scenario!(a_generated_key_may_be_named_and_typed_otherwise, |place| {
    place.create_all(schema![Shelf]).await.unwrap();
    let mut session = place.session().await.unwrap();
    let row = session
        .insert(NewShelf { label: "A".into() })
        .await
        .unwrap();
    let next = session
        .insert(NewShelf { label: "B".into() })
        .await
        .unwrap();
    assert!(next.number > row.number);
    assert_eq!(session.get::<Shelf>(next.number).await.unwrap(), Some(next));
});

/// Made by PostgreSQL; where the database makes none or does not tell, before the insert.
#[derive(Model, Debug, Clone, PartialEq)]
struct Parcel {
    #[model(generated)]
    id: Uuid,
    #[model(unique)]
    label: String,
}

scenario!(a_uuid_is_generated_on_every_database, |place| {
    place.create_all(schema![Parcel]).await.unwrap();
    let mut session = place.session().await.unwrap();
    let parcel = |label: &str| NewParcel {
        label: label.into(),
    };
    let one = session.insert(parcel("1")).await.unwrap();
    let read = session.get::<Parcel>(one.id).await.unwrap();
    assert_eq!(read, Some(one.clone()));
    let two = session.insert_many([parcel("2"), parcel("3")]).await;
    let two = two.unwrap();
    let again = session.upsert(parcel("1"), parcels::label).await.unwrap();
    assert_eq!(again, one);
    let new = session.upsert(parcel("4"), parcels::label).await.unwrap();
    let last = session.insert_unless_exists(parcel("5"), parcels::label);
    let last = last.await.unwrap().unwrap();
    orm_core::diesel::insert_into(parcels::table)
        .values(parcel("6"))
        .execute(&mut session)
        .await
        .unwrap();
    let mut ids = Parcel::query()
        .select(parcels::id)
        .load(&mut session)
        .await
        .unwrap();
    for row in [&one, &two[0], &two[1], &new, &last] {
        assert!(ids.contains(&row.id));
    }
    ids.sort_unstable();
    ids.dedup();
    assert!(ids.len() == 6 && !ids.contains(&Uuid::nil()));
});
