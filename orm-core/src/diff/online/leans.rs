//! What a step of a plan leans on, and what comes in its place.

use crate::backend::Database;
use crate::diff::family::family;
use crate::diff::pieces::names;
use crate::diff::{Alteration, Plan, Step};
use crate::snapshot::{Check, ForeignKey, Index, Snapshot, Table, TableName};

/// Whether a table is one of PostgreSQL that is kept in parts. It refuses `CREATE INDEX
/// CONCURRENTLY`, uniques that take over an index, and foreign keys that are `NOT VALID`.
pub(crate) fn is_partitioned(table: &Table) -> bool {
    let mut options = table.options.iter();
    options.any(|option| option.starts_with("PARTITION BY"))
}

/// The table of a name, if it is one kept in parts.
pub(super) fn has_parts(there: &Snapshot, name: &TableName) -> bool {
    let mut tables = there.tables.iter();
    tables.any(|table| table.name == *name && is_partitioned(table))
}

/// Whether the plan makes a table.
pub(super) fn is_new(plan: &Plan, table: &TableName) -> bool {
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

/// Whether a key to the columns of a unique comes at once: with a new table, or to one that is kept in
/// parts.
pub(super) fn is_leaned_on(
    plan: &Plan,
    there: &Snapshot,
    table: &TableName,
    index: &Index,
) -> bool {
    let leans = |key: &ForeignKey| key.parent == *table && is_of(index, &key.parent_columns);
    let mut steps = plan.steps.iter();
    index.unique
        && steps.any(|step| match step {
            Step::CreateTable { table: new } => new.foreign_keys.iter().any(leans),
            Step::Alter {
                table: on,
                alteration: Alteration::AddForeignKey(key),
            } => (is_new(plan, on) || has_parts(there, on)) && leans(key),
            _ => false,
        })
}

/// Whether an index is over these columns, in whatever order.
fn is_of(index: &Index, columns: &[String]) -> bool {
    let over = index.columns().unwrap_or_default();
    over.len() == columns.len() && columns.iter().all(|one| over.contains(&one.as_str()))
}

/// What the plan does to a table.
fn altered<'p>(plan: &'p Plan, table: &'p TableName) -> impl Iterator<Item = &'p Alteration> {
    plan.steps.iter().filter_map(move |step| match step {
        Step::Alter {
            table: on,
            alteration,
        } if on == table => Some(alteration),
        _ => None,
    })
}

/// Whether what an index is over stays as it is: it may then go behind all of that.
pub(super) fn stays(plan: &Plan, table: &TableName, index: &Index) -> bool {
    let columns = index.columns().filter(|_| index.predicate.is_none());
    columns.is_some_and(|columns| are_kept(plan, table, |name| columns.contains(&name)))
}

/// Whether columns of a table stay as they are, and the table too.
fn are_kept(plan: &Plan, table: &TableName, is_one: impl Fn(&str) -> bool) -> bool {
    let touches = |step: &Step| match step {
        Step::Alter {
            table: on,
            alteration,
        } if on == table => match alteration {
            // On the way back it is made before the column has its old type.
            Alteration::AlterColumn { from, to, .. } => {
                is_one(&from.name) && family(from) != family(to)
            }
            Alteration::DropColumn { column, .. } => is_one(&column.name),
            Alteration::RenameColumn { .. } => true,
            _ => false,
        },
        Step::RenameTable { to, .. } => to == table,
        Step::DropTable { table: gone } => gone.name == *table,
        Step::AlterEnum { from, to } => !from.is_within(to),
        _ => false,
    };
    !plan.steps.iter().any(touches)
}

/// Whether a foreign key makes place for another one of the same columns, and nothing else needs it
/// gone.
pub(super) fn key_is_replaced(plan: &Plan, table: &TableName, key: &ForeignKey) -> bool {
    let comes = altered(plan, table).any(|one| match one {
        Alteration::AddForeignKey(other) => other.columns == key.columns,
        _ => false,
    });
    let needs_it_gone = |one: &Alteration| match one {
        Alteration::DropIndex(index) => is_of(index, &key.parent_columns),
        Alteration::DropPrimaryKey(_) => true,
        _ => false,
    };
    let is_in = |columns: &[String], name: &str| columns.iter().any(|one| one == name);
    comes
        && !altered(plan, &key.parent).any(needs_it_gone)
        && are_kept(plan, table, |name| is_in(&key.columns, name))
        && are_kept(plan, &key.parent, |name| is_in(&key.parent_columns, name))
}

/// Whether a check makes place for another one about the same columns.
pub(super) fn check_is_replaced(
    plan: &Plan,
    there: &Snapshot,
    table: &TableName,
    check: &Check,
) -> bool {
    let says = |check: &Check, name: &str| names(Database::Postgres, &check.expression, name);
    let tables = there.tables.iter().filter(|one| one.name == *table);
    let columns: Vec<&String> = tables
        .flat_map(|table| &table.columns)
        .map(|column| &column.name)
        .filter(|name| says(check, name))
        .collect();
    let comes = altered(plan, table).any(|one| match one {
        Alteration::AddCheck(other) => columns.iter().any(|name| says(other, name)),
        _ => false,
    });
    comes && are_kept(plan, table, |name| says(check, name))
}

/// Whether a unique makes place for another one that has a column of it.
pub(super) fn unique_is_replaced(
    plan: &Plan,
    there: &Snapshot,
    table: &TableName,
    index: &Index,
) -> bool {
    let columns = index.columns().unwrap_or_default();
    let shares = |other: &Index| {
        let mut over = other.columns().unwrap_or_default().into_iter();
        over.any(|name| columns.contains(&name))
    };
    let comes = altered(plan, table).any(|one| match one {
        Alteration::AddIndex(other) => {
            other.unique && shares(other) && !is_leaned_on(plan, there, table, other)
        }
        _ => false,
    });
    comes && !is_leaned_on(plan, there, table, index) && stays(plan, table, index)
}
