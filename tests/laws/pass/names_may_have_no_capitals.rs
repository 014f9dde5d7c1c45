//! Where the struct has the name of a module beside it already.
#![deny(warnings)]
#![allow(dead_code)]

use orm_core::prelude::*;

#[derive(Embedded, Debug, Clone, PartialEq)]
struct 住所 {
    街: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(has_many(注文: 注文書))]
struct 顧客 {
    id: i64,
    #[model(embedded)]
    家: 住所,
}

#[derive(Model, Debug, Clone, PartialEq)]
struct 注文書 {
    id: i64,
    #[model(belongs_to = 顧客)]
    顧客_id: i64,
    #[model(belongs_to = area, explicit_join)]
    _id: i64,
}

#[allow(non_camel_case_types)]
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "order")]
struct order {
    id: i64,
}

#[allow(non_camel_case_types)]
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "m²")]
struct area {
    id: i64,
}

fn main() {
    let _ = 顧客::query().with(顧客_relations::注文);
    let _ = order::query().filter(order_table::id.eq(1));
    let _ = area::query().filter(m_::id.eq(1));
}
