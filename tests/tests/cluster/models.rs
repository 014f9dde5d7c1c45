//! The models of the cluster's tests: every kind of column that is sorted or summed.

use orm_core::vocabulary::*;

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "customers", shard_key = id, has_many(orders: Order))]
pub struct Customer {
    #[model(generated = time_id)]
    pub id: i64,
    pub name: String,
    #[model(unique(per_shard))]
    pub email: Option<String>,
    #[model(belongs_to = Country)]
    pub country_id: Option<i32>,
    #[model(default = true)]
    pub active: bool,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "orders", shard_key = customer_id, has_many(items: Item))]
pub struct Order {
    #[model(generated)]
    pub id: i64,
    #[model(belongs_to = Customer, on_delete = cascade, index)]
    pub customer_id: i64,
    /// Unique over all shards by how the tests make it: a total order.
    pub number: i64,
    pub total_cents: i64,
    pub price: Decimal,
    pub weight: Option<f64>,
    pub small: Option<i16>,
    pub note: Option<String>,
    pub placed_at: NaiveDateTime,
    pub uid: Uuid,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "items", shard_key = customer_id)]
pub struct Item {
    #[model(generated)]
    pub id: i64,
    #[model(belongs_to = Customer)]
    pub customer_id: i64,
    #[model(belongs_to = Order, on_delete = cascade)]
    pub order_id: i64,
    pub quantity: i32,
}

/// A reference table.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "countries", shard = broadcast, has_many(customers: Customer))]
pub struct Country {
    pub id: i32,
    #[model(unique)]
    pub name: String,
    #[model(default = now)]
    pub since: NaiveDateTime,
}
