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

/// How many rows are inserted one by one, each giving its key back; 200,000 with `ORM_SOAK`.
fn rows() -> i64 {
    match orm_tests::soak() {
        true => 200_000,
        false => 20_000,
    }
}

/// The log begins anew behind 1,000 pages of 4 KiB. Diesel's `get_result` lets it grow by 8 KiB a row.
const AT_MOST: u64 = 16 * 1024 * 1024;

scenario!(sqlite(the_log_stays_small), |place| {
    let engine = Engine::<Conn>::open(&place.url).await.unwrap();
    engine.create_all(schema![Reading]).await.unwrap();
    let mut session = engine.session().await.unwrap();
    let form = |serial: i64| NewReading { sensor: 7, serial };
    let rows = rows();
    for serial in 0..rows {
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
    assert_eq!(Reading::query().count(&mut session).await.unwrap(), rows);
    let file = place.url.trim_start_matches("sqlite://");
    let log = std::fs::metadata(format!("{file}-wal")).unwrap();
    println!("the log has {} KiB behind {rows} inserts", log.len() / 1024);
    assert!(log.len() < AT_MOST, "{} bytes", log.len());
});
