//! Adds: by foreign keys, in batches, keys handed on.

use orm_core::vocabulary::*;
use orm_core::work::Added;

use super::models::{
    Customer, Item, Note, Order, Product, SHOP, begins, customer, order_of, product, writes,
};
use super::models::{NewItem, NewNote};

scenario!(parents_come_first_and_hand_their_keys_on, |place| {
    place.create_all(SHOP).await.unwrap();
    let mut session = place.session().await.unwrap();
    let mut work = UnitOfWork::new();
    let lamp = work.add(product("lamp"));
    let ann = work.add(customer("Ann"));
    let order = work.add_with(&ann, |id| order_of(id, 5));
    let item = work.add_with((&order, &lamp), |(order_id, product_id)| NewItem {
        order_id,
        product_id,
        amount: 2,
    });
    let bob = work.add(customer("Bob"));
    let other = work.add_with(&bob, |id| order_of(id, 6));
    place.sent();
    let mut done = session.flush(&work).await.unwrap();
    let sent = place.sent();
    let expected = [
        "insert customers",
        "insert products",
        "insert orders",
        "insert items",
    ];
    let mut found = writes(&sent);
    found.sort_by_key(|write| expected.iter().position(|one| one == write));
    assert_eq!(found, expected, "{sent:?}");
    let at = |what: &str| {
        writes(&sent)
            .iter()
            .position(|write| write == what)
            .unwrap()
    };
    assert!(at("insert customers") < at("insert orders"));
    assert!(at("insert orders") < at("insert items"));
    assert_eq!(
        (begins(&sent), sent.last().unwrap().as_str()),
        (1, "COMMIT")
    );
    assert_eq!(done.inserted(), 6);

    assert_eq!(done.get(&ann).name, "Ann");
    assert_eq!(done.get(&order).customer_id, done.get(&ann).id);
    assert_eq!(done.get(&order).code, format!("of {}", done.get(&ann).id));
    assert_eq!(done.get(&other).customer_id, done.get(&bob).id);
    assert_eq!(done.get(&item).order_id, done.get(&order).id);
    assert_eq!(done.get(&item).product_id, done.get(&lamp).id);
    let ann = done.take(&ann);
    assert_eq!(done.inserted(), 6);
    assert_eq!(session.get::<Customer>(ann.id).await.unwrap(), Some(ann));
});

scenario!(
    a_thousand_objects_of_five_models_are_a_few_statements,
    |place| {
        place.create_all(SHOP).await.unwrap();
        let mut session = place.session().await.unwrap();
        let mut work = UnitOfWork::new();
        let product_keys = 1..=200_i64;
        // Of the items only the values say what they refer to.
        for key in product_keys.clone() {
            for order in 0..1 {
                work.add(NewItem {
                    order_id: 1_000 + key + order,
                    product_id: key,
                    amount: 1,
                });
            }
        }
        for key in product_keys.clone() {
            work.add(order_of(1_000 + key, key).id(1_000 + key));
        }
        for key in product_keys.clone() {
            work.add(product("lamp").id(key));
            work.add(customer(&format!("c{key}")).id(1_000 + key));
            work.add(NewNote {
                customer_id: 1_000 + key,
                text: "new".into(),
            });
        }
        assert_eq!(work.len(), 1_000);
        place.sent();
        session.flush(&work).await.unwrap();
        let sent = place.sent();
        let writes = writes(&sent);
        // 200 rows are sent as 128, 64 and 8.
        assert_eq!(writes.len(), 15, "{writes:?}");
        let tables: Vec<&str> = writes
            .chunks(3)
            .map(|chunk| {
                assert!(chunk.iter().all(|one| *one == chunk[0]), "{writes:?}");
                chunk[0].as_str()
            })
            .collect();
        let at = |table: &str| tables.iter().position(|one| one.ends_with(table)).unwrap();
        assert!(at("customers") < at("orders") && at("customers") < at("notes"));
        assert!(at("orders") < at("items") && at("products") < at("items"));
        assert_eq!(Item::query().count(&mut session).await.unwrap(), 200);
        assert_eq!(Note::query().count(&mut session).await.unwrap(), 200);
        println!(
            "1,000 objects: {} writes, {} statements",
            writes.len(),
            sent.len()
        );
    }
);

