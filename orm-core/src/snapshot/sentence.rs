//! Differences as sentences that a person understands.

use std::fmt;

use super::{Action, Change, Deferred, Difference, Generator};

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let table = &self.table;
        let or = |text: &Option<String>, none: &str| match text {
            Some(text) => format!("`{text}`"),
            None => none.to_owned(),
        };
        let named = |name: &Option<String>| match name {
            Some(name) => format!(" `{name}`"),
            None => String::new(),
        };
        match &self.change {
            Change::TableMissing => write!(f, "the table `{table}` is missing"),
            Change::TableExtra => write!(f, "the table `{table}` is known to no model"),
            Change::ViewMissing => write!(f, "the view `{table}` is missing"),
            Change::ViewExtra => write!(f, "the view `{table}` is known to no model"),
            Change::ViewKind { materialized: true } => {
                write!(f, "the view `{table}` should be materialized, and is not")
            }
            Change::ViewKind { .. } => {
                write!(f, "the view `{table}` is materialized, and should not be")
            }
            Change::ViewDiffers { expected, found } => {
                write!(f, "the view `{table}` is {found}, and should be {expected}")
            }
            Change::EnumMissing => write!(f, "the enum type `{table}` is missing"),
            Change::EnumExtra => write!(f, "the enum type `{table}` is known to no model"),
            Change::EnumLabels { expected, found } => {
                let (found, expected) = (found.join(", "), expected.join(", "));
                write!(
                    f,
                    "the enum type `{table}` has the labels {found}, and should have {expected}"
                )
            }
            Change::Options {
                of,
                name,
                expected,
                found,
            } => {
                let whose = match of {
                    Some(of) => format!("the {of} {name} of `{table}`"),
                    None => format!("`{table}`"),
                };
                let list = |options: &Vec<String>| match options.is_empty() {
                    true => "nothing".to_owned(),
                    false => options.join(", "),
                };
                let (found, expected) = (list(found), list(expected));
                write!(f, "{whose} says beside {found}, and should say {expected}")
            }
            Change::ColumnMissing { column } => {
                write!(f, "`{table}` has no column `{column}`")
            }
            Change::ColumnExtra { column, required } => {
                write!(
                    f,
                    "`{table}` has the column `{column}`, which no model knows"
                )?;
                match required {
                    true => write!(
                        f,
                        "; it takes no NULL and has no default, so no insert works"
                    ),
                    false => Ok(()),
                }
            }
            Change::Type {
                column,
                expected,
                found,
            } => {
                write!(
                    f,
                    "`{table}.{column}` is of the type `{found}`, and should be `{expected}`"
                )
            }
            Change::Collation {
                column,
                expected,
                found,
                ..
            } => {
                let (found, expected) = (
                    or(found, "the database's own"),
                    or(expected, "the database's own"),
                );
                write!(
                    f,
                    "`{table}.{column}` has the collation {found}, and should have {expected}"
                )
            }
            Change::Nullability {
                column,
                expected: true,
            } => {
                write!(f, "`{table}.{column}` takes no NULL, and should")
            }
            Change::Nullability { column, .. } => {
                write!(f, "`{table}.{column}` may be NULL, and should not")
            }
            Change::Default {
                column,
                expected,
                found,
            } => {
                let (found, expected) = (or(found, "none"), or(expected, "none"));
                write!(
                    f,
                    "the default of `{table}.{column}` is {found}, and should be {expected}"
                )
            }
            Change::Generator {
                column,
                expected,
                found,
            } => match (expected, found) {
                (Some(_), Some(Generator::Always)) => {
                    write!(
                        f,
                        "the database counts `{table}.{column}` always, and should take a value that is given"
                    )
                }
                (Some(_), Some(_)) => {
                    write!(
                        f,
                        "the database takes a value of `{table}.{column}` that is given, and should not"
                    )
                }
                (Some(_), None) => {
                    write!(
                        f,
                        "the database does not count `{table}.{column}`, and should"
                    )
                }
                _ => write!(f, "the database counts `{table}.{column}`, and should not"),
            },
            Change::Computed {
                column,
                expected,
                found,
            } => {
                let (found, expected) = (or(found, "nothing"), or(expected, "nothing"));
                write!(
                    f,
                    "`{table}.{column}` is computed by {found}, and should be by {expected}"
                )
            }
            Change::PrimaryKey { expected, found } => {
                let list = |columns: &Vec<String>| match columns.is_empty() {
                    true => "none".to_owned(),
                    false => format!("({})", columns.join(", ")),
                };
                let (found, expected) = (list(found), list(expected));
                write!(
                    f,
                    "the primary key of `{table}` is {found}, and should be {expected}"
                )
            }
            Change::IndexMissing { index } => write!(f, "`{table}` lacks the {index}"),
            Change::IndexExtra { index } => {
                write!(f, "`{table}` has the {index}, which no model declares")
            }
            Change::IndexDiffers { expected, found } => {
                write!(
                    f,
                    "`{table}` has the {found}, and should have the {expected}"
                )
            }
            Change::ForeignKeyMissing { key } => write!(f, "`{table}` lacks the foreign key {key}"),
            Change::ForeignKeyExtra { key } => {
                write!(
                    f,
                    "`{table}` has the foreign key {key}, which no model declares"
                )
            }
            Change::ForeignKeyActs {
                columns,
                expected,
                found,
            } => write!(
                f,
                "the foreign key of `{table}` ({}) says {}, and should say {}",
                columns.join(", "),
                acts(found),
                acts(expected),
            ),
            Change::CheckMissing { name, expression } => {
                write!(f, "`{table}` lacks the check{}: {expression}", named(name))
            }
            Change::CheckExtra { name, expression } => {
                let name = named(name);
                write!(
                    f,
                    "`{table}` has the check{name}, which no model declares: {expression}"
                )
            }
            Change::CheckDiffers {
                name,
                expected,
                found,
            } => {
                write!(
                    f,
                    "the check `{name}` of `{table}` says {found}, and should say {expected}"
                )
            }
            Change::Name {
                what,
                expected,
                found,
            } => {
                write!(
                    f,
                    "the {what} `{found}` of `{table}` would be `{expected}` by its model"
                )
            }
            Change::Comment {
                column,
                expected,
                found,
            } => {
                let of = column
                    .as_ref()
                    .map_or(String::new(), |column| format!(".{column}"));
                let (found, expected) = (or(found, "none"), or(expected, "none"));
                write!(
                    f,
                    "the comment of `{table}{of}` is {found}, and should be {expected}"
                )
            }
        }
    }
}

fn acts((delete, update, deferred): &(Action, Action, Deferred)) -> String {
    let when = match deferred {
        Deferred::InitiallyImmediate => " DEFERRABLE",
        Deferred::InitiallyDeferred => " DEFERRABLE INITIALLY DEFERRED",
        _ => "",
    };
    format!(
        "ON DELETE {} ON UPDATE {}{when}",
        delete.sql(),
        update.sql()
    )
}
