//! Changes: the columns that differ, versions, batches of the same changes.

use orm_core::vocabulary::*;

use super::models::{
    Customer, NewNote, Note, Order, Product, SHOP, customer, customers, order_of, product, writes,
};

scenario!(only_the_columns_that_differ_are_written, |place| {
    place.create_all(SHOP).await.unwrap();
    let mut session = place.session().await.unwrap();
    let ann = session.insert(customer("Ann").note("old")).await.unwrap();
    let lamp = session.insert(product("lamp")).await.unwrap();
    let mut work = UnitOfWork::new();
    let mut anne = ann.clone();
    anne.note = None;
    work.change(&ann, anne.clone());
    let mut cheaper = lamp.clone();
    cheaper.price = Decimal::from(2);
    work.change(&lamp, cheaper.clone());
    place.sent();
    let done = session.flush(&work).await.unwrap();
    let sent = place.sent();
    let update = sent.iter().find(|sql| sql.contains("customers")).unwrap();
    assert!(
        update.contains("note") && update.contains("version"),
        "{update}"
    );
    assert!(
        !update.contains("name") && !update.contains("email"),
        "{update}"
    );
    assert_eq!(done.updated(), 2);
    anne.version = 2;
    assert_eq!(session.get::<Customer>(ann.id).await.unwrap(), Some(anne));
    let found = session.get::<Product>(lamp.id).await.unwrap().unwrap();
    assert_eq!(found.price, cheaper.price);
});

scenario!(a_stale_change_takes_all_back_and_names_the_row, |place| {
    place.create_all(SHOP).await.unwrap();
    let mut session = place.session().await.unwrap();
    let ann = session.insert(customer("Ann")).await.unwrap();
    session
        .update(Customer::patch(ann.id).note("meanwhile"))
        .await
        .unwrap();
    let mut work = UnitOfWork::new();
    work.add(customer("Bob"));
    let mut anne = ann.clone();
    anne.name = "Anne".into();
    work.change(&ann, anne);
    let error = session.flush(&work).await.unwrap_err();
    assert!(error.is_stale());
    assert!(
        error.to_string().contains(&format!("Customer {}", ann.id)),
        "{error}"
    );
    assert!(error.database().is_some());
    assert_eq!(Customer::query().count(&mut session).await.unwrap(), 1);

    // By a patch no version is asked for; a row that is not there is said so.
    let mut work = UnitOfWork::new();
    work.update(Customer::patch(ann.id).name("Anne"));
    session.flush(&work).await.unwrap();
    work.update(Customer::patch(999).name("Nobody"));
    let error = session.flush(&work).await.unwrap_err();
    assert!(
        error.is_not_found() && error.to_string().contains("Customer 999"),
        "{error}"
    );
    let found = session.get::<Customer>(ann.id).await.unwrap().unwrap();
    assert_eq!((found.name.as_str(), found.version), ("Anne", 3));
});

scenario!(the_same_change_of_many_rows_is_one_statement, |place| {
    place.create_all(SHOP).await.unwrap();
    let mut session = place.session().await.unwrap();
    let forms = (0..10).map(|nth| customer(&format!("c{nth}")));
    let rows = session.insert_many(forms).await.unwrap();
    let mut work = UnitOfWork::new();
    for row in &rows {
        let mut changed = row.clone();
        changed.note = Some("seen".into());
        work.change(row, changed);
    }
    place.sent();
    session.flush(&work).await.unwrap();
    assert_eq!(writes(&place.sent()), ["update customers"]);
    let seen = Customer::query().filter(customers::note.eq("seen"));
    let seen = seen.load(&mut session).await.unwrap();
    assert_eq!(seen.len(), 10);
    assert!(seen.iter().all(|row| row.version == 2));

    // Now all of them are of an older version: the first is named, and nothing is left.
    session
        .update(Customer::patch(rows[9].id).name("last"))
        .await
        .unwrap();
    let mut work = UnitOfWork::new();
    for row in &seen {
        let mut changed = row.clone();
        changed.note = None;
        work.change(row, changed);
    }
    let error = session.flush(&work).await.unwrap_err();
    assert!(error.is_stale());
    assert!(
        error
            .to_string()
            .contains(&format!("Customer {}", rows[9].id)),
        "{error}"
    );
    let left = Customer::query().filter(customers::note.eq("seen"));
    assert_eq!(left.count(&mut session).await.unwrap(), 10);
});

