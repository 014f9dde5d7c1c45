//! SQLite: its settings, and exact decimals.
//!
//! Out of the box a single insert costs some fifty times what it costs in WAL
//! with synchronous NORMAL, and foreign keys are not checked. With NORMAL a
//! power cut may lose the last transactions, never damage the file.

use std::cmp::Ordering;

use bigdecimal::BigDecimal;
use diesel::connection::{AnsiTransactionManager, SimpleConnection, TransactionManager};
use diesel::result::Error as DieselError;
use diesel::sql_types::{Nullable, Text};
use diesel::sqlite::SqliteAggregateFunction;
use diesel::{Connection, QueryResult, SqliteConnection};

use super::{DatabaseConnection, check_scheme, refused};
use crate::error::Result;
use crate::url::{DatabaseUrl, Scheme};
use crate::value::{avg_decimal, decimal_from_text, decimal_to_text};

const SETTINGS: &str = "PRAGMA busy_timeout = 5000; PRAGMA synchronous = NORMAL; \
                        PRAGMA foreign_keys = ON;";

/// Behind the others: changing the journal needs a lock, which is waited for.
const JOURNAL: &str = "PRAGMA journal_mode = WAL;";

impl DatabaseConnection for SqliteConnection {
    const SCHEME: Scheme = Scheme::Sqlite;

    fn open(url: &DatabaseUrl) -> Result<Self> {
        check_scheme(url, Self::SCHEME)?;
        let mut connection =
            SqliteConnection::establish(url.secret()).map_err(|error| refused(url, &error))?;
        set_up(&mut connection)?;
        Ok(connection)
    }

    fn begin_immediate(&mut self) -> QueryResult<()> {
        AnsiTransactionManager::begin_transaction_sql(self, "BEGIN IMMEDIATE")
    }

    fn roll_back_all(&mut self) -> QueryResult<()> {
        // Where none is open that is an error.
        let _ = self.batch_execute("ROLLBACK");
        *AnsiTransactionManager::transaction_manager_status_mut(self) = Default::default();
        Ok(())
    }
}

/// What every connection gets, however it is used later.
pub(crate) fn set_up(connection: &mut SqliteConnection) -> QueryResult<()> {
    connection.batch_execute(SETTINGS)?;
    match connection.batch_execute(JOURNAL) {
        Err(error) if !is_read_only(&error) => return Err(error),
        _ => {}
    }
    register_decimals(connection)
}

/// Whether a file, or its folder, may not be written to: it is read with the journal that it has.
fn is_read_only(error: &DieselError) -> bool {
    let texts = [
        "attempt to write a readonly database",
        "unable to open database file",
    ];
    matches!(error, DieselError::DatabaseError(_, info) if texts.contains(&info.message()))
}

#[diesel::declare_sql_function]
extern "SQL" {
    /// The exact sum of decimals kept as text.
    #[aggregate]
    fn orm_decimal_sum(value: Nullable<Text>) -> Nullable<Text>;

    /// The average of decimals kept as text, with PostgreSQL's digits.
    #[aggregate]
    fn orm_decimal_avg(value: Nullable<Text>) -> Nullable<Text>;
}

#[diesel::declare_sql_function]
extern "SQL" {
    /// The exact sum of two decimals; NULL if one is NULL.
    fn orm_decimal_add(left: Nullable<Text>, right: Nullable<Text>) -> Nullable<Text>;

    /// The exact difference of two decimals; NULL if one is NULL.
    fn orm_decimal_sub(left: Nullable<Text>, right: Nullable<Text>) -> Nullable<Text>;

    /// The exact product of two decimals; NULL if one is NULL.
    fn orm_decimal_mul(left: Nullable<Text>, right: Nullable<Text>) -> Nullable<Text>;
}

/// An operator on texts of decimals and whole numbers.
fn calculate(
    left: Option<String>,
    right: Option<String>,
    op: fn(BigDecimal, BigDecimal) -> BigDecimal,
) -> Option<String> {
    let (left, right) = (
        decimal_from_text(&left?).ok()?,
        decimal_from_text(&right?).ok()?,
    );
    decimal_to_text(&op(left, right)).ok()
}

fn register_decimals(connection: &mut SqliteConnection) -> QueryResult<()> {
    // Diesel hands the right side first and returns the answer as it is.
    connection.register_collation("orm_decimal", |b, a| {
        match (decimal_from_text(a), decimal_from_text(b)) {
            (Ok(a), Ok(b)) => a.cmp(&b),
            // What is no number stands behind the numbers, by its bytes.
            (Ok(_), Err(_)) => Ordering::Less,
            (Err(_), Ok(_)) => Ordering::Greater,
            (Err(_), Err(_)) => a.cmp(b),
        }
    })?;
    type Operand = Option<String>;
    orm_decimal_add_utils::register_impl(connection, |a: Operand, b: Operand| {
        calculate(a, b, |a, b| a + b)
    })?;
    orm_decimal_sub_utils::register_impl(connection, |a: Operand, b: Operand| {
        calculate(a, b, |a, b| a - b)
    })?;
    orm_decimal_mul_utils::register_impl(connection, |a: Operand, b: Operand| {
        calculate(a, b, |a, b| a * b)
    })?;
    orm_decimal_sum_utils::register_impl::<Sum, _>(connection)?;
    orm_decimal_avg_utils::register_impl::<Average, _>(connection)?;
    Ok(())
}

/// The sum so far, and of how many.
#[derive(Debug, Clone, Default)]
struct Total {
    sum: BigDecimal,
    count: i64,
}

impl Total {
    fn add(&mut self, text: Option<String>) {
        // A text that is no decimal counts as SQLite's own SUM counts it: as zero.
        if let Some(text) = text {
            self.sum += decimal_from_text(&text).unwrap_or_default();
            self.count += 1;
        }
    }
}

#[derive(Debug, Clone, Default)]
struct Sum(Total);

impl SqliteAggregateFunction<Option<String>> for Sum {
    type Output = Option<String>;

    fn step(&mut self, value: Option<String>) {
        self.0.add(value);
    }

    fn finalize(total: Option<Self>) -> Option<String> {
        let Total { sum, count } = total?.0;
        if count == 0 {
            None
        } else {
            decimal_to_text(&sum).ok()
        }
    }
}

#[derive(Debug, Clone, Default)]
struct Average(Total);

impl SqliteAggregateFunction<Option<String>> for Average {
    type Output = Option<String>;

    fn step(&mut self, value: Option<String>) {
        self.0.add(value);
    }

    fn finalize(total: Option<Self>) -> Option<String> {
        let Total { sum, count } = total?.0;
        decimal_to_text(&avg_decimal(&sum, count)?).ok()
    }
}
