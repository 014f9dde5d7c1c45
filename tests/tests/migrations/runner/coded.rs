//! Migrations that are Rust, beside their SQL or instead of it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use orm_core::backend::Database;
use orm_core::connection::DatabaseConnection;
use orm_core::diesel::connection::SimpleConnection;
use orm_core::inspect::Catalog;
use orm_core::migrate::{Code, Migration, Migrations, Run, Settled};
use orm_core::prelude::*;
use orm_core::{Error, ErrorKind};

use super::{Place, all, makes};

on_each_database! {
    it_is_run_behind_its_text_and_before_its_way_back,
    what_fails_keeps_nothing_of_rows,
    what_fails_behind_a_table_is_rolled_back_with_it_or_unfinished,
    a_program_without_it_is_refused,
    what_ran_without_it_is_refused,
    code_that_is_not_needed_any_more_is_no_edit,
    without_a_transaction_it_has_its_own,
    what_loses_is_run_again,
    a_panic_keeps_nothing,
    it_is_redone,
    another_session_is_refused,
}

fn sql<C: DatabaseConnection>(session: &mut Session<C>, text: &str) -> orm_core::Result<()> {
    Ok(session.batch_execute(text)?)
}

/// Code of one text, over this connection.
fn runs<C: DatabaseConnection>(text: &'static str) -> Code {
    Code::new().up(move |session: &mut Session<C>| sql(session, text))
}

fn fails<C: DatabaseConnection>(before: &'static str) -> Code {
    Code::new().up(move |session: &mut Session<C>| {
        sql(session, before)?;
        Err(Error::new(ErrorKind::Refused, "the pears are not ripe"))
    })
}

#[track_caller]
fn assert_rows<C: DatabaseConnection<Backend: Catalog>>(
    place: &Place<C>,
    rows: usize,
    query: &str,
) {
    let checked = format!(
        "CREATE TABLE counted (n INTEGER CHECK (n = {rows})); \
         INSERT INTO counted SELECT count(*) FROM ({query}) AS asked; DROP TABLE counted"
    );
    place.sql(&checked).expect(query);
}

fn fills() -> Migration {
    Migration::new("2", "fills", "-- Rust alone.\n").needs_code()
}

fn it_is_run_behind_its_text_and_before_its_way_back<C: DatabaseConnection<Backend: Catalog>>(
    place: &Place<C>,
) {
    let pears = makes("2", "pears").needs_code();
    let code = runs::<C>("INSERT INTO pears VALUES (1); INSERT INTO apples VALUES (1)").down(
        |session: &mut Session<C>| sql(session, "INSERT INTO apples SELECT id + 1 FROM pears"),
    );
    let two = all([makes("1", "apples"), pears]).with_code("2", code);
    let two = two.expect("migrations");
    assert_eq!(place.migrate(&two).expect("up"), ["1", "2"]);
    place.assert_states(&two, &[("1", "done"), ("2", "done")]);
    assert_rows(
        place,
        2,
        "SELECT id FROM pears UNION ALL SELECT id FROM apples",
    );
    assert!(place.migrate(&two).expect("nothing to do").is_empty());

    let reverted = place.engine.revert_migrations(&two, 1, &Run::default());
    assert_eq!(reverted.expect("down").len(), 1);
    assert_rows(place, 2, "SELECT id FROM apples");
    assert_eq!(place.tables(), ["apples"]);
}

fn what_fails_keeps_nothing_of_rows<C: DatabaseConnection<Backend: Catalog>>(place: &Place<C>) {
    let seeds = Migration::new("2", "seeds", "INSERT INTO apples VALUES (1);").needs_code();
    let two = all([makes("1", "apples"), seeds]);
    let failing = two
        .clone()
        .with_code("2", fails::<C>("INSERT INTO apples VALUES (2)"));
    let error = place.migrate(&failing.expect("migrations")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::MigrationFailed);
    let said = error.to_string();
    for part in [
        "`2_seeds` failed: the pears are not ripe",
        "nothing of it was kept",
    ] {
        assert!(said.contains(part), "{said}");
    }
    place.assert_states(&two, &[("1", "done"), ("2", "pending")]);
    assert_rows(place, 0, "SELECT id FROM apples");

    let mended = two.with_code("2", runs::<C>("INSERT INTO apples VALUES (2)"));
    assert_eq!(
        place.migrate(&mended.expect("migrations")).expect("up"),
        ["2"]
    );
    assert_rows(place, 2, "SELECT id FROM apples");
}

