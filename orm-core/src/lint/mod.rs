//! What a plan does to a database that is in use: locks that others wait for, tables that are
//! written anew, names that the program of yesterday still speaks.
//!
//! [`lint`] is pure. It reads the steps of a plan and knows what each statement that they become
//! does on each database; what it says is held against real servers by the tests.

mod default;
mod mysql;
mod postgres;
mod sqlite;

use std::fmt;

use crate::backend::Database;
use crate::ddl::quote_identifier;
use crate::diff::{Alteration, Plan, Step, apply, sql};
use crate::snapshot::{Snapshot, Table, TableName};

/// Something in a plan that stops others, or breaks the program that runs meanwhile.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finding {
    /// What kind of finding it is, such as `add-index`; the same word for the same kind forever.
    pub rule: &'static str,
    /// The table that others wait for.
    pub table: TableName,
    /// What the plan does there.
    pub what: String,
    /// Why that is dangerous.
    pub why: String,
    /// What to do instead, mostly in statements.
    pub safe: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Finding {
            rule,
            table,
            what,
            why,
            safe,
        } = self;
        write!(f, "{rule}: `{table}`: {what}: {why}. Instead: {safe}")
    }
}

/// What of a plan would stop others or break them, step by step. Tables that the plan makes give no
/// findings: nobody uses them yet.
///
/// On PostgreSQL a finding is a statement that reads or writes a whole table while others cannot
/// write it, or waits for all readers where it need not. On MariaDB it is one that copies the table,
/// or that takes no `LOCK=NONE`; the facts are those of MariaDB from 10.4 on. On SQLite it is a table
/// that is made anew. On PostgreSQL and MariaDB names that go are findings too. Every other ALTER
/// TABLE takes its lock for a moment only, but waits for those who use the table, and others wait
/// behind it: set `lock_timeout`.
///
/// ```
/// use orm_core::backend::Database;
/// use orm_core::diff::diff;
/// use orm_core::lint::lint;
/// use orm_core::prelude::*;
/// use orm_core::snapshot::Snapshot;
///
/// #[derive(Model)]
/// struct Note { #[model(generated)] id: i64, #[model(index)] topic: String }
///
/// let wanted = Snapshot::of(schema![Note], Database::Postgres);
/// let mut found = wanted.clone();
/// found.tables[0].indexes.clear();
/// let findings = lint(&diff(&found, &wanted, &[]));
/// assert_eq!(findings[0].rule, "add-index");
/// assert!(findings[0].safe.starts_with("CREATE INDEX CONCURRENTLY \"notes_topic_idx\""));
///
/// let empty = Snapshot::empty(Database::Postgres);
/// assert!(lint(&diff(&empty, &wanted, &[])).is_empty());
/// ```
#[must_use]
pub fn lint(plan: &Plan) -> Vec<Finding> {
    let mut linter = Linter {
        plan,
        state: plan.from.clone(),
        at: 0,
        new: Vec::new(),
        findings: Vec::new(),
    };
    for (at, step) in plan.steps.iter().enumerate() {
        linter.at = at;
        linter.step(step);
        apply(&mut linter.state, step);
    }
    if plan.from.database == Database::Sqlite {
        linter.rebuilt();
    }
    linter.findings
}

struct Linter<'p> {
    plan: &'p Plan,
    /// What there is before the step.
    state: Snapshot,
    at: usize,
    /// Tables that the plan makes.
    new: Vec<TableName>,
    findings: Vec<Finding>,
}

impl Linter<'_> {
    fn step(&mut self, step: &Step) {
        let database = self.state.database;
        match step {
            Step::CreateTable { table } => self.new.push(table.name.clone()),
            Step::RenameTable { from, to } => {
                if let Some(one) = self.new.iter_mut().find(|one| *one == from) {
                    one.clone_from(to);
                    return;
                }
            }
            Step::DropTable { table } if self.new.contains(&table.name) => return,
            Step::Alter { table, .. } if self.new.contains(table) => return,
            _ => {}
        }
        if database != Database::Sqlite {
            self.names(step);
        }
        match (database, step) {
            (Database::Postgres, step) => self.on_postgres(step),
            (Database::Mysql, Step::Alter { table, alteration }) => {
                self.on_mysql(table, alteration);
            }
            (Database::Mysql | Database::Sqlite, _) => {}
        }
    }

    /// Names that go while a program may run that speaks them.
    fn names(&mut self, step: &Step) {
        let old = "the program that runs until the new one does still asks for it";
        let expand = "add the new one beside it, write both, copy the rows, read the new one, and drop \
            the old one when no program asks for it any more";
        let unused =
            "release a program that does not ask for it first, and drop it in a later migration";
        match step {
            Step::RenameTable { from, to } => {
                self.find(
                    "rename-table",
                    from,
                    format!("is renamed to `{to}`"),
                    old,
                    expand,
                );
            }
            Step::DropTable { table } => {
                self.find(
                    "drop-table",
                    &table.name,
                    "is dropped".to_owned(),
                    old,
                    unused,
                );
            }
            Step::Alter { table, alteration } => match alteration {
                Alteration::RenameColumn { from, to } => {
                    let what = format!("renames `{from}` to `{to}`");
                    self.find("rename-column", table, what, old, expand);
                }
                Alteration::DropColumn { column, .. } if !self.comes_back(table, &column.name) => {
                    let what = format!("drops `{}`", column.name);
                    self.find("drop-column", table, what, old, unused);
                }
                _ => {}
            },
            _ => {}
        }
    }

    /// Whether a column that goes is made again, as a computed one is.
    fn comes_back(&self, table: &TableName, name: &str) -> bool {
        let mut steps = self.plan.steps[self.at..].iter();
        steps.any(|step| match step {
            Step::Alter {
                table: on,
                alteration: Alteration::AddColumn { column, .. },
            } => on == table && column.name == name,
            _ => false,
        })
    }

    fn find(
        &mut self,
        rule: &'static str,
        table: &TableName,
        what: String,
        why: &str,
        safe: impl Into<String>,
    ) {
        self.findings.push(Finding {
            rule,
            table: table.clone(),
            what,
            why: why.to_owned(),
            safe: safe.into(),
        });
    }

    /// Rows that are there get values.
    fn fills(&mut self, table: &TableName, column: &str) {
        let why = "all rows are written by one statement, and stay locked until it is kept";
        let safe = "let NULL in first, fill some thousand rows at a time, each in a transaction of its \
            own, and forbid NULL in a later migration";
        let what = format!("fills `{column}`");
        self.find("fill", table, what, why, safe);
    }

    fn table(&self, name: &TableName) -> Option<&Table> {
        self.state.tables.iter().find(|table| table.name == *name)
    }

    /// The statements of one alteration.
    fn statements(&self, table: &TableName, alteration: &Alteration) -> Vec<String> {
        let step = Step::Alter {
            table: table.clone(),
            alteration: alteration.clone(),
        };
        let plan = Plan {
            from: self.state.clone(),
            steps: vec![step],
        };
        sql(&plan).statements
    }

    fn quoted(&self, name: &TableName) -> String {
        let quote = |name: &str| quote_identifier(self.state.database, name);
        match &name.schema {
            Some(schema) => format!("{}.{}", quote(schema), quote(&name.name)),
            None => quote(&name.name),
        }
    }
}
