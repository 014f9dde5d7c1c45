//! Engines: what a wrong URL, an unreachable server and an exhausted pool say, and what never.

use std::error::Error as StdError;
use std::time::Duration;

use orm_core::vocabulary::*;

/// Everything that a log could show of an error.
fn shown(error: &orm_core::Error) -> String {
    let mut text = format!("{error} {error:?} {error:#?}");
    let mut source = error.source();
    while let Some(inner) = source {
        text.push_str(&format!(" {inner} {inner:?}"));
        source = inner.source();
    }
    text
}

scenario!(a_malformed_url_is_typed_and_shows_no_password, |_place| {
    for url in [
        "",
        "   ",
        "mongodb://ann:hunter2@db/app",
        "postgres:/ann:hunter2@db/app",
        "postgres://ann:hun/ter2@db/app",
        "postgres://ann:hun%zzter2@db/app",
        "postgres://ann:hunter2@db:seven/app",
        "sqlite://",
    ] {
        let error = Engine::<Conn>::open(url).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Url, "{url}");
        let shown = shown(&error);
        assert!(
            !shown.contains("hunter2") && !shown.contains("ter2"),
            "{shown}"
        );
    }
});

scenario!(
    sqlite(a_url_of_another_database_says_which_is_expected),
    |_place| {
        let error = Engine::<Conn>::open("postgres://ann:hunter2@db/app")
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Url);
        let shown = shown(&error);
        assert!(
            shown.contains("Postgres") && shown.contains("Sqlite"),
            "{shown}"
        );
        assert!(!shown.contains("hunter2"), "{shown}");
    }
);

scenario!(
    sqlite(a_file_that_cannot_be_opened_is_a_connect_error),
    |_place| {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}/none/app.db", folder.path().display());
        let error = Engine::<Conn>::open(&url).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Connect, "{error}");
    }
);

scenario!(
    sqlite(a_file_that_is_opened_for_reading_only_is_read),
    |place| {
        #[derive(Model, Debug)]
        struct Sheet {
            id: i64,
        }
        place.create_all(schema![Sheet]).await.unwrap();
        let mut session = place.session().await.unwrap();
        session.insert(NewSheet { id: 7 }).await.unwrap();
        // The journal of a file that another program has made.
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("sheets.db").display().to_string();
        session
            .batch_execute(&format!("VACUUM INTO '{file}'"))
            .await
            .unwrap();
        let engine = Engine::<Conn>::open(&format!("sqlite://{file}?mode=ro"))
            .await
            .unwrap();
        let mut session = engine.session().await.unwrap();
        assert_eq!(Sheet::query().count(&mut session).await.unwrap(), 1);
        let error = session.insert(NewSheet { id: 8 }).await.unwrap_err();
        assert!(error.to_string().contains("readonly"), "{error}");
    }
);

scenario!(a_url_is_needed, |place| {
    let error = Engine::<Conn>::builder().open().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    let none = Engine::<Conn>::builder()
        .url(place.url.as_str())
        .pool_size(0)
        .max_overflow(0)
        .open()
        .await;
    let error = none.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    assert!(error.to_string().contains("`pool_size` is 0"), "{error}");
});

scenario!(a_timeout_is_longer_than_nothing, |place| {
    let engine = |timeout| {
        Engine::<Conn>::builder()
            .url(place.url.as_str())
            .pool_timeout(timeout)
    };
    let error = engine(Duration::ZERO).open().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    assert!(error.to_string().contains("`pool_timeout` is 0"), "{error}");
    // What no clock holds is as good as forever.
    let engine = engine(Duration::MAX).open().await.unwrap();
    let mut session = engine.session().await.unwrap();
    session.batch_execute("SELECT 1").await.unwrap();
});

