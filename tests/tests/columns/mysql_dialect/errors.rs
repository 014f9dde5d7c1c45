//! What the server says comes back as the kind and the field it is about.

use orm_core::diesel::sql_query;
use orm_core::prelude::*;

use super::on_mysql;

#[derive(Model, Debug, Clone, PartialEq)]
#[model(unique(street, house))]
struct Household {
    #[model(generated)]
    id: i64,
    #[model(unique, column = "phone_no")]
    phone: String,
    street: String,
    house: i16,
}

#[derive(Model, Debug, Clone, PartialEq)]
struct Pet {
    #[model(generated)]
    id: i64,
    #[model(belongs_to = Household)]
    household_id: i64,
    #[model(length(1..=8), column = "called")]
    name: String,
    #[model(range(0..=30))]
    age: u8,
    #[model(email)]
    contact: Option<String>,
    #[model(not_blank)]
    kind: Option<String>,
}

on_mysql!(violations_are_of_their_kind, [Household, Pet], |session| {
    sql_query("INSERT INTO households (phone_no, street, house) VALUES ('1', 'Elm', 1)")
        .execute(&mut session)
        .unwrap();
    sql_query("INSERT INTO pets (household_id, called, age) VALUES (1, 'Rex', 3)")
        .execute(&mut session)
        .unwrap();
    for (sql, code, field) in [
        (
            "INSERT INTO households (phone_no, street, house) VALUES ('1', 'Elm', 2)",
            "unique",
            "",
        ),
        (
            "INSERT INTO households VALUES (1, '2', 'Elm', 2)",
            "unique",
            "",
        ),
        ("UPDATE pets SET household_id = 77", "foreign_key", ""),
        ("DELETE FROM households", "foreign_key", ""),
        ("UPDATE pets SET called = NULL", "not_null", "called"),
        (
            "INSERT INTO pets (household_id) VALUES (1)",
            "not_null",
            "called",
        ),
        ("UPDATE pets SET called = ''", "check", ""),
        ("UPDATE pets SET age = 31", "check", ""),
        ("UPDATE pets SET age = -1", "check", ""),
        ("UPDATE pets SET contact = 'nobody'", "check", ""),
        ("UPDATE pets SET kind = ' \t\n'", "check", ""),
        ("UPDATE pets SET called = 'Rexrexrex'", "length", "called"),
        ("UPDATE households SET house = 40000", "range", "house"),
    ] {
        let error = sql_query(sql).execute(&mut session).expect_err(sql);
        let error = orm_core::Error::from(error);
        assert_eq!(error.kind(), ErrorKind::Invalid, "{sql}: {error}");
        let errors = &error.invalid().unwrap().errors;
        assert_eq!(
            (errors[0].code.as_str(), errors[0].field.as_str()),
            (code, field),
            "{sql}"
        );
    }
    let fine = "UPDATE pets SET called = 'äöüßäöüß', contact = 'a@b', kind = ' x', age = 30";
    sql_query(fine).execute(&mut session).unwrap();
});

on_mysql!(a_patch_names_the_field, [Household, Pet], |session| {
    sql_query("INSERT INTO households VALUES (1, '1', 'Elm', 1), (2, '2', 'Elm', 2)")
        .execute(&mut session)
        .unwrap();
    sql_query("INSERT INTO pets (household_id, called, age) VALUES (1, 'Rex', 3)")
        .execute(&mut session)
        .unwrap();
    let fields = |error: orm_core::Error| {
        let errors = error.invalid().expect("field errors").errors.clone();
        errors
            .into_iter()
            .map(|e| (e.field, e.code))
            .collect::<Vec<_>>()
    };
    let pair = |field: &str, code: &str| (field.to_owned(), code.to_owned());
    let error = session.update(Household::patch(2).phone("1")).unwrap_err();
    assert_eq!(fields(error), [pair("phone", "unique")]);
    let error = session.update(Household::patch(2).house(1)).unwrap_err();
    assert_eq!(
        fields(error),
        [pair("street", "unique"), pair("house", "unique")]
    );
    let error = session.update(Pet::patch(1).household_id(9)).unwrap_err();
    assert_eq!(fields(error), [pair("household_id", "foreign_key")]);
    let error = session.delete_key::<Household>(1).unwrap_err();
    assert_eq!(fields(error), [pair("", "foreign_key")]);
});

on_mysql!(
    a_deadlock_is_a_conflict_and_so_is_a_long_wait,
    [Household],
    |session, place| {
        sql_query("INSERT INTO households VALUES (1, '1', 'Elm', 1), (2, '2', 'Elm', 2)")
            .execute(&mut session)
            .unwrap();
        let mut other = place.session().expect("a second session");
        let lock = |session: &mut Session<MysqlConnection>, id: i64| {
            sql_query(format!(
                "SELECT * FROM households WHERE id = {id} FOR UPDATE"
            ))
            .execute(session)
            .map_err(orm_core::Error::from)
        };
        for session in [&mut session, &mut other] {
            let set = "SET SESSION innodb_lock_wait_timeout = 1";
            sql_query(set).execute(session).unwrap();
            sql_query("BEGIN").execute(session).unwrap();
        }
        lock(&mut session, 1).unwrap();
        let error = lock(&mut other, 1).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Conflict, "{error}");
        assert!(error.is_retryable());
        lock(&mut other, 2).unwrap();
        // Both wait for the other one: the server ends one of them, or both after a second.
        let results = std::thread::scope(|scope| {
            let waits = scope.spawn(|| lock(&mut session, 2));
            [lock(&mut other, 1), waits.join().unwrap()]
        });
        let lost: Vec<_> = results.into_iter().filter_map(Result::err).collect();
        assert!(!lost.is_empty());
        for error in lost {
            assert_eq!(error.kind(), ErrorKind::Conflict, "{error}");
        }
    }
);

on_mysql!(
    a_killed_connection_is_one_of_kind_connect,
    [],
    |session, place| {
        let mut other = place.session().expect("a second session");
        let id: i64 = orm_core::diesel::select(sql::<orm_core::diesel::sql_types::BigInt>(
            "CONNECTION_ID()",
        ))
        .get_result(&mut session)
        .unwrap();
        sql_query(format!("KILL {id}")).execute(&mut other).unwrap();
        let error = sql_query("SELECT 1").execute(&mut session).unwrap_err();
        let error = orm_core::Error::from(error);
        assert_eq!(error.kind(), ErrorKind::Connect, "{error}");
    }
);
