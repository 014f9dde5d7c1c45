//! PostgreSQL: one ALTER TABLE for what is altered in a table at a time.

use super::parts::Words;
use super::views::{self, creates, drops};
use super::{Script, enums, online};
use crate::backend::Database;
use crate::ddl::quote_text;
use crate::diff::apply::apply;
use crate::diff::family::using;
use crate::diff::rename::{rename_table, renamed_parts};
use crate::diff::{Alteration, Plan, Step};
use crate::snapshot::{Column, Deferred, Generator, Same, Snapshot, Table, TableName, counted};

const WORDS: Words = Words(Database::Postgres);
const FORBIDS_NULL: &str = " SET NOT NULL";

pub(super) fn script(plan: &Plan) -> Script {
    let mut writer = Writer {
        state: plan.from.clone(),
        steps: &plan.steps,
        statements: Vec::new(),
        open: None,
        adds_labels: true,
    };
    for (at, step) in plan.steps.iter().enumerate() {
        writer.adds_labels = plan.adds_labels(at);
        writer.step(step);
        apply(&mut writer.state, step);
    }
    writer.flush();
    Script {
        statements: writer.statements,
        in_transaction: !plan.steps.iter().any(online::is_alone),
    }
}

struct Writer<'p> {
    /// What there is at each step.
    state: Snapshot,
    steps: &'p [Step],
    statements: Vec<String>,
    /// The table that is altered, and the clauses so far.
    open: Option<(TableName, Vec<String>)>,
    /// Whether nothing follows that may use a label: one of a type that is made anew can be used
    /// at once.
    adds_labels: bool,
}