scenario!(a_soft_deleted_row_is_not_there_for_a_change, |place| {
    place.create_all(SHOP).await.unwrap();
    let mut session = place.session().await.unwrap();
    let ann = session.insert(customer("Ann")).await.unwrap();
    let note = NewNote {
        customer_id: ann.id,
        text: "a".into(),
    };
    let note = session.insert(note).await.unwrap();
    let mut other = note.clone();
    other.text = "b".into();
    let mut work = UnitOfWork::new();
    work.change(&note, other);
    session.flush(&work).await.unwrap();
    let now = session.get::<Note>(note.id).await.unwrap().unwrap();
    assert_eq!((now.text.as_str(), now.version), ("b", 2));
    assert!(now.updated_at >= note.updated_at);
    session.delete(&now).await.unwrap();
    assert!(session.flush(&work).await.unwrap_err().is_stale());
});

scenario!(a_place_in_a_unique_is_freed_before_it_is_taken, |place| {
    place.create_all(SHOP).await.unwrap();
    let mut session = place.session().await.unwrap();
    let ann = session.insert(customer("Ann")).await.unwrap();
    let bob = session.insert(customer("Bob")).await.unwrap();
    let mut work = UnitOfWork::new();
    // Cyd takes the address of Bob, who takes that of Ann, who goes.
    let mut cyd = customer("Cyd");
    cyd.email.clone_from(&bob.email);
    let cyd = work.add(cyd);
    let order = work.add_with(&cyd, |id| order_of(id, 1));
    let mut bobby = bob.clone();
    bobby.email.clone_from(&ann.email);
    work.change(&bob, bobby);
    work.remove(&ann);
    place.sent();
    let done = session.flush(&work).await.unwrap();
    let expected = [
        "delete customers",
        "update customers",
        "insert customers",
        "insert orders",
    ];
    assert_eq!(writes(&place.sent()), expected);
    assert_eq!(done.get(&order).customer_id, done.get(&cyd).id);
    assert_eq!(done.get(&cyd).email, bob.email);

    // Two that take each other's place can be put into no order.
    let rows = Customer::query()
        .order_by(customers::id)
        .load(&mut session)
        .await
        .unwrap();
    let [mut one, mut two] = [rows[0].clone(), rows[1].clone()];
    std::mem::swap(&mut one.email, &mut two.email);
    let mut work = UnitOfWork::new();
    work.change(&rows[0], one);
    work.change(&rows[1], two);
    place.sent();
    let error = session.flush(&work).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Refused);
    assert!(
        error
            .to_string()
            .contains(&format!("Customer({})", rows[0].id)),
        "{error}"
    );
    assert_eq!(place.sent(), Vec::<String>::new());
});

scenario!(a_row_can_be_replaced_by_one_of_its_key, |place| {
    place.create_all(SHOP).await.unwrap();
    let mut session = place.session().await.unwrap();
    let lamp = session.insert(product("lamp")).await.unwrap();
    let mut work = UnitOfWork::new();
    let new = work.add(product("torch").id(lamp.id));
    work.remove(&lamp);
    let done = session.flush(&work).await.unwrap();
    assert_eq!(done.get(&new).title, "torch");
    assert_eq!(Product::query().count(&mut session).await.unwrap(), 1);
});

scenario!(children_move_before_their_parent_goes, |place| {
    place.create_all(SHOP).await.unwrap();
    let mut session = place.session().await.unwrap();
    let ann = session.insert(customer("Ann")).await.unwrap();
    let order = session.insert(order_of(ann.id, 5)).await.unwrap();
    let mut work = UnitOfWork::new();
    work.remove(&ann);
    let bob = work.add(customer("Bob"));
    let key = order.id;
    work.update_with(&bob, move |id| Order::patch(key).customer_id(id));
    let done = session.flush(&work).await.unwrap();
    let bob = done.get(&bob).id;
    assert_eq!(
        session
            .get::<Order>(key)
            .await
            .unwrap()
            .unwrap()
            .customer_id,
        bob
    );
    assert_eq!((done.updated(), done.deleted()), (1, 1));
});

