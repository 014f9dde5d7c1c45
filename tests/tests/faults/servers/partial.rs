//! Several shards commit one after the other: which of them did, which did not, and of which
//! nobody knows, because the answer to its COMMIT was lost.

use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use orm_core::vocabulary::*;
use orm_shard::strategy::Modulo;
use orm_tests::PgServer;

use super::super::cluster::{NewParcel, Parcel};
use crate::eventually::eventually;

/// Two shards of a private server: each of its databases commits at once, but for sessions that
/// ask for more: those wait for a standby that never comes, when they have committed.
pub(super) fn waits_for_a_standby() -> Option<Arc<PgServer>> {
    if !orm_tests::postgres::available() {
        return None;
    }
    let settings = [
        "synchronous_standby_names=nobody",
        "synchronous_commit=local",
    ];
    Some(PgServer::start_with(&settings).into())
}

/// Ends the connection whose COMMIT is done and waits for the standby: its answer never comes.
pub(super) fn end_what_has_committed(server: &Arc<PgServer>) -> JoinHandle<()> {
    let server = server.clone();
    std::thread::spawn(move || {
        eventually("a COMMIT waits for its standby", || {
            let ended = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
                         WHERE wait_event = 'SyncRep'";
            server.psql("postgres", ended) == "1"
        });
    })
}

/// Refuses every row, when its transaction commits.
const REFUSES: &str = "
    CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'not today'; END $$;
    CREATE CONSTRAINT TRIGGER refuses AFTER INSERT ON parcels
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse();";

macro_rules! several_commit {
    () => {
        form! {
            let Some(server) = waits_for_a_standby() else { return };
            let cluster = Cluster::<PgConnection>::builder()
                .shard("north", server.create_database("north"))
                .shard("south", server.create_database("south"))
                .strategy(Modulo)
                .pool_size(1).max_overflow(0)
                .pool_timeout(Duration::from_secs(10))
                .open()
                .await
                .unwrap();
            cluster.create_all(schema![Parcel]).await.unwrap();
            let rows = |first: i64| (first..first + 4).map(|id| NewParcel { id, weight: 1 });
            let count = |shard: &str| server.psql(shard, "SELECT COUNT(*) FROM parcels");

            // The first commits, and its answer is lost.
            for (shard, first, says, kept) in [
                ("north", 0, "north may have committed; south rolled back: ", ["2", "0"]),
                ("south", 10, "north committed; south may have committed: ", ["4", "2"]),
            ] {
                let mut session = cluster.session_on(shard).await.unwrap();
                session.batch_execute("SET synchronous_commit = on").await.unwrap();
                drop(session);
                let ended = end_what_has_committed(&server);
                let error = cluster.insert_many(rows(first)).await.unwrap_err();
                ended.join().unwrap();
                assert_eq!(error.kind(), ErrorKind::PartialCommit, "{error}");
                assert_eq!(error.database(), Some(shard));
                assert!(error.to_string().contains(says), "{error}");
                assert_eq!([count("north"), count("south")], kept);
            }

            // A refusal is none of these: that shard has certainly not committed.
            server.psql("south", REFUSES);
            let error = cluster.insert_many(rows(20)).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::PartialCommit, "{error}");
            assert_eq!(error.database(), Some("south"));
            let says = "north committed; south failed to commit: ";
            assert!(error.to_string().contains(says), "{error}");
            assert_eq!([count("north"), count("south")], ["6", "2"]);
            server.psql("north", REFUSES);
            let error = cluster.insert_many(rows(30)).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Database, "{error}");
            assert_eq!([count("north"), count("south")], ["6", "2"]);

            // Of one shard alone it is as of one database.
            let error = cluster.insert_many(rows(40).filter(|row| row.id % 2 == 0)).await;
            assert_eq!(error.unwrap_err().kind(), ErrorKind::Database);
        }
    };
}

#[test]
fn blocking() {
    use crate::form::blocking::*;
    several_commit!();
}

#[test]
fn asynchronous() {
    use crate::form::asynchronous::*;
    run(async {
        several_commit!();
    });
}
