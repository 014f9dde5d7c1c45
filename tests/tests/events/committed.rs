//! Hooks behind the commit, and those that validate: when each is called, and when never.

use std::sync::{Arc, Mutex};

use orm_core::hooks::Hooks;
use orm_core::vocabulary::*;

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "parcels")]
struct Parcel {
    #[model(generated)]
    id: i64,
    #[model(unique, length(1..=20))]
    label: String,
    grams: i32,
    #[model(created_at)]
    made_at: NaiveDateTime,
}

type Notes = Arc<Mutex<Vec<String>>>;

fn take(notes: &Notes) -> Vec<String> {
    std::mem::take(&mut *notes.lock().unwrap())
}

fn parcel(label: &str, grams: i32) -> NewParcel {
    NewParcel {
        label: label.into(),
        grams,
    }
}

/// Hooks that note what was committed, and refuse what is heavy.
fn hooks(notes: &Notes) -> Hooks {
    let note = |what: &'static str| {
        let notes = notes.clone();
        move |who: &str| notes.lock().unwrap().push(format!("{what} {who}"))
    };
    let (after, inserted) = (note("after"), note("inserted"));
    let (updated, deleted) = (note("updated"), note("deleted"));
    Hooks::new()
        .validate_insert::<Parcel>(|draft| {
            // Keys and times are made by now.
            assert!(draft.value::<_, NaiveDateTime>(parcels::made_at).is_some());
            match draft.value(parcels::grams) {
                Some(0..=1_000) => Ok(()),
                _ => Err("too heavy".into()),
            }
        })
        .validate_update::<Parcel>(|patch| match patch.value(parcels::grams) {
            None | Some(0..=1_000) => Ok(()),
            _ => Err("too heavy".into()),
        })
        .after_insert::<Parcel>(move |row| after(&row.label))
        .after_insert_commit::<Parcel>(move |row| inserted(&row.label))
        .after_update_commit::<Parcel>(move |patch| {
            let label: Option<String> = patch.value(parcels::label);
            updated(&label.unwrap_or_default());
        })
        .after_delete_commit::<Parcel>(move |delete| {
            let key = delete.row::<_, i64>(parcels::id);
            deleted(if key.is_some() { "one" } else { "none" });
        })
}

macro_rules! hooked {
    ($place:ident, $notes:ident) => {
        form!({
            $place.create_all(schema![Parcel]).await.unwrap();
            let builder = Engine::<Conn>::builder().url($place.url.as_str());
            builder.hooks(hooks(&$notes)).open().await.unwrap()
        })
    };
}

fn failed() -> orm_core::Error {
    orm_core::Error::new(ErrorKind::Conversion, "on purpose")
}

scenario!(
    without_a_transaction_a_write_is_committed_at_once,
    |place| {
        let notes = Notes::default();
        let engine = hooked!(place, notes);
        let mut session = engine.session().await.unwrap();
        let a = session.insert(parcel("a", 1)).await.unwrap();
        assert_eq!(take(&notes), ["after a", "inserted a"]);
        session
            .insert_many([parcel("b", 1), parcel("c", 1)])
            .await
            .unwrap();
        assert_eq!(
            take(&notes),
            ["after b", "after c", "inserted b", "inserted c"]
        );
        session
            .update(Parcel::patch(a.id).label("A"))
            .await
            .unwrap();
        assert_eq!(take(&notes), ["updated A"]);
        assert!(session.delete(&a).await.unwrap());
        assert_eq!(take(&notes), ["deleted one"]);
        // Nothing was written.
        assert!(!session.delete(&a).await.unwrap());
        session
            .update(Parcel::patch(a.id).label("x"))
            .await
            .unwrap_err();
        session.insert(parcel("b", 1)).await.unwrap_err();
        assert_eq!(take(&notes), [""; 0]);
    }
);

scenario!(in_a_transaction_it_is_committed_with_that, |place| {
    let notes = Notes::default();
    let engine = hooked!(place, notes);
    let mut session = engine.session().await.unwrap();
    session
        .transaction(async |tx| {
            let a = tx.insert(parcel("a", 1)).await?;
            let undone = tx.transaction(async |tx| {
                tx.insert(parcel("undone", 1)).await?;
                Err::<(), _>(failed())
            });
            undone.await.unwrap_err();
            tx.transaction(async |tx| tx.insert(parcel("b", 1)).await)
                .await?;
            tx.update(Parcel::patch(a.id).label("A")).await?;
            assert_eq!(take(&notes), ["after a", "after undone", "after b"]);
            Ok::<_, orm_core::Error>(())
        })
        .await
        .unwrap();
    assert_eq!(take(&notes), ["inserted a", "inserted b", "updated A"]);
    let undone = session.transaction(async |tx| {
        tx.insert(parcel("never", 1)).await?;
        Err::<(), _>(failed())
    });
    undone.await.unwrap_err();
    assert_eq!(take(&notes), ["after never"]);
});

scenario!(what_is_validated_is_complete_and_may_be_refused, |place| {
    let notes = Notes::default();
    let engine = hooked!(place, notes);
    let mut session = engine.session().await.unwrap();
    let error = session.insert(parcel("a", 1_001)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Refused);
    assert!(
        error
            .to_string()
            .contains("refused to insert Parcel: too heavy"),
        "{error}"
    );
    // The rules come first.
    let error = session.insert(parcel("", 1_001)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Invalid);
    let a = session.insert(parcel("a", 1)).await.unwrap();
    let error = session
        .update(Parcel::patch(a.id).grams(2_000))
        .await
        .unwrap_err();
    assert!(
        error
            .to_string()
            .contains("refused to update Parcel: too heavy"),
        "{error}"
    );
    let error = session
        .upsert(parcel("a", 2_000), parcels::label)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Refused);
    let error = session
        .insert_many([parcel("b", 1), parcel("c", 2_000)])
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Refused);
    assert_eq!(Parcel::query().count(&mut session).await.unwrap(), 1);
});
