//! MariaDB and MySQL: all that is altered in a table is one ALTER TABLE, since each may copy it.
//!
//! Columns that rows must be filled into take two: one that lets NULL in, and one that does not.

mod columns;

use super::Script;
use super::parts::{Words, is_numbered};
use super::views::{self, creates, drops};
use crate::backend::Database;
use crate::diff::{Alteration, Plan, Step};
use crate::snapshot::{ForeignKey, Index, Snapshot, TableName};

const WORDS: Words = Words(Database::Mysql);

pub(super) fn script(plan: &Plan) -> Script {
    let mut writer = Writer {
        state: plan.from.clone(),
        steps: &plan.steps,
        statements: Vec::new(),
        open: Vec::new(),
    };
    for step in &plan.steps {
        writer.step(step);
        crate::diff::apply::apply(&mut writer.state, step);
    }
    writer.flush();
    Script {
        statements: writer.statements,
        in_transaction: false,
    }
}

struct Writer<'p> {
    /// What there is at each step.
    state: Snapshot,
    steps: &'p [Step],
    statements: Vec<String>,
    /// The tables that are being altered.
    open: Vec<Altered>,
}

/// What is altered in one table.
struct Altered {
    table: TableName,
    /// Clauses of the first statement: what goes, and columns.
    first: Vec<String>,
    updates: Vec<String>,
    /// Clauses behind the updates: what is strict.
    second: Vec<String>,
    /// What is strict must not stand in one statement with what is not.
    apart: bool,
}

