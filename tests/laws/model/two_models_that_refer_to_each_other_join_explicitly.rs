//@ errors: 2
//@ max-lines: 16
use orm_core::prelude::*;

#[derive(Model)]
struct Team {
    id: i64,
    #[model(belongs_to = Player)]
    captain_id: Option<i64>,
}

#[derive(Model)]
struct Player {
    id: i64,
    #[model(belongs_to = Team)]
    //~^ ERROR conflicting implementations of trait `Related
    team_id: i64,
}

fn main() {}