fn what_fails_behind_a_table_is_rolled_back_with_it_or_unfinished<
    C: DatabaseConnection<Backend: Catalog>,
>(
    place: &Place<C>,
) {
    let two = all([makes("1", "apples"), makes("2", "pears").needs_code()]);
    let failing = two
        .clone()
        .with_code("2", fails::<C>("INSERT INTO apples VALUES (2)"));
    place
        .migrate(&failing.expect("migrations"))
        .expect_err("it fails");
    // MariaDB kept the table, which its own statement committed, and none of the rows behind it.
    assert_rows(place, 0, "SELECT id FROM apples");
    let state = match place.database() {
        Database::Mysql => "unfinished",
        _ => "pending",
    };
    place.assert_states(&two, &[("1", "done"), ("2", state)]);
}

fn a_program_without_it_is_refused<C: DatabaseConnection<Backend: Catalog>>(place: &Place<C>) {
    let two = all([makes("1", "apples"), fills()]);
    let error = place.migrate(&two).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Migration);
    assert!(
        error.to_string().contains("`2_fills` needs code"),
        "{error}"
    );
    let pending = place.engine.pending_migrations(&two, &Run::default());
    assert_eq!(pending.unwrap_err().kind(), ErrorKind::Migration);
    assert!(place.tables().is_empty(), "nothing is run before that");

    let whole = two
        .clone()
        .with_code("2", runs::<C>("INSERT INTO apples VALUES (1)"));
    place.migrate(&whole.expect("migrations")).expect("up");
    // Where nothing is to be run of it, it is not missed.
    assert!(place.migrate(&two).expect("nothing to do").is_empty());
    let error = place.engine.revert_migrations(&two, 1, &Run::default());
    assert!(error.unwrap_err().to_string().contains("needs code"));
}

/// As Diesel's command line runs it, and as we did before it had any.
fn what_ran_without_it_is_refused<C: DatabaseConnection<Backend: Catalog>>(place: &Place<C>) {
    let bare = all([makes("1", "apples"), makes("2", "pears")]);
    let coded = || {
        let two = all([
            makes("1", "apples").needs_code(),
            makes("2", "pears").needs_code(),
        ]);
        let code = || runs::<C>("INSERT INTO apples VALUES (1)");
        two.with_code("1", code())?.with_code("2", code())
    };
    let coded: Migrations = coded().expect("migrations");
    place.migrate(&bare).expect("up");
    place
        .sql("DELETE FROM __orm_migrations WHERE version = '1'")
        .expect("as Diesel notes it");
    place.assert_states(&coded, &[("1", "without code"), ("2", "without code")]);
    for version in ["1", "2"] {
        let error = place.migrate(&coded).unwrap_err();
        let said = format!("`{version}_");
        assert!(error.to_string().contains(&said), "{error}");
        assert!(
            error.to_string().contains("was run without its code"),
            "{error}"
        );
        let settled =
            place
                .engine
                .settle_migration(&coded, version, Settled::Done, &Run::default());
        settled.expect("it is noted");
    }
    place.assert_states(&coded, &[("1", "done"), ("2", "done")]);
    assert!(place.migrate(&coded).expect("nothing to do").is_empty());
}

fn code_that_is_not_needed_any_more_is_no_edit<C: DatabaseConnection<Backend: Catalog>>(
    place: &Place<C>,
) {
    let coded = all([makes("1", "apples").needs_code()]);
    let coded = coded.with_code("1", runs::<C>("INSERT INTO apples VALUES (1)"));
    place.migrate(&coded.expect("migrations")).expect("up");
    let bare = all([makes("1", "apples")]);
    place.assert_states(&bare, &[("1", "done")]);
    let edited = all([Migration::new(
        "1",
        "apples",
        "CREATE TABLE apples (id BIGINT)",
    )]);
    place.assert_states(&edited, &[("1", "changed")]);
}

fn without_a_transaction_it_has_its_own<C: DatabaseConnection<Backend: Catalog>>(place: &Place<C>) {
    let code = Code::new().up(|session: &mut Session<C>| {
        let failed: orm_core::Result<()> = session.transaction(|tx| {
            sql(tx, "INSERT INTO apples VALUES (1)")?;
            Err(Error::new(ErrorKind::Refused, "no"))
        });
        assert!(failed.is_err());
        session.transaction(|tx| sql(tx, "INSERT INTO apples VALUES (2)"))?;
        // What was committed is kept, whatever comes of the rest.
        Err(Error::new(ErrorKind::Refused, "later"))
    });
    let two = all([makes("1", "apples"), fills().without_transaction()]);
    let two = two.with_code("2", code).expect("migrations");
    let error = place.migrate(&two).unwrap_err();
    assert!(
        error.to_string().contains("some of it may be done"),
        "{error}"
    );
    place.assert_states(&two, &[("1", "done"), ("2", "unfinished")]);
    assert_rows(place, 1, "SELECT id FROM apples");
}

