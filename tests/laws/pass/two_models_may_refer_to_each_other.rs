#![deny(warnings)]

use orm_core::prelude::*;

#[derive(Model, Debug)]
#[model(has_many(players: Player))]
struct Team {
    #[model(generated)]
    id: i64,
    #[model(belongs_to = Player, explicit_join)]
    captain_id: Option<i64>,
}

#[derive(Model, Debug)]
struct Player {
    #[model(generated)]
    id: i64,
    #[model(belongs_to = Team)]
    team_id: i64,
}

fn main() {
    let engine = Engine::<SqliteConnection>::open(":memory:").unwrap();
    engine.create_all(schema![Team, Player]).unwrap();
    let mut session = engine.session().unwrap();
    let teams = Team::query().with(team::players).with(team::captain).load(&mut session).unwrap();
    assert!(teams.is_empty());
    let by_hand = players::table.on(teams::captain_id.eq(players::id.nullable()));
    let captains: Vec<(Team, Player)> = Team::query().inner_join(by_hand).load(&mut session).unwrap();
    assert!(captains.is_empty());
    let all: Vec<(Player, Team)> = Player::query().inner_join(teams::table).load(&mut session).unwrap();
    assert!(all.is_empty());
}
