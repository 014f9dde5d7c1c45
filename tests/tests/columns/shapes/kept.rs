//! Columns that nobody fills in by hand: times, defaults by a function, what the database makes.

use std::sync::atomic::{AtomicU32, Ordering};

use orm_core::backend::Database;
use orm_core::diesel::sql_query;
use orm_core::vocabulary::*;

static SLUGS: AtomicU32 = AtomicU32::new(0);

fn slug() -> String {
    format!("slug-{}", SLUGS.fetch_add(1, Ordering::Relaxed))
}

#[derive(Model, Debug, Clone, PartialEq)]
struct Article {
    #[model(generated)]
    id: i64,
    #[model(unique)]
    title: String,
    #[model(default_with = slug)]
    slug: String,
    #[model(default_with = || "draft")]
    state: String,
    #[model(created_at)]
    created_at: DateTime<Utc>,
    #[model(updated_at)]
    updated_at: NaiveDateTime,
}

fn article(title: &str) -> NewArticle {
    NewArticle {
        title: title.into(),
    }
}

scenario!(
    times_are_those_of_the_insert_and_of_the_last_change,
    |place| {
        place.create_all(schema![Article]).await.unwrap();
        let mut session = place.session().await.unwrap();
        let before = Utc::now() - orm_core::chrono::TimeDelta::microseconds(1);
        let made = session.insert(article("a")).await.unwrap();
        assert_eq!(made.created_at.naive_utc(), made.updated_at);
        assert!(before <= made.created_at && made.created_at <= Utc::now());
        let read = session.get::<Article>(made.id).await.unwrap().unwrap();
        assert_eq!(read, made, "whole microseconds are sent");

        assert_eq!(session.update(made.edit()).await.unwrap(), 0);
        let read = session.get::<Article>(made.id).await.unwrap().unwrap();
        assert_eq!(read.updated_at, made.updated_at, "nothing was changed");
        session.update(made.edit().title("b")).await.unwrap();
        let read = session.get::<Article>(made.id).await.unwrap().unwrap();
        assert!(read.updated_at > made.updated_at);
        assert_eq!(read.created_at, made.created_at);
    }
);

scenario!(times_can_be_given, |place| {
    place.create_all(schema![Article]).await.unwrap();
    let mut session = place.session().await.unwrap();
    let long_ago = DateTime::from_timestamp(1_000_000_000, 0).unwrap();
    let form = article("a")
        .created_at(long_ago)
        .updated_at(long_ago.naive_utc());
    let made = session.insert(form).await.unwrap();
    assert_eq!(made.created_at, long_ago);
    assert_eq!(made.updated_at, long_ago.naive_utc());
    let later = long_ago.naive_utc() + orm_core::chrono::TimeDelta::days(1);
    let patch = made.edit().title("b").updated_at(later);
    session.update(patch).await.unwrap();
    let read = session.get::<Article>(made.id).await.unwrap().unwrap();
    assert_eq!(read.updated_at, later);
});

scenario!(a_default_by_a_function_is_made_for_each_row, |place| {
    place.create_all(schema![Article]).await.unwrap();
    let mut session = place.session().await.unwrap();
    let forms = [article("a"), article("b")];
    let rows = session.insert_many(forms).await.unwrap();
    assert_ne!(rows[0].slug, rows[1].slug);
    assert!(rows.iter().all(|row| row.state == "draft"));
    let given = session.insert(article("c").slug("mine")).await.unwrap();
    assert_eq!(given.slug, "mine");
});

scenario!(an_upsert_keeps_what_was_made_at_the_insert, |place| {
    place.create_all(schema![Article]).await.unwrap();
    let mut session = place.session().await.unwrap();
    let first = session.upsert(article("a"), articles::title).await.unwrap();
    let form = article("a").state("public");
    let second = session.upsert(form, articles::title).await.unwrap();
    assert_eq!(second.slug, first.slug);
    assert_eq!(second.created_at, first.created_at);
    assert_eq!(second.state, "public");
    assert!(second.updated_at > first.updated_at);
});

