//! Backfills on real databases: each scenario is written once and run on each.

use orm_core::backend::{Database, Dialect};
use orm_core::backfill::Backfill;
use orm_core::connection::DatabaseConnection;
use orm_core::inspect::Catalog;
use orm_core::prelude::*;

#[cfg(feature = "async")]
#[path = "backfill/asynchronous.rs"]
mod asynchronous;
#[cfg(feature = "cli")]
#[path = "backfill/bar.rs"]
mod bar;
#[path = "backfill/keys.rs"]
mod keys;
#[path = "backfill/killed.rs"]
mod killed;
#[cfg(feature = "mysql")]
#[path = "backfill/reads.rs"]
mod reads;
#[path = "backfill/refused.rs"]
mod refused;
#[path = "backfill/rows.rs"]
mod rows;
#[cfg(feature = "postgres")]
#[path = "backfill/schemas.rs"]
mod schemas;
#[path = "backfill/together.rs"]
mod together;
#[path = "backfill/updates.rs"]
mod updates;

/// What is filled. `touched` counts how often a row was changed: no text of these may be run twice on
/// a row unnoticed.
#[derive(Model, Debug, Clone)]
#[model(table = "entries")]
struct Entry {
    id: i64,
    price: i64,
    amount: i64,
    total: Option<i64>,
    touched: i64,
    #[model(soft_delete)]
    deleted_at: Option<DateTime<Utc>>,
}

const FILL: &str = "total = price * amount, touched = touched + 1";

fn totals(chunk: u64) -> Backfill {
    Backfill::update::<Entry>("totals", FILL).chunk(chunk)
}

/// A connection that can be asked for a text.
trait Base: DatabaseConnection<Backend: Catalog> {
    fn texts(session: &mut Session<Self>, statement: &str) -> Vec<String>;
}

macro_rules! bases {
    ($($(#[$feature:meta])? $connection:ident),*) => {$(
        $(#[$feature])?
        impl Base for orm_core::prelude::$connection {
            fn texts(session: &mut Session<Self>, statement: &str) -> Vec<String> {
                use orm_core::diesel::RunQueryDsl;

                let asked = orm_core::diesel::dsl::sql::<orm_core::diesel::sql_types::Text>(statement);
                RunQueryDsl::load(asked, session).expect("an answer")
            }
        }
    )*};
}
bases!(
    SqliteConnection,
    #[cfg(feature = "postgres")]
    PgConnection,
    #[cfg(feature = "mysql")]
    MysqlConnection
);

/// A database of its own.
struct Place<C: DatabaseConnection> {
    url: String,
    engine: Engine<C>,
}

impl<C: Base> Place<C> {
    fn new(url: &str) -> Self {
        Place {
            url: url.to_owned(),
            engine: Engine::open(url).expect("a database"),
        }
    }

    fn database(&self) -> Database {
        C::Backend::DATABASE
    }

    fn session(&self) -> Session<C> {
        self.engine.session().expect("a session")
    }

    #[track_caller]
    fn sql(&self, text: &str) {
        let done = self.session().connection().batch_execute(text);
        done.expect("the statements are run");
    }

    /// So many entries; their keys have gaps.
    #[track_caller]
    fn entries(&self, count: u64) {
        self.engine.create_all(schema![Entry]).expect("made");
        let row = |nth: u64| format!("({}, {nth}, 3, 0)", nth * 7);
        let rows: Vec<_> = (1..=count).map(row).collect();
        if count > 0 {
            let rows = rows.join(", ");
            let insert = "INSERT INTO entries (id, price, amount, touched) VALUES";
            self.sql(&format!("{insert} {rows}"));
        }
    }

    /// The first row of a statement whose one column is made a text here.
    #[track_caller]
    fn ask(&self, expression: &str, from: &str) -> String {
        let ty = match self.database() {
            Database::Mysql => "CHAR",
            _ => "TEXT",
        };
        let statement = format!("SELECT CAST({expression} AS {ty}) FROM {from}");
        C::texts(&mut self.session(), &statement).remove(0)
    }

    /// How many rows of a table were changed once, and how many not at all. None was more often.
    #[track_caller]
    fn touched(&self, table: &str) -> (u64, u64) {
        let count = |times: &str| {
            let from = format!("{table} WHERE touched {times}");
            self.ask("COUNT(*)", &from).parse().expect("a number")
        };
        assert_eq!(count("> 1"), 0_u64, "none is changed twice");
        (count("= 1"), count("= 0"))
    }

    /// All entries are filled, each once.
    #[track_caller]
    fn assert_filled(&self, count: u64) {
        assert_eq!(self.touched("entries"), (count, 0));
        let sum = self.ask("COALESCE(SUM(total), 0)", "entries");
        assert_eq!(sum, (3 * count * (count + 1) / 2).to_string());
    }
}
