//! Foreign keys: of several columns, several to one parent, to oneself, deferred.

use orm_core::vocabulary::*;

#[derive(Model, Debug, Clone, PartialEq)]
#[model(key(customer_id, number), has_many(invoices: Invoice))]
struct Contract {
    customer_id: i64,
    number: i32,
    title: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(belongs_to(contract: Contract, on(customer_id, contract_no), on_delete = cascade))]
struct Invoice {
    #[model(generated)]
    id: i64,
    customer_id: i64,
    contract_no: Option<i32>,
    cents: i64,
}

fn contract(customer_id: i64, number: i32) -> NewContract {
    NewContract {
        customer_id,
        number,
        title: format!("{customer_id}/{number}"),
    }
}

macro_rules! filled {
    ($session:ident) => {
        form! {{
            for (customer, number) in [(1, 1), (1, 2), (2, 1)] {
                $session.insert(contract(customer, number)).await.unwrap();
            }
            let forms = [(1, Some(1), 10), (1, Some(2), 20), (2, Some(1), 30), (1, Some(1), 40), (2, None, 50)];
            let forms = forms.map(|(customer_id, number, cents)| {
                let form = NewInvoice { customer_id, cents };
                form.contract_no(number)
            });
            $session.insert_many(forms).await.unwrap()
        }}
    };
}

scenario!(a_key_of_two_columns_is_referred_to, |place| {
    place.create_all(schema![Invoice, Contract]).await.unwrap();
    let mut session = place.session().await.unwrap();
    filled!(session);
    let form = NewInvoice {
        customer_id: 2,
        cents: 1,
    };
    let error = session.insert(form.contract_no(2)).await.unwrap_err();
    let errors = error.invalid().expect("a foreign key").errors.clone();
    if !errors[0].field.is_empty() {
        let fields: Vec<_> = errors.iter().map(|error| error.field.as_str()).collect();
        assert_eq!(fields, ["customer_id", "contract_no"]);
    }
    assert_eq!(errors[0].code, "foreign_key");
});

scenario!(a_join_follows_all_columns, |place| {
    place.create_all(schema![Invoice, Contract]).await.unwrap();
    let mut session = place.session().await.unwrap();
    filled!(session);
    let rows: Vec<(String, i64)> = invoices::table
        .inner_join(contracts::table)
        .order_by(invoices::cents)
        .select((contracts::title, invoices::cents))
        .load(&mut session)
        .await
        .unwrap();
    let expected = [("1/1", 10), ("1/2", 20), ("2/1", 30), ("1/1", 40)];
    assert_eq!(
        rows,
        expected.map(|(title, cents)| (title.to_owned(), cents))
    );
    let sums = Contract::query()
        .left_join(invoices::table)
        .group_by((contracts::customer_id, contracts::number, contracts::title))
        .order_by(contracts::title)
        .select((contracts::title, sum(invoices::cents.nullable())))
        .load::<(String, Option<i64>), _>(&mut session)
        .await
        .unwrap();
    let sums: Vec<_> = sums.into_iter().map(|(_, sum)| sum).collect();
    assert_eq!(sums, [Some(50), Some(20), Some(30)]);
});

scenario!(both_sides_preload_by_all_columns, |place| {
    place.create_all(schema![Invoice, Contract]).await.unwrap();
    let mut session = place.session().await.unwrap();
    let rows = filled!(session);
    place.sent();
    let contracts = Contract::query()
        .order_by((contracts::customer_id, contracts::number))
        .with(contract::invoices)
        .load(&mut session)
        .await
        .unwrap();
    assert_eq!(place.sent().len(), 2, "one query a relation");
    let found: Vec<Vec<i64>> = contracts
        .iter()
        .map(|row| row[contract::invoices].iter().map(|i| i.cents).collect())
        .collect();
    assert_eq!(found, [vec![10, 40], vec![20], vec![30]]);
    let invoices = Invoice::query()
        .order_by(invoices::id)
        .with(invoice::contract)
        .load(&mut session)
        .await
        .unwrap();
    let titles: Vec<Option<&str>> = invoices
        .iter()
        .map(|row| row[invoice::contract].as_ref().map(|c| c.title.as_str()))
        .collect();
    assert_eq!(
        titles,
        [Some("1/1"), Some("1/2"), Some("2/1"), Some("1/1"), None]
    );
    let first = session.get::<Contract>((1, 1)).await.unwrap().unwrap();
    session.delete(&first).await.unwrap();
    let left = Invoice::query().count(&mut session).await.unwrap();
    assert_eq!(left, rows.len() as i64 - 2, "the cascade went");
});

#[derive(Model, Debug, Clone, PartialEq)]
#[model(has_many(reports: Person, via = people::boss_id, heirs: Person, via = people::heir_of_id))]
#[model(table = "people")]
struct Person {
    #[model(generated)]
    id: i64,
    name: String,
    #[model(belongs_to = Person, index)]
    boss_id: Option<i64>,
    #[model(belongs_to = Person, on_delete = set_null)]
    heir_of_id: Option<i64>,
}

scenario!(a_model_refers_to_itself_more_than_once, |place| {
    place.create_all(schema![Person]).await.unwrap();
    let mut session = place.session().await.unwrap();
    let new = |name: &str| NewPerson { name: name.into() };
    let ann = session.insert(new("Ann")).await.unwrap();
    let bob = session.insert(new("Bob").boss_id(ann.id)).await.unwrap();
    let form = new("Cy").boss_id(ann.id).heir_of_id(bob.id);
    let cy = session.insert(form).await.unwrap();
    let people = Person::query()
        .order_by(people::id)
        .with(person::reports)
        .with(person::heirs)
        .with(person::boss)
        .load(&mut session)
        .await
        .unwrap();
    assert_eq!(people[0][person::reports], [bob.clone(), cy.clone()]);
    assert_eq!(people[1][person::heirs], [cy.clone()]);
    assert_eq!(people[2][person::boss].as_deref(), Some(&ann));
    assert!(people[0][person::boss].is_none());
    let bosses = orm_core::diesel::alias!(people as bosses);
    let pairs: Vec<(String, String)> = people::table
        .inner_join(bosses.on(bosses.field(people::id).nullable().eq(people::boss_id)))
        .order_by(people::id)
        .select((people::name, bosses.field(people::name)))
        .load(&mut session)
        .await
        .unwrap();
    let own = |a: &str, b: &str| (a.to_owned(), b.to_owned());
    assert_eq!(pairs, [own("Bob", "Ann"), own("Cy", "Ann")]);
});

#[derive(Model, Debug, Clone, PartialEq)]
struct Sheet {
    id: i64,
    #[model(belongs_to = Sheet, deferrable = initially_deferred)]
    next_id: Option<i64>,
}

scenario!(
    returning(a_deferred_foreign_key_is_checked_at_the_commit),
    |place| {
        place.create_all(schema![Sheet]).await.unwrap();
        let mut session = place.session().await.unwrap();
        session
            .transaction(async |session| {
                session.insert(NewSheet { id: 1 }.next_id(2)).await?;
                session.insert(NewSheet { id: 2 }.next_id(1)).await
            })
            .await
            .unwrap();
        let broken = session
            .transaction(async |session| session.insert(NewSheet { id: 3 }.next_id(9)).await)
            .await;
        assert_eq!(broken.unwrap_err().kind(), ErrorKind::Invalid);
        assert_eq!(Sheet::query().count(&mut session).await.unwrap(), 2);
    }
);

factories_make!(Contract, Invoice, Person, Sheet);
