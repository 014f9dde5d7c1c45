//@ errors: 15
use orm_core::prelude::*;

#[derive(ColumnType, Debug, Clone)]
struct Revision(String);

#[derive(ColumnType, Debug, Clone)]
struct Stamp(i64);

#[derive(ColumnType, Debug, Clone)]
enum Status {
    Open,
    Paid,
}

#[derive(ColumnType, Debug, Clone)]
#[column(integer)]
enum Level {
    Low = 10,
    High = 20,
}

#[derive(Model)]
struct Named {
    #[model(generated)] //~ ERROR a key that the database makes is a whole number or a UUID
    id: String,
}

#[derive(Model)]
struct Timed {
    #[model(generated = time_id)] //~ ERROR a `time_id` is an `i64`
    id: i32,
}

#[derive(Model)]
struct Versioned {
    #[model(generated = uuid_v7)] //~ ERROR a `uuid_v7` is a `Uuid`
    id: i64,
    #[model(version)]
    version: Revision, //~ ERROR a version is a whole number
    #[model(created_at)]
    at: Stamp, //~ ERROR a time is a `DateTime<Utc>`
}

#[derive(Model)]
struct Defaults {
    id: i64,
    #[model(default = "open")] //~ ERROR the default of a number is a number
    a: i64,
    #[model(default = true)] //~ ERROR `true` and `false` are defaults of a `bool`
    b: i32,
    #[model(default = "opne")] //~ ERROR no variant of the enum is stored as this text
    c: Status,
    #[model(default = 15)] //~ ERROR no variant of the enum is stored as this number
    d: Level,
    #[model(default = 300)] //~ ERROR the default does not fit into the type
    e: u8,
    #[model(default = now)] //~ ERROR `now` is the default of a date or a time
    f: Option<String>,
}

#[derive(Model)]
struct Rules {
    id: i64,
    #[model(email)] //~ ERROR this is a rule of texts
    a: i64,
    #[model(length(1..))] //~ ERROR a length is of a text, of bytes or of an array
    b: Option<Stamp>,
    #[model(json, length(..=3))] //~ ERROR a length is of a text, of bytes or of an array
    c: Vec<String>,
    #[model(range(0..))] //~ ERROR a range is of numbers
    d: String,
}

fn main() {}