impl Writer<'_> {
    fn flush(&mut self) {
        if let Some((table, clauses)) = self.open.take() {
            let table = WORDS.table(&table);
            self.statements
                .push(format!("ALTER TABLE {table} {}", clauses.join(", ")));
        }
    }

    fn say(&mut self, statement: String) {
        self.flush();
        self.statements.push(statement);
    }

    fn clause(&mut self, table: &TableName, clause: String) {
        if self.open.as_ref().is_some_and(|(open, _)| open != table) {
            self.flush();
        }
        let open = self.open.get_or_insert_with(|| (table.clone(), Vec::new()));
        open.1.push(clause);
    }

    /// PostgreSQL drops before all else in an ALTER TABLE: a check that goes would say nothing any
    /// more about the NULLs that are forbidden in the same one.
    fn keep_proofs(&mut self) {
        let forbids = |clause: &String| clause.ends_with(FORBIDS_NULL);
        let open = self.open.as_ref();
        if open.is_some_and(|(_, clauses)| clauses.iter().any(forbids)) {
            self.flush();
        }
    }

    fn step(&mut self, step: &Step) {
        match step {
            Step::CreateSchema { name } => {
                let name = WORDS.name(name);
                self.say(format!("CREATE SCHEMA IF NOT EXISTS {name}"));
            }
            Step::CreateEnum { ty } => self.say(enums::create(ty)),
            Step::DropEnum { ty } => self.say(enums::drop(ty)),
            Step::AlterEnum { from, to } => {
                self.flush();
                let altered = enums::alter(&self.state, from, to, self.adds_labels);
                self.statements.extend(altered);
            }
            Step::CreateTable { table } => self.create(table),
            Step::DropTable { table } => {
                self.say(format!("DROP TABLE {}", WORDS.table(&table.name)));
            }
            Step::RenameTable { from, to } => self.rename(from, to),
            Step::Alter { table, alteration } => self.alter(table, alteration),
            Step::CreateView { view } => {
                let statements = match self.steps.iter().any(|step| drops(step, &view.name)) {
                    true => views::bring_back(Database::Postgres, view),
                    false => WORDS.create_view(view),
                };
                statements.into_iter().for_each(|one| self.say(one));
            }
            Step::DropView { view } => {
                let statements = match self.steps.iter().any(|step| creates(step, &view.name)) {
                    true => views::take_away(Database::Postgres, view),
                    false => vec![WORDS.drop_view(view)],
                };
                statements.into_iter().for_each(|one| self.say(one));
            }
        }
    }

    fn rename(&mut self, from: &TableName, to: &TableName) {
        let mut at = from.clone();
        if from.schema != to.schema {
            let schema = WORDS.name(to.schema.as_deref().unwrap_or("public"));
            self.say(format!(
                "ALTER TABLE {} SET SCHEMA {schema}",
                WORDS.table(from)
            ));
            at.schema.clone_from(&to.schema);
        }
        if from.name != to.name {
            let name = WORDS.name(&to.name);
            self.say(format!("ALTER TABLE {} RENAME TO {name}", WORDS.table(&at)));
        }
        let mut behind = self.state.clone();
        rename_table(&mut behind, from, to);
        let table = |snapshot: &'_ Snapshot, name: &TableName| {
            snapshot
                .tables
                .iter()
                .find(|one| one.name == *name)
                .cloned()
        };
        let (Some(one), Some(other)) = (table(&self.state, from), table(&behind, to)) else {
            return;
        };
        let (indexes, constraints) = renamed_parts(&one, &other);
        for (old, new) in indexes {
            let mut old = TableName::new(None, &old);
            old.schema.clone_from(&to.schema);
            let (old, new) = (WORDS.table(&old), WORDS.name(&new));
            self.say(format!("ALTER INDEX {old} RENAME TO {new}"));
        }
        for (old, new) in constraints {
            let (on, old, new) = (WORDS.table(to), WORDS.name(&old), WORDS.name(&new));
            self.say(format!("ALTER TABLE {on} RENAME CONSTRAINT {old} TO {new}"));
        }
    }

    fn create(&mut self, table: &Table) {
        self.say(WORDS.create_table(table, &table.name));
        for index in table.indexes.iter().filter(|index| !index.constraint) {
            self.say(WORDS.create_index(&table.name, index));
        }
        if table.comment.is_some() {
            self.comment(&table.name, None, table.comment.as_ref());
        }
        for column in &table.columns {
            if column.comment.is_some() {
                self.comment(&table.name, Some(&column.name), column.comment.as_ref());
            }
        }
    }

    /// A table of which a key is still to be looked at cannot be altered.
    fn look_at_keys(&mut self) {
        let mut keys = self
            .state
            .tables
            .iter()
            .flat_map(|table| &table.foreign_keys);
        if keys.any(|key| key.deferred != Deferred::Not) {
            self.say("SET CONSTRAINTS ALL IMMEDIATE".to_owned());
        }
    }

    fn comment(&mut self, table: &TableName, column: Option<&str>, text: Option<&String>) {
        let mut on = WORDS.table(table);
        let kind = match column {
            Some(column) => {
                on.push_str(&format!(".{}", WORDS.name(column)));
                "COLUMN"
            }
            None => "TABLE",
        };
        let text = text.map_or("NULL".to_owned(), |text| {
            quote_text(Database::Postgres, text)
        });
        self.say(format!("COMMENT ON {kind} {on} IS {text}"));
    }

    fn alter(&mut self, table: &TableName, alteration: &Alteration) {
        let clause = match alteration {
            Alteration::AddColumn { column, fill, .. } => {
                return self.add_column(table, column, fill.as_ref());
            }
            Alteration::DropColumn { column, .. } => {
                format!("DROP COLUMN {}", WORDS.name(&column.name))
            }
            Alteration::RenameColumn { from, to } => {
                let (on, from, to) = (WORDS.table(table), WORDS.name(from), WORDS.name(to));
                return self.say(format!("ALTER TABLE {on} RENAME COLUMN {from} TO {to}"));
            }
            Alteration::AlterColumn {
                from,
                to,
                fill,
                absent,
            } => {
                return self.alter_column(table, from, to, (fill.as_ref(), absent.as_ref()));
            }
            Alteration::AddPrimaryKey(key) => format!("ADD {}", WORDS.primary_key(table, key)),
            Alteration::DropPrimaryKey(key) => {
                let name = WORDS.constraint(key.name.as_ref(), table, "pkey");
                format!("DROP CONSTRAINT {name}")
            }
            Alteration::AddIndex(index) if index.constraint => {
                format!("ADD {}", WORDS.unique(index))
            }
            Alteration::AddIndex(index) => return self.say(WORDS.create_index(table, index)),
            Alteration::DropIndex(index) if index.constraint => {
                let name = WORDS.constraint(index.name.as_ref(), table, "key");
                format!("DROP CONSTRAINT {name}")
            }
            Alteration::DropIndex(index) => return self.say(WORDS.drop_index(table, index)),
            Alteration::AddForeignKey(key) => format!("ADD {}", WORDS.foreign_key(table, key)),
            Alteration::DropForeignKey(key) => {
                format!("DROP CONSTRAINT {}", WORDS.foreign_key_name(table, key))
            }
            Alteration::AddCheck(check) => format!("ADD {}", WORDS.check(check)),
            Alteration::DropCheck(check) | Alteration::DropProof(check) => {
                self.keep_proofs();
                let name = WORDS.constraint(check.name.as_ref(), table, "check");
                format!("DROP CONSTRAINT {name}")
            }
            Alteration::Comment { to, .. } => return self.comment(table, None, to.as_ref()),
            other => match online::line(table, other) {
                online::Line::Clause(clause) => clause,
                online::Line::Alone(statement) => return self.say(statement),
            },
        };
        self.clause(table, clause);
    }

    fn add_column(&mut self, table: &TableName, column: &Column, fill: Option<&String>) {
        let line = WORDS.column(column, fill.is_some());
        self.clause(table, format!("ADD COLUMN {line}"));
        if let Some(fill) = fill {
            let name = WORDS.name(&column.name);
            let on = WORDS.table(table);
            self.say(format!("UPDATE {on} SET {name} = ({fill})"));
            self.look_at_keys();
            if !column.nullable {
                self.clause(table, format!("ALTER COLUMN {name}{FORBIDS_NULL}"));
            }
        }
        if column.comment.is_some() {
            self.comment(table, Some(&column.name), column.comment.as_ref());
        }
    }

    /// The counter of a column goes on from the rows that are there.
    fn count_on(&mut self, table: &TableName, column: &str) {
        let (on, name) = (WORDS.table(table), WORDS.name(column));
        let (text, column) = (
            quote_text(Database::Postgres, &on),
            quote_text(Database::Postgres, column),
        );
        self.say(format!(
            "SELECT setval(pg_get_serial_sequence({text}, {column}), \
             greatest(coalesce(max({name}), 0) + 1, 1), false) FROM {on}"
        ));
    }

    fn drop_sequence(&mut self, table: &TableName, column: &str) {
        let name = WORDS.name(column);
        self.clause(table, format!("ALTER COLUMN {name} DROP DEFAULT"));
        self.sequence(table, column, "DROP SEQUENCE", "");
    }

    /// A statement about the sequence that a column owns, whatever it is called.
    fn sequence(&mut self, table: &TableName, column: &str, before: &str, behind: &str) {
        let (text, column) = (
            quote_text(Database::Postgres, &WORDS.table(table)),
            quote_text(Database::Postgres, column),
        );
        self.say(format!(
            "DO $orm$ BEGIN EXECUTE '{before} ' || pg_get_serial_sequence({text}, {column}) \
             || '{behind}'; END $orm$"
        ));
    }

    fn alter_column(
        &mut self,
        table: &TableName,
        from: &Column,
        to: &Column,
        (fill, absent): (Option<&String>, Option<&String>),
    ) {
        let same = Same(Database::Postgres);
        let name = WORDS.name(&to.name);
        match (&from.computed, &to.computed) {
            (Some(_), None) => self.clause(table, format!("ALTER COLUMN {name} DROP EXPRESSION")),
            (None, Some(_)) => {
                // Nothing makes an expression of values that are there.
                self.clause(table, format!("DROP COLUMN {name}"));
                return self.add_column(table, to, None);
            }
            _ => {}
        }
        let retyped = !same.stored(from, to);
        let redefault = same.default(from) != same.default(to);
        let values = !(from.read_only || to.read_only);
        if from.generator.is_some() && to.generator.is_none() && values {
            if from.generator == Some(Generator::Serial) {
                self.drop_sequence(table, &to.name);
            } else {
                self.clause(table, format!("ALTER COLUMN {name} DROP IDENTITY"));
            }
        }
        if from.default.is_some() && (retyped || (redefault && values)) {
            self.clause(table, format!("ALTER COLUMN {name} DROP DEFAULT"));
        }
        if retyped {
            let mut ty = to.ty.clone();
            if let Some(collation) = &to.collation {
                ty.push_str(&format!(" COLLATE {}", WORDS.name(collation)));
            }
            let value = match absent {
                Some(value) => format!("NULLIF({name}, ({value}))"),
                None => name.clone(),
            };
            let using = using(&value, from, to).or_else(|| absent.map(|_| value));
            let using = using.map_or(String::new(), |how| format!(" USING {how}"));
            self.clause(table, format!("ALTER COLUMN {name} TYPE {ty}{using}"));
        }
        if from.nullable && !to.nullable {
            if let Some(fill) = fill {
                let on = WORDS.table(table);
                self.say(format!(
                    "UPDATE {on} SET {name} = ({fill}) WHERE {name} IS NULL"
                ));
                self.look_at_keys();
            }
            self.clause(table, format!("ALTER COLUMN {name}{FORBIDS_NULL}"));
        } else if to.nullable && !from.nullable {
            self.clause(table, format!("ALTER COLUMN {name} DROP NOT NULL"));
        }
        let default = if values {
            to.default.as_ref()
        } else {
            from.default.as_ref()
        };
        if let (Some(default), true) = (default, retyped || (redefault && values)) {
            self.clause(table, format!("ALTER COLUMN {name} SET DEFAULT {default}"));
        }
        let always = match to.generator {
            Some(Generator::Always) => "ALWAYS",
            _ => "BY DEFAULT",
        };
        if let (Some(one), Some(_), false) = (from.generator, to.generator, counted(from, to))
            && values
        {
            if one == Generator::Serial {
                self.drop_sequence(table, &to.name);
                self.clause(
                    table,
                    format!("ALTER COLUMN {name} ADD GENERATED {always} AS IDENTITY"),
                );
                self.count_on(table, &to.name);
            } else {
                self.clause(table, format!("ALTER COLUMN {name} SET GENERATED {always}"));
            }
        }
        if from.generator == Some(Generator::Serial) && to.generator == from.generator && retyped {
            self.sequence(table, &to.name, "ALTER SEQUENCE", &format!(" AS {}", to.ty));
        }
        if from.generator.is_none() && to.generator.is_some() && values {
            self.clause(
                table,
                format!("ALTER COLUMN {name} ADD GENERATED {always} AS IDENTITY"),
            );
            self.count_on(table, &to.name);
        }
        if from.comment != to.comment {
            self.comment(table, Some(&to.name), to.comment.as_ref());
        }
    }
}