scenario!(a_stale_row_is_told_with_both_versions, |place| {
    place.create_all(SHOP).await.unwrap();
    let mut session = place.session().await.unwrap();
    let forms = (0..6).map(|nth| customer(&format!("c{nth}")));
    let rows = session.insert_many(forms).await.unwrap();
    let noted = session.insert(customer("noted")).await.unwrap();
    let form = NewNote {
        customer_id: noted.id,
        text: "a".into(),
    };
    let note = session.insert(form).await.unwrap();
    for note_or_not in ["b", "c"] {
        let patch = Customer::patch(rows[5].id).note(note_or_not);
        session.update(patch).await.unwrap();
        session
            .update(Note::patch(note.id).text(note_or_not))
            .await
            .unwrap();
    }
    let mut changes = UnitOfWork::new();
    let mut removes = UnitOfWork::new();
    for row in &rows {
        let mut changed = row.clone();
        changed.note = Some("seen".into());
        changes.change(row, changed);
        removes.remove(row);
    }
    let mut soft = UnitOfWork::new();
    soft.remove(&note);
    for work in [&changes, &removes, &soft] {
        let error = session.flush(work).await.unwrap_err();
        let versions = error.stale_versions().expect("it is stale");
        assert_eq!((versions.expected, versions.found), (1, 3), "{error}");
    }
});

scenario!(
    rows_are_written_by_table_and_key_whatever_was_said_first,
    |place| {
        place.create_all(SHOP).await.unwrap();
        let mut session = place.session().await.unwrap();
        let rows = ["Ann", "Bob", "Cyd"].map(customer);
        let rows = session.insert_many(rows).await.unwrap();
        let lamp = session.insert(product("lamp")).await.unwrap();
        let mut orders = Vec::new();
        for turned in [false, true] {
            let mut work = UnitOfWork::new();
            let mut all = [0, 1, 2, 3];
            if turned {
                all.reverse();
            }
            for one in all {
                match one {
                    0 => work.update(Customer::patch(rows[0].id).note("a")),
                    1 => work.update(Customer::patch(rows[1].id).name("b")),
                    2 => work.update(Customer::patch(rows[2].id).email("c@example.org")),
                    _ => work.update(Product::patch(lamp.id).title("torch")),
                }
            }
            place.sent();
            session.flush(&work).await.unwrap();
            let sent = place.sent().into_iter();
            let sent: Vec<String> = sent.filter(|sql| sql.starts_with("UPDATE")).collect();
            assert_eq!(sent.len(), 4);
            orders.push(sent);
        }
        assert_eq!(orders[0], orders[1]);
    }
);

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "papers")]
struct Paper {
    #[model(generated)]
    id: i64,
    body: Json,
}

scenario!(a_document_differs_where_its_text_does, |place| {
    place.create_all(schema![Paper]).await.unwrap();
    let mut session = place.session().await.unwrap();
    let body = |text: &str| -> Json { text.parse().unwrap() };
    let form = NewPaper {
        body: body(r#"{"at": [0.0, 1]}"#),
    };
    let paper = session.insert(form).await.unwrap();
    let loaded = Paper {
        body: body(r#"{"at": [0.0, 1]}"#),
        ..paper
    };
    for (changed, writes_it) in [
        (r#"{"at":[0.0,1]}"#, false),
        (r#"{"at": [-0.0, 1]}"#, true),
        (r#"{"at": [0.0, 1.0]}"#, true),
    ] {
        let mut work = UnitOfWork::new();
        let changed = Paper {
            body: body(changed),
            ..loaded.clone()
        };
        work.change(&loaded, changed);
        let done = session.flush(&work).await.unwrap();
        assert_eq!(done.updated(), usize::from(writes_it));
    }
});
