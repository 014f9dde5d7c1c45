//! What a session does, as events for whoever observes an engine.
//!
//! Borrowed data without bound values and without URLs.

/// One thing that happened.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum Event<'e> {
    /// A statement is about to be sent.
    Query {
        /// The name of the engine, or of the shard.
        database: &'e str,
        /// The text, without the bound values.
        sql: &'e str,
    },
}

/// Observes events. Implemented by closures.
pub trait Observer: Send + Sync + 'static {
    /// Sees an event, on the thread where it happens.
    fn observe(&self, event: Event<'_>);
}

impl<F: Fn(Event<'_>) + Send + Sync + 'static> Observer for F {
    fn observe(&self, event: Event<'_>) {
        self(event);
    }
}
