//! Diesel's instrumentation as events of this crate.

use std::fmt::Write;
use std::sync::Arc;

use diesel::connection::{Instrumentation, InstrumentationEvent};

use crate::event::{Event, Observer};

/// Sends the statements of a connection to an observer.
pub fn observed(database: Arc<str>, observer: Arc<dyn Observer>) -> impl Instrumentation {
    move |event: InstrumentationEvent<'_>| {
        if let InstrumentationEvent::StartQuery { query, .. } = event {
            // Diesel shows the bound values too, and cannot show one that the database does not
            // take: the statement fails with that, and is not sent.
            let mut shown = String::new();
            if write!(shown, "{query}").is_err() {
                return;
            }
            // Diesel shows the bound values behind the text: they stay here.
            let sql = shown.split(" -- binds: ").next().unwrap_or_default();
            observer.observe(Event::Query {
                database: &database,
                sql,
            });
        }
    }
}
