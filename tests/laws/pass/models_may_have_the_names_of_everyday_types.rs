#![deny(warnings)]
#![allow(dead_code)]

mod orders {
    use orm_core::prelude::*;

    #[derive(Model, Debug, Clone, PartialEq)]
    #[model(has_many(groups: Group))]
    pub struct Order {
        #[model(generated)]
        pub id: i64,
        pub total: i64,
    }

    #[derive(Model, Debug, Clone, PartialEq)]
    pub struct Group {
        #[model(generated)]
        pub id: i64,
        #[model(belongs_to = Order)]
        pub order_id: i64,
    }

    #[derive(Model, Debug, Clone, PartialEq)]
    pub struct Filter {
        #[model(generated)]
        pub id: i64,
    }

    #[derive(Model, Debug, Clone, PartialEq)]
    pub struct Select {
        #[model(key)]
        pub name: String,
        pub maybe: Option<Vec<u8>>,
    }

    #[derive(Model, Debug, Clone, PartialEq)]
    pub struct Table {
        #[model(generated)]
        pub id: i64,
    }
}

mod std_names {
    use orm_core::prelude::Model;

    #[derive(Model, Debug, Clone)]
    pub struct Vec {
        pub id: i64,
    }

    #[derive(Model, Debug, Clone)]
    pub struct String {
        pub id: i64,
    }

    #[derive(Model, Debug, Clone)]
    pub struct Box {
        pub id: i64,
        pub name: std::string::String,
    }

    #[derive(Model, Debug, Clone)]
    pub struct Result {
        pub id: i64,
    }

    #[derive(Model, Debug, Clone)]
    pub struct Option {
        pub id: i64,
        pub left: std::option::Option<i32>,
    }

    #[derive(Model, Debug, Clone)]
    #[model(table = "some_things")]
    pub struct Some {
        pub id: i64,
    }
}

fn main() {}
