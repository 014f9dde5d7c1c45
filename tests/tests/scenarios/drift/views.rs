//! Views are compared: whether they are there, their kind, their statement.

use super::sentences;
use orm_core::diesel::sql_query;
use orm_core::vocabulary::*;

#[derive(Model, Debug, Clone, PartialEq)]
struct Item {
    #[model(generated)]
    id: i64,
    cents: i64,
}

/// Listed before the view that it reads.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(
    table = "dear_costs",
    view = "SELECT cents FROM item_costs WHERE cents > 100"
)]
struct DearCost {
    cents: i64,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "item_costs", view = "SELECT cents FROM items")]
struct ItemCost {
    cents: i64,
}

scenario!(views_are_made_in_the_order_of_their_queries, |place| {
    let all = schema![DearCost, ItemCost, Item];
    for _ in 0..2 {
        place.create_all(all).await.unwrap();
    }
    assert_eq!(sentences(place.drift(all).await.unwrap()), [""; 0]);
    let mut session = place.session().await.unwrap();
    sql_query("DROP VIEW dear_costs")
        .execute(&mut session)
        .await
        .unwrap();
    drop(session);
    assert_eq!(
        sentences(place.drift(all).await.unwrap()),
        ["the view `dear_costs` is missing"]
    );
    place.create_all(all).await.unwrap();
    assert_eq!(
        sentences(place.drift(schema![Item, ItemCost]).await.unwrap()),
        ["the view `dear_costs` is known to no model"]
    );
    place.drop_all(all).await.unwrap();
});

// MariaDB has no temporary views: there a definition is not compared.
scenario!(returning(a_view_of_another_statement_differs), |place| {
    let all = schema![ItemCost, Item];
    place.create_all(schema![Item]).await.unwrap();
    let mut session = place.session().await.unwrap();
    let view = "CREATE VIEW item_costs AS SELECT cents + 1 AS cents FROM items";
    sql_query(view).execute(&mut session).await.unwrap();
    drop(session);
    let found = sentences(place.drift(all).await.unwrap());
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(
        found[0].starts_with("the view `item_costs` is "),
        "{found:?}"
    );
});

scenario!(postgres(a_view_that_should_be_stored_differs), |place| {
    let all = schema![ItemCost, Item];
    place.create_all(schema![Item]).await.unwrap();
    let mut session = place.session().await.unwrap();
    let view = "CREATE MATERIALIZED VIEW item_costs AS SELECT cents FROM items";
    sql_query(view).execute(&mut session).await.unwrap();
    drop(session);
    assert_eq!(
        sentences(place.drift(all).await.unwrap()),
        ["the view `item_costs` is materialized, and should not be"]
    );
});
