//! Arrays: on PostgreSQL they are written, read and searched; elsewhere they are refused.

use orm_core::backend::Database;
use orm_core::ddl;
use orm_core::vocabulary::*;

#[derive(Model, Debug, Clone, PartialEq)]
struct Note {
    #[model(generated)]
    id: i64,
    #[model(length(..=3))]
    tags: Vec<String>,
    numbers: Option<Vec<i32>>,
    holes: Vec<Option<i64>>,
    #[model(default = sql("'{}'"))]
    uids: Vec<Uuid>,
}

#[derive(Model, Debug, Clone, PartialEq)]
struct Everything {
    #[model(generated)]
    id: i64,
    bools: Vec<bool>,
    bytes: Vec<i8>,
    shorts: Vec<i16>,
    words: Vec<u16>,
    unsigned: Vec<u32>,
    large: Vec<u64>,
    floats: Vec<f32>,
    doubles: Vec<Option<f64>>,
    blobs: Vec<Vec<u8>>,
    days: Vec<NaiveDate>,
    times: Vec<NaiveTime>,
    stamps: Vec<NaiveDateTime>,
    instants: Vec<DateTime<Utc>>,
    documents: Vec<Json>,
    decimals: Vec<Decimal>,
}

#[cfg(feature = "postgres")]
fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

// Elsewhere a query of such a model does not compile.
scenario!(postgres(an_array_is_written_read_and_searched), |place| {
    place.create_all(schema![Note]).await.unwrap();
    let mut session = place.session().await.unwrap();
    let note = |tags: &[&str]| NewNote {
        tags: texts(tags),
        holes: vec![Some(1), None],
    };
    let first = session.insert(note(&["a", "b, \"c\""])).await.unwrap();
    assert_eq!(
        (&first.tags, &first.numbers, &first.holes, &first.uids),
        (
            &texts(&["a", "b, \"c\""]),
            &None,
            &vec![Some(1), None],
            &vec![]
        )
    );
    let uid = Uuid::from_u128(1);
    let full = note(&[]).numbers(vec![3, -4]).uids(vec![uid]);
    let full = session.insert(full).await.unwrap();
    assert_eq!(
        (full.numbers.as_deref(), full.uids.as_slice()),
        (Some(&[3, -4][..]), &[uid][..])
    );
    assert_eq!(
        session.get::<Note>(full.id).await.unwrap(),
        Some(full.clone())
    );
    let many = [note(&["x"]).numbers(vec![]), note(&["y"]).numbers(None)];
    session.insert_many(many).await.unwrap();

    let count = Note::query().filter(notes::tags.eq(texts(&["x"])));
    assert_eq!(count.count(&mut session).await.unwrap(), 1);
    let count = Note::query().filter(notes::numbers.eq(vec![3, -4]));
    assert_eq!(count.count(&mut session).await.unwrap(), 1);
    let count = Note::query().filter(notes::numbers.eq(Some(vec![3, -4])));
    assert_eq!(count.count(&mut session).await.unwrap(), 1);
    let count = Note::query().filter(notes::uids.eq(vec![uid]));
    assert_eq!(count.count(&mut session).await.unwrap(), 1);
    let count = Note::query().filter(notes::tags.contains(vec!["a"]));
    assert_eq!(count.load(&mut session).await.unwrap(), [first.clone()]);
    let count = Note::query().filter(notes::tags.overlaps_with(texts(&["y", "x"])));
    assert_eq!(count.count(&mut session).await.unwrap(), 2);
    let sorted = Note::query().order_by((notes::tags.desc(), notes::id));
    let sorted = sorted.select(notes::tags);
    let sorted: Vec<Vec<String>> = sorted.load(&mut session).await.unwrap();
    assert_eq!(sorted[0], ["y"]);

    let patch = Note::patch(first.id).tags(texts(&["z"])).numbers(vec![1]);
    session.update(patch).await.unwrap();
    let null = Note::patch(full.id).numbers(None);
    session.update(null).await.unwrap();
    assert_eq!(
        session.get::<Note>(full.id).await.unwrap().unwrap().numbers,
        None
    );
    let again = note(&["again"]).id(first.id).numbers(None);
    let again = session.upsert(again, notes::id).await.unwrap();
    assert_eq!((again.tags, again.numbers), (texts(&["again"]), None));
    let long = session
        .insert(note(&["1", "2", "3", "4"]))
        .await
        .unwrap_err();
    let error = &long.invalid().unwrap().errors[0];
    assert_eq!(
        (error.field.as_str(), error.code.as_ref()),
        ("tags", "length")
    );
});

scenario!(postgres(every_built_in_type_makes_an_array), |place| {
    place.create_all(schema![Everything]).await.unwrap();
    let mut session = place.session().await.unwrap();
    let day = NaiveDate::from_ymd_opt(2024, 2, 29).unwrap();
    let time = NaiveTime::from_hms_opt(1, 2, 3).unwrap();
    let form = NewEverything {
        bools: vec![true, false],
        bytes: vec![i8::MIN, i8::MAX],
        shorts: vec![i16::MIN],
        words: vec![u16::MAX],
        unsigned: vec![u32::MAX],
        large: vec![i64::MAX as u64],
        floats: vec![0.5],
        doubles: vec![Some(f64::MAX), None],
        blobs: vec![vec![0, 255], vec![]],
        days: vec![day],
        times: vec![time],
        stamps: vec![day.and_time(time)],
        instants: vec![day.and_time(time).and_utc()],
        documents: vec![orm_core::serde_json::json!({"a": [null]})],
        decimals: vec!["12.50".parse().unwrap()],
    };
    let row = session.insert(form.clone()).await.unwrap();
    assert_eq!(
        (&row.bytes, &row.doubles, &row.blobs),
        (&form.bytes, &form.doubles, &form.blobs)
    );
    assert_eq!(
        (&row.instants, &row.decimals),
        (&form.instants, &form.decimals)
    );
    assert_eq!(
        session.get::<Everything>(row.id).await.unwrap(),
        Some(row.clone())
    );
    let copy = Everything {
        id: row.id + 1,
        ..row
    };
    assert_eq!(session.insert(copy.clone()).await.unwrap(), copy);
    let too_large = NewEverything {
        large: vec![u64::MAX],
        ..form
    };
    let error = session.insert(too_large).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conversion, "{error}");
});

#[test]
fn arrays_are_declared_on_postgresql_and_refused_elsewhere() {
    let tables = schema![Note, Everything].tables();
    let [note, everything] = ddl::create_all(Database::Postgres, tables)
        .unwrap()
        .try_into()
        .unwrap();
    assert!(
        note.contains("\"tags\" TEXT[] COLLATE \"C\" NOT NULL"),
        "{note}"
    );
    assert!(
        note.contains("CHECK (cardinality(\"tags\") <= 3)"),
        "{note}"
    );
    assert!(note.contains("\"numbers\" INTEGER[],"), "{note}");
    assert!(note.contains("\"holes\" BIGINT[] NOT NULL"), "{note}");
    assert!(
        note.contains("\"uids\" UUID[] NOT NULL DEFAULT ('{}')"),
        "{note}"
    );
    for ty in [
        "BOOLEAN[]",
        "SMALLINT[]",
        "BYTEA[]",
        "TIMESTAMPTZ[]",
        "JSONB[]",
        "NUMERIC[]",
    ] {
        assert!(everything.contains(ty), "{ty}: {everything}");
    }
    for database in [Database::Sqlite, Database::Mysql] {
        let error = ddl::create_all(database, tables).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported);
        assert!(error.to_string().contains("`tags`"), "{error}");
    }
}
