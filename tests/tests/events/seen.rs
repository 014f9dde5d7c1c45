//! What an observer saw, as lines; and the models that all of this is about.

use std::sync::{Arc, Mutex};

use orm_core::event::{Event, PoolStep, StatementId};
use orm_core::vocabulary::*;

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "people")]
pub(super) struct Person {
    #[model(generated)]
    pub(super) id: i64,
    #[model(unique)]
    pub(super) name: String,
}

pub(super) fn person(name: &str) -> NewPerson {
    NewPerson { name: name.into() }
}

/// Notes events.
#[derive(Clone, Default)]
pub(super) struct Seen {
    lines: Arc<Mutex<Vec<String>>>,
    under_way: Arc<Mutex<Vec<StatementId>>>,
}

impl Seen {
    /// Lines such as `SELECT people Returned(1)`, `begin 1`, `open`. What is sent must be told to be
    /// finished, once.
    pub(super) fn observer(&self) -> impl Fn(Event<'_>) + Send + Sync + 'static {
        let Seen { lines, under_way } = self.clone();
        move |event: Event<'_>| {
            let mut under_way = under_way.lock().unwrap();
            let line = match event {
                Event::Query { statement, .. } => {
                    assert!(!under_way.contains(&statement.id), "{statement:?}");
                    under_way.push(statement.id);
                    return;
                }
                Event::Finished(done) => {
                    let of = |id: &StatementId| *id == done.statement.id;
                    let position = under_way.iter().position(of);
                    under_way.remove(position.expect("a statement that was sent"));
                    let mut line = done.statement.summary().to_string();
                    if let Some(rows) = done.rows.any() {
                        line += &format!(" {rows}");
                    }
                    if let Some(error) = done.error {
                        line += &format!(" {error:?}");
                    }
                    if done.statement.in_transaction {
                        line += " inside";
                    }
                    line
                }
                Event::Transaction(event) => {
                    let error = event.error.map(|error| format!(" {error:?}"));
                    let error = error.unwrap_or_default();
                    format!("{} {}{error}", event.step.name(), event.depth)
                }
                Event::Pool(event) => match event.step {
                    PoolStep::Open { .. } => "open".to_owned(),
                    PoolStep::Close => "close".to_owned(),
                    // Of each session: the scenarios of the pool have them.
                    PoolStep::CheckOut { .. } | PoolStep::CheckIn { .. } => return,
                    other => format!("{other:?}"),
                },
                Event::Slow(event) => {
                    let plan = event.plan.unwrap_or("no plan");
                    format!("slow {}: {plan}", event.finished.statement.sql)
                }
                other => format!("{other:?}"),
            };
            lines.lock().unwrap().push(line);
        }
    }

    /// The lines since the last call.
    pub(super) fn lines(&self) -> Vec<String> {
        std::mem::take(&mut *self.lines.lock().unwrap())
    }

    /// How many statements are not finished.
    pub(super) fn under_way(&self) -> usize {
        self.under_way.lock().unwrap().len()
    }
}

/// A second engine on the database of a place, observed.
macro_rules! observed {
    ($place:ident, $seen:expr $(, $setting:ident($($value:expr)?))*) => {
        form!({
            Engine::<Conn>::builder()
                .url($place.url.as_str())
                .name("watched")
                .pool_size(1)
                .max_overflow(0)
                .observe($seen)
                $(.$setting($($value)?))*
                .open()
                .await
                .unwrap()
        })
    };
}

pub(super) use observed;
