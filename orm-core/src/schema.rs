//! [`Schema`]: the tables of an application, for `create_all` and `drop_all`.

use crate::metadata::{TableMeta, TableName};

/// Tables, made by [`schema!`](crate::schema!).
#[derive(Debug, Clone, Copy)]
pub struct Schema {
    tables: &'static [&'static TableMeta],
}

impl Schema {
    #[doc(hidden)]
    #[must_use]
    pub const fn new(tables: &'static [&'static TableMeta]) -> Self {
        Schema { tables }
    }

    /// The tables, as they were listed.
    #[must_use]
    pub const fn tables(&self) -> &'static [&'static TableMeta] {
        self.tables
    }
}

/// Refuses a table that is listed before, and a foreign key to a view or to one that
/// is not listed at all.
#[doc(hidden)]
#[track_caller]
pub const fn assert_fits(tables: &[&TableMeta], position: usize, elsewhere: &[TableName]) {
    let table = tables[position];
    let mut other = 0;
    while other < position {
        // One line: the compiler shows it below the user's own.
        if tables[other].table_name().is(&table.table_name()) {
            panic!("two models use the same table name");
        }
        other += 1;
    }
    if table.view.is_some() {
        return; // a view has no foreign keys in the database
    }
    let mut key = 0;
    while key < table.foreign_keys.len() {
        let parent = &table.foreign_keys[key].parent_name;
        if !is_known(tables, elsewhere, parent) {
            panic!("a foreign key refers to a model that the schema does not list");
        }
        if is_view(tables, parent) {
            panic!("a foreign key refers to a view, which no database allows");
        }
        key += 1;
    }
}

const fn is_view(tables: &[&TableMeta], name: &TableName) -> bool {
    let mut position = 0;
    while position < tables.len() {
        let table = tables[position];
        if table.view.is_some() && table.table_name().is(name) {
            return true;
        }
        position += 1;
    }
    false
}

const fn is_known(tables: &[&TableMeta], elsewhere: &[TableName], parent: &TableName) -> bool {
    let mut position = 0;
    while position < tables.len() {
        if tables[position].table_name().is(parent) {
            return true;
        }
        position += 1;
    }
    let mut position = 0;
    while position < elsewhere.len() {
        if elsewhere[position].is(parent) {
            return true;
        }
        position += 1;
    }
    false
}
