#![deny(warnings)]
#![allow(dead_code)]

mod staff {
    use orm_core::prelude::*;

    #[derive(Model, Debug, Clone)]
    #[model(has_many(reports: Self, via = employees::boss_id))]
    pub struct Employee {
        pub id: i64,
        #[model(belongs_to = Self)]
        pub boss_id: Option<i64>,
        #[model(belongs_to = self::Employee)]
        pub deputy_id: Option<i64>,
        #[model(belongs_to = crate::staff::Employee, explicit_join)]
        pub mentor_id: Option<i64>,
    }

    #[derive(Model, Debug, Clone)]
    #[model(shard_key = root_id, colocated_with = Self)]
    pub struct Node {
        pub id: i64,
        #[model(belongs_to = Self)]
        pub root_id: i64,
    }

    /// One parent in two spellings is one parent: joins say which key is meant.
    #[derive(Model, Debug, Clone)]
    pub struct Shift {
        pub id: i64,
        #[model(belongs_to = Employee)]
        pub first_id: i64,
        #[model(belongs_to = self::Employee)]
        pub second_id: i64,
    }
}

fn main() {
    let _ = staff::Employee::query().with(staff::employee::reports);
}