impl Writer<'_> {
    fn say(&mut self, statement: String) {
        self.flush();
        self.statements.push(statement);
    }

    fn flush(&mut self) {
        for mut altered in std::mem::take(&mut self.open) {
            let table = WORDS.table(&altered.table);
            if altered.updates.is_empty() && !altered.apart {
                altered.first.append(&mut altered.second);
            }
            let counts = |clause: &String| clause.contains(" AUTO_INCREMENT");
            if altered.first.iter().any(counts) {
                // A counted column is never there without its key.
                let keys = |clause: &mut String| {
                    [
                        "ADD PRIMARY KEY",
                        "ADD UNIQUE",
                        "ADD INDEX",
                        "ADD CONSTRAINT",
                    ]
                    .iter()
                    .any(|head| clause.starts_with(head) && !clause.contains(" CHECK "))
                };
                altered.first.extend(altered.second.extract_if(.., keys));
            }
            // A key that is 0 stays 0.
            let zero = [&altered.first, &altered.second].into_iter().flatten();
            let zero = zero
                .into_iter()
                .any(|clause| clause.starts_with("MODIFY") && counts(clause));
            if zero {
                self.statements.push(
                    "SET @orm_mode = @@sql_mode, sql_mode = concat(@@sql_mode, ',NO_AUTO_VALUE_ON_ZERO')"
                        .to_owned(),
                );
            }
            for (clauses, updates) in [
                (altered.first, altered.updates),
                (altered.second, Vec::new()),
            ] {
                if !clauses.is_empty() {
                    self.statements
                        .push(format!("ALTER TABLE {table} {}", clauses.join(", ")));
                }
                self.statements.extend(updates);
            }
            if zero {
                self.statements.push("SET sql_mode = @orm_mode".to_owned());
            }
        }
    }

    fn altered(&mut self, table: &TableName) -> &mut Altered {
        let at = self.open.iter().position(|one| one.table == *table);
        let at = at.unwrap_or_else(|| {
            self.open.push(Altered {
                table: table.clone(),
                first: Vec::new(),
                updates: Vec::new(),
                second: Vec::new(),
                apart: false,
            });
            self.open.len() - 1
        });
        &mut self.open[at]
    }

    fn step(&mut self, step: &Step) {
        match step {
            Step::CreateSchema { name } => {
                let name = WORDS.name(name);
                self.say(format!("CREATE DATABASE IF NOT EXISTS {name}"));
            }
            Step::CreateEnum { .. } | Step::DropEnum { .. } | Step::AlterEnum { .. } => {}
            // Neither waits for the tables that are open: no key leads from one to the other.
            Step::CreateTable { table } => {
                self.statements.push(WORDS.create_table(table, &table.name));
            }
            Step::DropTable { table } => {
                self.say(format!("DROP TABLE {}", WORDS.table(&table.name)));
            }
            Step::RenameTable { from, to } => self.say(format!(
                "RENAME TABLE {} TO {}",
                WORDS.table(from),
                WORDS.table(to)
            )),
            Step::Alter { table, alteration } => self.alter(table, alteration),
            Step::CreateView { view } => {
                let statements = match self.steps.iter().any(|step| drops(step, &view.name)) {
                    true => views::bring_back(Database::Mysql, view),
                    false => WORDS.create_view(view),
                };
                statements.into_iter().for_each(|one| self.say(one));
            }
            Step::DropView { view } => {
                let statements = match self.steps.iter().any(|step| creates(step, &view.name)) {
                    true => views::take_away(Database::Mysql, view),
                    false => vec![WORDS.drop_view(view)],
                };
                statements.into_iter().for_each(|one| self.say(one));
            }
        }
    }

    fn alter(&mut self, table: &TableName, alteration: &Alteration) {
        let on = WORDS.table(table);
        match alteration {
            Alteration::RenameColumn { from, to } => {
                let (from, to) = (WORDS.name(from), WORDS.name(to));
                self.say(format!("ALTER TABLE {on} RENAME COLUMN {from} TO {to}"));
            }
            Alteration::AddForeignKey(key) => {
                let key = WORDS.foreign_key(table, key);
                self.say(format!("ALTER TABLE {on} ADD {key}"));
            }
            Alteration::DropForeignKey(key) => self.drop_foreign_key(table, key),
            Alteration::AddColumn {
                column,
                after,
                fill,
            } => self.add_column(table, column, after.as_deref(), fill.as_ref()),
            Alteration::AlterColumn {
                from,
                to,
                fill,
                absent,
            } => {
                if let Some(value) = absent {
                    let (on, name) = (WORDS.table(table), WORDS.name(&from.name));
                    let loose = self.modify(table, from, true);
                    let kept = self.kept(table);
                    self.say(format!("ALTER TABLE {on} {loose}"));
                    self.statements.push(format!(
                        "UPDATE {on} SET {name} = NULL{kept} WHERE {name} = ({value})"
                    ));
                }
                self.alter_column(table, from, to, fill.as_ref());
            }
            Alteration::DropColumn { column, .. } => {
                let clause = format!("DROP COLUMN {}", WORDS.name(&column.name));
                self.altered(table).first.push(clause);
            }
            Alteration::DropPrimaryKey(_) => {
                self.altered(table)
                    .first
                    .push("DROP PRIMARY KEY".to_owned());
            }
            Alteration::DropIndex(index) => self.drop_index(table, index),
            Alteration::DropCheck(check) | Alteration::AddCheck(check) if check.of_column => {
                self.define(table, check, matches!(alteration, Alteration::AddCheck(_)));
            }
            Alteration::DropCheck(check) => {
                let name = WORDS.constraint(check.name.as_ref(), table, "check");
                let clause = format!("DROP CONSTRAINT {name}");
                self.altered(table).first.push(clause);
            }
            Alteration::AddPrimaryKey(key) => {
                let clause = format!("ADD {}", WORDS.primary_key(table, key));
                self.altered(table).second.push(clause);
            }
            Alteration::AddIndex(index) => {
                let clause = if index.constraint {
                    format!("ADD {}", WORDS.unique(index))
                } else {
                    format!("ADD {}", WORDS.mysql_index(index))
                };
                self.altered(table).second.push(clause);
            }
            Alteration::AddCheck(check) => {
                let clause = format!("ADD {}", WORDS.check(check));
                self.altered(table).second.push(clause);
            }
            // PostgreSQL's.
            Alteration::AddIndexConcurrently(_)
            | Alteration::DropIndexConcurrently(_)
            | Alteration::UseIndex(_)
            | Alteration::AddUnchecked(_)
            | Alteration::Validate(_)
            | Alteration::Uncheck(_)
            | Alteration::DropProof(_) => {}
            Alteration::Comment { to, .. } => {
                let text = to.as_deref().unwrap_or_default();
                let clause = format!("COMMENT={}", crate::ddl::known::comment(text));
                self.altered(table).second.push(clause);
            }
        }
    }

    /// A foreign key stands on an index: with what stands in its place, in one statement.
    fn drop_index(&mut self, table: &TableName, index: &Index) {
        let name = WORDS.constraint(index.name.as_ref(), table, "idx");
        let drop = format!("DROP INDEX {name}");
        let now = self.state.tables.iter().find(|one| one.name == *table);
        let Some(now) = now.cloned() else {
            return self.altered(table).first.push(drop);
        };
        let needs = |key: &&ForeignKey| {
            let others = now.indexes.iter().filter(|other| *other != index);
            leads(index, &key.columns)
                && !now.key().starts_with(&key.columns)
                && !others.into_iter().any(|other| leads(other, &key.columns))
        };
        let needy: Vec<&ForeignKey> = now.foreign_keys.iter().filter(needs).collect();
        if needy.is_empty() {
            return self.altered(table).first.push(drop);
        }
        self.altered(table).second.push(drop);
        for key in needy {
            let comes = |step: &Step| match step {
                Step::Alter {
                    table: on,
                    alteration: Alteration::AddIndex(other),
                } => on == table && leads(other, &key.columns),
                _ => false,
            };
            if !self.steps.iter().any(comes) {
                // As the database would call it, had it made the index itself.
                let name = WORDS.foreign_key_name(table, key);
                let columns = WORDS.names(&key.columns);
                // One that was made so before stayed where MariaDB's own would have gone.
                let add = format!("ADD INDEX /*M! IF NOT EXISTS */ {name} ({columns})");
                self.altered(table).second.push(add);
            }
        }
    }

    /// With the index that MariaDB made for the key, which would stay.
    fn drop_foreign_key(&mut self, table: &TableName, key: &ForeignKey) {
        let on = WORDS.table(table);
        let name = WORDS.foreign_key_name(table, key);
        let others = self.state.tables.iter().filter(|one| one.name == *table);
        let mut others = others.flat_map(|one| &one.foreign_keys);
        let shared =
            others.any(|other| other != key && other.columns.first() == key.columns.first());
        let index = if shared {
            String::new()
        } else {
            // That of a key without a name is called as its first column.
            let unnamed = key.columns.first().filter(|column| {
                let tables = self.state.tables.iter().filter(|one| one.name == *table);
                let mut indexes = tables.flat_map(|one| &one.indexes);
                is_numbered(key) && !indexes.any(|index| index.name.as_ref() == Some(column))
            });
            let unnamed = unnamed.map(|column| WORDS.name(column));
            let index = unnamed.as_ref().unwrap_or(&name);
            format!(" /*M! , DROP INDEX IF EXISTS {index} */")
        };
        self.say(format!("ALTER TABLE {on} DROP FOREIGN KEY {name}{index}"));
    }
}

/// Whether an index begins with these columns.
fn leads(index: &Index, columns: &[String]) -> bool {
    let Some(own) = index.columns() else {
        return false;
    };
    own.len() >= columns.len() && own.iter().zip(columns).all(|(own, column)| own == column)
}
