//! [`Observe`]: who sees how far a run is.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::{Migration, Way};

/// How far a run is.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum Progress<'m> {
    /// A migration begins; it is not done if no end follows.
    Begins {
        /// The migration.
        migration: &'m Migration,
        /// Which way.
        way: Way,
    },
    /// A migration is done.
    Done {
        /// The migration.
        migration: &'m Migration,
        /// Which way.
        way: Way,
        /// How long it took.
        took: Duration,
    },
}

/// Sees the [`Progress`] of a run, on the thread that runs. By default it is nobody.
///
/// ```
/// use orm_core::migrate::{Observe, Progress, Run};
///
/// let observe = Observe::new(|progress| {
///     if let Progress::Done { migration, took, .. } = progress {
///         eprintln!("{} took {took:?}", migration.label());
///     }
/// });
/// let run = Run { observe, ..Run::default() };
/// ```
#[derive(Clone, Default)]
pub struct Observe(Option<Arc<dyn Fn(Progress<'_>) + Send + Sync>>);

impl Observe {
    /// An observer.
    #[must_use]
    pub fn new(sees: impl Fn(Progress<'_>) + Send + Sync + 'static) -> Self {
        Observe(Some(Arc::new(sees)))
    }

    pub(super) fn tell(&self, progress: Progress<'_>) {
        if let Some(sees) = &self.0 {
            sees(progress);
        }
    }
}

impl fmt::Debug for Observe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() {
            "Observe(..)"
        } else {
            "Observe"
        })
    }
}

/// The same observer, or nobody twice.
impl PartialEq for Observe {
    fn eq(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (Some(one), Some(other)) => Arc::ptr_eq(one, other),
            (None, None) => true,
            _ => false,
        }
    }
}

impl Eq for Observe {}
