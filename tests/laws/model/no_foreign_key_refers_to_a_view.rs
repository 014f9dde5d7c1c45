use orm_core::prelude::*;

#[derive(Model)]
#[model(view = "SELECT 1 AS id")]
struct Total {
    id: i64,
}

#[derive(Model)]
struct Comment {
    id: i64,
    #[model(belongs_to = Total)]
    total_id: i64,
}

fn main() {
    let _ = schema![Total, Comment]; //~ ERROR a foreign key refers to a view, which no database allows
}
