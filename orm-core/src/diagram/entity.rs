//! What of a snapshot is drawn.

use crate::snapshot::{ForeignKey, Index, Snapshot, Table, TableName};

/// A box.
pub(super) struct Entity<'s> {
    pub(super) name: &'s TableName,
    pub(super) what: What,
    pub(super) rows: Vec<Row<'s>>,
    pub(super) comment: Option<&'s str>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    Table,
    View,
    MaterializedView,
    /// A table that a foreign key names, and the snapshot has not.
    Elsewhere,
}

/// A column.
pub(super) struct Row<'s> {
    pub(super) name: &'s str,
    pub(super) ty: &'s str,
    pub(super) primary: bool,
    pub(super) foreign: bool,
    /// No two rows agree on this column alone.
    pub(super) unique: bool,
    pub(super) nullable: bool,
    pub(super) comment: Option<&'s str>,
}

/// A foreign key. Tables are places in the list of entities, columns places in that of rows; a
/// column that is not known is left out.
pub(super) struct Relation<'s> {
    pub(super) child: usize,
    pub(super) child_rows: Vec<usize>,
    pub(super) parent: usize,
    pub(super) parent_rows: Vec<usize>,
    /// Whether a row may have no parent.
    pub(super) optional: bool,
    /// Whether a parent has one row at most.
    pub(super) single: bool,
    pub(super) key: &'s ForeignKey,
}

/// Tables, then views, then tables that are elsewhere; and what relates them.
pub(super) fn read(snapshot: &Snapshot) -> (Vec<Entity<'_>>, Vec<Relation<'_>>) {
    let mut entities: Vec<Entity<'_>> = snapshot.tables.iter().map(of_table).collect();
    entities.extend(snapshot.views.iter().map(|view| Entity {
        name: &view.name,
        what: match view.materialized {
            true => What::MaterializedView,
            false => What::View,
        },
        rows: Vec::new(),
        comment: None,
    }));
    let mut relations = Vec::new();
    for (child, table) in snapshot.tables.iter().enumerate() {
        for key in &table.foreign_keys {
            let known = entities.iter().position(|one| *one.name == key.parent);
            let parent = known.unwrap_or_else(|| {
                entities.push(Entity {
                    name: &key.parent,
                    what: What::Elsewhere,
                    rows: Vec::new(),
                    comment: None,
                });
                entities.len() - 1
            });
            relations.push(relation(snapshot, &entities, table, (child, parent), key));
        }
    }
    (entities, relations)
}

fn of_table(table: &Table) -> Entity<'_> {
    let rows = table.columns.iter().map(|column| Row {
        name: &column.name,
        ty: &column.ty,
        primary: table.key().contains(&column.name),
        foreign: foreign(table, &column.name),
        unique: table
            .indexes
            .iter()
            .any(|index| is_unique(index, &[&column.name])),
        nullable: column.nullable,
        comment: column.comment.as_deref(),
    });
    Entity {
        name: &table.name,
        what: What::Table,
        rows: rows.collect(),
        comment: table.comment.as_deref(),
    }
}

fn foreign(table: &Table, column: &String) -> bool {
    let mut keys = table.foreign_keys.iter();
    keys.any(|key| key.columns.contains(column))
}

fn relation<'s>(
    snapshot: &Snapshot,
    entities: &[Entity<'_>],
    table: &Table,
    (child, parent): (usize, usize),
    key: &'s ForeignKey,
) -> Relation<'s> {
    let rows = |entity: usize, names: &[String]| -> Vec<usize> {
        let rows = &entities[entity].rows;
        let place = |name: &String| rows.iter().position(|row| row.name == name);
        names.iter().filter_map(place).collect()
    };
    let parent_columns = match key.parent_columns.is_empty() {
        false => &key.parent_columns,
        true => snapshot
            .tables
            .get(parent)
            .and_then(|table| table.primary_key.as_ref())
            .map_or(&key.parent_columns, |key| &key.columns),
    };
    let columns: Vec<&str> = key.columns.iter().map(String::as_str).collect();
    let is_key = !table.key().is_empty()
        && (table.key().iter()).all(|column| columns.contains(&column.as_str()));
    let mut indexes = table.indexes.iter();
    let mut named = key.columns.iter().filter_map(|name| table.column(name));
    Relation {
        child,
        child_rows: rows(child, &key.columns),
        parent,
        parent_rows: rows(parent, parent_columns),
        optional: named.any(|column| column.nullable),
        single: is_key || indexes.any(|index| is_unique(index, &columns)),
        key,
    }
}

/// Whether no two rows agree on the columns.
fn is_unique(index: &Index, columns: &[&str]) -> bool {
    let all = |of: Vec<&str>| of.iter().all(|column| columns.contains(column));
    let whole = index.predicate.is_none() && index.parts.iter().all(|part| part.prefix.is_none());
    index.unique && whole && index.columns().is_some_and(all)
}
