//! The struct by the macro and the fields by its caller, or field by field.
#![deny(warnings)]
#![allow(dead_code)]

use orm_core::prelude::*;

macro_rules! model {
    ($name:ident { $($body:tt)* }) => {
        #[derive(Model, Debug, Clone, PartialEq)]
        #[model(serde)]
        struct $name { $($body)* }
    };
}

macro_rules! model_of_fields {
    ($(#[$meta:meta])* $vis:vis $name:ident {
        $($(#[$of_field:meta])* $field_vis:vis $field:ident: $ty:ty,)*
    }) => {
        #[derive(Model, Debug, Clone, PartialEq)]
        $(#[$meta])*
        $vis struct $name { $($(#[$of_field])* $field_vis $field: $ty,)* }
    };
}

macro_rules! embedded {
    ($name:ident { $($(#[$of_field:meta])* $field:ident: $ty:ty,)* }) => {
        #[derive(Embedded, Debug, Clone, PartialEq)]
        struct $name { $($(#[$of_field])* $field: $ty,)* }
    };
}

macro_rules! embedded_of_tokens {
    ($name:ident { $($body:tt)* }) => {
        #[derive(Embedded, Debug, Clone, PartialEq)]
        struct $name { $($body)* }
    };
}

macro_rules! partial {
    ($name:ident of $of:ident { $($field:ident: $ty:ty,)* }) => {
        #[derive(PartialModel, Debug)]
        #[model(of = $of)]
        struct $name { $($field: $ty,)* }
    };
}

macro_rules! newtype {
    ($vis:vis $name:ident($ty:ty)) => {
        #[derive(ColumnType, Debug, Clone, PartialEq)]
        $vis struct $name($ty);
    };
}

macro_rules! choice {
    ($name:ident as $width:ident { $($variant:ident = $value:expr,)* }) => {
        #[derive(ColumnType, Debug, Clone, PartialEq)]
        #[column(integer = $width)]
        enum $name { $($variant = $value,)* }
    };
}

macro_rules! of_parent {
    ($parent:ty, $table:literal, $check:path, $make:expr) => {
        #[derive(Model, Debug, Clone)]
        #[model(table = $table)]
        struct Child {
            id: i64,
            #[model(belongs_to = $parent, range(0..))]
            customer_id: i64,
            #[model(belongs_to = $crate::Order)]
            order_id: i64,
            number: $crate::Number,
            #[model(validate = $check, default_with = $make)]
            name: String,
        }
    };
}

model!(Customer {
    #[model(generated)]
    id: i64,
    #[model(length(1..=80), validate = check)]
    name: String,
    #[model(default = true)]
    active: bool,
    #[model(version)]
    version: i32,
    #[model(embedded, protected)]
    home: Address,
    note: Option<String>,
});

model_of_fields!(
    #[model(table = "orders", key(id))]
    pub(crate) Order {
        pub(crate) id: i64,
        #[model(belongs_to = Customer, on_delete = cascade)]
        pub(crate) customer_id: i64,
        pub(crate) note: Option<String>,
        #[model(default = "x", length(1..=3))]
        text: String,
        #[model(json)]
        tags: Option<Vec<String>>,
        long: Deferred<Option<String>>,
    }
);

embedded_of_tokens!(Address {
    #[model(length(1..=80), validate = check)]
    street: String,
    #[model(json)]
    tags: Vec<String>,
});

embedded!(Place {
    #[model(json)]
    tags: Option<Vec<String>>,
    height: Option<i32>,
});

newtype!(pub(crate) Number(i64));
choice!(Mood as i16 { Good = 1, Bad = -2, });
partial!(Label of orders { id: i64, note: Option<String>, });
of_parent!(Customer, "children", check, String::new);

fn check(_: &String) -> Result<(), &'static str> {
    Ok(())
}

fn main() {
    let _ = NewOrder { id: 1, customer_id: 2 }.note("x".to_owned()).tags(Some(vec![]));
    let _ = NewChild { id: 1, customer_id: 2, order_id: 3, number: Number(1) }.name("Ann");
}
