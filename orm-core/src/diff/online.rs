//! The same plan for a database in use: what would lock a table for long is done beside its users.

mod leans;

use std::collections::BTreeSet;

use leans::{
    check_is_replaced, has_parts, is_leaned_on, is_new, key_is_replaced, stays, unique_is_replaced,
};

pub(crate) use leans::is_partitioned;

use super::{Alteration, Constraint, Plan, Step};
use crate::backend::Database;
use crate::ddl::constraint_name;
use crate::snapshot::{Check, Column, Index, Snapshot, TableName};

impl Plan {
    /// The plan in parts that let others read and write meanwhile, each to be run as a migration of
    /// its own; as [`parts`](Self::parts) on other databases than PostgreSQL.
    ///
    /// First all that takes a moment. Then materialized views that are made again. Then indexes, each by a `CREATE` or `DROP INDEX CONCURRENTLY`
    /// outside of a transaction. Then foreign keys and checks as `NOT VALID`, and uniques that take
    /// over their indexes; in the next part the constraints are validated. NOT NULL comes last, by a
    /// check of its own, unless rows must be [filled](Self::fill). What else [`lint`](crate::lint::lint)
    /// finds stays as it is: it has no such form. Nor have indexes and foreign keys of a table that is
    /// kept in parts (`PARTITION BY`): PostgreSQL makes them under a lock only.
    ///
    /// A constraint that another one of its columns replaces goes when that one comes, and an index
    /// behind it. One whose name the other gets, or that leans on what is altered, is missing in
    /// between.
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
    refilled: Vec<Step>,
    alone: Vec<Step>,
    unchecked: Vec<Step>,
    validated: Vec<Step>,
    last: Vec<Step>,
    proofs: Vec<Step>,
}

/// The indexes that a plan adds, by the names that they get.
type Names = BTreeSet<(Option<String>, Option<String>)>;

fn added(plan: &Plan) -> Names {
    let names = plan.steps.iter().filter_map(|step| match step {
        Step::Alter {
            table,
            alteration: Alteration::AddIndex(index),
        } => Some((table.schema.clone(), named(table, index).name)),
        _ => None,
    });
    names.collect()
}

/// Whether an index stands in the place of one that comes.
fn takes(names: &Names, table: &TableName, index: &Index) -> bool {
    names.contains(&(table.schema.clone(), named(table, index).name))
}

impl Beside {
    fn of(plan: &Plan) -> Self {
        let mut groups = Beside::default();
        let there = plan.outcome();
        let named = added(plan);
        for step in &plan.steps {
            match step {
                Step::Alter { table, alteration } if !is_new(plan, table) => {
                    groups.alter((plan, &there, &named), table, alteration);
                }
                // Its query is run when nothing is locked any more; what reads it comes behind it.
                Step::CreateView { view }
                    if (view.materialized && groups.first.iter().any(alters))
                        || !groups.refilled.is_empty() =>
                {
                    groups.refilled.push(step.clone());
                }
                _ => groups.first.push(step.clone()),
            }
        }
        // An index goes before another one of its name comes, and else behind those that come.
        groups.alone.sort_by_key(|step| match step {
            Step::Alter {
                table,
                alteration: Alteration::DropIndexConcurrently(index),
            } => 2 * u8::from(!takes(&named, table, index)),
            _ => 1,
        });
        groups
    }

    fn groups(self) -> impl Iterator<Item = Vec<Step>> {
        let alone = self.alone.into_iter().map(|step| vec![step]);
        let last = [self.last, self.proofs].concat();
        let behind = [self.unchecked, self.validated, last];
        let groups = [self.first, self.refilled]
            .into_iter()
            .chain(alone)
            .chain(behind);
        groups.filter(|steps| !steps.is_empty())
    }

    fn alter(
        &mut self,
        (plan, there, named_so): (&Plan, &Snapshot, &Names),
        table: &TableName,
        alteration: &Alteration,
    ) {
        match alteration {
            Alteration::AddIndex(_) | Alteration::DropIndex(_) | Alteration::AddForeignKey(_)
                if has_parts(there, table) =>
            {
                self.first.push(Step::alter(table, alteration.clone()));
            }
            Alteration::AddIndex(index) if !is_leaned_on(plan, there, table, index) => {
                let mut made = named(table, index);
                let is_constraint = std::mem::take(&mut made.constraint);
                // What is beside it is the constraint's: that it is deferrable.
                made.options.clear();
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
            // What is to hold meanwhile goes when another one comes.
            Alteration::DropIndex(index)
                if index.constraint
                    && !takes(named_so, table, index)
                    && unique_is_replaced(plan, there, table, index) =>
            {
                self.unchecked.push(Step::alter(table, alteration.clone()));
            }
            Alteration::DropForeignKey(key)
                if !has_parts(there, table) && key_is_replaced(plan, table, key) =>
            {
                self.unchecked.push(Step::alter(table, alteration.clone()));
            }
            Alteration::DropCheck(check) if check_is_replaced(plan, there, table, check) => {
                self.unchecked.push(Step::alter(table, alteration.clone()));
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
            of_column: false,
        };
        self.later(table, Constraint::Check(check.clone()));
        self.last.push(altered(&loose, to));
        let dropped = Alteration::DropProof(check);
        self.proofs.push(Step::alter(table, dropped));
    }
}

fn alters(step: &Step) -> bool {
    matches!(step, Step::Alter { .. } | Step::RenameTable { .. })
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
