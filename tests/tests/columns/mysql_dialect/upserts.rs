//! ON DUPLICATE KEY UPDATE with a guard: the row that the target names, and no other.

use orm_core::changeset::{ConflictTarget, FindBy, Form, OnConflict, is_other_conflict};
use orm_core::diesel::QueryResult;
use orm_core::diesel::result::{DatabaseErrorKind, Error as DieselError};
use orm_core::prelude::*;
use orm_core::value::Value;

use super::{insert, on_mysql, send, statement};

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "accounts", unique(country, number))]
struct Account {
    #[model(generated)]
    id: i64,
    #[model(unique)]
    email: String,
    country: String,
    number: i32,
    #[model(unique)]
    nick: Option<String>,
    note: Option<String>,
    #[model(default = 5)]
    level: i32,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(key(room, day))]
struct Booking {
    room: Uuid,
    day: NaiveDate,
    guest: String,
}

/// Keys of other types than numbers are guarded by a column of theirs.
#[derive(Model, Debug, Clone, PartialEq)]
struct Tag {
    #[model(key)]
    name: String,
    #[model(unique)]
    rank: Option<Decimal>,
}

#[derive(Model, Debug, Clone, PartialEq)]
struct Slot {
    #[model(key)]
    at: DateTime<Utc>,
    #[model(unique)]
    no: u64,
}

type Conn = MysqlConnection;

fn upsert<F, Target>(session: &mut Session<Conn>, form: F, _: Target) -> QueryResult<usize>
where
    F: Form,
    Target: ConflictTarget<F::Table>,
{
    let target = OnConflict::update(Target::positions());
    send(session, statement([form]).on_conflict(target))
}

fn account(email: &str, number: i32) -> NewAccount {
    NewAccount {
        email: email.into(),
        country: "de".into(),
        number,
    }
}

#[track_caller]
fn assert_other(result: QueryResult<usize>) {
    let error = result.expect_err("another row is in the way");
    assert!(is_other_conflict(&error), "{error}");
}

on_mysql!(the_targets_row_is_changed, [Account], |session| {
    let first = account("a@x", 1).level(9);
    assert_eq!(upsert(&mut session, first, accounts::email).unwrap(), 1);
    for _ in 0..2 {
        let again = account("a@x", 2).note("n");
        assert!(upsert(&mut session, again, accounts::email).unwrap() > 0);
        let row = session.get::<Account>(1).unwrap().unwrap();
        assert_eq!((row.number, row.level), (2, 9), "what is not given stays");
        assert_eq!(row.note.as_deref(), Some("n"));
    }
    let target = (accounts::country, accounts::number);
    upsert(&mut session, account("b@x", 2), target).unwrap();
    let form = account("c@x", 3).id(1);
    upsert(&mut session, form, accounts::id).unwrap();
    let find = FindBy::<<Account as Model>::Table>::new(vec![(1, Value::Text("c@x".into()))]);
    let row: Account = find.get_result(session.connection()).unwrap();
    assert_eq!((row.id, row.number), (1, 3));
    assert_eq!(Account::query().count(&mut session).unwrap(), 1);
});

on_mysql!(another_row_in_the_way_is_an_error, [Account], |session| {
    let rows = [account("a@x", 1).nick("n"), account("b@x", 2).level(5)];
    insert(&mut session, rows).unwrap();
    let before = Account::query()
        .order_by(accounts::id)
        .load(&mut session)
        .unwrap();
    let target = (accounts::country, accounts::number);
    assert_other(upsert(&mut session, account("a@x", 9), target));
    assert_other(upsert(&mut session, account("z@x", 1), accounts::email));
    assert_other(upsert(
        &mut session,
        account("z@x", 9).id(1),
        accounts::email,
    ));
    assert_other(upsert(&mut session, account("a@x", 9), accounts::id));
    // A target of NULL is in nobody's way, so what is in the way is another row.
    assert_other(upsert(&mut session, account("b@x", 9), accounts::nick));
    upsert(&mut session, account("c@x", 3), accounts::nick).unwrap();
    let after = Account::query()
        .order_by(accounts::id)
        .load(&mut session)
        .unwrap();
    assert_eq!(after[..2], before, "nothing was changed");
    assert_eq!(after.len(), 3);
    // The same form without a target says what was in the way.
    let error = insert(&mut session, [account("a@x", 9)]).unwrap_err();
    assert!(matches!(
        error,
        DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, _)
    ));
    assert!(!is_other_conflict(&error));
});

on_mysql!(
    keys_of_any_type_are_guarded,
    [Booking, Tag, Slot],
    |session| {
        let day = NaiveDate::from_ymd_opt(2024, 2, 29).unwrap();
        let room = Uuid::from_u128(7 << 120);
        for guest in ["Ann", "Bob"] {
            let form = NewBooking {
                room,
                day,
                guest: guest.into(),
            };
            upsert(&mut session, form, (bookings::room, bookings::day)).unwrap();
        }
        let rows = Booking::query().load(&mut session).unwrap();
        assert_eq!(
            rows,
            [Booking {
                room,
                day,
                guest: "Bob".into()
            }]
        );

        let tag = |name: &str, rank: &str| {
            NewTag { name: name.into() }.rank(rank.parse::<Decimal>().unwrap())
        };
        for form in [tag("red", "1.5"), tag("red", "2.5"), tag("RED", "3")] {
            upsert(&mut session, form, tags::name).unwrap();
        }
        assert_other(upsert(&mut session, tag("blue", "2.50"), tags::name));
        upsert(&mut session, tag("red", "2.5"), tags::rank).unwrap();
        upsert(&mut session, NewTag { name: "red".into() }, tags::name).unwrap();
        let names: Vec<String> = Tag::query()
            .order_by(tags::rank)
            .select(tags::name)
            .load(&mut session)
            .unwrap();
        assert_eq!(names, ["red", "RED"]);

        let at = |second| DateTime::<Utc>::from_timestamp(second, 123_456_000).unwrap();
        for no in [1, u64::MAX] {
            upsert(&mut session, NewSlot { at: at(0), no }, slots::at).unwrap();
        }
        assert_other(upsert(
            &mut session,
            NewSlot {
                at: at(1),
                no: u64::MAX,
            },
            slots::at,
        ));
        let rows = Slot::query().load(&mut session).unwrap();
        assert_eq!(
            rows,
            [Slot {
                at: at(0),
                no: u64::MAX
            }]
        );
    }
);

on_mysql!(to_do_nothing_is_a_plain_insert, [Account], |session| {
    let nothing = || OnConflict::nothing(vec![1]);
    let plain = statement([account("a@x", 1)]).on_conflict(nothing());
    assert_eq!(send(&mut session, plain).unwrap(), 1);
    let again = statement([account("a@x", 2)]).on_conflict(nothing());
    let error = send(&mut session, again).unwrap_err();
    assert!(matches!(
        error,
        DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, _)
    ));
});
