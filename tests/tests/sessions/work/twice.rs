//! The same row more than once in a unit: identity is model and key.

use orm_core::vocabulary::*;
use orm_core::work::Identity;

use super::models::{Customer, SHOP, customer, product, writes};

scenario!(changes_of_one_row_are_added_up, |place| {
    place.create_all(SHOP).await.unwrap();
    let mut session = place.session().await.unwrap();
    let ann = session.insert(customer("Ann")).await.unwrap();
    let mut work = UnitOfWork::new();
    let mut first = ann.clone();
    first.name = "Anne".into();
    first.note = Some("first".into());
    work.change(&ann, first.clone());
    let mut second = first.clone();
    second.note = None;
    work.change(&first, second);
    work.update(Customer::patch(ann.id).email("anne@example.org"));
    place.sent();
    let done = session.flush(&work).await.unwrap();
    assert_eq!(writes(&place.sent()), ["update customers"]);
    assert_eq!(done.updated(), 1);
    let found = session.get::<Customer>(ann.id).await.unwrap().unwrap();
    let values = (
        found.name.as_str(),
        found.email.as_str(),
        found.note,
        found.version,
    );
    assert_eq!(values, ("Anne", "anne@example.org", None, 2));
});

scenario!(a_row_that_is_changed_and_removed_is_removed, |place| {
    place.create_all(SHOP).await.unwrap();
    let mut session = place.session().await.unwrap();
    let ann = session.insert(customer("Ann")).await.unwrap();
    let mut anne = ann.clone();
    anne.name = "Anne".into();
    let mut work = UnitOfWork::new();
    work.change(&ann, anne.clone());
    work.remove(&anne);
    work.remove(&ann);
    work.remove_key::<Customer>(ann.id);
    place.sent();
    let done = session.flush(&work).await.unwrap();
    assert_eq!(writes(&place.sent()), ["delete customers"]);
    assert_eq!((done.updated(), done.deleted()), (0, 1));

    // The other way round nobody knows what is meant.
    let mut work = UnitOfWork::new();
    work.remove(&ann);
    work.change(&ann, anne);
    let error = session.flush(&work).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Refused);
    assert!(
        error.to_string().contains(&format!("Customer({})", ann.id)),
        "{error}"
    );
    // Nor of a row that was read twice, with a change between.
    let mut later = ann.clone();
    later.version = 2;
    let mut work = UnitOfWork::new();
    work.remove(&later);
    work.remove(&ann);
    assert_eq!(
        session.flush(&work).await.unwrap_err().kind(),
        ErrorKind::Refused
    );
});

scenario!(
    a_rule_is_not_broken_by_a_value_that_another_replaces,
    |place| {
        place.create_all(SHOP).await.unwrap();
        let mut session = place.session().await.unwrap();
        let ann = session.insert(customer("Ann")).await.unwrap();
        let mut work = UnitOfWork::new();
        work.update(Customer::patch(ann.id).name("").email("ann@example.com"));
        work.update(Customer::patch(ann.id).name("Anne"));
        assert_eq!(session.flush(&work).await.unwrap().updated(), 1);
        let found = session.get::<Customer>(ann.id).await.unwrap().unwrap();
        let values = (found.name.as_str(), found.email.as_str());
        assert_eq!(values, ("Anne", "ann@example.com"));
        work.update(Customer::patch(ann.id).name(""));
        assert_eq!(
            session.flush(&work).await.unwrap_err().kind(),
            ErrorKind::Invalid
        );
    }
);

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "friends", key(one_id, other_id))]
struct Friend {
    one_id: i64,
    other_id: i64,
}

scenario!(a_key_that_is_made_of_the_same_keys_is_the_same, |place| {
    place.create_all(SHOP).await.unwrap();
    place.create_all(schema![Friend]).await.unwrap();
    let mut session = place.session().await.unwrap();
    let mut work = UnitOfWork::new();
    let (ann, bob) = (work.add(customer("Ann")), work.add(customer("Bob")));
    let friends = |one_id, other_id| Friend { one_id, other_id };
    work.add_with((&ann, &bob), move |(one, other)| friends(one, other));
    work.add_with((&ann, &bob), move |(one, other)| friends(other, one));
    let done = session.flush(&work).await.unwrap();
    assert_eq!(done.inserted(), 4);
    work.add_with((&bob, &ann), move |(one, other)| friends(one, other));
    place.sent();
    let error = session.flush(&work).await.unwrap_err();
    let errors = &error.invalid().expect("a key").errors;
    let error = (errors[0].field.as_str(), errors[0].code.as_str());
    assert_eq!(error, ("Friend[2].one_id", "unique"));
    assert_eq!(place.sent(), Vec::<String>::new());
});

scenario!(a_row_that_is_added_can_be_changed_by_its_key, |place| {
    place.create_all(SHOP).await.unwrap();
    let mut session = place.session().await.unwrap();
    let mut work = UnitOfWork::new();
    let ann = work.add(customer("Ann").id(7));
    work.update(Customer::patch(7).name("Anne"));
    let done = session.flush(&work).await.unwrap();
    assert_eq!(
        (done.get(&ann).name.as_str(), done.get(&ann).version),
        ("Anne", 2)
    );
});

scenario!(two_rows_of_one_form_are_two_rows, |place| {
    place.create_all(SHOP).await.unwrap();
    let mut session = place.session().await.unwrap();
    let mut work = UnitOfWork::new();
    let (one, other) = (work.add(product("lamp")), work.add(product("lamp")));
    let done = session.flush(&work).await.unwrap();
    assert_ne!(done.get(&one).id, done.get(&other).id);
});

#[test]
fn an_identity_is_model_and_key_and_where_there_are_shards_the_place() {
    use orm_core::table::{KeyValues, TableDef};

    let table = <<Customer as Model>::Table as TableDef>::META;
    let of = |key: i64| Identity::new(table, key.into_key_values());
    assert_eq!(of(1), of(1));
    assert_ne!(of(1), of(2));
    let at = |shard: i64| of(1).at(shard.into_key_values().remove(0));
    assert_eq!(at(5), at(5));
    assert_ne!(at(5), at(6));
    assert_ne!(at(5), of(1));
    assert_eq!(
        (of(1).model(), of(1).to_string().as_str()),
        ("Customer", "Customer(1)")
    );
}
