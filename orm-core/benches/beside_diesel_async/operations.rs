//! get, insert, load: each on a session and by hand, one after the other.

use std::cell::RefCell;
use std::future::Future;

use diesel::prelude::*;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use orm_core::aio::{AsyncEngine, AsyncSession};
use tokio::runtime::Runtime;

use crate::by_hand::{self, NewCustomerOrNull, customers};
use crate::measure::{Operation, Run};
use crate::models::{Customer, NewCustomer};
use crate::setup::{ROWS, key, moment};

/// A session and a connection, on one thread: what is compared is the work
/// beside the waiting.
pub(crate) struct World {
    runtime: Runtime,
    session: RefCell<AsyncSession<AsyncPgConnection>>,
    connection: RefCell<AsyncPgConnection>,
}

macro_rules! row {
    ($form:ident, $nth:expr) => {
        $form {
            name: format!("Customer {}", $nth),
            note: Some(format!("Note {}", $nth)),
            visits: 1,
            active: true,
            balance: 0.5,
            joined_at: moment($nth),
            region_id: 7,
        }
    };
}

fn ours(
    nth: usize,
) -> impl orm_core::changeset::Form<Table = <Customer as orm_core::table::Model>::Table> {
    NewCustomer {
        name: format!("Customer {nth}"),
        visits: 1,
        active: true,
        balance: 0.5,
        joined_at: moment(nth),
        region_id: 7,
    }
    .note(format!("Note {nth}"))
}

impl World {
    pub(crate) fn open(url: &str) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        let (session, connection) = runtime.block_on(async {
            let engine = AsyncEngine::<AsyncPgConnection>::open(url).await;
            let session = engine.expect("an engine").session().await;
            let connection = AsyncPgConnection::establish(url).await;
            (
                session.expect("a session"),
                connection.expect("a connection"),
            )
        });
        World {
            runtime,
            session: RefCell::new(session),
            connection: RefCell::new(connection),
        }
    }

    fn run<T, E: std::fmt::Debug>(&self, future: impl Future<Output = Result<T, E>>) {
        std::hint::black_box(self.runtime.block_on(future).expect("it runs"));
    }

    pub(crate) fn operations(&self) -> Vec<Operation<'_>> {
        let operation = |name, sides| Operation {
            name,
            sides,
            reset: Box::new(|_| {
                let remove = format!("DELETE FROM customers WHERE id > {ROWS}");
                self.run(diesel::sql_query(remove).execute(&mut *self.connection.borrow_mut()));
            }),
        };
        let session = || self.session.borrow_mut();
        let connection = || self.connection.borrow_mut();
        vec![
            operation(
                "get",
                vec![
                    (
                        "session",
                        Box::new(move |nth| self.run(session().get::<Customer>(key(nth))))
                            as Run<'_>,
                    ),
                    (
                        "first",
                        Box::new(move |nth| {
                            let find = customers::table.find(key(nth));
                            self.run(find.first::<by_hand::Customer>(&mut *connection()));
                        }),
                    ),
                    (
                        "get_result",
                        Box::new(move |nth| {
                            let find = customers::table.find(key(nth));
                            self.run(find.get_result::<by_hand::Customer>(&mut *connection()));
                        }),
                    ),
                ],
            ),
            operation(
                "load",
                vec![
                    (
                        "session",
                        Box::new(move |_| self.run(Customer::query().load(&mut *session())))
                            as Run<'_>,
                    ),
                    (
                        "load",
                        Box::new(move |_| {
                            let all = customers::table.select(by_hand::Customer::as_select());
                            self.run(all.load(&mut *connection()));
                        }),
                    ),
                ],
            ),
            operation(
                "insert",
                vec![
                    (
                        "session",
                        Box::new(move |nth| self.run(session().insert(ours(nth)))) as Run<'_>,
                    ),
                    (
                        "or_null",
                        Box::new(move |nth| {
                            let insert = diesel::insert_into(customers::table)
                                .values(row!(NewCustomerOrNull, nth))
                                .returning(by_hand::Customer::as_returning());
                            self.run(insert.get_result(&mut *connection()));
                        }),
                    ),
                ],
            ),
        ]
    }
}
