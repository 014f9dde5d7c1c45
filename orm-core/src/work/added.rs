//! [`Added`] and [`Flushed`]: a row that will be there, and the rows that are.

use std::any::Any;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use super::record::Row;

/// A row that a unit of work adds: of the model `M`, known by this handle until it is there.
pub struct Added<M> {
    pub(super) unit: Arc<()>,
    pub(super) record: usize,
    model: PhantomData<fn() -> M>,
}

impl<M> Added<M> {
    pub(super) fn new(unit: Arc<()>, record: usize) -> Self {
        Added {
            unit,
            record,
            model: PhantomData,
        }
    }
}

impl<M> Clone for Added<M> {
    fn clone(&self) -> Self {
        Added::new(Arc::clone(&self.unit), self.record)
    }
}

impl<M> fmt::Debug for Added<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Added").field(&self.record).finish()
    }
}

/// What a unit of work came to: the rows that were added, as the database has them.
pub struct Flushed {
    unit: Arc<()>,
    rows: Vec<Option<Box<dyn Any + Send + Sync>>>,
    inserted: usize,
    updated: usize,
    deleted: usize,
}

impl Flushed {
    pub(super) fn new(
        unit: Arc<()>,
        rows: Vec<Option<Row>>,
        updated: usize,
        deleted: usize,
    ) -> Self {
        let rows = rows.into_iter().map(|row| Some(row?.row));
        let rows: Vec<Option<_>> = rows.collect();
        Flushed {
            unit,
            inserted: rows.iter().flatten().count(),
            rows,
            updated,
            deleted,
        }
    }

    /// A row that was added, as the database has it.
    ///
    /// # Panics
    /// If the handle is of another unit, the row was added to the unit after this flush, or it was
    /// [taken](Self::take).
    #[must_use]
    pub fn get<M: 'static>(&self, added: &Added<M>) -> &M {
        self.assert_same(added);
        let row = self.rows.get(added.record).and_then(Option::as_ref);
        let row = row.and_then(|row| row.downcast_ref());
        row.expect("the row was taken out before")
    }

    /// A row that was added, taken out.
    ///
    /// # Panics
    /// As [`get`](Self::get).
    #[must_use]
    pub fn take<M: 'static>(&mut self, added: &Added<M>) -> M {
        self.assert_same(added);
        let row = self.rows.get_mut(added.record).and_then(Option::take);
        let row = row.and_then(|row| row.downcast().ok());
        *row.expect("the row was taken out before")
    }

    /// How many rows were inserted.
    #[must_use]
    pub fn inserted(&self) -> usize {
        self.inserted
    }

    /// How many rows were updated: those that changes were found in.
    #[must_use]
    pub fn updated(&self) -> usize {
        self.updated
    }

    /// How many rows were deleted, softly or not: those that were still there.
    #[must_use]
    pub fn deleted(&self) -> usize {
        self.deleted
    }

    fn assert_same<M>(&self, added: &Added<M>) {
        assert!(
            Arc::ptr_eq(&self.unit, &added.unit),
            "the row was added to another unit of work"
        );
        assert!(
            added.record < self.rows.len(),
            "the row was added to the unit of work after this flush"
        );
    }
}

impl fmt::Debug for Flushed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Flushed")
            .field("inserted", &self.inserted())
            .field("updated", &self.updated)
            .field("deleted", &self.deleted)
            .finish_non_exhaustive()
    }
}
