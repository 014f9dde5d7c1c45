//! Removes: children first, by lists of keys, softly or not, versions.

use orm_core::vocabulary::*;

use super::models::{
    Customer, Item, NewItem, NewNote, Note, Order, Product, SHOP, customer, order_of, product,
    writes,
};

scenario!(children_go_before_parents_by_lists_of_keys, |place| {
    place.create_all(SHOP).await.unwrap();
    let mut session = place.session().await.unwrap();
    let mut work = UnitOfWork::new();
    for nth in 0..5 {
        let customer = work.add(customer(&format!("c{nth}")));
        let order = work.add_with(&customer, |id| order_of(id, 1));
        let lamp = work.add(product("lamp"));
        work.add_with((&order, &lamp), |(order_id, product_id)| NewItem {
            order_id,
            product_id,
            amount: 1,
        });
    }
    session.flush(&work).await.unwrap();
    let mut work = UnitOfWork::new();
    for row in Customer::query().load(&mut session).await.unwrap() {
        work.remove(&row);
    }
    for row in Product::query().load(&mut session).await.unwrap() {
        work.remove_key::<Product>(row.id);
    }
    for row in Order::query().load(&mut session).await.unwrap() {
        work.remove(&row);
    }
    for row in Item::query().load(&mut session).await.unwrap() {
        work.remove_key::<Item>((row.order_id, row.product_id));
    }
    place.sent();
    let done = session.flush(&work).await.unwrap();
    let sent = writes(&place.sent());
    assert_eq!(sent.len(), 4, "{sent:?}");
    let at = |table: &str| {
        sent.iter()
            .position(|one| one == &format!("delete {table}"))
            .unwrap()
    };
    assert!(at("items") < at("orders") && at("orders") < at("customers"));
    assert!(at("items") < at("products"));
    assert_eq!(done.deleted(), 20);
    assert_eq!(Customer::query().count(&mut session).await.unwrap(), 0);
});

scenario!(
    a_row_that_is_gone_is_no_error_and_one_that_changed_is,
    |place| {
        place.create_all(SHOP).await.unwrap();
        let mut session = place.session().await.unwrap();
        let rows = session
            .insert_many(["Ann", "Bob", "Cyd"].map(customer))
            .await
            .unwrap();
        session.delete(&rows[1]).await.unwrap();
        let mut work = UnitOfWork::new();
        work.remove(&rows[0]);
        work.remove(&rows[1]);
        let done = session.flush(&work).await.unwrap();
        assert_eq!(done.deleted(), 1);

        session
            .update(Customer::patch(rows[2].id).note("meanwhile"))
            .await
            .unwrap();
        let mut work = UnitOfWork::new();
        work.add(customer("Dan"));
        work.remove(&rows[1]);
        work.remove(&rows[2]);
        let error = session.flush(&work).await.unwrap_err();
        assert!(error.is_stale(), "{error}");
        assert!(
            error
                .to_string()
                .contains(&format!("Customer {}", rows[2].id)),
            "{error}"
        );
        assert_eq!(Customer::query().count(&mut session).await.unwrap(), 1);
        // By its key it goes in whatever version.
        let mut work = UnitOfWork::new();
        work.remove_key::<Customer>(rows[2].id);
        assert_eq!(session.flush(&work).await.unwrap().deleted(), 1);
    }
);

scenario!(a_model_that_deletes_softly_does_so_here, |place| {
    place.create_all(SHOP).await.unwrap();
    let mut session = place.session().await.unwrap();
    let ann = session.insert(customer("Ann")).await.unwrap();
    let forms = (0..6).map(|_| NewNote {
        customer_id: ann.id,
        text: "a".into(),
    });
    let notes = session.insert_many(forms).await.unwrap();
    let mut work = UnitOfWork::new();
    notes.iter().for_each(|note| work.remove(note));
    place.sent();
    assert_eq!(session.flush(&work).await.unwrap().deleted(), 6);
    assert_eq!(writes(&place.sent()), ["update notes"]);
    assert_eq!(Note::query().count(&mut session).await.unwrap(), 0);
    let deleted = Note::query_with_deleted().load(&mut session).await.unwrap();
    assert!(
        deleted
            .iter()
            .all(|note| note.deleted_at.is_some() && note.version == 2)
    );

    // Deleted by somebody else meanwhile: of another version.
    assert!(session.flush(&work).await.unwrap_err().is_stale());
    session.restore::<Note>(notes[0].id).await.unwrap();
    let mut work = UnitOfWork::new();
    for note in &deleted {
        work.remove_forever(note);
    }
    let error = session.flush(&work).await.unwrap_err();
    assert!(error.is_stale() && error.to_string().contains(&format!("Note {}", notes[0].id)));
    let mut work = UnitOfWork::new();
    for note in Note::query_with_deleted().load(&mut session).await.unwrap() {
        work.remove_forever(&note);
    }
    work.remove(&ann);
    assert_eq!(session.flush(&work).await.unwrap().deleted(), 7);
    assert_eq!(
        Note::query_with_deleted()
            .count(&mut session)
            .await
            .unwrap(),
        0
    );
});

scenario!(few_texts_of_statements_name_rows_and_versions, |place| {
    place.create_all(SHOP).await.unwrap();
    let mut session = place.session().await.unwrap();
    let mut texts: Vec<String> = Vec::new();
    for count in 1..=9 {
        let forms = (0..count).map(|nth| customer(&format!("c{nth}")));
        let rows = session.insert_many(forms).await.unwrap();
        let mut work = UnitOfWork::new();
        rows.iter().for_each(|row| work.remove(row));
        place.sent();
        assert_eq!(session.flush(&work).await.unwrap().deleted(), count);
        let sent = place.sent().into_iter();
        texts.extend(sent.filter(|sql| sql.starts_with("DELETE")));
    }
    texts.sort_unstable();
    texts.dedup();
    // Of 1, 2, 4, 8 and 16 rows.
    assert_eq!(texts.len(), 5, "{texts:#?}");
});
