//! A row that a change with handed keys is of, and other records of it: one row, one write.

use orm_core::vocabulary::*;

use super::models::{NewNote, Note, Order, SHOP, customer, order_of, writes};

scenario!(
    a_change_with_a_key_is_added_up_with_others_of_its_row,
    |place| {
        place.create_all(SHOP).await.unwrap();
        let mut session = place.session().await.unwrap();
        let ann = session.insert(customer("Ann")).await.unwrap();
        let order = session.insert(order_of(ann.id, 5)).await.unwrap();
        let key = order.id;
        let mut work = UnitOfWork::new();
        let cyd = work.add(customer("Cyd"));
        work.update_with(&cyd, move |id| {
            Order::patch(key)
                .customer_id(id)
                .total_cents(1)
                .code("first")
        });
        work.update(Order::patch(key).code("second"));
        work.update_with(&cyd, move |_| Order::patch(key).total_cents(2));
        place.sent();
        let done = session.flush(&work).await.unwrap();
        assert_eq!(writes(&place.sent()), ["insert customers", "update orders"]);
        assert_eq!(done.updated(), 1);
        let found = session.get::<Order>(key).await.unwrap().unwrap();
        let values = (found.customer_id, found.total_cents, found.code.as_str());
        assert_eq!(values, (done.get(&cyd).id, 2, "second"));

        // The row may be an added one: then its key is handed on as well.
        let mut work = UnitOfWork::new();
        let dan = work.add(customer("Dan"));
        let order = work.add_with(&dan, |id| order_of(id, 1));
        work.update_with(&order, |id| Order::patch(id).code("third"));
        work.update_with(&order, |id| Order::patch(id).total_cents(3));
        let done = session.flush(&work).await.unwrap();
        assert_eq!(done.updated(), 1);
        let order = done.get(&order);
        assert_eq!((order.code.as_str(), order.total_cents), ("third", 3));
    }
);

macro_rules! a_note {
    ($session:ident) => {
        form! {{
            let ann = $session.insert(customer("Ann")).await.unwrap();
            a_note!($session, ann.id)
        }}
    };
    ($session:ident, $customer:expr) => {
        form! {{
            let form = NewNote {
                customer_id: $customer,
                text: "old".into(),
            };
            $session.insert(form).await.unwrap()
        }}
    };
}

scenario!(
    a_row_that_was_read_once_is_changed_by_records_of_both_kinds,
    |place| {
        place.create_all(SHOP).await.unwrap();
        let mut session = place.session().await.unwrap();
        let note = a_note!(session);
        let mut work = UnitOfWork::new();
        let cyd = work.add(customer("Cyd"));
        let mut other = note.clone();
        other.text = "new".into();
        work.change(&note, other);
        let row = note.clone();
        work.update_with(&cyd, move |id| row.edit().customer_id(id));
        let done = session.flush(&work).await.unwrap();
        assert_eq!(done.updated(), 1);
        let found = session.get::<Note>(note.id).await.unwrap().unwrap();
        let values = (found.customer_id, found.text.as_str(), found.version);
        assert_eq!(values, (done.get(&cyd).id, "new", 2));

        // In two versions it was not read at once.
        let mut work = UnitOfWork::new();
        let dan = work.add(customer("Dan"));
        work.remove(&note);
        let row = found.clone();
        work.update_with(&dan, move |id| row.edit().customer_id(id));
        place.sent();
        let error = session.flush(&work).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Refused, "{error}");
        let named = format!("{error}");
        assert!(named.contains("is removed, and then changed"), "{error}");
        let mut work = UnitOfWork::new();
        let dan = work.add(customer("Dan"));
        let row = found.clone();
        work.update_with(&dan, move |id| row.edit().customer_id(id));
        work.remove(&note);
        let error = session.flush(&work).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Refused, "{error}");
        assert!(
            error.to_string().contains(&format!("Note({})", note.id)),
            "{error}"
        );
        assert_eq!(place.sent(), Vec::<String>::new());
    }
);

scenario!(
    what_is_changed_of_a_row_stays_in_it_if_it_is_deleted_softly,
    |place| {
        place.create_all(SHOP).await.unwrap();
        let mut session = place.session().await.unwrap();
        let note = a_note!(session);
        let mut last = note.clone();
        last.text = "by Ann".into();
        let mut work = UnitOfWork::new();
        let cyd = work.add(customer("Cyd"));
        work.change(&note, last);
        let row = note.clone();
        work.update_with(&cyd, move |id| row.edit().customer_id(id));
        work.remove(&note);
        place.sent();
        let done = session.flush(&work).await.unwrap();
        assert_eq!(writes(&place.sent()), ["insert customers", "update notes"]);
        assert_eq!((done.updated(), done.deleted()), (0, 1));
        let found = Note::query_with_deleted()
            .first(&mut session)
            .await
            .unwrap();
        assert!(found.deleted_at.is_some());
        let values = (found.text.as_str(), found.customer_id, found.version);
        assert_eq!(values, ("by Ann", done.get(&cyd).id, 2));

        // It has its key still.
        let note = a_note!(session, found.customer_id);
        let mut work = UnitOfWork::new();
        work.remove(&note);
        let form = NewNote {
            customer_id: found.customer_id,
            text: "new".into(),
        };
        work.add(form.id(note.id));
        place.sent();
        let error = session.flush(&work).await.unwrap_err();
        let errors = &error.invalid().expect("a key").errors;
        assert_eq!(
            (errors[0].field.as_str(), errors[0].code.as_str()),
            ("Note[0].id", "unique")
        );
        assert_eq!(place.sent(), Vec::<String>::new());
    }
);
