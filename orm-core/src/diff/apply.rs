//! What a step makes of a snapshot.

use super::rename::{rename_column, rename_table};
use super::step::set_valid;
use super::{Alteration, Constraint, Step};
use crate::backend::Database;
use crate::snapshot::{Column, Snapshot, Table, TableName, View};

/// Does a step to a snapshot, as the database will.
pub(crate) fn apply(snapshot: &mut Snapshot, step: &Step) {
    match step {
        Step::CreateSchema { .. } => {}
        Step::CreateEnum { ty } => snapshot.enums.push(ty.clone()),
        Step::DropEnum { ty } => snapshot.enums.retain(|one| one.name != ty.name),
        Step::AlterEnum { to, .. } => {
            let mut enums = snapshot.enums.iter_mut();
            if let Some(one) = enums.find(|one| one.name == to.name) {
                *one = to.clone();
            }
        }
        Step::CreateTable { table } => snapshot.tables.push(table.clone()),
        Step::DropTable { table } => snapshot.tables.retain(|one| one.name != table.name),
        Step::RenameTable { from, to } => rename_table(snapshot, from, to),
        Step::Alter {
            table,
            alteration: Alteration::RenameColumn { from, to },
        } => rename_column(snapshot, table, from, to),
        Step::Alter { table, alteration } => {
            if let Some(table) = table_mut(snapshot, table) {
                alter(table, alteration);
            }
        }
        Step::CreateView { view } => snapshot.views.push(view.clone()),
        Step::DropView { view } => snapshot.views.retain(|one| one.name != view.name),
    }
    if snapshot.database == Database::Sqlite {
        snapshot.tables.iter_mut().for_each(count_keys_only);
    }
    snapshot.sort();
}

/// In SQLite a column is counted only as the key, and alone.
fn count_keys_only(table: &mut Table) {
    let key = table.key().to_vec();
    for column in &mut table.columns {
        if key != std::slice::from_ref(&column.name) {
            column.generator = None;
        }
    }
}

pub(super) fn table_mut<'s>(snapshot: &'s mut Snapshot, name: &TableName) -> Option<&'s mut Table> {
    snapshot.tables.iter_mut().find(|table| table.name == *name)
}

fn alter(table: &mut Table, alteration: &Alteration) {
    match alteration {
        Alteration::AddColumn { column, after, .. } => {
            let at = place(table, after.as_deref());
            table.columns.insert(at, column.clone());
        }
        Alteration::DropColumn { column, .. } => {
            table.columns.retain(|one| one.name != column.name);
        }
        // The whole snapshot hears of it: `rename_column`.
        Alteration::RenameColumn { .. } => {}
        Alteration::AlterColumn { from, to, .. } => replace(&mut table.columns, from, to),
        Alteration::AddPrimaryKey(key) => table.primary_key = Some(key.clone()),
        Alteration::DropPrimaryKey(_) => table.primary_key = None,
        Alteration::AddIndex(index) => table.indexes.push(index.clone()),
        Alteration::DropIndex(index) => remove(&mut table.indexes, index),
        Alteration::AddForeignKey(key) => table.foreign_keys.push(key.clone()),
        Alteration::DropForeignKey(key) => remove(&mut table.foreign_keys, key),
        Alteration::AddCheck(check) => table.checks.push(check.clone()),
        Alteration::DropCheck(check) | Alteration::DropProof(check) => {
            remove(&mut table.checks, check);
        }
        Alteration::AddIndexConcurrently(index) => table.indexes.push(index.clone()),
        Alteration::DropIndexConcurrently(index) => remove(&mut table.indexes, index),
        Alteration::UseIndex(index) => {
            let mut indexes = table.indexes.iter_mut();
            if let Some(one) = indexes.find(|one| one.name == index.name) {
                *one = index.clone();
            }
        }
        Alteration::AddUnchecked(constraint) => match constraint {
            Constraint::ForeignKey(key) => {
                table.foreign_keys.push(key.clone());
                validate(table, constraint, false);
            }
            Constraint::Check(check) => {
                table.checks.push(check.clone());
                validate(table, constraint, false);
            }
        },
        Alteration::Validate(constraint) => validate(table, constraint, true),
        Alteration::Uncheck(constraint) => validate(table, constraint, false),
        Alteration::Comment { to, .. } => table.comment.clone_from(to),
    }
}

/// Says of the constraint of a name whether rows are held against it.
fn validate(table: &mut Table, constraint: &Constraint, valid: bool) {
    let options = match constraint {
        Constraint::ForeignKey(key) => {
            let mut keys = table.foreign_keys.iter_mut();
            keys.find(|one| one.name == key.name)
                .map(|one| &mut one.options)
        }
        Constraint::Check(check) => {
            let mut checks = table.checks.iter_mut();
            checks
                .find(|one| one.name == check.name)
                .map(|one| &mut one.options)
        }
    };
    if let Some(options) = options {
        set_valid(options, valid);
    }
}

/// The place behind a column; the end, if it is not there.
fn place(table: &Table, after: Option<&str>) -> usize {
    let Some(name) = after else { return 0 };
    let mut columns = table.columns.iter();
    let at = columns.position(|column| column.name == name);
    at.map_or(table.columns.len(), |at| at + 1)
}

fn replace(columns: &mut [Column], from: &Column, to: &Column) {
    let mut columns = columns.iter_mut();
    if let Some(column) = columns.find(|column| column.name == from.name) {
        *column = to.clone();
    }
}

/// Removes one: a table may have two indexes that are the same.
fn remove<T: PartialEq>(all: &mut Vec<T>, one: &T) {
    if let Some(at) = all.iter().position(|other| other == one) {
        all.remove(at);
    }
}

/// The view of a name.
pub(super) fn view<'s>(snapshot: &'s Snapshot, name: &TableName) -> Option<&'s View> {
    snapshot.views.iter().find(|view| view.name == *name)
}
