//! Rows that a row needs: made the same way, and inserted before it.

use orm_core::backend::Database;
use orm_core::schema::Schema;
use orm_core::testing::{ModelFactory, Recorder};
use orm_core::vocabulary::*;

#[derive(Model, Debug, Clone, PartialEq)]
struct Country {
    #[model(key, length(2..=2))]
    code: String,
    name: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "firms")]
struct Firm {
    #[model(generated)]
    id: i32,
    #[model(belongs_to = Country)]
    country_code: String,
    #[model(belongs_to = Firm)]
    owner_id: Option<i32>,
    #[model(version)]
    version: i32,
}

/// The key is the parent's, and a number.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "contracts", key(firm_id, number))]
struct Contract {
    #[model(belongs_to = Firm)]
    firm_id: i32,
    number: i16,
    #[model(default_with = Uuid::new_v4, unique)]
    token: Uuid,
}

/// Refers to a firm and to a contract of that firm.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(
    table = "payments",
    belongs_to(contract: Contract, on(firm_id, contract_number)),
    belongs_to(other: Contract, on(other_firm_id, other_number))
)]
struct Payment {
    #[model(generated)]
    id: u64,
    #[model(belongs_to = Firm)]
    firm_id: i32,
    contract_number: i16,
    other_firm_id: i32,
    other_number: Option<i16>,
    #[model(belongs_to = Country, default = "XX")]
    via: String,
}

/// One row beside each payment, with its key.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "receipts")]
struct Receipt {
    #[model(key, belongs_to = Payment)]
    payment_id: u64,
    text: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "signers")]
struct Signer {
    #[model(generated)]
    id: Uuid,
    name: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "signatures")]
struct Signature {
    #[model(key, belongs_to = Signer)]
    signer_id: Uuid,
    #[model(key, belongs_to = Receipt)]
    receipt_id: u64,
}

const ALL: Schema = schema![Signature, Signer, Receipt, Payment, Contract, Firm, Country];

scenario!(a_row_comes_with_those_that_it_needs, |place| {
    place.create_all(ALL).await.unwrap();
    let mut session = place.session().await.unwrap();
    let signatures = Signature::factory()
        .create_many(20, &mut session)
        .await
        .unwrap();
    assert_eq!(signatures.len(), 20);
    assert_eq!(Signer::query().count(&mut session).await.unwrap(), 20);
    assert_eq!(Receipt::query().count(&mut session).await.unwrap(), 20);
    let payments: Vec<Payment> = Payment::query().load(&mut session).await.unwrap();
    assert_eq!(payments.len(), 20);
    let payment = &payments[0];
    // The firm of the payment is that of its contract, and what may be NULL is.
    let contract = session
        .get::<Contract>((payment.firm_id, payment.contract_number))
        .await;
    assert!(contract.unwrap().is_some());
    assert_eq!(payment.other_number, None);
    assert_ne!(payment.via, "XX");
    assert_eq!(Firm::query().count(&mut session).await.unwrap(), 20);
    let firm = session.get::<Firm>(payment.firm_id).await.unwrap().unwrap();
    assert_eq!((firm.owner_id, firm.version), (None, 1));
});

scenario!(what_is_set_is_there_already, |place| {
    place.create_all(ALL).await.unwrap();
    let mut session = place.session().await.unwrap();
    let firm = Firm::factory().create(&mut session).await.unwrap();
    let of_firm = Contract::factory().with(contracts::firm_id, firm.id);
    let contracts = of_firm.create_many(2, &mut session).await.unwrap();
    assert_eq!(Firm::query().count(&mut session).await.unwrap(), 1);
    // A part of a foreign key: the rest of it is a contract of that firm.
    let of_firm = Payment::factory().with(payments::firm_id, firm.id);
    let payment = of_firm.create(&mut session).await.unwrap();
    assert_eq!(payment.firm_id, firm.id);
    assert_eq!(Contract::query().count(&mut session).await.unwrap(), 3);
    assert_eq!(Firm::query().count(&mut session).await.unwrap(), 1);
    // All of it.
    let payment = of_firm
        .with(payments::contract_number, contracts[1].number)
        .with(payments::via, firm.country_code.as_str())
        .with(payments::other_firm_id, contracts[0].firm_id)
        .with(payments::other_number, contracts[0].number)
        .create(&mut session)
        .await
        .unwrap();
    assert_eq!(payment.other_number, Some(contracts[0].number));
    assert_eq!(Contract::query().count(&mut session).await.unwrap(), 3);
    let owned = Firm::factory().with(firms::owner_id, firm.id);
    let owned = owned.create(&mut session).await.unwrap();
    assert_eq!(owned.owner_id, Some(firm.id));
});

scenario!(
    rows_are_inserted_parents_first_in_one_transaction,
    |place| {
        place.create_all(ALL).await.unwrap();
        let sent = Recorder::new();
        let engine = form!({
            Engine::<Conn>::builder()
                .url(place.url.as_str())
                .observe(sent.clone())
                .open()
                .await
                .unwrap()
        });
        let mut session = engine.session().await.unwrap();
        sent.clear();
        Contract::factory().create(&mut session).await.unwrap();
        let summaries: Vec<String> = sent
            .statements()
            .into_iter()
            .map(|one| one.summary)
            .collect();
        let expected = match place.database {
            Database::Mysql => vec![
                "BEGIN",
                "INSERT countries",
                "INSERT firms",
                "SELECT",
                "INSERT contracts",
                "SELECT contracts",
                "COMMIT",
            ],
            _ => vec![
                "BEGIN",
                "INSERT countries",
                "INSERT firms",
                "INSERT contracts",
                "COMMIT",
            ],
        };
        assert_eq!(summaries, expected);
        // Of a row that needs no other there is one statement.
        sent.clear();
        Country::factory().create(&mut session).await.unwrap();
        assert_eq!(sent.statements()[0].summary, "INSERT countries");

        // All or none.
        let twice = Contract::factory().with(contracts::number, 1);
        let twice = twice.with_nth(contracts::token, |_| Uuid::nil());
        let error = twice.create_many(2, &mut session).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Invalid);
        assert_eq!(Contract::query().count(&mut session).await.unwrap(), 1);
        assert_eq!(Firm::query().count(&mut session).await.unwrap(), 1);
    }
);

/// A group of a cluster: its rows agree on the customer.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "clients", shard_key = id)]
struct Client {
    #[model(generated = time_id)]
    id: i64,
    #[model(unique(per_shard))]
    name: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "bills", shard_key = client_id)]
struct Bill {
    #[model(generated)]
    id: i64,
    #[model(belongs_to = Client)]
    client_id: i64,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "bill_lines", shard_key = client_id, colocated_with = Client)]
struct BillLine {
    #[model(generated)]
    id: i64,
    #[model(belongs_to = Bill)]
    bill_id: i64,
    client_id: i64,
}

scenario!(rows_of_a_group_agree_on_the_shard_key, |place| {
    place
        .create_all(schema![Client, Bill, BillLine])
        .await
        .unwrap();
    let mut session = place.session().await.unwrap();
    let client = Client::factory().create(&mut session).await.unwrap();
    let line = BillLine::factory().with(bill_lines::client_id, client.id);
    let line = line.create(&mut session).await.unwrap();
    let bill = session.get::<Bill>(line.bill_id).await.unwrap().unwrap();
    assert_eq!(bill.client_id, client.id);
    assert_eq!(Client::query().count(&mut session).await.unwrap(), 1);
    let bills = Bill::factory().create_many(20, &mut session).await.unwrap();
    assert_eq!(bills.len(), 20);
});
