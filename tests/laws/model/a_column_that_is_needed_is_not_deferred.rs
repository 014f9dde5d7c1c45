//@ errors: 4
use orm_core::prelude::*;

#[derive(Model)]
#[model(shard_key = place)]
struct Customer {
    id: i64,
    place: Deferred<i64>, //~ ERROR `place` is the shard key, which every row is read with
    #[model(belongs_to = Customer)]
    boss_id: Deferred<i64>, //~ ERROR `boss_id` is a foreign key, which every row is read with
    #[model(version)]
    version: Deferred<i32>, //~ ERROR `version` is the column of `version`, which every row
    #[model(soft_delete)]
    deleted_at: Deferred<Option<NaiveDateTime>>, //~ ERROR `deleted_at` is the column of `soft_delete`
}

fn main() {}
