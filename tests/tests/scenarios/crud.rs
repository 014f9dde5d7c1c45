//! Insert, get, update, delete: what comes back, and which statements were sent for it.

use orm_core::vocabulary::*;

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "people")]
struct Person {
    #[model(generated)]
    id: i64,
    name: String,
    nickname: Option<String>,
    #[model(default = true)]
    active: bool,
    #[model(default = 7)]
    score: i32,
}

fn ann() -> NewPerson {
    NewPerson { name: "Ann".into() }
}

scenario!(an_insert_gives_the_row_as_the_database_has_it, |place| {
    place.create_all(schema![Person]).await.unwrap();
    let mut session = place.session().await.unwrap();
    place.sent();
    let row = session.insert(ann()).await.unwrap();
    assert!(row.id > 0);
    assert_eq!((row.name.as_str(), row.nickname.as_ref()), ("Ann", None));
    assert_eq!((row.active, row.score), (true, 7));
    // Without RETURNING the row is read by a second one.
    let statements = if place.database.has_returning() { 1 } else { 2 };
    assert_eq!(place.sent().len(), statements);

    let row = session
        .insert(ann().nickname("A").active(false).score(0))
        .await
        .unwrap();
    assert_eq!(row.nickname.as_deref(), Some("A"));
    assert_eq!((row.active, row.score), (false, 0));
    // The model itself is a form too, with its key.
    let again = Person { id: 1000, ..row };
    assert_eq!(session.insert(again.clone()).await.unwrap(), again);
});

scenario!(get_sends_one_statement_without_a_limit, |place| {
    place.create_all(schema![Person]).await.unwrap();
    let mut session = place.session().await.unwrap();
    let row = session.insert(ann()).await.unwrap();
    place.sent();
    assert_eq!(
        session.get::<Person>(row.id).await.unwrap(),
        Some(row.clone())
    );
    let sent = place.sent();
    assert_eq!(sent.len(), 1);
    assert!(
        sent[0].starts_with("SELECT") && !sent[0].contains("LIMIT"),
        "{}",
        sent[0]
    );
    assert_eq!(session.get::<Person>(row.id + 1).await.unwrap(), None);
});

scenario!(insert_many_keeps_the_order_and_mixes_columns, |place| {
    place.create_all(schema![Person]).await.unwrap();
    let mut session = place.session().await.unwrap();
    assert_eq!(
        session.insert_many(Vec::<NewPerson>::new()).await.unwrap(),
        []
    );
    place.sent();
    let forms = vec![
        NewPerson { name: "a".into() }.nickname("x"),
        NewPerson { name: "b".into() }.active(false),
        NewPerson { name: "c".into() }.score(1).nickname(None),
    ];
    let rows = session.insert_many(forms).await.unwrap();
    let seen: Vec<_> = rows
        .iter()
        .map(|r| (r.name.as_str(), r.nickname.as_deref(), r.active, r.score))
        .collect();
    assert_eq!(
        seen,
        [
            ("a", Some("x"), true, 7),
            ("b", None, false, 7),
            ("c", None, true, 1)
        ]
    );
    assert!(rows.windows(2).all(|two| two[0].id < two[1].id));
    let inserts = place
        .sent()
        .iter()
        .filter(|sql| sql.starts_with("INSERT"))
        .count();
    assert_eq!(inserts, 2, "three rows are two and one: powers of two");
});

scenario!(a_thousand_rows_come_back_in_order, |place| {
    place.create_all(schema![Person]).await.unwrap();
    let mut session = place.session().await.unwrap();
    place.sent();
    let names: Vec<String> = (0..1000).map(|n| format!("person {n}")).collect();
    let forms = names.iter().map(|name| NewPerson { name: name.clone() });
    let rows = session.insert_many(forms).await.unwrap();
    assert_eq!(
        rows.iter().map(|r| r.name.clone()).collect::<Vec<_>>(),
        names
    );
    let sent = place.sent();
    let inserts = sent.iter().filter(|sql| sql.starts_with("INSERT"));
    assert!(inserts.count() < 10, "rows are sent together");
    assert!(sent.len() < 20, "and read together");
    assert_eq!(Person::query().count(&mut session).await.unwrap(), 1000);
});

scenario!(insert_many_inserts_all_or_none, |place| {
    place.create_all(schema![Person]).await.unwrap();
    let mut session = place.session().await.unwrap();
    let taken = session.insert(ann()).await.unwrap().id;
    let forms = (0..300)
        .map(|n| ann().nickname("n").score(n))
        .collect::<Vec<_>>();
    let forms = forms.into_iter().enumerate().map(|(n, form)| match n {
        299 => form.id(taken),
        n => form.id(taken + 1 + n as i64),
    });
    let error = session.insert_many(forms).await.unwrap_err();
    assert_eq!(error.invalid().unwrap().errors[0].field, "id");
    assert_eq!(Person::query().count(&mut session).await.unwrap(), 1);
});

