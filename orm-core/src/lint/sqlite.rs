//! SQLite: what it cannot alter in place is copied.

use super::Linter;
use crate::diff::rebuilt;

impl Linter<'_> {
    pub(super) fn rebuilt(&mut self) {
        let why = "all rows are copied, and nobody else can write the file meanwhile";
        let safe = "run it when nobody writes; a new column that allows NULL or has a constant \
            default, and stands behind the others, needs no copy, and no more does an index";
        for table in rebuilt(self.plan) {
            self.find("rebuild", &table, "is made anew".to_owned(), why, safe);
        }
    }
}
