//! Fields of private types, and relations to models that fewer can see.
#![deny(warnings)]
#![allow(dead_code)]

pub mod orders {
    use orm_core::prelude::*;

    #[derive(ColumnType, Debug, Clone, Copy, PartialEq)]
    enum Status {
        Open,
    }

    #[derive(Embedded, Debug, Clone, PartialEq)]
    struct Address {
        street: String,
    }

    #[derive(Embedded, Debug, Clone, PartialEq)]
    pub struct Place {
        pub city: String,
        #[model(json)]
        tags: Option<Vec<i32>>,
        status: Status,
    }

    #[derive(Model, Debug, Clone)]
    #[model(has_many(orders: Order))]
    pub(crate) struct Customer {
        id: i64,
    }

    #[derive(Model, Debug)]
    #[model(has_many(lines: Line))]
    #[model(belongs_to(contract: Contract, on(contract_of, contract_no)))]
    pub struct Order {
        #[model(generated)]
        pub id: i64,
        #[model(belongs_to = Customer, index)]
        pub customer_id: i64,
        contract_of: i64,
        contract_no: i64,
        status: Status,
        was: Option<Status>,
        #[model(default_with = first, unique)]
        next: Status,
        #[model(embedded)]
        home: Address,
        #[model(embedded)]
        place: Place,
        lazy: Deferred<Option<Status>>,
    }

    #[derive(Model, Debug, Clone)]
    struct Line {
        id: i64,
        #[model(belongs_to = Order)]
        order_id: i64,
        #[model(belongs_to = Bill)]
        billed_id: i64,
    }

    #[derive(Model, Debug, Clone)]
    #[model(has_many(lines: Line, via = lines::billed_id))]
    pub struct Bill {
        pub id: i64,
    }

    #[derive(Model, Debug, Clone)]
    #[model(key(of, no))]
    pub(crate) struct Contract {
        of: i64,
        no: i64,
    }

    fn first() -> Status {
        Status::Open
    }

    pub(crate) fn run() {
        let _ = Order::query().filter(self::orders::status.eq(Status::Open)).with(order::lines);
        let _ = self::orders::table.inner_join(customers::table);
        let _ = Bill::query().with(bill::lines);
    }
}

fn main() {
    orders::run();
}
