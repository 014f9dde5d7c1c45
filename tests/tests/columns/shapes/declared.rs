//! What the database is told: schemas, comments, checks, indexes of every form.

use orm_core::backend::Database;
use orm_core::ddl;
use orm_core::vocabulary::*;

#[derive(Model, Debug, Clone, PartialEq)]
#[model(
    comment = "What it's about: \\ and 'quotes'",
    index(owner, due_on.desc(), where = "done = FALSE", name = "open_tasks"),
    index(expr = "lower(title)"),
    index(payload, using = gin),
    index(due_on, include(title)),
    unique(owner, title),
    unique(expr = "owner", name = "one_open_task", where(sqlite = "done = 0", postgres = "NOT done"))
)]
#[model(
    check(name = "due_after_start", sql = "due_on >= starts_on"),
    check("starts_on > '2000-01-01'")
)]
struct Task {
    #[model(generated)]
    id: i64,
    #[model(comment = "who's to do it", length(..=40))]
    owner: String,
    #[model(length(..=40))]
    title: String,
    #[model(default = false)]
    done: bool,
    starts_on: NaiveDate,
    due_on: NaiveDate,
    #[model(default = sql(sqlite = "'{}'", postgres = "'{}'::jsonb", mysql = "json_object()"))]
    payload: Json,
}

fn day(day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2024, 5, day).unwrap()
}

fn task(owner: &str, title: &str) -> NewTask {
    NewTask {
        owner: owner.into(),
        title: title.into(),
        starts_on: day(2),
        due_on: day(3),
    }
}

scenario!(returning(a_declaration_holds_in_the_database), |place| {
    place.create_all(schema![Task]).await.unwrap();
    place.create_all(schema![Task]).await.unwrap();
    let mut session = place.session().await.unwrap();
    let first = session.insert(task("Ann", "a")).await.unwrap();
    let error = session.insert(task("Ann", "b")).await.unwrap_err();
    let found = &error.invalid().expect("unique").errors[0];
    assert_eq!(
        (found.code.as_ref(), found.field.as_str()),
        ("unique", "owner"),
        "{error:?}"
    );
    session
        .update(Task::patch(first.id).done(true))
        .await
        .unwrap();
    session
        .insert(task("Ann", "b"))
        .await
        .expect("the first is done");
    let early = NewTask {
        due_on: day(1),
        ..task("Bob", "a")
    };
    let error = session.insert(early).await.unwrap_err();
    assert_eq!(
        error.invalid().expect("check").errors[0].code,
        "check",
        "{error:?}"
    );
});

#[test]
fn the_statements_say_it_in_the_words_of_each_database() {
    let all = |database| ddl::create_all(database, schema![Task].tables());
    let postgres = all(Database::Postgres).unwrap().join(";\n");
    for part in [
        "CREATE INDEX IF NOT EXISTS \"open_tasks\" ON \"tasks\" (\"owner\", \"due_on\" DESC) WHERE done = FALSE",
        "CREATE INDEX IF NOT EXISTS \"tasks_expr_idx\" ON \"tasks\" ((lower(title)))",
        "ON \"tasks\" USING gin (\"payload\")",
        "ON \"tasks\" (\"due_on\") INCLUDE (\"title\")",
        "CONSTRAINT \"tasks_owner_title_key\" UNIQUE (\"owner\", \"title\")",
        "CREATE UNIQUE INDEX IF NOT EXISTS \"one_open_task\" ON \"tasks\" ((owner)) WHERE NOT done",
        "CONSTRAINT \"due_after_start\" CHECK (due_on >= starts_on)",
        "CONSTRAINT \"tasks_check\" CHECK (starts_on > '2000-01-01')",
        "COMMENT ON TABLE \"tasks\" IS 'What it''s about: \\ and ''quotes'''",
        "COMMENT ON COLUMN \"tasks\".\"owner\" IS 'who''s to do it'",
    ] {
        assert!(postgres.contains(part), "{part}\nis not in\n{postgres}");
    }
    let sqlite = all(Database::Sqlite).unwrap().join(";\n");
    assert!(!sqlite.contains("gin") && !sqlite.contains("INCLUDE") && !sqlite.contains("COMMENT"));
    let error = all(Database::Mysql).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    assert!(error.to_string().contains("`one_open_task`"), "{error}");
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(schema = "billing", comment = "a \\ and 'quotes'", has_many(lines: BillLine))]
#[model(index(number.desc(), note), index(expr = "lower(note)"), index(note, where = "note <> ''"))]
struct Bill {
    #[model(generated)]
    id: i64,
    #[model(unique, comment = "it's the printed one")]
    number: i32,
    note: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(schema = "billing")]
struct BillLine {
    #[model(generated)]
    id: i64,
    #[model(belongs_to = Bill, on_delete = cascade, index)]
    bill_id: i64,
}

// Blocking alone: a schema is a database of its server on MariaDB, which two forms would share.
scenario!(sync(a_table_may_be_in_a_schema), |place| {
    if place.database == Database::Sqlite {
        // A schema is a file there, which the session attaches; each connection for itself.
        let text = ddl::create_all(Database::Sqlite, schema![Bill].tables()).unwrap();
        assert!(
            text[1].contains("\"billing\".\"bills_number_note_idx\" ON \"bills\""),
            "{text:?}"
        );
        return;
    }
    place.create_all(schema![BillLine, Bill]).await.unwrap();
    place.create_all(schema![BillLine, Bill]).await.unwrap();
    let mut session = place.session().await.unwrap();
    let bill = NewBill {
        number: 1,
        note: "n".into(),
    };
    let bill = session.insert(bill).await.unwrap();
    session
        .insert(NewBillLine { bill_id: bill.id })
        .await
        .unwrap();
    let bill = session
        .upsert(
            NewBill {
                number: 1,
                note: "m".into(),
            },
            bills::number,
        )
        .await
        .unwrap();
    let found = Bill::query()
        .with(bill::lines)
        .load(&mut session)
        .await
        .unwrap();
    assert_eq!(found[0][bill::lines].len(), 1);
    let joined: Vec<(i64, String)> = bill_lines::table
        .inner_join(bills::table)
        .filter(bills::note.eq("m"))
        .select((bill_lines::bill_id, bills::note))
        .load(&mut session)
        .await
        .unwrap();
    assert_eq!(joined, [(bill.id, "m".to_owned())]);
    assert!(session.delete(&bill).await.unwrap());
    assert_eq!(BillLine::query().count(&mut session).await.unwrap(), 0);
    place.drop_all(schema![BillLine, Bill]).await.unwrap();
});

// MariaDB has no indexes over expressions.
factories_make!(returning(Task));
