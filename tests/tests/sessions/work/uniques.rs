//! Uniques: who gives up a place in one goes before the one who takes it, whatever is known of it.

use orm_core::vocabulary::*;

use super::models::{Customer, Order, SHOP, customer, order_of, writes};

scenario!(
    a_place_is_freed_by_a_row_that_is_known_by_its_key,
    |place| {
        place.create_all(SHOP).await.unwrap();
        let mut session = place.session().await.unwrap();
        let ann = session.insert(customer("Ann")).await.unwrap();
        let mut work = UnitOfWork::new();
        let new = work.add(customer("Ann").note("new"));
        work.remove_key::<Customer>(ann.id);
        place.sent();
        let done = session.flush(&work).await.unwrap();
        let sent = writes(&place.sent());
        assert_eq!(sent, ["delete customers", "insert customers"]);
        assert_eq!(done.get(&new).email, ann.email);

        // By a patch, of a row or of one that takes a key.
        let ann = done.get(&new);
        let mut work = UnitOfWork::new();
        let newer = work.add(customer("Ann").note("newer"));
        work.update(Customer::patch(ann.id).email("old@example.org"));
        let done = session.flush(&work).await.unwrap();
        let newer = done.get(&newer).clone();
        let mut work = UnitOfWork::new();
        let last = work.add(customer("Ann").note("last"));
        let other = work.add(customer("Other"));
        let key = newer.id;
        work.update_with(&other, move |id| {
            Customer::patch(key).email(format!("{id}@example.org"))
        });
        let done = session.flush(&work).await.unwrap();
        assert_eq!(done.get(&last).email, newer.email);

        // Patches that follow each other, said the wrong way round.
        let (last, other) = (done.get(&last), done.get(&other));
        let mut work = UnitOfWork::new();
        work.update(Customer::patch(other.id).email(&last.email));
        work.update(Customer::patch(last.id).email("last@example.org"));
        assert_eq!(session.flush(&work).await.unwrap().updated(), 2);
        let found = session.get::<Customer>(other.id).await.unwrap().unwrap();
        assert_eq!(found.email, last.email);
    }
);

scenario!(
    what_is_read_for_the_order_is_no_more_than_it_needs,
    |place| {
        place.create_all(SHOP).await.unwrap();
        let mut session = place.session().await.unwrap();
        let rows = ["Ann", "Bob", "Cyd"].map(customer);
        let rows = session.insert_many(rows).await.unwrap();
        let order = session.insert(order_of(rows[0].id, 1)).await.unwrap();
        place.sent();
        let mut work = UnitOfWork::new();
        work.update(Customer::patch(rows[0].id).email("one@example.org"));
        work.update(Customer::patch(rows[1].id).name("Bobby"));
        work.update(Order::patch(order.id).customer_id(rows[1].id));
        work.remove_key::<Customer>(rows[2].id);
        session.flush(&work).await.unwrap();
        let sent = place.sent();
        let reads = sent.iter().filter(|sql| sql.starts_with("SELECT"));
        let reads: Vec<&String> = reads.filter(|sql| sql.contains("FROM")).collect();
        // Whose place is taken: that of the removed one may be, and the order may have been hers.
        assert_eq!(reads.len(), 2, "{sent:#?}");
        let mut work = UnitOfWork::new();
        work.update(Customer::patch(rows[0].id).email("two@example.org"));
        work.remove_key::<Order>(order.id);
        session.flush(&work).await.unwrap();
        let sent = place.sent();
        assert_eq!(writes(&sent), ["update customers", "delete orders"]);
        assert!(
            !sent.iter().any(|sql| sql.starts_with("SELECT")),
            "{sent:#?}"
        );
    }
);

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "logins", unique(expr = "lower(name)"))]
struct Login {
    #[model(generated)]
    id: i64,
    #[model(length(..=40))]
    name: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "visits")]
struct Visit {
    #[model(generated)]
    id: i64,
    #[model(belongs_to = Login)]
    login_id: i64,
}

fn login(name: &str) -> NewLogin {
    NewLogin { name: name.into() }
}

// MariaDB has no uniques over expressions.
scenario!(
    returning(a_place_in_a_unique_over_an_expression_is_freed_first),
    |place| {
        place.create_all(schema![Login, Visit]).await.unwrap();
        let mut session = place.session().await.unwrap();
        let ann = session.insert(login("Ann")).await.unwrap();
        let bob = session.insert(login("Bob")).await.unwrap();
        let mut work = UnitOfWork::new();
        work.add(login("ANN"));
        let cyd = work.add(login("BOB"));
        work.remove(&ann);
        let mut bobby = bob.clone();
        bobby.name = "Bobby".into();
        work.change(&bob, bobby.clone());
        let done = session.flush(&work).await.unwrap();
        let cyd = done.get(&cyd);

        // A change that takes the place of a row that goes.
        let mut work = UnitOfWork::new();
        let mut taker = bobby.clone();
        taker.name = "bob".into();
        work.change(&bobby, taker);
        work.remove(cyd);
        session.flush(&work).await.unwrap();

        // Where it is not needed, other reasons come first: the visit leaves the login before that goes.
        let visit = session.insert(NewVisit { login_id: bob.id }).await.unwrap();
        let mut work = UnitOfWork::new();
        let dan = work.add(login("Dan"));
        work.update_with(&dan, move |id| Visit::patch(visit.id).login_id(id));
        work.remove_key::<Login>(bob.id);
        let done = session.flush(&work).await.unwrap();
        let found = session.get::<Visit>(visit.id).await.unwrap().unwrap();
        assert_eq!(found.login_id, done.get(&dan).id);
        assert_eq!(Login::query().count(&mut session).await.unwrap(), 2);
    }
);

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "tickets")]
struct Ticket {
    #[model(generated)]
    id: i64,
    number: i64,
    #[model(
        unique,
        computed(sqlite = "number * 0", postgres = "number * 0", mysql = "number * 0")
    )]
    seat: i64,
    #[model(unique, length(..=40))]
    token: Deferred<String>,
    #[model(unique, length(..=40))]
    #[model(sql_type(
        sqlite = "TEXT COLLATE NOCASE",
        mysql = "VARCHAR(40) COLLATE utf8mb4_general_ci"
    ))]
    holder: String,
}

fn ticket(number: i64, token: &str, holder: &str) -> NewTicket {
    NewTicket {
        number,
        token: token.into(),
        holder: holder.into(),
    }
}

scenario!(a_place_that_cannot_be_compared_is_freed_first, |place| {
    place.create_all(schema![Ticket]).await.unwrap();
    let mut session = place.session().await.unwrap();
    let first = session.insert(ticket(107, "a", "Ann")).await.unwrap();
    // The seat, the token, the holder.
    let next = [
        ticket(207, "b", "Bob"),
        ticket(1, "b", "Cyd"),
        ticket(2, "c", "CYD"),
    ];
    let mut there = first;
    for form in next {
        let mut work = UnitOfWork::new();
        let new = work.add(form);
        work.remove(&there);
        let done = session.flush(&work).await.unwrap();
        assert_eq!((done.inserted(), done.deleted()), (1, 1));
        there = done.get(&new).clone();
    }
    assert_eq!(Ticket::query().count(&mut session).await.unwrap(), 1);
});
