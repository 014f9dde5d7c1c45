//! A shop, and a firm whose tables refer to each other.

use orm_core::schema::Schema;
use orm_core::vocabulary::*;

#[derive(Model, Debug, Clone, PartialEq)]
pub(super) struct Customer {
    #[model(generated)]
    pub(super) id: i64,
    #[model(length(1..=20))]
    pub(super) name: String,
    #[model(unique)]
    pub(super) email: String,
    pub(super) note: Option<String>,
    #[model(version)]
    pub(super) version: i32,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "products")]
pub(super) struct Product {
    #[model(generated = time_id)]
    pub(super) id: i64,
    #[model(length(1..=20))]
    pub(super) title: String,
    pub(super) price: Decimal,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "orders")]
pub(super) struct Order {
    #[model(generated)]
    pub(super) id: i64,
    #[model(belongs_to = Customer)]
    pub(super) customer_id: i64,
    #[model(range(0..))]
    pub(super) total_cents: i64,
    #[model(length(3..=40))]
    pub(super) code: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "items")]
pub(super) struct Item {
    #[model(key, belongs_to = Order)]
    pub(super) order_id: i64,
    #[model(key, belongs_to = Product)]
    pub(super) product_id: i64,
    #[model(range(1..))]
    pub(super) amount: i32,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "notes")]
pub(super) struct Note {
    #[model(generated)]
    pub(super) id: i64,
    #[model(belongs_to = Customer)]
    pub(super) customer_id: i64,
    pub(super) text: String,
    #[model(soft_delete)]
    pub(super) deleted_at: Option<DateTime<Utc>>,
    #[model(updated_at)]
    pub(super) updated_at: DateTime<Utc>,
    #[model(version)]
    pub(super) version: i32,
}

pub(super) const SHOP: Schema = schema![Item, Note, Order, Product, Customer];

/// A firm: departments have a head, who works in one of them and has a boss.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "departments")]
pub(super) struct Department {
    #[model(key)]
    pub(super) id: i64,
    pub(super) name: String,
    #[model(belongs_to = Worker, explicit_join)]
    pub(super) head_id: Option<i64>,
    #[model(version)]
    pub(super) version: i32,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "workers")]
pub(super) struct Worker {
    #[model(generated)]
    pub(super) id: i64,
    pub(super) name: String,
    #[model(belongs_to = Department)]
    pub(super) department_id: i64,
    #[model(belongs_to = Worker)]
    pub(super) boss_id: Option<i64>,
}

/// What hangs on the circle.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "badges")]
pub(super) struct Badge {
    #[model(generated)]
    pub(super) id: i64,
    #[model(belongs_to = Worker)]
    pub(super) worker_id: i64,
}

pub(super) const FIRM: Schema = schema![Badge, Worker, Department];

/// Each needs the other.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "eggs")]
pub(super) struct Egg {
    #[model(key)]
    pub(super) id: i64,
    #[model(belongs_to = Hen, explicit_join)]
    pub(super) hen_id: i64,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "hens")]
pub(super) struct Hen {
    #[model(key)]
    pub(super) id: i64,
    #[model(belongs_to = Egg)]
    pub(super) egg_id: i64,
}

pub(super) fn customer(name: &str) -> NewCustomer {
    NewCustomer {
        name: name.into(),
        email: format!("{name}@example.org").to_lowercase(),
    }
}

pub(super) fn order_of(customer_id: i64, total_cents: i64) -> NewOrder {
    NewOrder {
        customer_id,
        total_cents,
        code: format!("of {customer_id}"),
    }
}

pub(super) fn product(title: &str) -> NewProduct {
    NewProduct {
        title: title.into(),
        price: Decimal::from(3),
    }
}

/// The statements that begin with a word, and their tables.
pub(super) fn writes(sent: &[String]) -> Vec<String> {
    let words = |sql: &String| {
        let plain = sql.replace(['"', '`'], "");
        let mut words = plain.split(' ');
        match words.next()? {
            "INSERT" => Some(format!("insert {}", words.nth(1)?)),
            "UPDATE" => Some(format!("update {}", words.next()?)),
            "DELETE" => Some(format!("delete {}", words.nth(1)?)),
            _ => None,
        }
    };
    sent.iter().filter_map(words).collect()
}

/// How many statements there are, without those that only read rows again where the database has
/// no RETURNING.
pub(super) fn begins(sent: &[String]) -> usize {
    sent.iter().filter(|sql| sql.starts_with("BEGIN")).count()
}
