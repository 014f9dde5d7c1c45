//! Types of the user's own in Diesel's structs and methods.

use orm_core::diesel::{self, Insertable};
use orm_core::vocabulary::*;

#[derive(ColumnType, Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct TicketId(i64);

#[derive(ColumnType, Debug, Clone, Copy, PartialEq)]
enum Status {
    Open,
    Closed,
}

#[derive(ColumnType, Debug, Clone, Copy, PartialEq)]
#[column(postgres_enum = "urgency")]
enum Urgency {
    Low,
    High,
}

#[derive(Model, Debug, Clone, PartialEq)]
struct Ticket {
    #[model(key)]
    id: TicketId,
    status: Status,
    urgency: Urgency,
    before: Option<Status>,
}

#[derive(Insertable)]
#[diesel(table_name = tickets)]
struct Filed<'a> {
    id: TicketId,
    status: Status,
    urgency: &'a Urgency,
    before: Status,
}

#[derive(diesel::AsChangeset)]
#[diesel(table_name = tickets)]
struct Change {
    status: Status,
    urgency: Urgency,
}

scenario!(a_type_of_ones_own_stands_in_diesels_structs, |place| {
    place.create_all(schema![Ticket]).await.unwrap();
    let mut session = place.session().await.unwrap();
    let filed = Filed {
        id: TicketId(7),
        status: Status::Open,
        urgency: &Urgency::High,
        before: Status::Closed,
    };
    diesel::insert_into(tickets::table)
        .values(filed)
        .execute(&mut session)
        .await
        .unwrap();
    let expected = Ticket {
        id: TicketId(7),
        status: Status::Open,
        urgency: Urgency::High,
        before: Some(Status::Closed),
    };
    let read = session.get::<Ticket>(TicketId(7)).await.unwrap();
    assert_eq!(read, Some(expected));
    let change = Change {
        status: Status::Closed,
        urgency: Urgency::Low,
    };
    diesel::update(tickets::table.find(TicketId(7)))
        .set(change)
        .execute(&mut session)
        .await
        .unwrap();
    let shown = case_when(tickets::before.is_not_null(), tickets::status).otherwise(Status::Open);
    let rows: Vec<(Status, Urgency)> = tickets::table
        .find(TicketId(7))
        .select((shown, tickets::urgency))
        .load(&mut session)
        .await
        .unwrap();
    assert_eq!(rows, [(Status::Closed, Urgency::Low)]);
});
