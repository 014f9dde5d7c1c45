//! Soft delete: rows that are kept, and left out unless asked for.

use orm_core::vocabulary::*;

#[derive(Model, Debug, Clone, PartialEq)]
#[model(has_many(notes: Note))]
struct Folder {
    #[model(generated)]
    id: i64,
    name: String,
    #[model(updated_at)]
    updated_at: DateTime<Utc>,
    #[model(soft_delete)]
    deleted_at: Option<DateTime<Utc>>,
}

#[derive(Model, Debug, Clone, PartialEq)]
struct Note {
    #[model(generated)]
    id: i64,
    #[model(belongs_to = Folder)]
    folder_id: i64,
    text: String,
    #[model(version)]
    version: i32,
    #[model(soft_delete)]
    gone: Option<NaiveDateTime>,
}

macro_rules! two_notes {
    ($session:ident) => {
        form! {{
            let form = NewFolder { name: "f".into() };
            let folder = $session.insert(form).await.unwrap();
            let note = |text: &str| NewNote { folder_id: folder.id, text: text.into() };
            let one = $session.insert(note("one")).await.unwrap();
            let two = $session.insert(note("two")).await.unwrap();
            (folder, one, two)
        }}
    };
}

scenario!(deleted_rows_are_left_out, |place| {
    place.create_all(schema![Folder, Note]).await.unwrap();
    let mut session = place.session().await.unwrap();
    let (folder, one, two) = two_notes!(session);
    assert!(session.delete(&one).await.unwrap());
    assert!(!session.delete_key::<Note>(one.id).await.unwrap());

    assert_eq!(session.get::<Note>(one.id).await.unwrap(), None);
    assert_eq!(Note::query().count(&mut session).await.unwrap(), 1);
    let rest = Note::query().load(&mut session).await.unwrap();
    assert_eq!(rest, [two.clone()]);
    let folders = Folder::query()
        .with(folder::notes)
        .load(&mut session)
        .await
        .unwrap();
    assert_eq!(folders[0][folder::notes], [two.clone()]);
    assert!(session.delete(&folder).await.unwrap());
    let notes = Note::query()
        .with(note::folder)
        .load(&mut session)
        .await
        .unwrap();
    assert!(notes[0][note::folder].is_none());
});

scenario!(an_explicit_word_brings_deleted_rows_back, |place| {
    place.create_all(schema![Folder, Note]).await.unwrap();
    let mut session = place.session().await.unwrap();
    let (_, one, two) = two_notes!(session);
    session.delete(&one).await.unwrap();

    let all = Note::query_with_deleted().order_by(notes::id.asc());
    let all = all.load(&mut session).await.unwrap();
    assert_eq!((all.len(), all[1].clone()), (2, two));
    assert!(all[0].gone.is_some() && all[0].version == 2, "{all:?}");
    let deleted = session.get_with_deleted::<Note>(one.id).await.unwrap();
    assert_eq!(deleted, Some(all[0].clone()));

    assert!(session.restore::<Note>(one.id).await.unwrap());
    let back = session.get::<Note>(one.id).await.unwrap().unwrap();
    assert_eq!((back.gone, back.version, back.text), (None, 3, one.text));
    assert!(!session.restore::<Note>(99).await.unwrap());
});

scenario!(a_row_can_be_deleted_forever, |place| {
    place.create_all(schema![Folder, Note]).await.unwrap();
    let mut session = place.session().await.unwrap();
    let (_, one, two) = two_notes!(session);
    session.delete(&one).await.unwrap();
    let read = session.get_with_deleted::<Note>(one.id).await.unwrap();
    assert!(session.delete_forever(&read.unwrap()).await.unwrap());
    assert!(session.delete_forever(&two).await.unwrap());
    let left = Note::query_with_deleted()
        .count(&mut session)
        .await
        .unwrap();
    assert_eq!(left, 0);
});

