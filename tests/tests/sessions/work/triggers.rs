//! Triggers that leave rows out.

use orm_core::backend::Database;
use orm_core::vocabulary::*;

use super::models::{Customer, Order, SHOP, customer, order_of};

// A trigger of MariaDB cannot leave a row out.
scenario!(
    returning(rows_that_a_trigger_leaves_out_are_told),
    |place| {
        place.create_all(SHOP).await.unwrap();
        let mut session = place.session().await.unwrap();
        let triggers: &[&str] = match place.database {
            Database::Sqlite => &[
                "CREATE TRIGGER skipped BEFORE INSERT ON customers WHEN NEW.name = 'skip'
             BEGIN SELECT RAISE(IGNORE); END",
            ],
            _ => &[
                "CREATE FUNCTION skip() RETURNS trigger LANGUAGE plpgsql AS
             'BEGIN RETURN NULL; END'",
                "CREATE TRIGGER skipped BEFORE INSERT ON customers FOR EACH ROW
             WHEN (NEW.name = 'skip') EXECUTE FUNCTION skip()",
            ],
        };
        for trigger in triggers {
            session.batch_execute(trigger).await.unwrap();
        }
        let names = ["Ann", "skip", "Bob", "Cyd"];
        let mut work = UnitOfWork::new();
        for name in names {
            let customer = work.add(customer(name));
            work.add_with(&customer, |id| order_of(id, 1));
        }
        let error = session.flush(&work).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Database);
        assert!(error.to_string().contains("Customer"), "{error}");
        assert_eq!(Customer::query().count(&mut session).await.unwrap(), 0);
        assert_eq!(Order::query().count(&mut session).await.unwrap(), 0);

        let error = session.insert_many(names.map(customer)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Database);
        assert_eq!(Customer::query().count(&mut session).await.unwrap(), 0);
    }
);
