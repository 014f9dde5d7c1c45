//! What was written is read back by the fragments that stand for RETURNING.

use orm_core::changeset::{FindAllInserted, FindBy, FindByKeys, FindInserted, Form};
use orm_core::diesel::sql_query;
use orm_core::prelude::*;
use orm_core::table::TableDef;
use orm_core::value::Value;

use super::{insert, on_mysql, send, statement};

type Conn = MysqlConnection;

#[derive(Model, Debug, Clone, PartialEq)]
struct Note {
    #[model(generated)]
    id: i64,
    text: String,
    #[model(default = "plain")]
    kind: String,
    #[model(default = "\\a\\'b'")]
    odd: String,
    #[model(default = 7)]
    level: i32,
    #[model(default = true)]
    shown: bool,
    #[model(default = now)]
    at: NaiveDateTime,
    #[model(default = now)]
    day: NaiveDate,
    #[model(default = now)]
    instant: DateTime<Utc>,
}

#[derive(Model, Debug, Clone, PartialEq)]
struct Blank {
    #[model(generated)]
    id: i32,
    note: Option<String>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(key(room, day))]
struct Booking {
    room: String,
    day: NaiveDate,
    guest: Option<String>,
}

fn note(text: &str) -> NewNote {
    NewNote { text: text.into() }
}

fn inserted<F: Form + Clone>(session: &mut Session<Conn>, form: F) -> <F::Table as TableDef>::Model
where
    FindInserted<F::Table>:
        for<'q> orm_core::diesel::query_dsl::LoadQuery<'q, Conn, <F::Table as TableDef>::Model>,
{
    let find = FindInserted::new(&form.clone().into_draft()).expect("the database counts the key");
    assert_eq!(insert(session, [form]).unwrap(), 1);
    find.get_result(session.connection()).unwrap()
}

on_mysql!(the_row_that_was_counted_last, [Note, Blank], |session| {
    let row: Note = inserted(&mut session, note("a"));
    assert_eq!((row.id, row.text.as_str()), (1, "a"));
    assert_eq!((row.kind.as_str(), row.odd.as_str()), ("plain", "\\a\\'b'"));
    assert_eq!((row.level, row.shown), (7, true));
    let now = Utc::now();
    assert!((now.naive_utc() - row.at).num_seconds().abs() < 60);
    assert!((now - row.instant).num_seconds().abs() < 60);
    assert!((now.date_naive() - row.day).num_days().abs() <= 1);
    let row: Note = inserted(&mut session, note("b").level(1));
    assert_eq!((row.id, row.level), (2, 1));
    // No column at all.
    let row: Blank = inserted(&mut session, NewBlank {});
    assert_eq!(row, Blank { id: 1, note: None });
    // A key that is given is no key that was counted; 0 is a key like any other.
    assert!(FindInserted::new(&note("c").id(0).into_draft()).is_none());
    insert(&mut session, [note("c").id(0)]).unwrap();
    assert_eq!(session.get::<Note>(0).unwrap().unwrap().text, "c");
    assert!(
        FindInserted::<<Booking as Model>::Table>::new(&booking("a", 1).into_draft()).is_none()
    );
});

on_mysql!(the_keys_of_many_rows_are_consecutive, [Note], |session| {
    for (step, expected) in [(1, [1, 2, 3, 4]), (3, [7, 10, 13, 16])] {
        sql_query(format!("SET auto_increment_increment = {step}"))
            .execute(&mut session)
            .unwrap();
        let forms = ["a", "b", "c", "d"].map(note);
        let [a, b, c, d] = forms;
        let mixed = [a.level(1), b.kind("x"), c.shown(false), d.level(4)];
        assert_eq!(insert(&mut session, mixed).unwrap(), 4);
        let find = FindAllInserted::<<Note as Model>::Table>::new(4).expect("counted keys");
        let rows: Vec<Note> = find.load(session.connection()).unwrap();
        let found: Vec<_> = rows.iter().map(|row| row.id).collect();
        assert_eq!(found, expected);
        assert_eq!(
            rows.iter().map(|row| row.level).collect::<Vec<_>>(),
            [1, 7, 7, 4]
        );
        assert_eq!((rows[1].kind.as_str(), rows[2].shown), ("x", false));
    }
    // Rows without any column given.
    send(&mut session, statement((0..3).map(|_| note("same")))).unwrap();
    assert_eq!(Note::query().count(&mut session).unwrap(), 11);
});

fn booking(room: &str, day: u32) -> NewBooking {
    NewBooking {
        room: room.into(),
        day: NaiveDate::from_ymd_opt(2024, 2, day).expect("a day"),
    }
}

on_mysql!(
    keys_of_several_columns_and_other_columns,
    [Booking, Blank],
    |session| {
        let days = [("a", 1), ("a", 2), ("b", 1), ("A", 1)].map(|(room, day)| booking(room, day));
        insert(&mut session, days).unwrap();
        let key = |room: &str, day| {
            let form = booking(room, day);
            vec![Value::Text(form.room), Value::Date(form.day)]
        };
        let find = FindByKeys::<<Booking as Model>::Table>::new(vec![
            key("a", 2),
            key("b", 1),
            key("b", 2),
        ]);
        let mut rows: Vec<Booking> = find.load(session.connection()).unwrap();
        rows.sort_by(|a, b| a.room.cmp(&b.room));
        assert_eq!(
            rows.iter().map(Model::key).collect::<Vec<_>>(),
            [
                ("a".to_owned(), booking("a", 2).day),
                ("b".to_owned(), booking("b", 1).day),
            ]
        );
        let find = FindBy::<<Booking as Model>::Table>::new(vec![(0, Value::Text("A".into()))]);
        let row: Booking = find.get_result(session.connection()).unwrap();
        assert_eq!(row.room, "A");
        let none = FindBy::<<Booking as Model>::Table>::new(vec![(
            2,
            Value::Null(orm_core::value::Kind::Text),
        )]);
        let none: Vec<Booking> = none.load(session.connection()).unwrap();
        assert_eq!(none, [], "NULL is equal to nothing");
        insert(&mut session, [NewBlank {}, NewBlank {}]).unwrap();
        assert_eq!(Blank::query().count(&mut session).unwrap(), 2);
    }
);

#[derive(Model, Debug, Clone, PartialEq)]
struct Token {
    #[model(key)]
    id: Uuid,
    name: String,
    #[model(unique)]
    other: Option<Uuid>,
}

// Blocking: the async driver sends the bytes as a text, which is no UUID to the server.
on_mysql!(mariadbs_own_uuid_is_found, [], |session| {
    let table = "CREATE TABLE tokens (id UUID PRIMARY KEY, name TEXT NOT NULL, other UUID UNIQUE)";
    sql_query(table).execute(&mut session).unwrap();
    let (id, other) = (Uuid::from_u128(1 << 127 | 7), Uuid::from_u128(255 << 64));
    let token = NewToken {
        id,
        name: "a".into(),
    };
    let inserted = session.insert(token.other(other)).unwrap();
    assert_eq!((inserted.id, inserted.other), (id, Some(other)));
    assert_eq!(session.get::<Token>(id).unwrap(), Some(inserted));
    let by_other = Token::query().filter(tokens::other.eq(other));
    assert_eq!(by_other.count(&mut session).unwrap(), 1);
    let by_list = Token::query().filter(tokens::other.eq_any([other, id]));
    assert_eq!(by_list.count(&mut session).unwrap(), 1);
    session.update(Token::patch(id).name("b")).unwrap();
    assert!(session.delete_key::<Token>(id).unwrap());
});