scenario!(a_patch_changes_what_it_sets_and_nothing_else, |place| {
    place.create_all(schema![Person]).await.unwrap();
    let mut session = place.session().await.unwrap();
    let row = session.insert(ann().nickname("A")).await.unwrap();
    place.sent();
    assert_eq!(
        session
            .update(Person::patch(row.id).name("Anne"))
            .await
            .unwrap(),
        1
    );
    let sent = place.sent();
    assert_eq!(sent.len(), 1);
    let set = sent[0].split("WHERE").next().unwrap();
    assert!(set.contains("name") && !set.contains("nickname") && !set.contains("active"));
    let now = session.get::<Person>(row.id).await.unwrap().unwrap();
    assert_eq!(
        now,
        Person {
            name: "Anne".into(),
            ..row.clone()
        }
    );

    session
        .update(Person::patch(row.id).nickname(None).score(1).score(2))
        .await
        .unwrap();
    let now = session.get::<Person>(row.id).await.unwrap().unwrap();
    assert_eq!((now.nickname, now.score), (None, 2));

    place.sent();
    assert!(Person::patch(row.id).is_empty());
    assert_eq!(session.update(Person::patch(row.id)).await.unwrap(), 0);
    assert_eq!(
        place.sent(),
        Vec::<String>::new(),
        "an empty patch sends nothing"
    );
});

scenario!(an_update_of_a_missing_row_is_not_found, |place| {
    place.create_all(schema![Person]).await.unwrap();
    let mut session = place.session().await.unwrap();
    let error = session
        .update(Person::patch(41).name("x"))
        .await
        .unwrap_err();
    assert!(error.is_not_found());
    let text = error.to_string();
    assert!(text.contains("Person 41 does not exist"), "{text}");
    assert_eq!(error.database(), Some(place.name()));
});

scenario!(delete_says_whether_the_row_was_there, |place| {
    place.create_all(schema![Person]).await.unwrap();
    let mut session = place.session().await.unwrap();
    let row = session.insert(ann()).await.unwrap();
    assert!(session.delete(&row).await.unwrap());
    assert!(!session.delete(&row).await.unwrap());
    assert!(!session.delete_key::<Person>(row.id).await.unwrap());
    // An id is never given twice.
    assert!(session.insert(ann()).await.unwrap().id > row.id);
});

scenario!(diesels_own_statements_take_our_forms, |place| {
    use orm_core::diesel::{delete, insert_into, sql_query, update};
    place.create_all(schema![Person]).await.unwrap();
    let mut session = place.session().await.unwrap();
    let rows = insert_into(people::table)
        .values(ann())
        .execute(&mut session)
        .await;
    assert_eq!(rows.unwrap(), 1);
    let row = session.insert(ann().nickname("second")).await.unwrap();
    let changed = update(people::table.find(row.id)).set(Person::patch(row.id).score(9));
    assert_eq!(changed.execute(&mut session).await.unwrap(), 1);
    let changed = update(people::table).set(people::active.eq(false));
    assert_eq!(changed.execute(&mut session).await.unwrap(), 2);
    let scores: Vec<i32> = people::table
        .filter(people::active.eq(false))
        .order(people::id)
        .select(people::score)
        .load(&mut session)
        .await
        .unwrap();
    assert_eq!(scores, [7, 9]);
    let gone = delete(people::table.filter(people::score.eq(9)))
        .execute(&mut session)
        .await;
    assert_eq!(gone.unwrap(), 1);
    sql_query("DELETE FROM people")
        .execute(&mut session)
        .await
        .unwrap();
    assert_eq!(
        people::table
            .count()
            .get_result::<i64>(&mut session)
            .await
            .unwrap(),
        0
    );
});

scenario!(returning(diesels_returning_takes_our_forms), |place| {
    use orm_core::diesel::insert_into;
    place.create_all(schema![Person]).await.unwrap();
    let mut session = place.session().await.unwrap();
    let row: Person = insert_into(people::table)
        .values(ann().nickname("second"))
        .returning(Person::as_returning())
        .get_result(&mut session)
        .await
        .unwrap();
    assert_eq!(row.nickname.as_deref(), Some("second"));
    assert_eq!(session.get::<Person>(row.id).await.unwrap(), Some(row));
});
