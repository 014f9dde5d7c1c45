//! Smaller shapes: partial models, and columns that rows are read without.

use orm_core::vocabulary::*;

#[derive(Embedded, Debug, Clone, PartialEq)]
struct Size {
    width: i32,
    height: i32,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(has_many(marks: Mark))]
struct Scan {
    #[model(generated)]
    id: i64,
    bytes: Deferred<Vec<u8>>,
    #[model(unique)]
    title: String,
    text: Deferred<Option<String>>,
    #[model(embedded)]
    size: Size,
}

#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
struct Pen {
    wide: i32,
}

#[derive(PartialModel, Debug, Clone, PartialEq)]
#[model(of = marks)]
struct Drawn {
    scan_id: i64,
    #[model(json, column = pen)]
    with: Option<Pen>,
}

#[derive(Model, Debug, Clone, PartialEq)]
struct Mark {
    #[model(generated)]
    id: i64,
    #[model(belongs_to = Scan)]
    scan_id: i64,
    #[model(json)]
    pen: Option<Pen>,
    #[model(default = "")]
    note: Deferred<String>,
}

#[derive(PartialModel, Debug, Clone, PartialEq)]
#[model(of = scans)]
struct Label {
    #[model(column = title)]
    text: String,
    id: i64,
}

#[derive(PartialModel, Debug, Clone, PartialEq)]
#[model(of = self::scans)]
struct Sized {
    #[model(embedded)]
    size: Size,
    bytes: Vec<u8>,
}

fn scan(title: &str) -> NewScan {
    NewScan {
        bytes: vec![1, 2, 3],
        title: title.into(),
        size: Size {
            width: 4,
            height: 3,
        },
    }
}

scenario!(deferred_columns_are_written_and_not_read, |place| {
    place.create_all(schema![Scan, Mark]).await.unwrap();
    let mut session = place.session().await.unwrap();
    place.sent();
    let made = session.insert(scan("a").text("long")).await.unwrap();
    assert_eq!((made.title.as_str(), made.size.width), ("a", 4));
    session.insert_many([scan("b"), scan("c")]).await.unwrap();
    let read = session.get::<Scan>(made.id).await.unwrap().unwrap();
    assert_eq!(read, made);
    Scan::query().load(&mut session).await.unwrap();
    for sql in place.sent() {
        let selected = sql
            .rsplit("SELECT")
            .next()
            .unwrap()
            .split("FROM")
            .next()
            .unwrap();
        let returned = sql.rsplit("RETURNING").next().unwrap();
        let read = if sql.contains("RETURNING") {
            returned
        } else {
            selected
        };
        let is_read = sql.contains("SELECT") || sql.contains("RETURNING");
        assert!(!is_read || !read.contains("bytes"), "{sql}");
    }
    let texts: Vec<(Vec<u8>, Option<String>)> = Scan::query()
        .order_by(scans::id)
        .select((scans::bytes, scans::text))
        .limit(2)
        .load(&mut session)
        .await
        .unwrap();
    assert_eq!(
        texts,
        [
            (vec![1, 2, 3], Some("long".to_owned())),
            (vec![1, 2, 3], None)
        ]
    );
    let patch = Scan::patch(made.id).bytes(vec![9]).text(None);
    session.update(patch).await.unwrap();
    let long = Scan::query().filter(scans::bytes.eq(vec![9_u8]));
    assert_eq!(long.load(&mut session).await.unwrap(), [made]);
});

scenario!(
    deferred_columns_go_through_upserts_joins_and_preloads,
    |place| {
        place.create_all(schema![Scan, Mark]).await.unwrap();
        let mut session = place.session().await.unwrap();
        let made = session.insert(scan("a")).await.unwrap();
        let again = session
            .upsert(scan("a").text("t"), scans::title)
            .await
            .unwrap();
        assert_eq!(again.id, made.id);
        session
            .insert(NewMark { scan_id: made.id }.note("n"))
            .await
            .unwrap();
        let both: Vec<(Mark, Scan)> = Mark::query()
            .inner_join(scans::table)
            .filter(scans::text.eq("t"))
            .load(&mut session)
            .await
            .unwrap();
        assert_eq!(both[0].1, made);
        let loaded = Scan::query()
            .with(scan::marks)
            .load(&mut session)
            .await
            .unwrap();
        assert_eq!(loaded[0][scan::marks].len(), 1);
        let back = Mark::query()
            .with(mark::scan)
            .load(&mut session)
            .await
            .unwrap();
        assert_eq!(back[0][mark::scan].as_deref(), Some(&made));
    }
);

scenario!(a_partial_model_reads_its_columns_alone, |place| {
    place.create_all(schema![Scan, Mark]).await.unwrap();
    let mut session = place.session().await.unwrap();
    session.insert_many([scan("b"), scan("a")]).await.unwrap();
    place.sent();
    let labels: Vec<Label> = Scan::query()
        .order_by(scans::title)
        .select_as::<Label>()
        .load(&mut session)
        .await
        .unwrap();
    let texts: Vec<&str> = labels.iter().map(|label| label.text.as_str()).collect();
    assert_eq!(texts, ["a", "b"]);
    let sql = place.sent().concat();
    assert!(!sql.contains("width") && !sql.contains("bytes"), "{sql}");
    let sized: Sized = Scan::query()
        .select_as::<Sized>()
        .first(&mut session)
        .await
        .unwrap();
    assert_eq!(
        sized,
        Sized {
            size: Size {
                width: 4,
                height: 3
            },
            bytes: vec![1, 2, 3]
        }
    );
    // Diesel's own way.
    let labels: Vec<Label> = scans::table
        .filter(scans::title.eq("b"))
        .select(Label::as_select())
        .load(&mut session)
        .await
        .unwrap();
    assert_eq!((labels.len(), labels[0].id), (1, 1));
});

scenario!(a_partial_model_reads_documents, |place| {
    place.create_all(schema![Scan, Mark]).await.unwrap();
    let mut session = place.session().await.unwrap();
    let scan_id = session.insert(scan("a")).await.unwrap().id;
    let wide = Some(Pen { wide: 3 });
    let drawn = NewMark { scan_id }.pen(wide.clone());
    let bare = NewMark { scan_id };
    session.insert(drawn).await.unwrap();
    session.insert(bare).await.unwrap();
    let read: Vec<Drawn> = Mark::query()
        .order_by(marks::id)
        .select_as::<Drawn>()
        .load(&mut session)
        .await
        .unwrap();
    let all = [wide, None].map(|with| Drawn { scan_id, with });
    assert_eq!(read, all);
});

factories_make!(Scan, Mark);
