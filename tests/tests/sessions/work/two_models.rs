//! Two models of one table, which list its columns in another order.

use orm_core::vocabulary::*;

use super::models::writes;

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "contacts")]
struct Contact {
    #[model(key)]
    id: i64,
    name: String,
    #[model(unique)]
    email: String,
    #[model(soft_delete)]
    deleted_at: Option<DateTime<Utc>>,
    #[model(version)]
    version: i32,
}

mod thin {
    use orm_core::vocabulary::*;

    #[derive(Model, Debug, Clone, PartialEq)]
    #[model(table = "contacts")]
    pub(super) struct Address {
        #[model(unique)]
        pub(super) email: String,
        #[model(key)]
        pub(super) id: i64,
    }
}
use thin::Address;

fn contact(id: i64) -> NewContact {
    NewContact {
        id,
        name: format!("c{id}"),
        email: format!("{id}@example.org"),
    }
}

scenario!(two_models_of_a_table_are_written_each_by_its_own, |place| {
    place.create_all(schema![Contact]).await.unwrap();
    let mut session = place.session().await.unwrap();
    let rows = session.insert_many((1..=4).map(contact)).await.unwrap();
    let mut work = UnitOfWork::new();
    work.update(Contact::patch(1).name("one"));
    work.update(Address::patch(2).email("two@example.org"));
    place.sent();
    let done = session.flush(&work).await.unwrap();
    assert_eq!(writes(&place.sent()), ["update contacts"; 2]);
    assert_eq!(done.updated(), 2);
    let one = session.get::<Contact>(1).await.unwrap().unwrap();
    assert_eq!(
        (one.name.as_str(), one.email.as_str()),
        ("one", "1@example.org")
    );
    let two = session.get::<Contact>(2).await.unwrap().unwrap();
    assert_eq!(
        (two.name.as_str(), two.email.as_str()),
        ("c2", "two@example.org")
    );

    // One is removed softly, in its version, the other for good; a third takes the place of that.
    let mut work = UnitOfWork::new();
    let new = work.add(NewContact {
        email: rows[3].email.clone(),
        ..contact(5)
    });
    work.remove(&rows[2]);
    work.remove(&Address {
        email: rows[3].email.clone(),
        id: 4,
    });
    let done = session.flush(&work).await.unwrap();
    assert_eq!((done.deleted(), done.inserted()), (2, 1));
    assert_eq!(done.get(&new).email, "4@example.org");
    assert_eq!(Contact::query().count(&mut session).await.unwrap(), 3);
    let all = Contact::query_with_deleted().count(&mut session).await;
    assert_eq!(all.unwrap(), 4);
});

scenario!(a_row_that_is_written_by_two_models_is_refused, |place| {
    place.create_all(schema![Contact]).await.unwrap();
    let mut session = place.session().await.unwrap();
    session.insert(contact(1)).await.unwrap();
    let mut work = UnitOfWork::new();
    work.update(Contact::patch(1).name("one"));
    work.update(Address::patch(1).email("one@example.org"));
    place.sent();
    let error = session.flush(&work).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Refused);
    let text = error.to_string();
    assert!(
        text.contains("Contact(1)") && text.contains("Address(1)"),
        "{text}"
    );
    assert_eq!(place.sent(), Vec::<String>::new());
});
