//! [`Schema`]: the tables of an application, for `create_all` and `drop_all`.

use crate::column::same_text;
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
pub const fn assert_fits(tables: &[&TableMeta], position: usize, elsewhere: &[TableName]) {
    let table = tables[position];
    let mut other = 0;
    while other < position {
        // One line: the compiler shows it below the user's own.
        if is(tables[other], table.schema, table.name) {
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
        if table.view.is_some() && is(table, name.schema, name.name) {
            return true;
        }
        position += 1;
    }
    false
}

const fn is_known(tables: &[&TableMeta], elsewhere: &[TableName], parent: &TableName) -> bool {
    let mut position = 0;
    while position < tables.len() {
        if is(tables[position], parent.schema, parent.name) {
            return true;
        }
        position += 1;
    }
    let mut position = 0;
    while position < elsewhere.len() {
        let other = elsewhere[position];
        if same_text(other.name, parent.name) && same_schema(other.schema, parent.schema) {
            return true;
        }
        position += 1;
    }
    false
}

const fn is(table: &TableMeta, schema: Option<&str>, name: &str) -> bool {
    same_text(table.name, name) && same_schema(table.schema, schema)
}

const fn same_schema(a: Option<&str>, b: Option<&str>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => same_text(a, b),
        (None, None) => true,
        _ => false,
    }
}
