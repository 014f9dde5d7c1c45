//! Hooks: what runs before and after which writes, in which order, what it may change and refuse.

use std::sync::{Arc, Mutex};

use orm_core::hooks::{Hooks, Refusal};
use orm_core::vocabulary::*;

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "members")]
struct Member {
    #[model(generated)]
    id: i64,
    #[model(unique, length(1..=20))]
    email: String,
    nick: Option<String>,
    #[model(version)]
    version: i32,
    #[model(soft_delete)]
    deleted_at: Option<NaiveDateTime>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "rooms")]
struct Room {
    #[model(generated)]
    id: i64,
    name: String,
}

fn member(email: &str) -> NewMember {
    NewMember {
        email: email.into(),
    }
}

#[derive(Debug)]
struct Closed;

impl std::fmt::Display for Closed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("closed today")
    }
}

impl std::error::Error for Closed {}

type Notes = Arc<Mutex<Vec<String>>>;

fn take(notes: &Notes) -> Vec<String> {
    std::mem::take(&mut *notes.lock().unwrap())
}

/// Hooks that note their calls, and refuse what is called `closed`.
fn hooks(notes: &Notes) -> Hooks {
    let note = |what: &'static str| {
        let notes = notes.clone();
        move |who: String| notes.lock().unwrap().push(format!("{what} {who}"))
    };
    let (first, second, after) = (note("first"), note("second"), note("inserted"));
    let (updating, updated) = (note("updating"), note("updated"));
    let (deleting, deleted) = (note("deleting"), note("deleted"));
    Hooks::new()
        .before_insert::<Member>(move |draft| {
            let email: String = draft.value(members::email).unwrap_or_default();
            first(email.clone());
            draft.set_value(members::email, email.to_lowercase())?;
            if email == "closed" {
                return Err(Closed.into());
            }
            Ok(())
        })
        .before_insert::<Member>(move |draft| {
            second(draft.value(members::email).unwrap_or_default());
            match draft.value::<_, String>(members::email).as_deref() {
                Some("bot") => Err(Refusal::from(Invalid::new(vec![FieldError::new(
                    "email",
                    "bot",
                    "is of a machine",
                )]))),
                _ => Ok(()),
            }
        })
        .after_insert::<Member>(move |row| after(format!("{} {}", row.email, row.id > 0)))
        .before_update::<Member>(move |patch| {
            let email: Option<String> = patch.value(members::email);
            updating(format!(
                "{email:?} {}",
                patch.row::<_, i64>(members::id).is_some()
            ));
            if email.as_deref() == Some("closed") {
                return Err(Closed.into());
            }
            patch.set_value(members::nick, Some("patched".to_owned()))?;
            assert!(patch.set_value(members::id, 7_i64).is_err());
            assert!(patch.set_value(members::version, 7).is_err());
            Ok(())
        })
        .after_update::<Member>(move |patch| {
            let nick: Option<Option<String>> = patch.value(members::nick);
            updated(format!("{nick:?}"));
        })
        .before_delete::<Member>(move |delete| {
            deleting(format!("{}", delete.row::<_, i64>(members::id).is_some()));
            Ok(())
        })
        .after_delete::<Member>(move |delete| {
            deleted(format!("{}", delete.row::<_, i64>(members::id).is_some()));
        })
}

macro_rules! hooked {
    ($place:ident, $notes:ident) => {
        form!({
            $place.create_all(schema![Member, Room]).await.unwrap();
            let builder = Engine::<Conn>::builder()
                .url($place.url.as_str())
                .name("club");
            builder.hooks(hooks(&$notes)).open().await.unwrap()
        })
    };
}

