//! The same plan for a database in use: what would lock a table for long is done beside its users.

use super::family::family;
use super::{Alteration, Constraint, Plan, Step};
use crate::backend::Database;
use crate::ddl::constraint_name;
use crate::snapshot::{Check, Column, ForeignKey, Index, TableName};

impl Plan {
    /// The plan in parts that let others read and write meanwhile, each to be run as a migration of
    /// its own; as [`parts`](Self::parts) on other databases than PostgreSQL.
    ///
    /// First all that takes a moment. Then indexes, each by a `CREATE` or `DROP INDEX CONCURRENTLY`
    /// outside of a transaction. Then foreign keys and checks as `NOT VALID`, and uniques that take
    /// over their indexes; in the next part the constraints are validated. NOT NULL comes last, by a
    /// check of its own, unless rows must be [filled](Self::fill). What else [`lint`](crate::lint::lint)
    /// finds stays as it is: it has no such form. An index or a constraint that another one replaces
    /// is missing in between.
    ///
    /// A statement that fails half way leaves the parts before it done. An index that could not be
    /// made to its end is there as `INVALID`: drop it before the next try.
    ///
    /// ```
    /// use orm_core::backend::Database;
    /// use orm_core::diff::{diff, sql};
    /// use orm_core::prelude::*;
    /// use orm_core::snapshot::Snapshot;
    ///
    /// #[derive(Model)]
    /// struct Note { #[model(generated)] id: i64, #[model(index)] topic: String, done: bool }
    ///
    /// let wanted = Snapshot::of(schema![Note], Database::Postgres);
    /// let mut found = wanted.clone();
    /// found.tables[0].indexes.clear();
    /// found.tables[0].columns.pop();
    /// let parts = diff(&found, &wanted, &[]).online();
    /// let last = sql(&parts[1]);
    /// assert_eq!(last.statements, [
    ///     r#"CREATE INDEX CONCURRENTLY "notes_topic_idx" ON "notes" ("topic")"#,
    /// ]);
    /// assert!(!last.in_transaction);
    /// ```
    #[must_use]
    pub fn online(&self) -> Vec<Plan> {
        let parts = self.parts();
        if self.from.database != Database::Postgres {
            return parts;
        }
        let mut state = self.from.clone();
        let mut all = Vec::new();
        for part in parts {
            for steps in Beside::of(&part).groups() {
                let plan = Plan { from: state, steps };
                state = plan.outcome();
                all.push(plan);
            }
        }
        all
    }
}

/// What is done when, in groups of steps.
#[derive(Default)]
struct Beside {
    first: Vec<Step>,
    alone: Vec<Step>,
    unchecked: Vec<Step>,
    validated: Vec<Step>,
    last: Vec<Step>,
    proofs: Vec<Step>,
}

impl Beside {
    fn of(plan: &Plan) -> Self {
        let mut groups = Beside::default();
        for step in &plan.steps {
            match step {
                Step::Alter { table, alteration } if !is_new(plan, table) => {
                    groups.alter(plan, table, alteration);
                }
                _ => groups.first.push(step.clone()),
            }
        }
        // An index goes before another one of its name comes.
        let comes = |step: &Step| match step {
            Step::Alter { alteration, .. } => {
                matches!(alteration, Alteration::AddIndexConcurrently(_))
            }
            _ => false,
        };
        groups.alone.sort_by_key(comes);
        groups
    }

    fn groups(self) -> impl Iterator<Item = Vec<Step>> {
        let alone = self.alone.into_iter().map(|step| vec![step]);
        let last = [self.last, self.proofs].concat();
        let behind = [self.unchecked, self.validated, last];
        let groups = std::iter::once(self.first).chain(alone).chain(behind);
        groups.filter(|steps| !steps.is_empty())
    }

