//! `--statement-lock-timeout` and `--lock-retries`: how long a migration waits for what others hold.

use orm_core::cli::Exit;

use super::models::old;
use super::{Desk, Kind, on_each_desk};

on_each_desk! {
    statements_wait_as_long_as_is_typed,
    tries_are_as_many_as_is_typed,
    times_are_numbers,
}

/// Rows that are written only if statements wait for half a second; MariaDB counts whole ones.
fn statements_wait_as_long_as_is_typed(desk: &Desk) {
    let is_so = match desk.kind {
        Kind::Sqlite => "1",
        Kind::Postgres => "CASE WHEN current_setting('lock_timeout') = '500ms' THEN 1 END",
        Kind::Mariadb => "NULLIF(@@lock_wait_timeout = 1 AND @@innodb_lock_wait_timeout = 1, 0)",
    };
    desk.sql("CREATE TABLE proofs (n INTEGER NOT NULL)");
    let proof = format!("INSERT INTO proofs SELECT {is_so};\n");
    desk.write("1_proofs", &proof, &proof);
    if desk.kind != Kind::Sqlite {
        desk.run(old(), "migrate run").failed(Exit::Failed);
    }
    for words in ["run", "redo", "revert"] {
        let words = format!("migrate {words} --statement-lock-timeout 0.5");
        desk.run(old(), &words).well();
    }
}

fn tries_are_as_many_as_is_typed(desk: &Desk) {
    if desk.kind == Kind::Sqlite {
        return; // The one lock that it has is that of `--lock-timeout`.
    }
    desk.write_table("1", "apples");
    desk.run(old(), "migrate run").well();
    desk.sql("INSERT INTO apples VALUES (1)");
    desk.write("2_rows", "UPDATE apples SET id = 2;\n", "SELECT 1;\n");
    let run = |retries: u32| {
        let words = format!("migrate run --statement-lock-timeout 0.05 --lock-retries {retries}");
        desk.run(old(), &words).failed(Exit::Failed)
    };
    let (once, twice) = held(desk, || (run(0), run(1)));
    assert!(!once.contains("tried"), "{once}");
    assert!(twice.contains("tried 2 times"), "{twice}");
    desk.assert_states(&[("1", "done"), ("2", "pending")]);
    desk.run(old(), "migrate run").well();
}

/// What comes of something while another session holds the row.
fn held<T>(desk: &Desk, act: impl FnOnce() -> T) -> T {
    use orm_core::diesel::connection::SimpleConnection;
    use orm_core::prelude::*;
    let hold = "BEGIN; UPDATE apples SET id = id + 7";
    match desk.kind {
        #[cfg(feature = "postgres")]
        Kind::Postgres => {
            let engine = Engine::<PgConnection>::open(&desk.url).expect("opened");
            let mut session = engine.session().expect("a session");
            session.connection().batch_execute(hold).expect("held");
            act()
        }
        #[cfg(feature = "mysql")]
        Kind::Mariadb => {
            let engine = Engine::<MysqlConnection>::open(&desk.url).expect("opened");
            let mut session = engine.session().expect("a session");
            session.connection().batch_execute(hold).expect("held");
            act()
        }
        #[allow(unreachable_patterns)] // of servers that are not tested
        _ => unreachable!("no such desk is made"),
    }
}

fn times_are_numbers(desk: &Desk) {
    for typed in ["soon", "-1", "NaN", "inf", "1e300", ""] {
        for flag in ["--lock-timeout", "--statement-lock-timeout"] {
            let flag = format!("{flag}={typed}");
            let refused = desk.run_words(old(), &["migrate", "run", &flag]);
            assert_eq!(refused.exit, Exit::Usage, "{flag}: {refused:?}");
            let expected = "write a number of seconds, such as 5 or 0.5";
            let is_empty = typed.is_empty();
            assert!(
                is_empty || refused.err.contains(expected),
                "{flag}: {refused:?}"
            );
        }
    }
    let refused = desk.run(old(), "migrate run --lock-retries=-1");
    assert_eq!(refused.exit, Exit::Usage, "{refused:?}");
    // The longest that can be typed is no end of the world.
    desk.write_table("1", "apples");
    let longest = "--lock-timeout 1e19 --statement-lock-timeout 1e19 --lock-retries 4294967295";
    desk.run(old(), &format!("migrate run {longest}")).well();
}
