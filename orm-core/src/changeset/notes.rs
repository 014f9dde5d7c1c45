//! What functions of the user's said of the columns that were given.

use std::ops::Range;

use crate::error::FieldError;
use crate::metadata::TableMeta;
use crate::table::Embedded;

/// Errors, each of one column or of those of an embedded struct.
#[derive(Debug, Clone, Default)]
pub(super) struct Notes(Vec<(Range<usize>, FieldError)>);

impl Notes {
    /// Keeps what was said of columns.
    pub(super) fn add(
        &mut self,
        columns: Range<usize>,
        errors: impl IntoIterator<Item = Option<FieldError>>,
    ) {
        let errors = errors.into_iter().flatten();
        self.0.extend(errors.map(|error| (columns.clone(), error)));
    }

    /// Keeps what the fields of an embedded struct have to say of themselves.
    pub(super) fn add_embedded<E: Embedded>(&mut self, table: &TableMeta, first: usize, value: &E) {
        for (nth, error) in value.check() {
            let column = first + nth;
            let field = table.columns[column].field.to_owned();
            self.add(column..column + 1, [Some(FieldError { field, ..error })]);
        }
    }

    /// Drops what was said of values that others take the place of.
    pub(super) fn forget(&mut self, columns: Range<usize>) {
        self.0
            .retain(|(of, _)| of.start < columns.start || columns.end < of.end);
    }

    /// Drops what was said of columns all of which are among these.
    pub(super) fn forget_those(&mut self, columns: impl Fn(usize) -> bool) {
        self.0.retain(|(of, _)| !of.clone().all(&columns));
    }

    /// Adds what others have to say of columns, if one of theirs is among these.
    pub(super) fn add_of(&mut self, others: &Notes, columns: impl Fn(usize) -> bool) {
        let heard = others.0.iter();
        let heard = heard.filter(|(of, _)| of.clone().any(&columns));
        self.0.extend(heard.cloned());
    }

    /// All that is kept.
    pub(super) fn errors(&self) -> Vec<FieldError> {
        self.0.iter().map(|(_, error)| error.clone()).collect()
    }
}
