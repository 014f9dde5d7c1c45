//! Uniques of some rows: who leaves or enters by the filter. MariaDB has none.

use orm_core::vocabulary::*;

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "deliveries", unique(customer_id, where = "is_default"))]
struct Delivery {
    #[model(generated)]
    id: i64,
    customer_id: i64,
    is_default: bool,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(
    table = "prices",
    unique(product_id, where = "valid_to IS NULL AND cents > 0")
)]
struct Price {
    #[model(generated)]
    id: i64,
    product_id: i64,
    cents: i64,
    valid_to: Option<NaiveDate>,
}

/// Of this filter nobody knows what it holds.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "rooms", unique(guest, where = "length(state) > 4"))]
struct Room {
    #[model(generated)]
    id: i64,
    guest: i64,
    state: String,
}

fn delivery(customer_id: i64, is_default: bool) -> NewDelivery {
    NewDelivery {
        customer_id,
        is_default,
    }
}

scenario!(
    returning(a_row_leaves_by_the_filter_before_another_enters),
    |place| {
        place.create_all(schema![Delivery]).await.unwrap();
        let mut session = place.session().await.unwrap();
        let old = session.insert(delivery(1, true)).await.unwrap();
        let mut work = UnitOfWork::new();
        let new = work.add(delivery(1, true));
        let mut other = old.clone();
        other.is_default = false;
        work.change(&old, other.clone());
        let done = session.flush(&work).await.unwrap();
        let new = done.get(&new);

        // And back: whoever is named first.
        for turned in [false, true] {
            let (leaves, enters) = if turned { (&old, new) } else { (new, &old) };
            let change = |work: &mut UnitOfWork<_>, row: &Delivery, is_default: bool| {
                let now = Delivery {
                    is_default: !is_default,
                    ..row.clone()
                };
                work.change(
                    &now,
                    Delivery {
                        is_default,
                        ..row.clone()
                    },
                );
            };
            let mut work = UnitOfWork::new();
            change(&mut work, enters, true);
            change(&mut work, leaves, false);
            assert_eq!(session.flush(&work).await.unwrap().updated(), 2);
        }
        // By patches: what they leave out is read.
        let mut work = UnitOfWork::new();
        work.update(Delivery::patch(old.id).is_default(true));
        work.update(Delivery::patch(new.id).is_default(false));
        assert_eq!(session.flush(&work).await.unwrap().updated(), 2);
    }
);

scenario!(returning(rows_beside_the_filter_take_no_place), |place| {
    place.create_all(schema![Delivery]).await.unwrap();
    let mut session = place.session().await.unwrap();
    let rows = [delivery(1, false), delivery(2, false)];
    let rows = session.insert_many(rows).await.unwrap();
    let mut work = UnitOfWork::new();
    for (row, customer_id) in rows.iter().zip([2, 1]) {
        let moved = Delivery {
            customer_id,
            ..row.clone()
        };
        work.change(row, moved);
    }
    assert_eq!(session.flush(&work).await.unwrap().updated(), 2);
    // Those that are in it are put in order, or refused.
    let mut work = UnitOfWork::new();
    for (row, customer_id) in rows.iter().zip([1, 2]) {
        let now = Delivery {
            customer_id: 3 - customer_id,
            is_default: true,
            ..row.clone()
        };
        work.change(
            &now,
            Delivery {
                customer_id,
                ..now.clone()
            },
        );
    }
    let error = session.flush(&work).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Refused);
});

scenario!(
    returning(a_version_of_a_row_ends_before_the_next_begins),
    |place| {
        place.create_all(schema![Price]).await.unwrap();
        let mut session = place.session().await.unwrap();
        let price = |cents: i64| NewPrice {
            product_id: 1,
            cents,
        };
        let mut now = session.insert(price(100)).await.unwrap();
        for day in 1..=3 {
            let mut ended = now.clone();
            ended.valid_to = NaiveDate::from_ymd_opt(2024, 5, day);
            let mut work = UnitOfWork::new();
            let next = work.add(price(100 + i64::from(day)));
            work.change(&now, ended);
            now = session.flush(&work).await.unwrap().take(&next);
        }
        assert_eq!(Price::query().count(&mut session).await.unwrap(), 4);
    }
);

scenario!(
    returning(a_filter_that_is_not_understood_is_guessed),
    |place| {
        place.create_all(schema![Room]).await.unwrap();
        let mut session = place.session().await.unwrap();
        let room = |state: &str| NewRoom {
            guest: 1,
            state: state.into(),
        };
        let old = session.insert(room("taken")).await.unwrap();
        let mut work = UnitOfWork::new();
        let new = work.add(room("taken"));
        let mut free = old.clone();
        free.state = "free".into();
        work.change(&old, free);
        let done = session.flush(&work).await.unwrap();
        let mut work = UnitOfWork::new();
        work.add(room("taken"));
        work.remove(done.get(&new));
        session.flush(&work).await.unwrap();
        // Neither of these takes the place of the other.
        let rows = [room("a"), room("b")];
        let rows = session.insert_many(rows).await.unwrap();
        let mut work = UnitOfWork::new();
        for (row, guest) in rows.iter().zip([2, 1]) {
            work.change(
                row,
                Room {
                    guest,
                    ..row.clone()
                },
            );
        }
        session.flush(&work).await.unwrap();
    }
);