scenario!(the_times_of_a_row_are_those_of_its_writes, |place| {
    place.create_all(schema![Article]).await.unwrap();
    let mut session = place.session().await.unwrap();
    let first = session.insert(article("a")).await.unwrap();
    let read = Article {
        title: "b".into(),
        created_at: DateTime::default(),
        ..first.clone()
    };
    let second = session.upsert(read, articles::id).await.unwrap();
    assert_eq!((second.id, second.title.as_str()), (first.id, "b"));
    assert_eq!(second.created_at, first.created_at);
    assert!(second.updated_at > first.updated_at);

    let read = Article {
        title: "c".into(),
        created_at: DateTime::default(),
        ..second.clone()
    };
    orm_core::diesel::update(articles::table.filter(articles::id.eq(read.id)))
        .set(&read)
        .execute(&mut session)
        .await
        .unwrap();
    let third = session.get::<Article>(first.id).await.unwrap().unwrap();
    assert_eq!(third.title, "c");
    assert_eq!(third.created_at, first.created_at);
    assert!(third.updated_at > second.updated_at);
});

scenario!(diesels_own_insert_makes_them_too, |place| {
    place.create_all(schema![Article]).await.unwrap();
    let mut session = place.session().await.unwrap();
    orm_core::diesel::insert_into(articles::table)
        .values(article("a"))
        .execute(&mut session)
        .await
        .unwrap();
    let row = Article::query().first(&mut session).await.unwrap();
    assert_eq!(row.created_at.naive_utc(), row.updated_at);
    assert!(row.slug.starts_with("slug-"));
});

#[derive(Model, Debug, Clone, PartialEq)]
struct Product {
    #[model(generated)]
    id: i64,
    cents: i64,
    amount: i32,
    #[model(computed = "cents * amount")]
    total: i64,
    #[model(default = sql("1 + 1"))]
    two: i32,
    #[model(default = sql(sqlite = "lower('S')", postgres = "lower('P')", mysql = "lower('M')"))]
    database: String,
}

scenario!(
    the_database_makes_computed_columns_and_its_own_defaults,
    |place| {
        place.create_all(schema![Product]).await.unwrap();
        let mut session = place.session().await.unwrap();
        let form = NewProduct {
            cents: 5,
            amount: 3,
        };
        let made = session.insert(form.clone()).await.unwrap();
        let letter = place.database.name()[..1].to_owned();
        assert_eq!((made.total, made.two, &made.database), (15, 2, &letter));
        session
            .update(Product::patch(made.id).amount(4))
            .await
            .unwrap();
        let read = session.get::<Product>(made.id).await.unwrap().unwrap();
        assert_eq!(read.total, 20);
        // The whole row again, and forms of different columns in one statement.
        session.delete(&read).await.unwrap();
        assert_eq!(session.insert(read.clone()).await.unwrap(), read);
        let forms = [form.clone().two(7), form.clone().database("x")];
        let rows = session.insert_many(forms).await.unwrap();
        let found: Vec<_> = rows
            .iter()
            .map(|row| (row.two, row.database.as_str()))
            .collect();
        assert_eq!(found, [(7, letter.as_str()), (2, "x")]);
        let sold = Product::query().filter(products::total.gt(15));
        assert_eq!(sold.count(&mut session).await.unwrap(), 1);
    }
);

#[derive(Model, Debug, Clone, PartialEq)]
struct Counter {
    #[model(generated)]
    id: i64,
    name: String,
    #[model(read_only)]
    seen: Option<i32>,
}

scenario!(what_a_trigger_writes_is_read_and_never_written, |place| {
    place.create_all(schema![Counter]).await.unwrap();
    let mut session = place.session().await.unwrap();
    let made = session
        .insert(NewCounter { name: "a".into() })
        .await
        .unwrap();
    let set = match place.database {
        Database::Mysql => "UPDATE counters SET seen = 7",
        _ => "UPDATE \"counters\" SET seen = 7",
    };
    sql_query(set).execute(&mut session).await.unwrap();
    session
        .update(Counter::patch(made.id).name("b"))
        .await
        .unwrap();
    let read = session.get::<Counter>(made.id).await.unwrap().unwrap();
    assert_eq!((read.name.as_str(), read.seen), ("b", Some(7)));
    session.delete(&read).await.unwrap();
    let again = session.insert(read).await.unwrap();
    assert_eq!(again.seen, None, "a form does not write it");
});

factories_make!(Article, Product, Counter);