// The variable belongs to the process, so the proof runs in one of its own.
scenario!(sqlite(a_missing_database_url_is_named), |_place| {
    const INNER: &str = "ORM_SCENARIO_WITHOUT_URL";
    if std::env::var_os(INNER).is_some() {
        let error = Engine::<Conn>::from_env().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config);
        assert!(error.to_string().contains("DATABASE_URL"), "{error}");
        return;
    }
    let this = std::env::current_exe().expect("a test binary");
    let run = std::process::Command::new(this)
        .arg("topics::engine::a_missing_database_url_is_named::")
        .env_remove("DATABASE_URL")
        .env(INNER, "1")
        .output()
        .expect("it starts");
    let text = String::from_utf8_lossy(&run.stdout);
    let judged = !text.contains(" 0 passed");
    assert!(run.status.success() && judged, "{text}");
});

scenario!(
    sqlite(a_database_in_memory_is_one_connection_that_stays),
    |_place| {
        #[derive(Model, Debug)]
        struct Mark {
            #[model(generated)]
            id: i64,
        }
        let engine = Engine::<Conn>::open(":memory:").await.unwrap();
        engine.create_all(schema![Mark]).await.unwrap();
        engine
            .session()
            .await
            .unwrap()
            .insert(NewMark {})
            .await
            .unwrap();
        assert_eq!(
            Mark::query()
                .count(&mut engine.session().await.unwrap())
                .await
                .unwrap(),
            1
        );
        // Another engine in memory is another database.
        let other = Engine::<Conn>::open("sqlite::memory:").await.unwrap();
        assert!(
            Mark::query()
                .count(&mut other.session().await.unwrap())
                .await
                .is_err()
        );
    }
);

/// How long to wait for a connection that is not given back: a new one on a busy machine comes
/// sooner.
const PATIENCE: Duration = Duration::from_secs(1);

scenario!(an_exhausted_pool_says_how_many_are_in_use, |place| {
    let engine = Engine::<Conn>::builder()
        .url(place.url.as_str())
        .pool_size(2)
        .max_overflow(0)
        .pool_timeout(PATIENCE)
        .open()
        .await
        .unwrap();
    let first = engine.session().await.unwrap();
    let second = engine.session().await.unwrap();
    let error = engine.session().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::PoolTimeout);
    assert!(error.to_string().contains("2 of 2 are in use"), "{error}");
    assert_eq!(error.database(), Some(place.name()));
    drop(first);
    drop(engine.session().await.unwrap());
    drop(second);
});

scenario!(a_name_and_a_limit_are_chosen, |place| {
    let engine = Engine::<Conn>::builder()
        .url(place.url.as_str())
        .name("orders-7")
        .pool_size(1)
        .max_overflow(0)
        .pool_timeout(PATIENCE)
        .open()
        .await
        .unwrap();
    let only = engine.session().await.unwrap();
    let error = engine.clone().session().await.unwrap_err();
    assert!(error.to_string().starts_with("orders-7: "), "{error}");
    assert!(error.to_string().contains("1 of 1"), "{error}");
    drop(only);
    assert_eq!(engine.session().await.unwrap().name(), "orders-7");
});

scenario!(a_syntax_error_is_the_databases_own, |place| {
    let mut session = place.session().await.unwrap();
    let error = orm_core::diesel::sql_query("SELEKT 1")
        .execute(&mut session)
        .await
        .unwrap_err();
    let error = orm_core::Error::from(error);
    assert_eq!(error.kind(), ErrorKind::Database);
    assert!(error.source().is_some() && !error.is_retryable());
});

scenario!(
    postgres(an_unreachable_server_shows_the_address_and_no_password),
    |_place| {
        // Port 1 answers nowhere.
        let url = "postgres://ann:hunter2@127.0.0.1:1/app";
        let error = Engine::<Conn>::open(url).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Connect);
        let shown = shown(&error);
        assert!(shown.contains("127.0.0.1:1"), "{shown}");
        assert!(!shown.contains("hunter2"), "{shown}");
    }
);

