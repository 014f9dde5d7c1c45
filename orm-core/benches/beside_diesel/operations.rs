//! The operations, for one connection type: Diesel by hand is not generic.

/// A row's fields in one of the forms.
macro_rules! required {
    ($form:ident, $nth:expr $(, $field:ident: $value:expr)*) => {
        $form {
            name: format!("Customer {}", $nth),
            visits: 1,
            active: true,
            balance: 0.5,
            joined_at: crate::setup::moment($nth),
            region_id: 7,
            $($field: $value,)*
        }
    };
}
pub(crate) use required;

/// A row with its optional field, in one of the hand-written forms.
macro_rules! row {
    ($form:ident, $nth:expr) => {
        crate::operations::required!($form, $nth, note: Some(format!("Note {}", $nth)))
    };
}
pub(crate) use row;

/// The module `$module`: a world on connections of one type.
macro_rules! on {
    ($module:ident, $connection:ty) => {
        mod $module {
            use std::cell::RefCell;

            use diesel::dsl::{count, sql};
            use diesel::prelude::*;
            use diesel::r2d2::{ConnectionManager, Pool};
            use diesel::sql_types::{BigInt, Nullable};
            use orm_core::engine::Engine;
            use orm_core::session::Session;
            use orm_core::{Result, prelude as orm};

            use crate::by_hand::{self, NewCustomerOrDefault, NewCustomerOrNull, RequiredCustomer};
            use crate::by_hand::{customers, orders};
            use crate::measure::{Operation, Run};
            use crate::models::{self, Customer, NewCustomer};
            use crate::operations::{required, row};
            use crate::setup::{MANY, key, prepare, remove_inserted, settings};

            type Connected = $connection;
            type Group = (String, Option<i64>, i64);

            /// What is asked of a connection that was checked out.
            fn one<C>(connection: &mut C)
            where
                C: diesel::connection::LoadConnection<Backend = <Connected as Connection>::Backend>,
            {
                let one = diesel::select(1i32.into_sql::<diesel::sql_types::Integer>());
                assert_eq!(one.get_result(connection), Ok(1));
            }

            /// A session, a connection, and a pool of each kind.
            pub(crate) struct World {
                engine: Engine<Connected>,
                session: RefCell<Session<Connected>>,
                connection: RefCell<Connected>,
                pool: Pool<ConnectionManager<Connected>>,
            }

            impl World {
                pub(crate) fn open(ours: &str, by_hand: &str) -> Self {
                    // One session stays out, further ones are checked out beside it: in
                    // memory each engine has one connection.
                    let engine = Engine::<Connected>::open(ours).expect("an engine");
                    let spare = if ours == ":memory:" {
                        Engine::<Connected>::open(ours).expect("an engine")
                    } else {
                        engine.clone()
                    };
                    let session = RefCell::new(spare.session().expect("a session"));
                    let mut connection = Connected::establish(by_hand).expect("a connection");
                    settings(&mut connection);
                    prepare(session.borrow_mut().connection());
                    if ours != by_hand || ours == ":memory:" {
                        prepare(&mut connection);
                    }
                    let manager = ConnectionManager::new(by_hand);
                    let pool = Pool::builder().max_size(1).build(manager);
                    World {
                        engine,
                        session,
                        connection: RefCell::new(connection),
                        pool: pool.expect("a pool"),
                    }
                }

                /// Everything that is measured.
                pub(crate) fn operations(&self) -> Vec<Operation<'_>> {
                    vec![
                        self.of("get")
                            .session(|session, nth| session.get::<Customer>(key(nth)))
                            .by_hand("first", |connection, nth| {
                                customers::table
                                    .find(key(nth))
                                    .first::<by_hand::Customer>(connection)
                            })
                            .by_hand("get_result", |connection, nth| {
                                customers::table
                                    .find(key(nth))
                                    .get_result::<by_hand::Customer>(connection)
                            })
                            .operation,
                        self.of("load")
                            .session(|session, _| Customer::query().load(session))
                            .by_hand("load", |connection, _| {
                                customers::table
                                    .select(by_hand::Customer::as_select())
                                    .load(connection)
                            })
                            .operation,
                        self.of("group")
                            .session(|session, _| {
                                use models::{customers, orders};
                                use orm::{count, sum};
                                Customer::query()
                                    .inner_join(orders::table)
                                    .group_by((customers::id, customers::name))
                                    .having(count(orders::id).gt(5))
                                    .order_by(sum(orders::total_cents).desc())
                                    .select((
                                        customers::name,
                                        sum(orders::total_cents),
                                        count(orders::id),
                                    ))
                                    .load::<Group, _>(session)
                            })
                            .by_hand("load", |connection, _| {
                                let sum = || {
                                    sql::<Nullable<BigInt>>(
                                        "CAST(SUM(orders.total_cents) AS BIGINT)",
                                    )
                                };
                                customers::table
                                    .inner_join(orders::table)
                                    .group_by((customers::id, customers::name))
                                    .having(count(orders::id).gt(5))
                                    .order_by(sum().desc())
                                    .select((customers::name, sum(), count(orders::id)))
                                    .load::<Group>(connection)
                            })
                            .operation,
                        self.of("insert")
                            .session(|session, nth| session.insert(required!(NewCustomer, nth)))
                            .by_hand("get_result", |connection, nth| {
                                diesel::insert_into(customers::table)
                                    .values(&required!(RequiredCustomer, nth))
                                    .returning(by_hand::Customer::as_returning())
                                    .get_result(connection)
                            })
                            // Read to the end: only then does SQLite move its log into the file.
                            .by_hand("to_end", |connection, nth| {
                                diesel::insert_into(customers::table)
                                    .values(&required!(RequiredCustomer, nth))
                                    .returning(by_hand::Customer::as_returning())
                                    .get_results(connection)
                            })
                            .operation,
                        self.of("insert_optional")
                            .session(|session, nth| {
                                session
                                    .insert(required!(NewCustomer, nth).note(format!("Note {nth}")))
                            })
                            .by_hand("or_default", |connection, nth| {
                                diesel::insert_into(customers::table)
                                    .values(&row!(NewCustomerOrDefault, nth))
                                    .returning(by_hand::Customer::as_returning())
                                    .get_result(connection)
                            })
                            .by_hand("or_null", |connection, nth| {
                                diesel::insert_into(customers::table)
                                    .values(&row!(NewCustomerOrNull, nth))
                                    .returning(by_hand::Customer::as_returning())
                                    .get_result(connection)
                            })
                            .by_hand("null_to_end", |connection, nth| {
                                diesel::insert_into(customers::table)
                                    .values(&row!(NewCustomerOrNull, nth))
                                    .returning(by_hand::Customer::as_returning())
                                    .get_results(connection)
                            })
                            .operation,
                        self.of("insert_many")
                            .session(|session, nth| {
                                session.insert_many((nth..nth + MANY).map(|nth| {
                                    required!(NewCustomer, nth).note(format!("Note {nth}"))
                                }))
                            })
                            .by_hand("or_null", |connection, nth| {
                                let rows: Vec<_> = (nth..nth + MANY)
                                    .map(|nth| row!(NewCustomerOrNull, nth))
                                    .collect();
                                diesel::insert_into(customers::table)
                                    .values(&rows)
                                    .returning(by_hand::Customer::as_returning())
                                    .get_results(connection)
                            })
                            .operation,
                        self.of("update")
                            .session(|session, nth| {
                                let name = format!("Renamed {nth}");
                                session
                                    .update(Customer::patch(key(nth)).name(name).visits(nth as i32))
                            })
                            .by_hand("execute", |connection, nth| {
                                let patch = by_hand::CustomerPatch {
                                    name: Some(format!("Renamed {nth}")),
                                    visits: Some(nth as i32),
                                    ..Default::default()
                                };
                                diesel::update(customers::table.find(key(nth)))
                                    .set(&patch)
                                    .execute(connection)
                            })
                            .operation,
                        self.of("checkout")
                            .side(
                                "session",
                                Box::new(|_| {
                                    drop(self.engine.session().expect("a session"));
                                }),
                            )
                            .side(
                                "pool",
                                Box::new(|_| {
                                    drop(self.pool.get().expect("a connection"));
                                }),
                            )
                            .operation,
                        self.of("checkout, query")
                            .side(
                                "session",
                                Box::new(|_| {
                                    let mut session = self.engine.session().expect("a session");
                                    one(&mut session);
                                }),
                            )
                            .side(
                                "pool",
                                Box::new(|_| {
                                    let mut connection = self.pool.get().expect("a connection");
                                    one(&mut *connection);
                                }),
                            )
                            .operation,
                    ]
                }

                fn of(&self, name: &'static str) -> Sides<'_> {
                    let inserts = name.starts_with("insert");
                    let operation = Operation {
                        name,
                        sides: Vec::new(),
                        reset: Box::new(move |_| {
                            if inserts {
                                self.reset();
                            }
                        }),
                    };
                    let world = self;
                    Sides { world, operation }
                }

                /// Removes what was inserted, on both sides.
                fn reset(&self) {
                    remove_inserted(self.session.borrow_mut().connection());
                    remove_inserted(&mut *self.connection.borrow_mut());
                }
            }

            /// An operation whose sides are being named.
            struct Sides<'w> {
                world: &'w World,
                operation: Operation<'w>,
            }

            impl<'w> Sides<'w> {
                fn side(mut self, name: &'static str, run: Run<'w>) -> Self {
                    self.operation.sides.push((name, run));
                    self
                }

                fn session<T>(
                    self,
                    run: impl Fn(&mut Session<Connected>, usize) -> Result<T> + 'static,
                ) -> Self {
                    let session = &self.world.session;
                    let run = move |nth| {
                        let answer = run(&mut session.borrow_mut(), nth);
                        std::hint::black_box(answer.expect("the session's answer"));
                    };
                    self.side("session", Box::new(run))
                }

                fn by_hand<T>(
                    self,
                    name: &'static str,
                    run: impl Fn(&mut Connected, usize) -> QueryResult<T> + 'static,
                ) -> Self {
                    let connection = &self.world.connection;
                    let run = move |nth| {
                        let answer = run(&mut connection.borrow_mut(), nth);
                        std::hint::black_box(answer.expect("Diesel's answer"));
                    };
                    self.side(name, Box::new(run))
                }
            }
        }
    };
}
pub(crate) use on;
