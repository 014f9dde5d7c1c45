//! Documents that come back as they were stored, or are refused.

use orm_core::column::AsJson;
use orm_core::serde_json::{self, Value, json};
use orm_core::vocabulary::*;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, Debug, Clone, PartialEq, Default)]
struct Point {
    x: f64,
    label: Option<String>,
    error: Option<f32>,
}

#[derive(Model, Debug, Clone, PartialEq)]
struct Plot {
    #[model(generated)]
    id: i64,
    #[model(json)]
    points: Vec<Point>,
    #[model(json)]
    origin: Option<Point>,
    raw: Json,
}

fn plot(points: Vec<Point>) -> NewPlot {
    NewPlot {
        points,
        raw: Value::Null,
    }
}

fn point(x: f64) -> Point {
    Point {
        x,
        ..Point::default()
    }
}

scenario!(a_float_that_is_no_number_is_no_document, |place| {
    place.create_all(schema![Plot]).await.unwrap();
    let mut session = place.session().await.unwrap();
    let error = Point {
        error: Some(f32::NAN),
        ..point(1.0)
    };
    for wrong in [point(f64::NAN), point(f64::INFINITY), error] {
        let points = vec![point(0.0), wrong];
        let refused = session.insert(plot(points.clone())).await.unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::Conversion, "{refused}");
        let query = Plot::query().filter(plots::points.eq(AsJson(points)));
        let refused = query.load(&mut session).await.unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::Conversion, "{refused}");
    }
    assert_eq!(Plot::query().count(&mut session).await.unwrap(), 0);
    let row = session.insert(plot(vec![point(0.0)])).await.unwrap();
    assert_eq!(session.get::<Plot>(row.id).await.unwrap(), Some(row));
});

fn nested(times: usize) -> Value {
    (0..times).fold(json!(1), |inside, _| json!([inside]))
}

scenario!(a_document_too_deep_to_be_read_is_not_written, |place| {
    place.create_all(schema![Plot]).await.unwrap();
    let mut session = place.session().await.unwrap();
    let deep = |times| NewPlot {
        raw: nested(times),
        ..plot(vec![])
    };
    for times in [128, 1_000] {
        let refused = session.insert(deep(times)).await.unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::Conversion, "{refused}");
    }
    // MariaDB holds no more than 31 of them.
    let most = if place.database == orm_core::backend::Database::Mysql {
        31
    } else {
        127
    };
    let row = session.insert(deep(most)).await.unwrap();
    assert_eq!(session.get::<Plot>(row.id).await.unwrap(), Some(row));
});

scenario!(a_float_of_a_document_comes_back_to_the_bit, |place| {
    place.create_all(schema![Plot]).await.unwrap();
    let mut session = place.session().await.unwrap();
    // By a multiplier, so that every run has the same ones.
    let random = (0..2_000_u64).scan(1_u64, |seed, _| {
        *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        Some(f64::from_bits(*seed))
    });
    let near = (1..500_u32).map(|n| f64::from(n) * 0.017_321_508_075_688_77);
    let points: Vec<Point> = random
        .filter(|x| x.is_finite())
        .chain(near)
        .chain([f64::MAX, f64::MIN_POSITIVE, 1e16])
        .map(point)
        .collect();
    let row = session.insert(plot(points.clone())).await.unwrap();
    let read = session.get::<Plot>(row.id).await.unwrap().unwrap();
    assert_eq!(read.points, points);
});

scenario!(a_null_that_others_wrote_is_none, |place| {
    place.create_all(schema![Plot]).await.unwrap();
    let mut session = place.session().await.unwrap();
    let row = session
        .insert(plot(vec![]).origin(point(1.0)))
        .await
        .unwrap();
    orm_core::diesel::update(plots::table)
        .set(plots::origin.eq(Some(Value::Null)))
        .execute(&mut session)
        .await
        .unwrap();
    let read = session.get::<Plot>(row.id).await.unwrap().unwrap();
    assert_eq!(read.origin, None);
    orm_core::diesel::update(plots::table)
        .set(plots::points.eq(Value::Null))
        .execute(&mut session)
        .await
        .unwrap();
    let error = session.get::<Plot>(row.id).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conversion, "{error}");
    assert_eq!(
        serde_json::from_value::<Option<Point>>(Value::Null).unwrap(),
        None
    );
});
