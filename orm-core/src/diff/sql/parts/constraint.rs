//! Primary keys, foreign keys and checks.

use super::{Words, options};
use crate::backend::Database;
use crate::snapshot::{Action, Check, Column, Deferred, ForeignKey, PrimaryKey, Table, TableName};

impl Words {
    pub(in crate::diff::sql) fn primary_key(self, table: &TableName, key: &PrimaryKey) -> String {
        let columns = self.names(&key.columns);
        if self.0 == Database::Postgres {
            let name = self.constraint(key.name.as_ref(), table, "pkey");
            return format!("CONSTRAINT {name} PRIMARY KEY ({columns})");
        }
        match &key.name {
            Some(name) if self.0 == Database::Sqlite => {
                format!("CONSTRAINT {} PRIMARY KEY ({columns})", self.name(name))
            }
            _ => format!("PRIMARY KEY ({columns})"),
        }
    }

    pub(in crate::diff::sql) fn foreign_key(self, table: &TableName, key: &ForeignKey) -> String {
        let parent = match self.0 {
            // A foreign key stays in its file there, and names none.
            Database::Sqlite => self.name(&key.parent.name),
            _ => self.table(&key.parent),
        };
        let name = match self.0 {
            Database::Sqlite => self.prefix(key.name.as_ref()),
            // A name that the server gave goes with the table, and it gives it again.
            Database::Mysql if is_numbered(key) => String::new(),
            _ => format!("CONSTRAINT {} ", self.foreign_key_name(table, key)),
        };
        let mut text = format!(
            "{name}FOREIGN KEY ({}) REFERENCES {parent} ({})",
            self.names(&key.columns),
            self.names(&key.parent_columns),
        );
        let (columns, others): (Vec<&String>, Vec<&String>) = key
            .options
            .iter()
            .partition(|option| option.starts_with(ON_DELETE_SET));
        text.push_str(&options(others));
        for (action, event) in [(key.on_delete, "DELETE"), (key.on_update, "UPDATE")] {
            if action != Action::default() {
                text.push_str(&format!(" ON {event} {}", action.sql()));
            }
            if event == "DELETE" {
                let of = columns.iter();
                text.extend(of.filter_map(|one| one.strip_prefix(ON_DELETE_SET)));
            }
        }
        text.push_str(match (key.deferred, self.0) {
            (_, Database::Mysql) | (Deferred::Not, _) => "",
            (Deferred::InitiallyImmediate, _) => " DEFERRABLE INITIALLY IMMEDIATE",
            (Deferred::InitiallyDeferred, _) => " DEFERRABLE INITIALLY DEFERRED",
        });
        text
    }

    pub(in crate::diff::sql) fn foreign_key_name(
        self,
        table: &TableName,
        key: &ForeignKey,
    ) -> String {
        let what = format!("{}_fkey", key.columns.join("_"));
        self.constraint(key.name.as_ref(), table, &what)
    }

    pub(in crate::diff::sql) fn check(self, check: &Check) -> String {
        let name = self.prefix(check.name.as_ref());
        let options = options(&check.options);
        format!("{name}CHECK ({}){options}", check.expression)
    }

    /// The check that is a part of a column's definition, as it stands behind all else of it.
    pub(in crate::diff::sql) fn own_check(self, table: &Table, column: &Column) -> String {
        let mut checks = table.checks.iter();
        let own = checks.find(|check| check.of_column && check.name.as_ref() == Some(&column.name));
        own.map_or(String::new(), |check| {
            format!(" CHECK ({})", check.expression)
        })
    }
}

/// Which columns become NULL or their default, where not all of the key do.
const ON_DELETE_SET: &str = "ON DELETE SET";

/// Whether a foreign key has a name of MariaDB's own making.
pub(in crate::diff::sql) fn is_numbered(key: &ForeignKey) -> bool {
    let name = key.name.as_deref().unwrap_or_default();
    name.rsplit_once("_ibfk_")
        .is_some_and(|(_, number)| number.parse::<u32>().is_ok())
}
