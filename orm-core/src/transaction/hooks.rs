//! [`Hooks`]: what is to be done once a transaction is committed.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Arc, Mutex, PoisonError};

/// What a hook panicked with.
pub(crate) type Panic = Box<dyn Any + Send>;

/// In a mutex, which is never locked, so that a session stays `Sync`.
type Hook = Mutex<Box<dyn FnOnce() + Send>>;

/// What is to be done once the transaction is committed, and how much of it each open savepoint
/// has added.
#[derive(Default)]
pub(crate) struct Hooks {
    waiting: Vec<Hook>,
    /// How many were waiting when each transaction or savepoint that is open was begun.
    marks: Vec<usize>,
}

impl Hooks {
    /// Adds one, behind all others.
    pub(crate) fn add(&mut self, hook: impl FnOnce() + Send + 'static) {
        self.waiting.push(Mutex::new(Box::new(hook)));
    }

    /// A transaction or savepoint was begun.
    pub(crate) fn begin(&mut self) {
        self.marks.push(self.waiting.len());
    }

    /// How many transactions and savepoints are open.
    pub(crate) fn depth(&self) -> usize {
        self.marks.len()
    }

    /// The innermost one was committed: what it added is now of the one outside. Of the outermost
    /// these are the hooks that are to be run.
    pub(crate) fn commit(&mut self) -> Hooks {
        self.marks.pop();
        match self.marks.is_empty() {
            true => std::mem::take(self),
            false => Hooks::default(),
        }
    }

    /// All but so many were rolled back, and what they added is dropped.
    pub(crate) fn roll_back_to(&mut self, depth: usize) {
        if let Some(mark) = self.marks.get(depth) {
            self.waiting.truncate(*mark);
            self.marks.truncate(depth);
        }
    }

    /// Runs all of them in order, and gives the first panic if there was one.
    #[must_use = "a panic is to go on"]
    pub(crate) fn run(self) -> Option<Panic> {
        let mut first = None;
        for hook in self.waiting {
            let hook = hook.into_inner().unwrap_or_else(PoisonError::into_inner);
            if let Err(panic) = catch_unwind(AssertUnwindSafe(hook)) {
                first.get_or_insert(panic);
            }
        }
        first
    }
}

/// Hooks of what is committed, which are run when its connection was given back.
#[derive(Debug, Default)]
pub(crate) struct Behind(Mutex<Hooks>);

impl Behind {
    /// Adds what was committed.
    pub(crate) fn add(&self, hooks: Hooks) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.waiting.extend(hooks.waiting);
    }

    fn run(&self) -> Option<Panic> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let hooks = std::mem::take(&mut *all);
        drop(all);
        hooks.run()
    }
}

/// Runs the hooks that were left to it: when it is told to, or else when it is dropped.
#[derive(Debug, Default)]
pub(crate) struct RunsBehind(pub(crate) Arc<Behind>);

impl RunsBehind {
    /// # Panics
    /// If a hook does, once all were run.
    pub(crate) fn run(self) {
        if let Some(panic) = self.0.run() {
            resume_unwind(panic);
        }
    }
}

impl Drop for RunsBehind {
    fn drop(&mut self) {
        // What was committed when its future was dropped.
        drop(self.0.run());
    }
}

impl std::fmt::Debug for Hooks {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Hooks")
            .field("waiting", &self.waiting.len())
            .field("depth", &self.depth())
            .finish()
    }
}
