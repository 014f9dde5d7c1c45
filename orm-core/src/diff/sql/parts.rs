//! What statements are made of: names, tables, views; [columns](column), [indexes](index) and
//! [constraints](constraint).

mod column;
mod constraint;
mod index;

pub(super) use constraint::is_numbered;

use crate::backend::Database;
use crate::ddl::{constraint_name, quote_identifier};
use crate::snapshot::{Column, Table, TableName, View};

/// Writes in the words of one database.
#[derive(Clone, Copy)]
pub(super) struct Words(pub(super) Database);

impl Words {
    pub(super) fn name(self, name: &str) -> String {
        quote_identifier(self.0, name)
    }

    pub(super) fn names(self, names: &[String]) -> String {
        let names: Vec<String> = names.iter().map(|name| self.name(name)).collect();
        names.join(", ")
    }

    pub(super) fn table(self, table: &TableName) -> String {
        let name = self.name(&table.name);
        match &table.schema {
            Some(schema) => format!("{}.{name}", self.name(schema)),
            None => name,
        }
    }

    /// The name that a constraint has, or the one that the database would give it.
    pub(super) fn constraint(
        self,
        given: Option<&String>,
        table: &TableName,
        what: &str,
    ) -> String {
        let name = match given {
            Some(name) => name.clone(),
            None => constraint_name(self.0, &format!("{}_{what}", table.name)).into_owned(),
        };
        self.name(&name)
    }

    /// CREATE TABLE, without what is made by statements of its own behind it.
    pub(super) fn create_table(self, table: &Table, name: &TableName) -> String {
        let line = |column: &Column| {
            let line = self.column(column, false);
            line + &self.own_check(table, column)
        };
        let mut lines: Vec<String> = table.columns.iter().map(line).collect();
        let mut columns = table.columns.iter();
        let counted = self.0 == Database::Sqlite && columns.any(|one| one.generator.is_some());
        if let (Some(key), false) = (&table.primary_key, counted) {
            lines.push(self.primary_key(name, key));
        }
        for index in &table.indexes {
            if index.constraint {
                lines.push(self.unique(index));
            } else if self.0 == Database::Mysql {
                lines.push(self.mysql_index(index));
            }
        }
        let keys = table.foreign_keys.iter();
        lines.extend(keys.map(|key| self.foreign_key(name, key)));
        let checks = table.checks.iter().filter(|check| !check.of_column);
        lines.extend(checks.map(|check| self.check(check)));
        let (inside, mut options) = self.table_options(table);
        lines.extend(inside);
        if self.0 == Database::Mysql {
            options.push_str(" ENGINE=InnoDB");
            if let Some(comment) = &table.comment {
                let comment = crate::ddl::known::comment(comment);
                options.push_str(&format!(" COMMENT={comment}"));
            }
        }
        let unlogged = match table.options.iter().any(|option| option == UNLOGGED) {
            true => "UNLOGGED ",
            false => "",
        };
        format!(
            "CREATE {unlogged}TABLE {} (\n    {}\n){options}",
            self.table(name),
            lines.join(",\n    ")
        )
    }

    /// What no model says of a table: constraints as lines of it, and what stands behind.
    fn table_options(self, table: &Table) -> (Vec<String>, String) {
        let key = |option: &&String| !option.starts_with("PRIMARY KEY") && *option != UNLOGGED;
        let (inside, behind): (Vec<&String>, Vec<&String>) = table
            .options
            .iter()
            .filter(key)
            .partition(|option| option.starts_with("EXCLUDE"));
        let behind: Vec<&str> = behind.into_iter().map(String::as_str).collect();
        let between = if self.0 == Database::Sqlite {
            ", "
        } else {
            " "
        };
        let behind = match behind.is_empty() {
            true => String::new(),
            false => format!(" {}", behind.join(between)),
        };
        (inside.into_iter().cloned().collect(), behind)
    }

    /// The view, and what goes with it.
    pub(super) fn create_view(self, view: &View) -> Vec<String> {
        let text = view.definition.as_deref().unwrap_or_default().trim();
        let (kind, name) = (view_kind(view), self.table(&view.name));
        let options = view.options.iter();
        let (behind, before): (Vec<_>, Vec<_>) =
            options.partition(|option| option.starts_with("WITH "));
        let before: String = before.iter().map(|word| format!("{word} ")).collect();
        let behind: String = behind.iter().map(|word| format!(" {word}")).collect();
        // SQLite keeps the names of the columns before the query.
        let link = if text.starts_with('(') { "" } else { "AS " };
        let mut statements = vec![format!("CREATE {before}{kind} {name} {link}{text}{behind}")];
        statements.extend(view.triggers.iter().map(|trigger| trigger.sql.clone()));
        statements
    }

    pub(super) fn drop_view(self, view: &View) -> String {
        // What makes it may be run behind the migrations: then a new database has it not yet.
        let (kind, name) = (view_kind(view), self.table(&view.name));
        format!("DROP {kind} IF EXISTS {name}")
    }
}

const UNLOGGED: &str = "UNLOGGED";

/// What no model says, behind what models say. What is not valid is made to be.
pub(super) fn options<'o>(options: impl IntoIterator<Item = &'o String>) -> String {
    const NOT_VALID: [&str; 2] = ["INVALID", "NOT VALID"];
    let said = options.into_iter();
    let said = said.filter(|option| !NOT_VALID.contains(&option.as_str()));
    said.map(|option| format!(" {option}")).collect()
}

fn view_kind(view: &View) -> &'static str {
    if view.materialized {
        "MATERIALIZED VIEW"
    } else {
        "VIEW"
    }
}
