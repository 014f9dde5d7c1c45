//! Where a chunk begins and ends.

use std::fmt;
use std::sync::Arc;

use super::coding::Coding;
use crate::backend::Database;
use crate::operation::Statement;
use crate::value::Value;

/// A column of the key.
#[derive(Debug, Clone)]
pub(super) struct KeyColumn {
    /// Its name, quoted.
    pub(super) name: String,
    pub(super) coding: Coding,
}

/// A key that was come to, as the database wrote it.
#[derive(Debug, Clone)]
pub(super) struct Cursor {
    texts: Vec<String>,
    values: Vec<Value>,
}

impl Cursor {
    /// `None` if the texts are no key of these columns.
    pub(super) fn new(columns: &[KeyColumn], texts: Vec<String>) -> Option<Self> {
        if columns.len() != texts.len() {
            return None;
        }
        let values = columns.iter().zip(&texts);
        let values = values.map(|(column, text)| column.coding.value(text));
        let values = values.collect::<Option<_>>()?;
        Some(Cursor { texts, values })
    }

    /// What was noted of one.
    pub(super) fn noted(columns: &[KeyColumn], note: &str) -> Option<Self> {
        Self::new(columns, serde_json::from_str(note).ok()?)
    }

    /// The text for the note.
    pub(super) fn note(&self) -> String {
        serde_json::Value::from(self.texts.clone()).to_string()
    }
}

/// The keys of a chunk: behind the one it begins at, if there is one, up to the one it ends at.
#[derive(Debug, Clone)]
pub struct Range {
    pub(super) database: Database,
    pub(super) columns: Arc<[KeyColumn]>,
    pub(super) from: Option<Cursor>,
    pub(super) to: Cursor,
}

impl Range {
    /// The condition that a row is in it.
    pub(super) fn condition<ST>(&self, mut statement: Statement<ST>) -> Statement<ST> {
        if let Some(from) = &self.from {
            statement = compare(statement, self.database, &self.columns, ">", from).text(" AND ");
        }
        compare(statement, self.database, &self.columns, "<=", &self.to)
    }
}

/// `key > cursor`, or `key <= cursor`.
pub(super) fn compare<ST>(
    statement: Statement<ST>,
    database: Database,
    columns: &[KeyColumn],
    operator: &str,
    cursor: &Cursor,
) -> Statement<ST> {
    let pairs: Vec<_> = columns.iter().zip(&cursor.values).collect();
    match pairs.as_slice() {
        &[pair] => one(statement, operator, pair),
        pairs if database == Database::Mysql => {
            // The first column alone, too: by that the index is used.
            let at_least = format!("{}=", &operator[..1]);
            let statement = one(statement, &at_least, pairs[0]).text(" AND ");
            written_out(statement, operator, pairs)
        }
        pairs => {
            let names: Vec<_> = pairs
                .iter()
                .map(|(column, _)| column.name.as_str())
                .collect();
            let mut statement = statement.text(format!("({}) {operator} (", names.join(", ")));
            for (nth, pair) in pairs.iter().enumerate() {
                statement = bound(statement.text(if nth > 0 { ", " } else { "" }), *pair);
            }
            statement.text(")")
        }
    }
}

/// `(a > 1 OR (a = 1 AND (b > 2 OR ..)))`
fn written_out<ST>(
    statement: Statement<ST>,
    operator: &str,
    pairs: &[(&KeyColumn, &Value)],
) -> Statement<ST> {
    match pairs {
        [] => statement,
        &[pair] => one(statement, operator, pair),
        &[pair, ref rest @ ..] => {
            let statement = one(statement.text("("), &operator[..1], pair).text(" OR (");
            let statement = one(statement, "=", pair).text(" AND ");
            written_out(statement, operator, rest).text("))")
        }
    }
}

fn one<ST>(statement: Statement<ST>, operator: &str, pair: (&KeyColumn, &Value)) -> Statement<ST> {
    bound(statement.text(format!("{} {operator} ", pair.0.name)), pair)
}

fn bound<ST>(statement: Statement<ST>, (column, value): (&KeyColumn, &Value)) -> Statement<ST> {
    let (before, behind) = column.coding.around();
    statement.text(before).bind(value.clone()).text(behind)
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let values: Vec<_> = self.values.iter().map(ToString::to_string).collect();
        write!(f, "({})", values.join(", "))
    }
}

/// `keys behind (3) up to (7)`
impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.from {
            Some(from) => write!(f, "keys behind {from} up to {}", self.to),
            None => write!(f, "keys up to {}", self.to),
        }
    }
}
