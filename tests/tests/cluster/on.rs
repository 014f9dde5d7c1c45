//! One source of tests for both databases: `on_both!(name, |bench| { .. })`.

use std::sync::{Arc, Mutex};

use orm_core::event::Event;

/// The statements of a cluster's sessions, as `shard: sql`.
#[derive(Clone, Default)]
pub(crate) struct Sent(Arc<Mutex<Vec<(String, String)>>>);

impl Sent {
    pub(crate) fn observer(&self) -> impl Fn(Event<'_>) + Send + Sync + 'static {
        let sent = self.0.clone();
        move |event: Event<'_>| {
            if let Event::Query { database, sql } = event {
                sent.lock()
                    .unwrap()
                    .push((database.to_owned(), sql.to_owned()));
            }
        }
    }

    /// What was sent since the last call.
    pub(crate) fn take(&self) -> Vec<(String, String)> {
        std::mem::take(&mut *self.0.lock().unwrap())
    }
}

/// A cluster of three shards and one database for comparison, on SQLite and,
/// with the feature, on PostgreSQL. `$one` is a session, `$sent` what the
/// cluster sent.
macro_rules! on_both {
    ($(#[$meta:meta])* $name:ident, |$cluster:ident, $one:ident, $sent:ident| $body:block) => {
        mod $name {
            #[allow(unused_imports)]
            use super::*;

            $(#[$meta])*
            #[test]
            fn sqlite() -> orm_core::Result<()> {
                let folder = tempfile::tempdir().unwrap();
                let url = |name: &str| folder.path().join(name).display().to_string();
                let $sent = $crate::on::Sent::default();
                let $cluster = orm_shard::cluster::Cluster::<orm_core::prelude::SqliteConnection>::builder()
                    .shard("s0", url("s0.db"))
                    .shard("s1", url("s1.db"))
                    .shard("s2", url("s2.db"))
                    .observe($sent.observer())
                    .open()?;
                let engine = orm_core::prelude::Engine::<orm_core::prelude::SqliteConnection>::open(&url("one.db"))?;
                $crate::on::body!($cluster, engine, $one, $sent, $body)
            }

            #[cfg(feature = "postgres")]
            $(#[$meta])*
            #[test]
            fn postgres() -> orm_core::Result<()> {
                let Some(server) = orm_tests::shared_postgres() else { return Ok(()) };
                let $sent = $crate::on::Sent::default();
                let topic = stringify!($name);
                let $cluster = orm_shard::cluster::Cluster::<orm_core::prelude::PgConnection>::builder()
                    .shard("s0", server.fresh_database(topic))
                    .shard("s1", server.fresh_database(topic))
                    .shard("s2", server.fresh_database(topic))
                    .observe($sent.observer())
                    .open()?;
                let engine = orm_core::prelude::Engine::<orm_core::prelude::PgConnection>::open(&server.fresh_database(topic))?;
                $crate::on::body!($cluster, engine, $one, $sent, $body)
            }
        }
    };
}

macro_rules! body {
    ($cluster:ident, $engine:ident, $one:ident, $sent:ident, $body:block) => {{
        let schema = orm_core::schema![
            $crate::models::Item,
            $crate::models::Order,
            $crate::models::Customer,
            $crate::models::Country
        ];
        $cluster.create_all(schema)?;
        $engine.create_all(schema)?;
        #[allow(unused_mut, unused_variables)]
        let mut $one = $engine.session()?;
        $sent.take();
        $body
        Ok(())
    }};
}

pub(crate) use {body, on_both};
