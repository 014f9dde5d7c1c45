//! [`Deferred`]: a column that rows are read without.

use std::fmt;
use std::marker::PhantomData;

/// The field of a column that is written with its row and not read with it.
///
/// Such a column is large, or seldom needed. Forms take a `T`, rows hold nothing:
/// whoever wants the value selects the column.
///
/// ```
/// use orm_core::prelude::*;
///
/// #[derive(Model, Debug, Clone, PartialEq)]
/// struct Document {
///     #[model(generated)]
///     id: i64,
///     title: String,
///     scan: Deferred<Vec<u8>>,
/// }
///
/// # let engine = Engine::<SqliteConnection>::open(":memory:")?;
/// # engine.create_all(schema![Document])?;
/// # let mut session = engine.session()?;
/// let document = session.insert(NewDocument { title: "A".into(), scan: vec![1, 2, 3] })?;
/// let scans: Vec<Vec<u8>> = Document::query()
///     .filter(documents::id.eq(document.id))
///     .select(documents::scan)
///     .load(&mut session)?;
/// assert_eq!(scans, [[1, 2, 3]]);
/// # Ok::<(), orm_core::Error>(())
/// ```
pub struct Deferred<T>(PhantomData<fn() -> T>);

impl<T> Deferred<T> {
    /// The field of a row.
    #[must_use]
    pub const fn new() -> Self {
        Deferred(PhantomData)
    }
}

impl<T> fmt::Debug for Deferred<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Deferred")
    }
}
impl<T> Clone for Deferred<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for Deferred<T> {}
impl<T> Default for Deferred<T> {
    fn default() -> Self {
        Self::new()
    }
}
impl<T> PartialEq for Deferred<T> {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}
impl<T> Eq for Deferred<T> {}
impl<T> std::hash::Hash for Deferred<T> {
    fn hash<H: std::hash::Hasher>(&self, _: &mut H) {}
}