    fn alter(&mut self, plan: &Plan, table: &TableName, alteration: &Alteration) {
        match alteration {
            Alteration::AddIndex(index) if !is_leaned_on(plan, table, index) => {
                let mut made = named(table, index);
                let is_constraint = std::mem::take(&mut made.constraint);
                let made = Alteration::AddIndexConcurrently(made);
                self.alone.push(Step::alter(table, made));
                if is_constraint {
                    let used = Alteration::UseIndex(named(table, index));
                    self.unchecked.push(Step::alter(table, used));
                }
            }
            Alteration::DropIndex(index) if !index.constraint && stays(plan, table, index) => {
                let dropped = Alteration::DropIndexConcurrently(index.clone());
                self.alone.push(Step::alter(table, dropped));
            }
            Alteration::AddForeignKey(key) => {
                let mut key = key.clone();
                super::step::set_valid(&mut key.options, true);
                let what = format!("{}_fkey", key.columns.join("_"));
                key.name.get_or_insert_with(|| made(table, &what));
                self.later(table, Constraint::ForeignKey(key));
            }
            Alteration::AddCheck(check) => {
                let mut check = check.clone();
                super::step::set_valid(&mut check.options, true);
                check.name.get_or_insert_with(|| made(table, "check"));
                self.later(table, Constraint::Check(check));
            }
            Alteration::AlterColumn {
                from,
                to,
                fill: None,
                absent: None,
            } if from.nullable && !to.nullable && to.generator.is_none() => {
                self.forbids_null(table, from, to);
            }
            _ => self.first.push(Step::alter(table, alteration.clone())),
        }
    }

    fn later(&mut self, table: &TableName, constraint: Constraint) {
        let validated = Alteration::Validate(constraint.clone());
        let added = Alteration::AddUnchecked(constraint);
        self.unchecked.push(Step::alter(table, added));
        self.validated.push(Step::alter(table, validated));
    }

    /// No row is looked at for NOT NULL where a check says it.
    fn forbids_null(&mut self, table: &TableName, from: &Column, to: &Column) {
        let mut loose = to.clone();
        loose.nullable = true;
        let altered = |from: &Column, to: &Column| {
            let alteration = Alteration::AlterColumn {
                from: from.clone(),
                to: to.clone(),
                fill: None,
                absent: None,
            };
            Step::alter(table, alteration)
        };
        if loose != *from {
            self.first.push(altered(from, &loose));
        }
        let name = crate::ddl::quote_identifier(Database::Postgres, &to.name);
        let check = Check {
            name: Some(made(table, &format!("{}_not_null", to.name))),
            expression: format!("{name} IS NOT NULL"),
            options: Vec::new(),
        };
        self.later(table, Constraint::Check(check.clone()));
        self.last.push(altered(&loose, to));
        let dropped = Alteration::DropProof(check);
        self.proofs.push(Step::alter(table, dropped));
    }
}

fn made(table: &TableName, what: &str) -> String {
    constraint_name(Database::Postgres, &format!("{}_{what}", table.name)).into_owned()
}

fn named(table: &TableName, index: &Index) -> Index {
    let mut index = index.clone();
    let what = if index.constraint { "key" } else { "idx" };
    index.name.get_or_insert_with(|| made(table, what));
    index
}

/// Whether the plan makes a table.
fn is_new(plan: &Plan, table: &TableName) -> bool {
    let mut name = table.clone();
    for step in plan.steps.iter().rev() {
        match step {
            Step::RenameTable { from, to } if *to == name => name.clone_from(from),
            Step::CreateTable { table } if table.name == name => return true,
            _ => {}
        }
    }
    false
}

/// Whether a new table is made with a key to the columns of a unique.
fn is_leaned_on(plan: &Plan, table: &TableName, index: &Index) -> bool {
    let columns = index.columns().unwrap_or_default();
    let leans = |key: &ForeignKey| {
        let mut on = key.parent_columns.iter();
        let same = key.parent == *table && key.parent_columns.len() == columns.len();
        same && on.all(|one| columns.contains(&one.as_str()))
    };
    let mut steps = plan.steps.iter();
    index.unique
        && steps.any(|step| match step {
            Step::CreateTable { table: new } => new.foreign_keys.iter().any(leans),
            Step::Alter {
                table: on,
                alteration: Alteration::AddForeignKey(key),
            } => is_new(plan, on) && leans(key),
            _ => false,
        })
}

/// Whether what an index is over stays as it is: it may then go behind all of that.
fn stays(plan: &Plan, table: &TableName, index: &Index) -> bool {
    let columns = index.columns().filter(|_| index.predicate.is_none());
    let Some(columns) = columns else { return false };
    let is_of = |on: &TableName, name: &String| on == table && columns.contains(&name.as_str());
    let touches = |step: &Step| match step {
        Step::Alter {
            table: on,
            alteration,
        } => match alteration {
            // On the way back it is made before the column has its old type.
            Alteration::AlterColumn { from, to, .. } => {
                is_of(on, &from.name) && family(from) != family(to)
            }
            Alteration::DropColumn { column, .. } => is_of(on, &column.name),
            Alteration::RenameColumn { .. } => on == table,
            _ => false,
        },
        Step::RenameTable { to, .. } => to == table,
        _ => false,
    };
    !plan.steps.iter().any(touches)
}
