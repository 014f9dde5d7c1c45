//! Indexes and uniques.

use super::{Words, options};
use crate::backend::Database;
use crate::snapshot::{Index, Order, Part, TableName, Term};

impl Words {
    /// A unique as a constraint of its table.
    pub(in crate::diff::sql) fn unique(self, index: &Index) -> String {
        let nulls = if index.nulls_agree {
            " NULLS NOT DISTINCT"
        } else {
            ""
        };
        let name = self.prefix(index.name.as_ref());
        let parts = self.parts(&index.parts);
        let include = self.include(index);
        let options = options(&index.options);
        format!("{name}UNIQUE{nulls} ({parts}){include}{options}")
    }

    pub(super) fn prefix(self, name: Option<&String>) -> String {
        let name = name.map(|name| format!("CONSTRAINT {} ", self.name(name)));
        name.unwrap_or_default()
    }

    fn include(self, index: &Index) -> String {
        if index.include.is_empty() {
            return String::new();
        }
        format!(" INCLUDE ({})", self.names(&index.include))
    }

    pub(in crate::diff::sql) fn parts(self, parts: &[Part]) -> String {
        let parts: Vec<String> = parts.iter().map(|part| self.part(part)).collect();
        parts.join(", ")
    }

    fn part(self, part: &Part) -> String {
        let mut text = match &part.term {
            Term::Column(name) => self.name(name),
            Term::Expression(text) => format!("({text})"),
        };
        if let Some(prefix) = part.prefix {
            text.push_str(&format!("({prefix})"));
        }
        if let Some(collation) = &part.collation {
            let collation = match self.0 {
                Database::Postgres => self.name(collation),
                _ => collation.clone(),
            };
            text.push_str(&format!(" COLLATE {collation}"));
        }
        if let Some(class) = &part.operator_class {
            text.push_str(&format!(" {class}"));
        }
        if part.order == Order::Descending {
            text.push_str(" DESC");
        }
        match part.nulls_first {
            Some(true) => text.push_str(" NULLS FIRST"),
            Some(false) => text.push_str(" NULLS LAST"),
            None => {}
        }
        text
    }

    /// CREATE INDEX, on PostgreSQL and SQLite.
    pub(in crate::diff::sql) fn create_index(self, table: &TableName, index: &Index) -> String {
        let unique = if index.unique { "UNIQUE " } else { "" };
        let name = self.constraint(index.name.as_ref(), table, "idx");
        let (name, on) = match (&table.schema, self.0) {
            // An index is in the schema of its table: SQLite wants that before its own name.
            (Some(schema), Database::Sqlite) => (
                format!("{}.{name}", self.name(schema)),
                self.name(&table.name),
            ),
            _ => (name, self.table(table)),
        };
        let method = index.method.as_ref();
        let method = method.map_or(String::new(), |method| format!(" USING {method}"));
        let nulls = if index.nulls_agree {
            " NULLS NOT DISTINCT"
        } else {
            ""
        };
        let parts = self.parts(&index.parts);
        let include = self.include(index);
        let predicate = index.predicate.as_ref();
        let predicate = predicate.map_or(String::new(), |text| format!(" WHERE {text}"));
        format!("CREATE {unique}INDEX {name} ON {on}{method} ({parts}){include}{nulls}{predicate}")
    }

    pub(in crate::diff::sql) fn drop_index(self, table: &TableName, index: &Index) -> String {
        let name = self.constraint(index.name.as_ref(), table, "idx");
        match &table.schema {
            Some(schema) => format!("DROP INDEX {}.{name}", self.name(schema)),
            None => format!("DROP INDEX {name}"),
        }
    }

    /// An index as a line of its table, on MariaDB and MySQL.
    pub(in crate::diff::sql) fn mysql_index(self, index: &Index) -> String {
        let kind = match (index.unique, index.method.as_deref()) {
            (true, _) => "UNIQUE ",
            (false, Some("fulltext")) => "FULLTEXT ",
            (false, Some("spatial")) => "SPATIAL ",
            (false, _) => "",
        };
        let name = index.name.as_ref();
        let name = name.map_or(String::new(), |name| format!("{} ", self.name(name)));
        format!("{kind}INDEX {name}({})", self.parts(&index.parts))
    }
}