scenario!(hooks_run_in_their_order_around_a_write, |place| {
    let notes = Notes::default();
    let engine = hooked!(place, notes);
    let mut session = engine.session().await.unwrap();

    let ann = session.insert(member("ANN")).await.unwrap();
    assert_eq!(ann.email, "ann");
    assert_eq!(
        take(&notes),
        ["first ANN", "second ann", "inserted ann true"]
    );

    session
        .update(Member::patch(ann.id).email("anne"))
        .await
        .unwrap();
    let expected = [
        "updating Some(\"anne\") true",
        "updated Some(Some(\"patched\"))",
    ];
    assert_eq!(take(&notes), expected);
    let anne = session.get::<Member>(ann.id).await.unwrap().unwrap();
    assert_eq!(anne.nick.as_deref(), Some("patched"));
    assert_eq!(anne.email, "anne");

    assert!(session.delete(&anne).await.unwrap());
    assert_eq!(take(&notes), ["deleting true", "deleted true"]);
    // It is not there any more: nothing was deleted.
    assert!(!session.delete_key::<Member>(ann.id).await.unwrap());
    assert_eq!(take(&notes), ["deleting true"]);
    assert!(session.restore::<Member>(ann.id).await.unwrap());
    assert_eq!(take(&notes), [""; 0]);
    let anne = session.get::<Member>(ann.id).await.unwrap().unwrap();
    assert!(session.delete_forever(&anne).await.unwrap());
    assert_eq!(take(&notes), ["deleting true", "deleted true"]);

    // Another model has none.
    session
        .insert(NewRoom {
            name: "closed".into(),
        })
        .await
        .unwrap();
    assert_eq!(take(&notes), [""; 0]);
});

scenario!(a_hook_that_refuses_sends_nothing, |place| {
    let notes = Notes::default();
    let engine = hooked!(place, notes);
    let mut session = engine.session().await.unwrap();
    let error = session.insert(member("closed")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Refused);
    assert_eq!(
        error.to_string(),
        "club: a hook refused to insert Member: closed today"
    );
    assert!(std::error::Error::source(&error).unwrap().is::<Closed>());
    // The one behind it was not asked.
    assert_eq!(take(&notes), ["first closed"]);

    let error = session.insert(member("bot")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Invalid);
    assert_eq!(error.database(), Some("club"));
    assert_eq!(error.invalid().unwrap().errors[0].field, "email");

    let many = vec![member("ann"), member("bot")];
    let error = session.insert_many(many).await.unwrap_err();
    assert_eq!(error.invalid().unwrap().errors[0].field, "items[1].email");
    let error = session
        .upsert(member("closed"), members::email)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Refused);
    assert_eq!(Member::query().count(&mut session).await.unwrap(), 0);

    let ann = session.insert(member("ann")).await.unwrap();
    let closed = Member::patch(ann.id).email("closed");
    let error = session.update(closed).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "club: a hook refused to update Member: closed today"
    );
    let row = session.get::<Member>(ann.id).await.unwrap().unwrap();
    assert_eq!(row, ann);
});

scenario!(rules_are_checked_behind_hooks, |place| {
    place.create_all(schema![Member]).await.unwrap();
    let long = Hooks::new().before_insert::<Member>(|draft| {
        draft.set_value(members::email, "x".repeat(21))?;
        Ok(())
    });
    let builder = Engine::<Conn>::builder().url(place.url.as_str());
    let engine = builder.hooks(long).open().await.unwrap();
    let mut session = engine.session().await.unwrap();
    let error = session.insert(member("ann")).await.unwrap_err();
    assert_eq!(error.invalid().unwrap().errors[0].code, "length");
});

scenario!(
    writes_of_many_rows_have_the_hooks_that_are_promised,
    |place| {
        let notes = Notes::default();
        let engine = hooked!(place, notes);
        let mut session = engine.session().await.unwrap();
        session
            .insert_many([member("A"), member("B")])
            .await
            .unwrap();
        let expected = [
            "first A",
            "second a",
            "first B",
            "second b",
            "inserted a true",
            "inserted b true",
        ];
        assert_eq!(take(&notes), expected);

        session.upsert(member("A"), members::email).await.unwrap();
        session
            .insert_unless_exists(member("A"), members::email)
            .await
            .unwrap();
        assert_eq!(take(&notes), ["first A", "second a", "first A", "second a"]);

        let all = orm_core::diesel::update(members::table).set(members::nick.eq("all"));
        assert_eq!(all.execute(&mut session).await.unwrap(), 2);
        let gone = orm_core::diesel::delete(members::table);
        assert_eq!(gone.execute(&mut session).await.unwrap(), 2);
        assert_eq!(take(&notes), [""; 0]);

        // An empty patch is sent once a hook sets something; one of nobody changes nothing.
        let ann = session.insert(member("ann")).await.unwrap();
        take(&notes);
        session.update(Member::patch(ann.id)).await.unwrap();
        assert_eq!(
            take(&notes),
            ["updating None true", "updated Some(Some(\"patched\"))"]
        );
        session
            .update(Member::patch(0).email("x"))
            .await
            .unwrap_err();
        assert_eq!(take(&notes), ["updating Some(\"x\") true"]);
    }
);