scenario!(handles_of_many_parents_keep_the_batches, |place| {
    place.create_all(SHOP).await.unwrap();
    let mut session = place.session().await.unwrap();
    let mut work = UnitOfWork::new();
    let mut orders: Vec<Added<Order>> = Vec::new();
    let mut customers: Vec<Added<Customer>> = Vec::new();
    for nth in 0..64 {
        let customer = work.add(customer(&format!("c{nth}")));
        orders.push(work.add_with(&customer, move |id| order_of(id, nth)));
        customers.push(customer);
    }
    place.sent();
    let done = session.flush(&work).await.unwrap();
    assert_eq!(writes(&place.sent()), ["insert customers", "insert orders"]);
    for (nth, (order, customer)) in orders.iter().zip(&customers).enumerate() {
        assert_eq!(done.get(order).customer_id, done.get(customer).id);
        assert_eq!(done.get(order).total_cents, nth as i64);
        assert_eq!(done.get(customer).name, format!("c{nth}"));
    }
});

scenario!(a_unit_without_anything_sends_nothing, |place| {
    place.create_all(SHOP).await.unwrap();
    let mut session = place.session().await.unwrap();
    let ann = session.insert(customer("Ann")).await.unwrap();
    let mut work = UnitOfWork::new();
    assert!(work.is_empty());
    place.sent();
    session.flush(&work).await.unwrap();
    // A row that stays as it was, and a patch of nothing, are nothing.
    work.change(&ann, ann.clone());
    work.update(Customer::patch(ann.id));
    let done = session.flush(&work).await.unwrap();
    assert_eq!((done.inserted(), done.updated(), done.deleted()), (0, 0, 0));
    assert_eq!(place.sent(), Vec::<String>::new());
});

scenario!(a_unit_can_be_flushed_again_and_on_the_engine, |place| {
    place.create_all(SHOP).await.unwrap();
    let mut session = place.session().await.unwrap();
    let mut work = UnitOfWork::new();
    let lamp = work.add(product("lamp"));
    work.add(customer("Ann"));
    let first = session.flush(&work).await.unwrap();
    // The same again: Ann's address is taken, and so nothing of it stays.
    let failed = session.flush(&work).await.unwrap_err();
    assert_eq!(failed.kind(), ErrorKind::Invalid);
    let errors = &failed.invalid().unwrap().errors;
    assert_eq!(errors[0].field, "Customer[0].email");
    assert_eq!(Product::query().count(&mut session).await.unwrap(), 1);
    let ann = Customer::query().first(&mut session).await.unwrap();
    session.delete(&ann).await.unwrap();
    drop(session);
    let second = place.flush(&work).await.unwrap();
    assert_ne!(first.get(&lamp).id, second.get(&lamp).id);
});

scenario!(inside_a_transaction_it_is_a_savepoint, |place| {
    place.create_all(SHOP).await.unwrap();
    let mut session = place.session().await.unwrap();
    place.sent();
    let kept = session
        .transaction(async |tx| {
            tx.insert(customer("Ann")).await?;
            let mut work = UnitOfWork::new();
            work.add(customer("Bob"));
            work.add(customer("Ann"));
            assert!(tx.flush(&work).await.is_err());
            Customer::query().count(tx).await
        })
        .await
        .unwrap();
    assert_eq!(kept, 1);
    let sent = place.sent();
    assert_eq!(begins(&sent), 1);
    assert_eq!(
        sent.iter()
            .filter(|sql| sql.starts_with("SAVEPOINT"))
            .count(),
        1
    );
    assert_eq!(Customer::query().count(&mut session).await.unwrap(), 1);
});
