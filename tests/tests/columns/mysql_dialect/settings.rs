//! What a connection is set to means the same on every server.

use orm_core::diesel::update;
use orm_core::vocabulary::*;
use orm_tests::MariaServer;

#[derive(Model, Debug, Clone, PartialEq)]
struct Pair {
    #[model(generated)]
    id: i64,
    #[model(unique)]
    left: i64,
    right: i64,
}

#[derive(Model, Debug, Clone, PartialEq)]
struct Essay {
    #[model(generated)]
    id: i64,
    title: String,
    body: String,
    notes: String,
    author: i64,
}

// A server of its own: its settings are everybody's.
scenario!(mysql(a_servers_own_settings_do_not_count), |_place| {
    let server = MariaServer::start_with(&["autocommit=0", "lc_messages=de_DE"]);
    let url = server.url();
    let engine = Engine::<Conn>::open(url.as_str()).await.unwrap();
    engine.create_all(schema![Pair]).await.unwrap();
    let pair = NewPair { left: 1, right: 2 };
    {
        let mut session = engine.session().await.unwrap();
        session.insert(pair.clone()).await.unwrap();
    }
    assert_eq!(
        server.query("app", "SELECT COUNT(*) FROM pairs").trim(),
        "1"
    );
    let mut session = engine.session().await.unwrap();
    let error = session.insert(pair).await.unwrap_err();
    let errors = &error.invalid().expect("it is read").errors;
    assert_eq!(
        (errors[0].field.as_str(), errors[0].code.as_str()),
        ("left", "unique")
    );
});

scenario!(mysql(assignments_of_an_update_are_simultaneous), |place| {
    place.create_all(schema![Pair]).await.unwrap();
    let mut session = place.session().await.unwrap();
    session.insert(NewPair { left: 1, right: 2 }).await.unwrap();
    update(pairs::table)
        .set((pairs::left.eq(pairs::right), pairs::right.eq(pairs::left)))
        .execute(&mut session)
        .await
        .unwrap();
    let swapped = session.get::<Pair>(1).await.unwrap().unwrap();
    assert_eq!((swapped.left, swapped.right), (2, 1));
});

scenario!(
    mysql(long_texts_are_told_apart_behind_their_beginning),
    |place| {
        place.create_all(schema![Essay]).await.unwrap();
        let mut session = place.session().await.unwrap();
        // `LONGTEXT`, alike for 3,000 and for 60,000 bytes.
        for (nth, length) in [3_000, 60_000].into_iter().enumerate() {
            let start = format!("{nth}{}", "x".repeat(length));
            for (end, author) in [("b", 1), ("a", 1), ("a", 2)] {
                let text = format!("{start}{end}");
                let essay = NewEssay {
                    title: text.clone(),
                    body: text.clone(),
                    notes: text,
                    author,
                };
                session.insert(essay).await.unwrap();
            }
        }
        let mut groups: Vec<i64> = Essay::query()
            .group_by(essays::body)
            .select(count_distinct(essays::author))
            .load(&mut session)
            .await
            .unwrap();
        groups.sort_unstable();
        assert_eq!(groups, [1, 1, 2, 2]);
        // Several of them at once have room in the memory of a sort.
        let sorted: Vec<i64> = Essay::query()
            .order_by((essays::title, essays::body, essays::notes, essays::id))
            .select(essays::id)
            .load(&mut session)
            .await
            .unwrap();
        assert_eq!(sorted, [2, 3, 1, 5, 6, 4]);
    }
);
