//! PostgreSQL: what reads or writes a whole table while others cannot write it.

mod columns;
mod types;
mod volatile;

use super::Linter;
use crate::backend::Database;
use crate::ddl::{constraint_name, quote_identifier};
use crate::diff::{Alteration, Step, columns_of_enum, is_partitioned};
use crate::snapshot::{Index, TableName};

const SCANS: &str = "all rows are read while nobody can use the table";
const REWRITES: &str = "all rows are written anew while nobody can use the table";

fn quote(name: &str) -> String {
    quote_identifier(Database::Postgres, name)
}

fn given(name: Option<&String>, table: &TableName, what: &str) -> String {
    let made =
        || constraint_name(Database::Postgres, &format!("{}_{what}", table.name)).into_owned();
    quote(&name.cloned().unwrap_or_else(made))
}

impl Linter<'_> {
    pub(super) fn on_postgres(&mut self, step: &Step) {
        match step {
            Step::AlterEnum { from, to } => {
                if from.is_within(to) && self.plan.adds_labels(self.at) {
                    return;
                }
                let safe = if from.is_within(to) {
                    "run the parts of the plan, so that the label is added in a migration of its own"
                } else {
                    "add labels and stop to use the old ones; a label that nobody uses does no harm"
                };
                let tables = self.state.tables.iter();
                let of = tables.filter(|table| !self.new.contains(&table.name));
                let of = of.filter(|table| !columns_of_enum(table, &from.name).is_empty());
                let of: Vec<TableName> = of.map(|table| table.name.clone()).collect();
                let what = format!("its type `{}` is made anew", from.name);
                for table in of {
                    self.find("change-enum", &table, what.clone(), REWRITES, safe);
                }
            }
            Step::Alter { table, alteration } => self.alters(table, alteration),
            Step::CreateView { view } if view.materialized => self.refills(&view.name),
            _ => {}
        }
    }

    /// The rows of a view are stored by the transaction that has altered a table.
    fn refills(&mut self, view: &TableName) {
        let mut before = self.plan.steps[..self.at].iter();
        let altered = before.find_map(|step| match step {
            Step::Alter { table, .. } | Step::RenameTable { to: table, .. } => {
                Some(table).filter(|table| !self.new.contains(table))
            }
            _ => None,
        });
        let Some(table) = altered else { return };
        let table = table.clone();
        let safe = "run the parts of `Plan::online`, of which one fills it when the locks are gone, or make \
            it WITH NO DATA and refresh it behind";
        let what = format!("fills the materialized view `{view}`");
        let why = "its query is run while nobody can use the table";
        self.find("fill-view", &table, what, why, safe);
    }

    fn alters(&mut self, table: &TableName, alteration: &Alteration) {
        let on = self.quoted(table);
        let statement = || self.statements(table, alteration).swap_remove(0);
        match alteration {
            Alteration::AddColumn { column, fill, .. } => self.adds_column(table, column, fill),
            Alteration::AlterColumn {
                from,
                to,
                fill,
                absent,
            } => {
                if fill.is_some() && from.nullable && !to.nullable {
                    self.fills(table, &to.name);
                }
                self.alters_column(table, from, to, absent.is_some());
            }
            Alteration::AddIndex(index) if index.constraint => {
                let name = given(index.name.as_ref(), table, "key");
                let safe = if self.has_parts(table) {
                    constraint_in_parts(&statement(), &name)
                } else {
                    let first = self.index_beside(table, index);
                    let options: String =
                        index.options.iter().map(|one| format!(" {one}")).collect();
                    format!(
                        "{first}, outside of a transaction; then ALTER TABLE {on} ADD CONSTRAINT {name} \
                         UNIQUE USING INDEX {name}{options}"
                    )
                };
                let what = format!("adds the unique {name}");
                let why = "its index is made while nobody can use the table";
                self.find("add-unique", table, what, why, safe);
            }
            Alteration::AddIndex(index) => {
                let name = given(index.name.as_ref(), table, "idx");
                let safe = if self.has_parts(table) {
                    let of_all =
                        statement().replacen(&format!(" ON {on}"), &format!(" ON ONLY {on}"), 1);
                    format!(
                        "{of_all}; then the same for each partition CONCURRENTLY, outside of a transaction; \
                         then ALTER INDEX {name} ATTACH PARTITION for each of those"
                    )
                } else {
                    concurrently(&statement())
                };
                let why = "it is made while nobody can write the table";
                self.find(
                    "add-index",
                    table,
                    format!("adds the index {name}"),
                    why,
                    safe,
                );
            }
            Alteration::DropIndex(index) if !index.constraint => {
                let name = given(index.name.as_ref(), table, "idx");
                let safe = if self.has_parts(table) {
                    "drop it when nobody uses the table: one of a table in parts goes no other way"
                        .to_owned()
                } else {
                    concurrently(&statement())
                };
                let why = "it waits for all who read the table, and all others wait behind it";
                self.find(
                    "drop-index",
                    table,
                    format!("drops the index {name}"),
                    why,
                    safe,
                );
            }
            Alteration::AddPrimaryKey(key) => {
                let name = given(key.name.as_ref(), table, "pkey");
                let columns: Vec<String> = key.columns.iter().map(|one| quote(one)).collect();
                let safe = if self.has_parts(table) {
                    constraint_in_parts(&statement(), &name)
                } else {
                    format!(
                        "CREATE UNIQUE INDEX CONCURRENTLY {name} ON {on} ({}), outside of a transaction; \
                         then, where no column allows NULL, ALTER TABLE {on} ADD CONSTRAINT {name} PRIMARY \
                         KEY USING INDEX {name}",
                        columns.join(", ")
                    )
                };
                let why = "its index is made while nobody can use the table";
                self.find(
                    "add-primary-key",
                    table,
                    "adds its primary key".to_owned(),
                    why,
                    safe,
                );
            }
            Alteration::AddForeignKey(key) => {
                let name = given(
                    key.name.as_ref(),
                    table,
                    &format!("{}_fkey", key.columns.join("_")),
                );
                let safe = if self.has_parts(table) {
                    format!(
                        "add it to each partition as NOT VALID, and validate it there in the next \
                         transaction; then {}, which takes those over",
                        statement()
                    )
                } else {
                    validated(&statement(), &on, &name)
                };
                let why = "all rows are read while nobody can write this table or its parent";
                let what = format!("adds the foreign key {name}");
                self.find("add-foreign-key", table, what, why, safe);
            }
            Alteration::AddCheck(check) => {
                let name = given(check.name.as_ref(), table, "check");
                let safe = validated(&statement(), &on, &name);
                self.find(
                    "add-check",
                    table,
                    format!("adds the check {name}"),
                    SCANS,
                    safe,
                );
            }
            _ => {}
        }
    }

    /// The statement of an index that a constraint can take over.
    fn index_beside(&self, table: &TableName, index: &Index) -> String {
        let mut index = index.clone();
        index.constraint = false;
        let added = Alteration::AddIndex(index);
        concurrently(&self.statements(table, &added).swap_remove(0))
    }

    fn has_parts(&self, table: &TableName) -> bool {
        self.table(table).is_some_and(is_partitioned)
    }
}

/// The statement of an index, so that nobody waits.
fn concurrently(statement: &str) -> String {
    statement.replacen("INDEX ", "INDEX CONCURRENTLY ", 1)
}

/// The statement of a unique or a primary key of a table that is kept in parts, without its index.
fn constraint_in_parts(statement: &str, name: &str) -> String {
    let of_all = statement.replacen("ALTER TABLE ", "ALTER TABLE ONLY ", 1);
    format!(
        "{of_all}; then the same for each partition over an index that is made CONCURRENTLY, outside of a \
         transaction; then ALTER INDEX {name} ATTACH PARTITION for each of those"
    )
}

/// The statement of a constraint in two, of which the second one reads.
fn validated(statement: &str, on: &str, name: &str) -> String {
    format!(
        "{statement} NOT VALID; in the next transaction ALTER TABLE {on} VALIDATE CONSTRAINT {name}"
    )
}
