//! Arrays, which PostgreSQL has.

use orm_core::vocabulary::*;

#[derive(Model, Debug, Clone, PartialEq)]
struct Basket {
    #[model(generated)]
    id: i64,
    #[model(unique)]
    tags: Vec<String>,
    #[model(length(3..=5))]
    counts: Vec<i32>,
    #[model(length(..=0))]
    none: Vec<Uuid>,
    maybe: Vec<Option<i64>>,
    times: Option<Vec<NaiveDate>>,
}

// MariaDB and SQLite have no arrays.
scenario!(postgres(arrays_have_items), |place| {
    use orm_core::testing::ModelFactory;

    place.create_all(schema![Basket]).await.unwrap();
    let mut session = place.session().await.unwrap();
    let rows = Basket::factory()
        .create_many(20, &mut session)
        .await
        .unwrap();
    assert_eq!(rows[0].counts, [1, 2, 3]);
    assert_eq!((rows[0].tags.len(), rows[0].none.len()), (1, 0));
    assert_eq!((&rows[0].maybe, &rows[0].times), (&vec![Some(1)], &None));

    let set = Basket::factory()
        .with(baskets::tags, vec!["a".to_owned()])
        .with(baskets::maybe, vec![Some(1_i64), None])
        .with(baskets::times, Vec::<NaiveDate>::new());
    let row = set.create(&mut session).await.unwrap();
    assert_eq!(row.tags, ["a"]);
    assert_eq!((row.maybe.len(), row.times), (2, Some(Vec::new())));
});