scenario!(
    postgres(a_wrong_password_is_refused_and_neither_is_shown),
    |_place| {
        let folder = orm_tests::folder::fresh("hba");
        let rules = folder.join("hba.conf");
        let text = "host all app 127.0.0.1/32 trust\nhost all all 127.0.0.1/32 scram-sha-256\n";
        std::fs::write(&rules, text).unwrap();
        let setting = format!("hba_file={}", rules.display());
        let server = orm_tests::PgServer::start_with(&[&setting]);
        server.psql("postgres", "CREATE ROLE ann LOGIN PASSWORD 'right@horse'");
        let url = |password: &str| {
            format!(
                "postgres://ann:{password}@127.0.0.1:{}/postgres",
                server.port()
            )
        };
        // The right one opens the door, so that it is the password that is judged.
        Engine::<Conn>::open(&url("right%40horse"))
            .await
            .unwrap()
            .session()
            .await
            .unwrap();
        let error = Engine::<Conn>::open(&url("wrong%40battery"))
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Connect);
        let text = shown(&error);
        assert!(text.contains("ann"), "{text}");
        for secret in ["wrong", "battery", "right", "horse"] {
            assert!(!text.contains(secret), "{text}");
        }
    }
);

scenario!(
    postgres(a_refused_login_shows_no_password_however_it_was_given),
    |_place| {
        let server = orm_tests::shared_postgres().expect("the place is on it");
        let port = server.port();
        for url in [
            format!("postgres://nobody:hunter2@127.0.0.1:{port}/postgres"),
            format!("postgres://nobody:hunter%32@127.0.0.1:{port}/postgres"),
            format!("postgres://127.0.0.1:{port}/postgres?user=nobody&password=hunter2"),
            format!("postgres://app:hunter2@127.0.0.1:{port}/hunter2"),
            format!("postgres://app:hunter2@127.0.0.1:{port}/none?connect_timeout=x"),
        ] {
            let error = Engine::<Conn>::open(&url).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Connect, "{error}");
            let shown = shown(&error);
            assert!(
                !shown.contains("hunter") || url.ends_with("/hunter2"),
                "{shown}"
            );
        }
        let url = format!("postgres://app:hunter2@127.0.0.1:{port}/postgres");
        let engine = Engine::<Conn>::open(&url).await.unwrap();
        let debug = format!("{engine:?} {:?}", engine.session().await.unwrap());
        assert!(!debug.contains("hunter2"), "{debug}");
    }
);

scenario!(postgres(the_wrong_kind_of_url_is_noticed), |_place| {
    let error = Engine::<Conn>::open("sqlite://app.db").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Url);
});

// Errors are read from their words.
scenario!(
    postgres(messages_are_english_where_that_may_be_asked_for),
    |place| {
        use orm_core::diesel::dsl::sql;
        use orm_core::diesel::sql_types::Text;
        let name = place.url.rsplit('/').next().unwrap().to_owned();
        let role = format!("plain_{name}");
        let mut session = place.session().await.unwrap();
        let elsewhere = format!(
            "ALTER DATABASE \"{name}\" SET lc_messages = 'C.utf8'; CREATE ROLE \"{role}\" LOGIN"
        );
        session.batch_execute(&elsewhere).await.unwrap();
        let plain = place.url.replace("//app@", &format!("//{role}@"));
        let grant = format!("GRANT SET ON PARAMETER lc_messages TO \"{role}\"");
        for (url, first, messages) in [
            (&place.url, "SELECT 1", "C"),
            (&plain, "SELECT 1", "C.utf8"),
            (&plain, grant.as_str(), "C"),
        ] {
            session.batch_execute(first).await.unwrap();
            let engine = Engine::<Conn>::open(url).await.unwrap();
            let mut other = engine.session().await.unwrap();
            let asked = orm_core::diesel::select(sql::<Text>("current_setting('lc_messages')"));
            let found: String = asked.get_result(&mut other).await.unwrap();
            assert_eq!(found, messages);
        }
        let gone =
            format!("REVOKE SET ON PARAMETER lc_messages FROM \"{role}\"; DROP ROLE \"{role}\"");
        session.batch_execute(&gone).await.unwrap();
    }
);
