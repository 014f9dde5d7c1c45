//! Instants beside instants: of other zones, and the time of the statement.

use orm_core::chrono::{FixedOffset, Local, TimeDelta, TimeZone};
use orm_core::diesel::dsl::now;
use orm_core::vocabulary::*;

#[derive(Model, Debug, Clone, PartialEq)]
struct Visit {
    #[model(generated)]
    id: i64,
    at: DateTime<Utc>,
    left: Option<DateTime<Utc>>,
}

scenario!(an_instant_is_compared_whatever_its_zone, |place| {
    place.create_all(schema![Visit]).await.unwrap();
    let mut session = place.session().await.unwrap();
    let noon = Utc.with_ymd_and_hms(2024, 5, 6, 12, 0, 0).unwrap();
    session
        .insert(NewVisit { at: noon }.left(noon))
        .await
        .unwrap();
    let east = noon.with_timezone(&FixedOffset::east_opt(3600 * 9).unwrap());
    let here = noon.with_timezone(&Local);
    macro_rules! found {
        ($($predicate:expr;)*) => { form! {$(
            let query = Visit::query().filter($predicate);
            assert_eq!(query.count(&mut session).await.unwrap(), 1, stringify!($predicate));
        )*} };
    }
    found! {
        visits::at.eq(east);
        visits::at.eq(&east);
        visits::left.eq(east);
        visits::at.eq(here);
        visits::at.lt(east + TimeDelta::milliseconds(1));
        visits::left.ge(here);
        visits::at.lt(now);
        visits::left.lt(now);
    }
});

scenario!(now_is_the_time_of_the_statement, |place| {
    place.create_all(schema![Visit]).await.unwrap();
    let mut session = place.session().await.unwrap();
    let at = Utc.with_ymd_and_hms(2024, 5, 6, 12, 0, 0).unwrap();
    let row = session.insert(NewVisit { at }).await.unwrap();
    let before = Utc::now();
    orm_core::diesel::update(visits::table)
        .set((visits::at.eq(now), visits::left.eq(now)))
        .execute(&mut session)
        .await
        .unwrap();
    let after = Utc::now();
    let read = session.get::<Visit>(row.id).await.unwrap().unwrap();
    // Milliseconds on SQLite.
    let range = before - TimeDelta::milliseconds(1)..=after + TimeDelta::milliseconds(1);
    assert!(range.contains(&read.at), "{read:?}: {range:?}");
    assert_eq!(read.left, Some(read.at));
    let found = Visit::query().filter(visits::at.eq(read.at));
    assert_eq!(found.count(&mut session).await.unwrap(), 1);
    let (soon, late) = (after + TimeDelta::hours(1), before - TimeDelta::hours(1));
    for (at, expected) in [(soon, 0), (late, 1)] {
        session.update(Visit::patch(row.id).at(at)).await.unwrap();
        let found = Visit::query().filter(visits::at.lt(now));
        assert_eq!(found.count(&mut session).await.unwrap(), expected, "{at}");
    }
});
