//! A text is kept as it is, or refused: blanks at its end, and what no index can hold.

use orm_core::ddl;
use orm_core::diesel::{insert_into, update};
use orm_core::vocabulary::*;

#[derive(Model, Debug, Clone, PartialEq)]
struct Tag {
    #[model(generated)]
    id: i64,
    #[model(unique)]
    code: String,
    note: String,
    #[model(length(..=3), default = "abc")]
    short: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
struct Word {
    #[model(key)]
    word: String,
}

fn tag(code: &str) -> NewTag {
    NewTag {
        code: code.into(),
        note: "n   ".into(),
    }
}

fn fields(error: &orm_core::Error) -> Vec<(String, String)> {
    let errors = error.invalid().expect("field errors").errors.iter();
    errors
        .map(|error| (error.field.clone(), error.code.clone()))
        .collect()
}

fn too_long(field: &str) -> Vec<(String, String)> {
    vec![(field.to_owned(), "length".to_owned())]
}

scenario!(mysql(blanks_at_the_end_are_not_cut), |place| {
    place.create_all(schema![Tag, Word]).await.unwrap();
    let mut session = place.session().await.unwrap();
    let full = format!("{}  ", "ä".repeat(253));
    let long = format!("{full} ");
    let kept = session.insert(tag(&full)).await.unwrap();
    assert_eq!(
        (kept.code.as_str(), kept.note.as_str()),
        (full.as_str(), "n   ")
    );

    let error = session.insert(tag(&long)).await.unwrap_err();
    assert_eq!(fields(&error), too_long("code"), "{error}");
    let rows = [tag("a"), tag(&long)];
    let error = session.insert_many(rows).await.unwrap_err();
    assert_eq!(fields(&error), too_long("items[1].code"));
    let error = session
        .update(Tag::patch(kept.id).code(long.as_str()))
        .await
        .unwrap_err();
    assert_eq!(fields(&error), too_long("code"));
    let error = session.upsert(tag(&long), tags::code).await.unwrap_err();
    assert_eq!(fields(&error), too_long("code"));
    let error = session
        .insert_unless_exists(tag(&long), tags::code)
        .await
        .unwrap_err();
    assert_eq!(fields(&error), too_long("code"));
    // What is too long otherwise, the server says.
    let error = session.insert(tag(&"x".repeat(256))).await.unwrap_err();
    assert_eq!(fields(&error), too_long("code"));
    let error = session.insert(tag("b").short("abc ")).await.unwrap_err();
    assert_eq!(fields(&error), too_long("short"), "once, by its rule");
    let word = NewWord { word: long.clone() };
    let error = session.insert(word).await.unwrap_err();
    assert_eq!(fields(&error), too_long("word"));
    assert_eq!(Tag::query().count(&mut session).await.unwrap(), 1);

    // In Diesel's own statements as well.
    let inserted = insert_into(tags::table)
        .values(tag(&long))
        .execute(&mut session)
        .await;
    let error = orm_core::Error::from(inserted.unwrap_err());
    assert_eq!(
        (error.kind(), fields(&error)),
        (ErrorKind::Invalid, too_long("code"))
    );
    let updated = update(tags::table)
        .set(Tag::patch(kept.id).short("abc "))
        .execute(&mut session)
        .await;
    let error = orm_core::Error::from(updated.unwrap_err());
    assert_eq!(fields(&error), too_long("short"));
});

#[derive(Model, Debug, Clone, PartialEq)]
#[model(unique(expr = "ours", name = "no_columns", where(mysql = "1")))]
struct Ours {
    #[model(generated)]
    id: i64,
    ours: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(unique(title, page.desc(), name = "one_title"))]
struct Page {
    #[model(generated)]
    id: i64,
    #[model(length(..=900))]
    title: String,
    page: i32,
}

scenario!(mysql(a_unique_of_beginnings_is_refused), |place| {
    let error = place.create_all(schema![Page]).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported, "{error}");
    let text = error.to_string();
    assert!(
        text.contains("one_title") && text.contains("`title`"),
        "{text}"
    );
    let made = ddl::create_all(orm_core::backend::Database::Mysql, schema![Ours].tables());
    assert_eq!(made.unwrap_err().kind(), ErrorKind::Unsupported);
});