scenario!(a_unit_of_work_runs_the_hooks_of_each_row, |place| {
    let notes = Notes::default();
    let engine = hooked!(place, notes);
    let mut session = engine.session().await.unwrap();
    let rows = ["ann", "bob", "cyd"].map(member);
    let rows = session.insert_many(rows).await.unwrap();
    session.delete(&rows[2]).await.unwrap();
    take(&notes);

    let mut work = UnitOfWork::new();
    work.remove(&rows[1]);
    // It is gone already.
    work.remove_key::<Member>(rows[2].id);
    work.update(Member::patch(rows[0].id).email("anne"));
    let dan = work.add(member("DAN"));
    work.add(member("EVE"));
    work.add(NewRoom {
        name: "blue".into(),
    });
    let done = session.flush(&work).await.unwrap();
    // Those before a row right before it is sent, those behind it once all went well.
    let expected = [
        "first DAN",
        "second dan",
        "first EVE",
        "second eve",
        "updating Some(\"anne\") true",
        "deleting true",
        "deleting true",
        "inserted dan true",
        "inserted eve true",
        "updated Some(Some(\"patched\"))",
        "deleted true",
    ];
    assert_eq!(take(&notes), expected);
    assert_eq!(done.get(&dan).email, "dan");
    assert_eq!((done.inserted(), done.updated(), done.deleted()), (3, 1, 1));
    let anne = session.get::<Member>(rows[0].id).await.unwrap().unwrap();
    assert_eq!((anne.email.as_str(), anne.version), ("anne", 2));
    assert_eq!(anne.nick.as_deref(), Some("patched"));

    // What one refuses takes all of it back.
    let mut work = UnitOfWork::new();
    work.add(member("fay"));
    work.update(Member::patch(anne.id).email("closed"));
    let error = session.flush(&work).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Refused);
    let expected = format!(
        "club: Member({}): a hook refused to update Member: closed today",
        anne.id
    );
    assert_eq!(error.to_string(), expected);
    assert!(std::error::Error::source(&error).unwrap().is::<Closed>());
    let expected = ["first fay", "second fay", "updating Some(\"closed\") true"];
    assert_eq!(take(&notes), expected);
    assert_eq!(Member::query().count(&mut session).await.unwrap(), 3);

    let mut work = UnitOfWork::new();
    work.add(member("gus"));
    work.add(member("bot"));
    let error = session.flush(&work).await.unwrap_err();
    assert_eq!(error.invalid().unwrap().errors[0].field, "Member[1].email");
});

scenario!(rules_of_a_unit_of_work_are_checked_behind_hooks, |place| {
    place.create_all(schema![Member]).await.unwrap();
    let turned = Hooks::new()
        .before_insert::<Member>(|draft| {
            let email: String = draft.value(members::email).unwrap_or_default();
            draft.set_value(members::email, email.trim().repeat(7))?;
            Ok(())
        })
        .before_update::<Member>(|patch| {
            patch.set_value(members::email, String::new())?;
            Ok(())
        });
    let builder = Engine::<Conn>::builder().url(place.url.as_str());
    let engine = builder.hooks(turned).open().await.unwrap();
    let mut session = engine.session().await.unwrap();
    let mut work = UnitOfWork::new();
    // Too long as it is said.
    let ann = work.add(member(&format!("{:>30}", "an")));
    let done = session.flush(&work).await.unwrap();
    let ann = done.get(&ann);
    assert_eq!(ann.email, "an".repeat(7));
    let mut work = UnitOfWork::new();
    work.add(member("abc"));
    let error = session.flush(&work).await.unwrap_err();
    assert_eq!(error.invalid().unwrap().errors[0].field, "Member[0].email");
    let mut work = UnitOfWork::new();
    work.update(Member::patch(ann.id).email("good"));
    let error = session.flush(&work).await.unwrap_err();
    let field = format!("Member({}).email", ann.id);
    assert_eq!(error.invalid().unwrap().errors[0].field, field);
});

#[cfg(feature = "async")]
#[tokio::test]
async fn a_future_that_is_not_awaited_runs_no_hook() {
    use orm_core::aio::prelude::*;

    let notes = Notes::default();
    let engine = AsyncEngine::<AsyncSqliteConnection>::builder()
        .url(":memory:")
        .hooks(hooks(&notes));
    let engine = engine.open().await.unwrap();
    let mut session = engine.session().await.unwrap();
    drop(session.insert(member("ann")));
    drop(session.insert_many([member("ann")]));
    assert_eq!(take(&notes), [""; 0]);
}
