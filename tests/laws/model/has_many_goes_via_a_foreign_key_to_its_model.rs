use orm_core::prelude::*;

#[derive(Model)]
#[model(has_many(received: Message, via = messages::recipient_id))]
//~^ ERROR `via` names no column of the child that `belongs_to` this model
struct Person {
    id: i64,
}

#[derive(Model)]
struct Message {
    id: i64,
    #[model(belongs_to = Person)]
    sender_id: i64,
    recipient_id: i64,
}

fn main() {}
