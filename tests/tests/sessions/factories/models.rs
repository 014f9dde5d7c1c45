//! Models with what a factory has to know of.

use orm_core::vocabulary::*;
use serde::{Deserialize, Serialize};

#[derive(ColumnType, Debug, Clone, Copy, PartialEq)]
pub(super) enum Tone {
    Light,
    Dark,
}

#[derive(ColumnType, Debug, Clone, Copy, PartialEq)]
#[column(integer)]
pub(super) enum Level {
    Low = -1,
    High = 7,
}

#[derive(ColumnType, Debug, Clone, Copy, PartialEq)]
#[column(postgres_enum = "factory_mood")]
pub(super) enum Mood {
    Sad,
    Happy,
}

#[derive(ColumnType, Debug, Clone, PartialEq)]
pub(super) struct Weight(pub(super) Decimal);

/// A type of its own that takes some texts only.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Shout(pub(super) String);

impl ColumnType for Shout {
    type Stored = String;

    fn into_stored(self) -> String {
        self.0
    }

    fn from_stored(stored: String) -> Result<Self, ColumnError> {
        match stored.to_uppercase() == stored {
            true => Ok(Shout(stored)),
            false => Err("is not shouted".into()),
        }
    }
}

#[derive(Serialize, Deserialize, Debug, Clone, PartialEq)]
pub(super) struct Settings {
    pub(super) theme: String,
    pub(super) sizes: Vec<u32>,
    pub(super) inner: Inner,
}

#[derive(Serialize, Deserialize, Debug, Clone, PartialEq)]
#[serde(tag = "kind")]
pub(super) struct Inner {
    pub(super) on: bool,
}

#[derive(Embedded, Debug, Clone, PartialEq)]
pub(super) struct Address {
    #[model(length(1..=30))]
    pub(super) street: String,
    pub(super) city: Option<String>,
    #[model(length(2..=2), validate = capitals)]
    pub(super) country: String,
}

fn capitals(text: &str) -> Result<(), &'static str> {
    match text.chars().all(char::is_uppercase) {
        true => Ok(()),
        false => Err("must be capitals"),
    }
}

fn even(number: &i32) -> Result<(), String> {
    match number % 2 {
        0 => Ok(()),
        _ => Err(format!("{number} is not even")),
    }
}

/// Every type, and rules of every kind.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(
    table = "all_things",
    unique(tone, flag, level),
    index(name),
    check(name = "times", sql = "ends_on >= begins_on")
)]
pub(super) struct Thing {
    #[model(key, length(1..=12))]
    pub(super) code: String,
    #[model(key)]
    pub(super) part: i16,
    #[model(length(..=40), not_blank)]
    pub(super) name: String,
    #[model(unique, email, length(..=60))]
    pub(super) email: String,
    #[model(sql_type = "VARCHAR(4)", unique)]
    pub(super) nick: String,
    #[model(length(20..))]
    pub(super) long: String,
    pub(super) tone: Tone,
    pub(super) flag: bool,
    #[model(range(-1..=998))]
    pub(super) level: i16,
    pub(super) grade: Level,
    pub(super) mood: Mood,
    pub(super) weight: Weight,
    pub(super) shout: Shout,
    #[model(unique)]
    pub(super) n8: u8,
    pub(super) n16: u16,
    #[model(unique)]
    pub(super) n32: u32,
    #[model(unique)]
    pub(super) n64: u64,
    #[model(validate = even)]
    pub(super) pairs: i32,
    #[model(range(0..1))]
    pub(super) share: f64,
    pub(super) f32: f32,
    #[model(unique)]
    pub(super) token: Uuid,
    #[model(sql_type(postgres = "NUMERIC(6, 2)", mysql = "DECIMAL(6, 2)"), unique)]
    pub(super) price: Decimal,
    #[model(unique, length(..=16))]
    pub(super) hash: Vec<u8>,
    pub(super) begins_on: NaiveDate,
    pub(super) ends_on: NaiveDate,
}

/// The rest: times, documents, embedded structs, what is made by others.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "other_things")]
pub(super) struct Other {
    #[model(generated = uuid_v7)]
    pub(super) id: Uuid,
    #[model(unique)]
    pub(super) day: NaiveDate,
    #[model(unique)]
    pub(super) at: NaiveTime,
    #[model(unique)]
    pub(super) local: NaiveDateTime,
    #[model(unique)]
    pub(super) instant: DateTime<Utc>,
    #[model(embedded)]
    pub(super) home: Address,
    #[model(embedded(prefix = "w_"))]
    pub(super) work: Address,
    #[model(json)]
    pub(super) settings: Settings,
    pub(super) document: Json,
    pub(super) r#type: String,
    pub(super) scan: Deferred<Vec<u8>>,
    pub(super) note: Option<String>,
    #[model(default = "open")]
    pub(super) state: String,
    #[model(default = 7, unique)]
    pub(super) ticket: i32,
    #[model(default_with = Uuid::new_v4)]
    pub(super) made: Uuid,
    #[model(created_at)]
    pub(super) created_at: DateTime<Utc>,
    #[model(soft_delete)]
    pub(super) deleted_at: Option<DateTime<Utc>>,
    #[model(version)]
    pub(super) version: i32,
}
