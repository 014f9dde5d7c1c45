//! SQLite's log (WAL): a statement that is not read to its end keeps the log from ever being used anew.

use orm_core::vocabulary::*;

#[derive(Model, Debug, Clone, PartialEq)]
struct Reading {
    #[model(generated)]
    id: i64,
    sensor: i32,
    #[model(unique)]
    serial: i64,
}

/// How many rows are inserted one by one, each giving its key back.
const ROWS: i64 = 200_000;

/// The log begins anew behind 1,000 pages of 4 KiB. Diesel's `get_result` lets it grow to 1.6 GB here.
const AT_MOST: u64 = 16 * 1024 * 1024;

scenario!(sqlite(the_log_stays_small), |place| {
    let engine = Engine::<Conn>::open(&place.url).await.unwrap();
    engine.create_all(schema![Reading]).await.unwrap();
    let mut session = engine.session().await.unwrap();
    let form = |serial: i64| NewReading { sensor: 7, serial };
    for serial in 0..ROWS {
        let row = session.insert(form(serial)).await.unwrap();
        assert_eq!(row.serial, serial);
        // The other statements that read one row of what might be several.
        if serial % 1000 == 0 {
            session
                .upsert(form(serial), readings::serial)
                .await
                .unwrap();
            let first = Reading::query().order_by(readings::id.asc());
            first.first(&mut session).await.unwrap();
            session.get::<Reading>(row.id).await.unwrap();
        }
    }
    assert_eq!(Reading::query().count(&mut session).await.unwrap(), ROWS);
    let log = std::fs::metadata(format!("{}-wal", place.url)).unwrap();
    println!("the log has {} KiB behind {ROWS} inserts", log.len() / 1024);
    assert!(log.len() < AT_MOST, "{} bytes", log.len());
});
