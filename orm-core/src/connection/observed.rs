//! Diesel's instrumentation as events of this crate.

use std::fmt::Write;
use std::sync::Arc;

use diesel::connection::{Instrumentation, InstrumentationEvent};

use crate::event::{Event, Observer};

/// Sends the statements of a connection to an observer.
pub fn observed(database: Arc<str>, observer: Arc<dyn Observer>) -> impl Instrumentation {
    move |event: InstrumentationEvent<'_>| {
        if let InstrumentationEvent::StartQuery { query, .. } = event {
            let mut shown = String::new();
            // A statement that cannot be written ends here; running it says why.
            let _ = write!(shown, "{query}");
            // Diesel shows the bound values behind the text: they stay here.
            let sql = shown.split(" -- binds: ").next().unwrap_or_default();
            observer.observe(Event::Query {
                database: &database,
                sql,
            });
        }
    }
}