fn what_loses_is_run_again<C: DatabaseConnection<Backend: Catalog>>(place: &Place<C>) {
    let calls = Arc::new(AtomicUsize::new(0));
    let counted = calls.clone();
    let code = Code::new().up(move |session: &mut Session<C>| {
        sql(session, "INSERT INTO apples VALUES (1)")?;
        match counted.fetch_add(1, Ordering::Relaxed) {
            0 => Err(Error::new(ErrorKind::Conflict, "another one was faster")),
            _ => Ok(()),
        }
    });
    let two = all([makes("1", "apples"), fills()]).with_code("2", code);
    place.migrate(&two.expect("migrations")).expect("up");
    assert_eq!(calls.load(Ordering::Relaxed), 2);
    assert_rows(place, 1, "SELECT id FROM apples");
}

fn a_panic_keeps_nothing<C: DatabaseConnection<Backend: Catalog>>(place: &Place<C>) {
    let code = Code::new().up(|session: &mut Session<C>| {
        sql(session, "INSERT INTO apples VALUES (1)")?;
        panic!("the code has a defect")
    });
    let two = all([makes("1", "apples"), fills()]);
    let defect = two.clone().with_code("2", code).expect("migrations");
    let run = std::panic::AssertUnwindSafe(|| place.migrate(&defect));
    std::panic::catch_unwind(run).expect_err("it goes on to the caller");
    place.assert_states(&two, &[("1", "done"), ("2", "pending")]);
    assert_rows(place, 0, "SELECT id FROM apples");
    // Nor is the lock of the runner kept.
    let two = two.with_code("2", runs::<C>("INSERT INTO apples VALUES (1)"));
    assert_eq!(place.migrate(&two.expect("migrations")).expect("up"), ["2"]);
}

fn it_is_redone<C: DatabaseConnection<Backend: Catalog>>(place: &Place<C>) {
    let one_way = all([makes("1", "apples"), fills()]);
    let one_way = one_way.with_code("2", runs::<C>("INSERT INTO apples VALUES (1)"));
    let one_way = one_way.expect("migrations");
    place.migrate(&one_way).expect("up");
    let error = place.engine.redo_migration(&one_way, &Run::default());
    let error = error.unwrap_err();
    assert!(error.to_string().contains("has no way back"), "{error}");

    let code = runs::<C>("INSERT INTO apples VALUES (2)")
        .down(|session: &mut Session<C>| sql(session, "DELETE FROM apples"));
    let both = all([makes("1", "apples"), fills()]).with_code("2", code);
    let redone = place
        .engine
        .redo_migration(&both.expect("migrations"), &Run::default());
    assert_eq!(
        redone.expect("again").map(|one| one.version),
        Some("2".into())
    );
    assert_rows(place, 1, "SELECT id FROM apples WHERE id = 2");
}

fn another_session_is_refused<C: DatabaseConnection<Backend: Catalog>>(place: &Place<C>) {
    let two = all([makes("1", "apples"), fills()]);
    let other = match place.database() {
        Database::Sqlite => Code::new(),
        _ => runs::<SqliteConnection>("SELECT 1"),
    };
    let error = place.migrate(&two.with_code("2", other).expect("migrations"));
    let error = error.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Migration);
    let said = error.to_string();
    assert!(said.contains("has no code for `Session<"), "{said}");
    let has = match place.database() {
        Database::Sqlite => "its code has no way up",
        _ => "its code is for `Session<SqliteConnection>`",
    };
    assert!(said.contains(has), "{said}");
    assert!(place.tables().is_empty());
}

#[test]
fn what_cannot_have_code_is_refused() {
    let code = || runs::<SqliteConnection>("SELECT 1");
    let two = || all([makes("1", "apples"), fills()]);
    for (with, said) in [
        (
            two().with_code("3", code()),
            "`3` is not among the migrations",
        ),
        (two().with_code("1", code()), "`needs_code = true`"),
        (
            two()
                .with_code("2", code())
                .and_then(|two| two.with_code("2", code())),
            "`2_fills` is given code twice",
        ),
        (
            two()
                .squash(Database::Sqlite, "1", "2", "all")
                .map(drop)
                .and(Ok(two())),
            "`2_fills` needs code",
        ),
    ] {
        let error = with.expect_err(said);
        assert_eq!(error.kind(), ErrorKind::Migration);
        assert!(error.to_string().contains(said), "{error}");
    }
}

