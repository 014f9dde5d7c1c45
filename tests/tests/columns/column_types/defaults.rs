//! Literal defaults have the form of values that are bound.

use orm_core::chrono::{NaiveDateTime, TimeZone};
use orm_core::serde_json::{Value, json};
use orm_core::vocabulary::*;

#[derive(Model, Debug, Clone, PartialEq)]
struct Setting {
    #[model(key)]
    id: i64,
    #[model(default = "00000000-0000-0000-0000-0000000000AB")]
    owner: Uuid,
    #[model(default = "a\\'b")]
    seal: Vec<u8>,
    #[model(default = "2024-05-06T07:08:09Z")]
    since: DateTime<Utc>,
    #[model(default = "2024-05-06T07:08:09.25")]
    local: NaiveDateTime,
    #[model(default = "07:08")]
    at: NaiveTime,
    #[model(default = "2024-05-06")]
    day: NaiveDate,
    #[model(default = "[1, 2]")]
    list: Json,
    #[model(default = 1.50)]
    price: Decimal,
    #[model(default = -7)]
    level: i16,
    #[model(default = "a\\'b")]
    text: String,
    #[model(default = true)]
    on: bool,
}

fn expected(id: i64) -> Setting {
    let day = NaiveDate::from_ymd_opt(2024, 5, 6).unwrap();
    let time = NaiveTime::from_hms_opt(7, 8, 9).unwrap();
    Setting {
        id,
        owner: Uuid::from_u128(0xAB),
        seal: b"a\\'b".to_vec(),
        since: Utc.from_utc_datetime(&day.and_time(time)),
        local: NaiveDateTime::new(day, NaiveTime::from_hms_milli_opt(7, 8, 9, 250).unwrap()),
        at: NaiveTime::from_hms_opt(7, 8, 0).unwrap(),
        day,
        list: json!([1, 2]),
        price: "1.5".parse().unwrap(),
        level: -7,
        text: "a\\'b".into(),
        on: true,
    }
}

scenario!(a_literal_default_is_found_by_its_value, |place| {
    place.create_all(schema![Setting]).await.unwrap();
    let mut session = place.session().await.unwrap();
    assert_eq!(
        session.insert(NewSetting { id: 1 }).await.unwrap(),
        expected(1)
    );
    // A cell that its row leaves out, while another row gives it.
    let rows = [
        NewSetting { id: 2 }.owner(Uuid::nil()),
        NewSetting { id: 3 }.level(9),
    ];
    session.insert_many(rows).await.unwrap();
    let one = expected(1);
    macro_rules! found {
        ($($column:ident: $count:literal),*) => { form! {$(
            let found = Setting::query().filter(settings::$column.eq(one.$column.clone()));
            assert_eq!(found.count(&mut session).await.unwrap(), $count, stringify!($column));
        )*} };
    }
    found!(owner: 2, seal: 3, since: 3, local: 3, at: 3, day: 3, price: 3, level: 2, text: 3, on: 3);
    let list: Vec<Value> = Setting::query()
        .select(settings::list)
        .load(&mut session)
        .await
        .unwrap();
    assert_eq!(list, [json!([1, 2]), json!([1, 2]), json!([1, 2])]);
    let found = Setting::query().filter(settings::list.eq(json!([1, 2])));
    assert_eq!(found.count(&mut session).await.unwrap(), 3);
});

#[derive(Model, Debug)]
struct Wrong {
    #[model(generated)]
    id: i64,
    #[model(default = "none")]
    owner: Uuid,
}

scenario!(a_default_that_is_none_of_its_kind_makes_no_table, |place| {
    let error = place.create_all(schema![Wrong]).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    assert!(error.to_string().contains("`owner`"), "{error}");
});

#[derive(Model, Debug, Clone, PartialEq)]
struct Stamp {
    #[model(generated)]
    id: i64,
    #[model(default = now)]
    made: DateTime<Utc>,
    #[model(default = now)]
    local: NaiveDateTime,
    #[model(default = now)]
    time: NaiveTime,
}

scenario!(
    sqlite(a_time_of_no_milliseconds_is_found_by_itself),
    |place| {
        place.create_all(schema![Stamp]).await.unwrap();
        let mut session = place.session().await.unwrap();
        let fixed = "replace(replace(sql, char(39) || 'now' || char(39), \
        char(39) || '2024-05-06 07:08:09' || char(39)), 'stamps', 'fixed')";
        let text = format!("SELECT {fixed} AS text FROM sqlite_master WHERE name = 'stamps'");
        #[derive(orm_core::diesel::QueryableByName)]
        struct Row {
            #[diesel(sql_type = orm_core::diesel::sql_types::Text)]
            text: String,
        }
        let rows: Vec<Row> = orm_core::diesel::sql_query(text)
            .load(&mut session)
            .await
            .unwrap();
        let create = rows[0].text.clone();
        session.batch_execute("DROP TABLE stamps").await.unwrap();
        session
            .batch_execute(&create.replace("\"fixed\"", "\"stamps\""))
            .await
            .unwrap();
        let row = session.insert(NewStamp {}).await.unwrap();
        let found = Stamp::query()
            .filter(stamps::made.eq(row.made))
            .filter(stamps::local.eq(row.local))
            .filter(stamps::time.eq(row.time));
        assert_eq!(found.load(&mut session).await.unwrap(), [row]);
    }
);
