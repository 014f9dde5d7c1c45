//! Names of indexes: one each, so that each is made.

use orm_core::backend::Database;
use orm_core::ddl;
use orm_core::vocabulary::*;

#[derive(Model, Debug, Clone, PartialEq)]
#[model(
    unique(expr = "lower(login)"),
    unique(expr = "lower(nick)"),
    unique(mail, where = "login > 'm'"),
    unique(mail, where = "nick > 'm'"),
    index(mail.desc()),
    index(mail, login)
)]
struct Account {
    #[model(generated)]
    id: i64,
    #[model(length(..=40))]
    login: String,
    #[model(length(..=40))]
    nick: String,
    #[model(length(..=40), index)]
    mail: String,
    #[model(unique(expr = "lower(phone)"))]
    phone: String,
}

fn account(login: &str, nick: &str, mail: &str, phone: &str) -> NewAccount {
    NewAccount {
        login: login.into(),
        nick: nick.into(),
        mail: mail.into(),
        phone: phone.into(),
    }
}

#[test]
fn names_that_would_be_equal_are_counted() {
    let indexes = schema![Account].tables()[0].indexes.iter();
    let names: Vec<&str> = indexes.map(|index| index.name).collect();
    let expected = [
        "accounts_mail_idx",
        "accounts_phone_key",
        "accounts_expr_key",
        "accounts_expr_key1",
        "accounts_mail_key",
        "accounts_mail_key1",
        "accounts_mail_idx1",
        "accounts_mail_login_idx",
    ];
    assert_eq!(names, expected);
}

scenario!(returning(each_unique_guards_its_own), |place| {
    place.create_all(schema![Account]).await.unwrap();
    place.create_all(schema![Account]).await.unwrap();
    let mut session = place.session().await.unwrap();
    session.insert(account("z", "a", "m", "p")).await.unwrap();
    session.insert(account("b", "z", "m", "q")).await.unwrap();
    session.insert(account("c", "d", "m", "r")).await.unwrap();
    for again in [
        account("Z", "n", "n", "s"),
        account("n", "Z", "n", "s"),
        account("n", "o", "n", "P"),
        account("y", "n", "m", "s"),
        account("n", "y", "m", "s"),
    ] {
        let error = session.insert(again.clone()).await.expect_err("a unique");
        assert_eq!(error.kind(), ErrorKind::Invalid, "{again:?}: {error}");
    }
});

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "a")]
struct Short {
    #[model(generated)]
    id: i64,
    #[model(index)]
    b_c: i64,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "a_b")]
struct Long {
    #[model(generated)]
    id: i64,
    #[model(index)]
    c: i64,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "a_b_c_idx")]
struct Odd {
    #[model(generated)]
    id: i64,
}

#[test]
fn two_tables_with_an_index_of_one_name_are_refused_where_names_are_of_the_schema() {
    for database in [Database::Sqlite, Database::Postgres] {
        let error = ddl::create_all(database, schema![Short, Long].tables()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported);
        let words = "the tables `a` and `a_b` would both have an index `a_b_c_idx`";
        assert!(error.to_string().contains(words), "{error}");
    }
    let error = ddl::create_all(Database::Postgres, schema![Short, Odd].tables()).unwrap_err();
    let words = "an index of `a` has the name of the table `a_b_c_idx`";
    assert!(error.to_string().contains(words), "{error}");
    ddl::create_all(Database::Mysql, schema![Short, Long, Odd].tables()).expect("of each table");
}

// MariaDB has no indexes over expressions.
factories_make!(returning(Account));