/// SQLite does not heed foreign keys while a table is made anew.
#[test]
fn a_rebuild_has_no_code_beside_it() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let place = Place::<SqliteConnection>::new(&folder.path().join("a.db").display().to_string());
    let up = "PRAGMA foreign_keys = OFF; BEGIN; CREATE TABLE a (id INTEGER); COMMIT; \
              PRAGMA foreign_keys = ON;";
    let one = all([Migration::new("1", "a", up)
        .without_transaction()
        .needs_code()]);
    let one = one.with_code("1", runs::<SqliteConnection>("INSERT INTO a VALUES (1)"));
    let one = one.expect("migrations");
    let error = place.migrate(&one).unwrap_err();
    assert!(
        error.to_string().contains("a migration of its own"),
        "{error}"
    );
    place.assert_states(&one, &[("1", "pending")]);
    assert!(place.tables().is_empty());
}

#[test]
fn a_folder_says_that_it_needs_code() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    makes("1", "apples").write(folder.path()).expect("written");
    let path = fills()
        .without_transaction()
        .write(folder.path())
        .expect("written");
    let text = std::fs::read_to_string(path.join("metadata.toml")).expect("written");
    assert_eq!(text, "run_in_transaction = false\nneeds_code = true\n");
    let read = Migrations::read(folder.path()).expect("migrations");
    let coded = all([makes("1", "apples"), fills().without_transaction()]);
    assert_eq!(read.get("2").map(|one| one.needs_code), Some(true));
    assert_eq!(read.len(), coded.len());
}

#[cfg(feature = "async")]
mod awaited {
    use orm_core::aio::prelude::SimpleAsyncConnection;
    use orm_core::aio::{AsyncDatabaseConnection, AsyncEngine, AsyncSession};
    use orm_core::connection::DatabaseConnection;
    use orm_core::inspect::Catalog;
    use orm_core::migrate::{Code, Run};
    use orm_core::{Error, ErrorKind};

    use super::{Place, all, fills, makes};

    awaited_on_each_database! {
        the_same,
    }

    async fn sql<C: AsyncDatabaseConnection>(
        session: &mut AsyncSession<C>,
        text: &str,
    ) -> orm_core::Result<()> {
        Ok(session.batch_execute(text).await?)
    }

    async fn the_same<C, A>(place: &Place<C>)
    where
        C: DatabaseConnection<Backend: Catalog>,
        A: AsyncDatabaseConnection,
    {
        let engine = AsyncEngine::<A>::open(&place.url).await.expect("an engine");
        let run = Run::default();
        let two = all([makes("1", "apples"), fills()]);
        let failing = Code::new().up_async(async |session: &mut AsyncSession<A>| {
            sql(session, "INSERT INTO apples VALUES (1)").await?;
            Err(Error::new(ErrorKind::Refused, "not yet"))
        });
        let failing = two.clone().with_code("2", failing).expect("migrations");
        let error = engine.migrate(&failing, &run).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::MigrationFailed);
        assert!(
            error.to_string().contains("nothing of it was kept"),
            "{error}"
        );

        let code = Code::new()
            .up_async(async |session: &mut AsyncSession<A>| {
                sql(session, "INSERT INTO apples VALUES (1)").await
            })
            .down_async(async |session: &mut AsyncSession<A>| {
                sql(
                    session,
                    "DELETE FROM apples WHERE id = 1; INSERT INTO apples VALUES (7)",
                )
                .await
            });
        let whole = two.with_code("2", code).expect("migrations");
        assert_eq!(engine.migrate(&whole, &run).await.expect("up").len(), 1);
        let reverted = engine.revert_migrations(&whole, 1, &run).await;
        assert_eq!(reverted.expect("down").len(), 1);
        let mut session = engine.session().await.expect("a session");
        let seven = "INSERT INTO apples SELECT id - 6 FROM apples; INSERT INTO apples VALUES (2)";
        sql(&mut session, seven)
            .await
            .expect("there was the seven alone");
        sql(&mut session, "INSERT INTO apples VALUES (1)")
            .await
            .expect_err("it is there");
        sql(&mut session, "INSERT INTO apples VALUES (7)")
            .await
            .expect_err("it is there");
    }
}