scenario!(a_soft_delete_of_a_changed_row_is_stale, |place| {
    place.create_all(schema![Folder, Note]).await.unwrap();
    let mut session = place.session().await.unwrap();
    let (_, one, _) = two_notes!(session);
    session.update(one.edit().text("other")).await.unwrap();
    let error = session.delete(&one).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Stale, "{error}");
    let read = session.get::<Note>(one.id).await.unwrap().unwrap();
    assert!(session.delete(&read).await.unwrap());
    let deleted = session.get_with_deleted::<Note>(one.id).await.unwrap();
    assert!(!session.delete(&deleted.unwrap()).await.unwrap());
});

scenario!(a_soft_delete_is_a_change_of_the_row, |place| {
    place.create_all(schema![Folder, Note]).await.unwrap();
    let mut session = place.session().await.unwrap();
    let (folder, ..) = two_notes!(session);
    session.delete(&folder).await.unwrap();
    let deleted = session.get_with_deleted::<Folder>(folder.id).await.unwrap();
    let deleted = deleted.unwrap();
    assert!(deleted.updated_at > folder.updated_at);
    assert_eq!(deleted.deleted_at, Some(deleted.updated_at));
});

scenario!(a_deleted_row_is_not_changed, |place| {
    place.create_all(schema![Folder, Note]).await.unwrap();
    let mut session = place.session().await.unwrap();
    let (folder, one, _) = two_notes!(session);
    session.delete(&one).await.unwrap();
    session.delete(&folder).await.unwrap();
    let deleted = session.get_with_deleted::<Note>(one.id).await.unwrap();
    let deleted = deleted.unwrap();

    let by_key = Note::patch(one.id).text("x");
    let error = session.update(by_key).await.unwrap_err();
    assert!(error.is_not_found(), "{error}");
    let error = session.update(deleted.edit().text("x")).await.unwrap_err();
    assert!(error.is_not_found(), "{error}");
    let renamed = session.update(folder.edit().name("x")).await;
    assert!(renamed.unwrap_err().is_not_found());
    let same = session.get_with_deleted::<Note>(one.id).await.unwrap();
    assert_eq!(same.as_ref(), Some(&deleted));

    // Who sets the column, means the row deleted or not.
    session
        .update(deleted.edit().gone(None).text("x"))
        .await
        .unwrap();
    let back = session.get::<Note>(one.id).await.unwrap().unwrap();
    assert_eq!((back.text.as_str(), back.version), ("x", 3));
});

scenario!(an_upsert_brings_a_deleted_row_back, |place| {
    place.create_all(schema![Folder, Note]).await.unwrap();
    let mut session = place.session().await.unwrap();
    let (folder, one, _) = two_notes!(session);
    session.delete(&one).await.unwrap();
    let form = || NewNote {
        folder_id: folder.id,
        text: "again".into(),
    };
    let back = session.upsert(form().id(one.id), notes::id).await.unwrap();
    assert_eq!((back.id, back.gone, back.version), (one.id, None, 3));
    let read = session.get::<Note>(one.id).await.unwrap();
    assert_eq!(read, Some(back.clone()));

    // A row says by itself whether it is deleted.
    session.delete(&back).await.unwrap();
    let deleted = session.get_with_deleted::<Note>(one.id).await.unwrap();
    let deleted = deleted.unwrap();
    let again = session.upsert(deleted.clone(), notes::id).await.unwrap();
    assert_eq!((again.gone, again.version), (deleted.gone, 5));
});

scenario!(a_living_row_is_not_restored, |place| {
    place.create_all(schema![Folder, Note]).await.unwrap();
    let mut session = place.session().await.unwrap();
    let (folder, one, _) = two_notes!(session);
    assert!(!session.restore::<Note>(one.id).await.unwrap());
    assert!(!session.restore::<Folder>(folder.id).await.unwrap());
    let note = session.get::<Note>(one.id).await.unwrap();
    assert_eq!(note, Some(one));
    let read = session.get::<Folder>(folder.id).await.unwrap();
    assert_eq!(read, Some(folder));
});

factories_make!(Folder, Note);
