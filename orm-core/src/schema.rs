//! [`Schema`]: the tables of an application, for `create_all` and `drop_all`.

use crate::metadata::TableMeta;

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

#[doc(hidden)]
pub const fn assert_no_table_twice(tables: &[&TableMeta]) {
    let mut i = 0;
    while i < tables.len() {
        let mut j = i + 1;
        while j < tables.len() {
            // One line: the compiler shows it below the user's own.
            if same(tables[i].name, tables[j].name) {
                panic!("two models use the same table name");
            }
            j += 1;
        }
        i += 1;
    }
}

const fn same(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if a.len() != b.len() {
        return false;
    }
    let mut i = 0;
    while i < a.len() {
        if a[i] != b[i] {
            return false;
        }
        i += 1;
    }
    true
}
