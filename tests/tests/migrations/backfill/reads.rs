//! How many rows are read for a chunk: those of the chunk, wherever in the table it is.

use orm_core::backfill::Backfill;
use orm_core::prelude::*;

use super::{Base, Place};

#[derive(Model)]
#[model(table = "readings", key(place, nr, part))]
struct Reading {
    place: String,
    nr: i32,
    part: i32,
    touched: i64,
}

/// MariaDB uses no index for a comparison of rows.
#[test]
fn a_chunk_on_mariadb_reads_no_rows_before_it() {
    let Some(server) = orm_tests::shared_mariadb() else {
        return;
    };
    let place = Place::<MysqlConnection>::new(&server.fresh_database("reads"));
    place.sql(
        "CREATE TABLE readings (place VARCHAR(20) CHARACTER SET utf8mb4, nr INTEGER, part INTEGER, \
         touched BIGINT NOT NULL DEFAULT 0, PRIMARY KEY (place, nr, part)); \
         INSERT INTO readings (place, nr, part) SELECT 'here', 1 + seq MOD 7, seq FROM seq_1_to_3000; \
         ANALYZE TABLE readings",
    );
    let mut session = place.session();
    let reads = |session: &mut Session<MysqlConnection>| -> u64 {
        let statement = "SELECT CAST(CAST(SUM(VARIABLE_VALUE) AS INTEGER) AS CHAR) \
            FROM information_schema.SESSION_STATUS WHERE VARIABLE_NAME LIKE 'HANDLER_READ%'";
        let read = MysqlConnection::texts(session, statement).remove(0);
        read.parse().expect("a number")
    };
    let filled = Backfill::update::<Reading>("readings", "touched = touched + 1").chunk(50);
    let before = reads(&mut session);
    let done = session.backfill(&filled, |_| {}).expect("filled");
    assert_eq!(done.walked, 3_000);
    let read = reads(&mut session) - before;
    // Each row some times: for the bound and its order, for the UPDATE, for the count of all.
    assert!(read < 3_000 * 12, "{read} reads");
    assert_eq!(place.touched("readings"), (3_000, 0));
}
