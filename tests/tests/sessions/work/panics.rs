//! A panic in the midst of a flush: nothing of it stays, and the session goes on.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::mpsc;

use orm_core::vocabulary::*;

use super::models::{Customer, NewOrder, SHOP, customer, customers, order_of};

/// Keys that stand in are the lowest ones.
fn panics(customer_id: i64) -> NewOrder {
    if customer_id > 2 {
        resume_unwind(Box::new("on purpose"));
    }
    order_of(customer_id, 1)
}

macro_rules! names {
    ($place:ident) => {
        form!({
            let query = Customer::query().order_by(customers::id);
            let query = query.select(customers::name);
            let names: Vec<String> = query
                .load(&mut $place.session().await.unwrap())
                .await
                .unwrap();
            names
        })
    };
}

// A panic is caught at the call here. To be awaited, it ends the task, and its session.
scenario!(sync(a_panic_in_a_flush_leaves_nothing_open), |place| {
    place.create_all(SHOP).await.unwrap();
    let mut session = place.session().await.unwrap();
    let first = ["Ann", "Bob"].map(customer);
    session.insert_many(first).await.unwrap();
    let mut work = UnitOfWork::new();
    let lost = work.add(customer("Lost"));
    work.add_with(&lost, panics);

    let panic = catch_unwind(AssertUnwindSafe(|| session.flush(&work)));
    assert_eq!(
        panic.unwrap_err().downcast_ref::<&str>(),
        Some(&"on purpose")
    );
    session.insert(customer("Cyd")).await.unwrap();
    // Another connection sees it: no transaction is open.
    assert_eq!(names!(place), ["Ann", "Bob", "Cyd"]);

    // It ends the transaction around it as well,
    let panic = catch_unwind(AssertUnwindSafe(|| {
        session.transaction(|tx| {
            tx.insert(customer("Lost too"))?;
            tx.flush(&work)
        })
    }));
    assert!(panic.is_err());
    let (tell, told) = mpsc::channel();
    session
        .transaction(|tx| {
            tx.after_commit(move || tell.send("kept").unwrap());
            tx.insert(customer("Dan"))
        })
        .unwrap();
    assert_eq!(told.try_recv(), Ok("kept"));
    assert_eq!(names!(place), ["Ann", "Bob", "Cyd", "Dan"]);

    // unless it is caught in there: then that goes on.
    session
        .transaction(|tx| {
            tx.insert(customer("Eve"))?;
            assert!(catch_unwind(AssertUnwindSafe(|| tx.flush(&work))).is_err());
            tx.insert(customer("Fay"))
        })
        .unwrap();
    assert_eq!(names!(place), ["Ann", "Bob", "Cyd", "Dan", "Eve", "Fay"]);
});

// As above.
scenario!(
    sync(a_transaction_that_is_begun_by_diesel_ends_with_the_one_around_it),
    |place| {
        use diesel::connection::{Connection, TransactionManager};

        fn begin<C: Connection>(connection: &mut C) {
            C::TransactionManager::begin_transaction(connection).unwrap();
        }
        place.create_all(SHOP).await.unwrap();
        let mut session = place.session().await.unwrap();
        let panic = catch_unwind(AssertUnwindSafe(|| {
            session.transaction(|tx| -> orm_core::Result<()> {
                tx.insert(customer("Lost"))?;
                begin(&mut **tx);
                tx.insert(customer("Lost too"))?;
                resume_unwind(Box::new("on purpose"))
            })
        }));
        assert!(panic.is_err());
        session.insert(customer("Ann")).await.unwrap();
        assert_eq!(names!(place), ["Ann"]);
    }
);
