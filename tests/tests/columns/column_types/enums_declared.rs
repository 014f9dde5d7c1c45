//! What the database is told of enums, and what it says of what is none of them.

use orm_core::backend::Database;
use orm_core::ddl;
use orm_core::vocabulary::*;

#[derive(ColumnType, Debug, Clone, Copy, PartialEq)]
#[column(rename_all = "kebab-case")]
enum Status {
    InWork,
    #[column(rename = "it's done")]
    Done,
}

const BASE: isize = 10;

#[derive(ColumnType, Debug, Clone, Copy, PartialEq)]
#[column(integer)]
enum Level {
    Low = -1,
    Middle,
    High = BASE * 2,
}

#[derive(ColumnType, Debug, Clone, Copy, PartialEq)]
#[column(postgres_enum = "mood")]
enum Mood {
    Sad,
    Happy,
}

#[derive(Model, Debug, Clone, PartialEq)]
struct Task {
    #[model(generated)]
    id: i64,
    #[model(default = "in-work")]
    status: Status,
    #[model(default = 0)]
    level: Level,
    #[model(default = "happy")]
    mood: Mood,
    last: Option<Status>,
}

scenario!(a_default_is_a_variant, |place| {
    place.create_all(schema![Task]).await.unwrap();
    let mut session = place.session().await.unwrap();
    let forms = [
        NewTask {}.level(Level::Middle),
        NewTask {}.level(Level::High),
        NewTask {}.mood(Mood::Sad),
    ];
    let rows = session.insert_many(forms).await.unwrap();
    let values = rows.iter().map(|row| (row.status, row.level, row.mood));
    assert_eq!(
        values.collect::<Vec<_>>(),
        [
            (Status::InWork, Level::Middle, Mood::Happy),
            (Status::InWork, Level::High, Mood::Happy),
            (Status::InWork, Level::Middle, Mood::Sad),
        ]
    );
});

/// The same table, to a program that knows nothing of the enums.
mod loose {
    use orm_core::vocabulary::*;

    #[derive(Model, Debug)]
    #[model(table = "tasks")]
    pub(super) struct LooseTask {
        #[model(generated)]
        id: i64,
        #[model(column = "status", default = "in-work")]
        state: String,
        #[model(default = 0)]
        level: i32,
    }
}
use loose::NewLooseTask;

scenario!(what_the_check_refuses_names_its_field, |place| {
    place.create_all(schema![Task]).await.unwrap();
    let mut session = place.session().await.unwrap();
    let wrong = [
        (NewLooseTask {}.state("none"), "state"),
        (NewLooseTask {}.level(3), "level"),
    ];
    for (form, field) in wrong {
        let error = session.insert(form).await.unwrap_err();
        let found = &error.invalid().expect("a check").errors[0];
        assert_eq!(
            (found.code.as_ref(), found.field.as_str()),
            ("check", field),
            "{error}"
        );
    }
});

scenario!(what_is_no_variant_names_its_field, |place| {
    place.create_all(schema![Task]).await.unwrap();
    let mut session = place.session().await.unwrap();
    let row = session.insert(NewTask {}).await.unwrap();
    for column in ["status", "level", "mood", "last"] {
        let wrong = if column == "level" { "5" } else { "'none'" };
        let wrong = format!("UPDATE tasks SET {column} = {wrong}");
        let (before, after) = match place.database {
            // The type itself refuses it, and nothing takes that away.
            Database::Postgres if column == "mood" => continue,
            Database::Postgres => {
                let name = format!("tasks_{column}_type");
                (format!("ALTER TABLE tasks DROP CONSTRAINT {name}"), None)
            }
            Database::Sqlite => (
                "PRAGMA ignore_check_constraints = ON".to_owned(),
                Some("PRAGMA ignore_check_constraints = OFF"),
            ),
            _ => (
                "SET check_constraint_checks = OFF".to_owned(),
                Some("SET check_constraint_checks = ON"),
            ),
        };
        for statement in [before.as_str(), &wrong].into_iter().chain(after) {
            let done = orm_core::diesel::sql_query(statement)
                .execute(&mut session)
                .await;
            done.unwrap();
        }
        let error = session.get::<Task>(row.id).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Conversion, "{error}");
        let text = error.to_string();
        let value = if column == "level" { "`5`" } else { "`none`" };
        assert!(text.contains(column) && text.contains(value), "{text}");
        let mended = Task::patch(row.id)
            .status(Status::Done)
            .level(Level::Low)
            .mood(Mood::Sad)
            .last(None);
        session.update(mended).await.unwrap();
    }
});

#[test]
fn each_database_is_told_which_values_there_are() {
    let tables = schema![Task].tables();
    let sql = |database| ddl::create_all(database, tables).unwrap();
    let check = r#"CHECK ("status" IN ('in-work', 'it''s done'))"#;
    let level = r#"CHECK ("level" IN (-1, 0, 20))"#;
    let [sqlite] = sql(Database::Sqlite).try_into().unwrap();
    assert!(
        sqlite.contains(&format!("\"tasks_status_type\" {check}")),
        "{sqlite}"
    );
    assert!(sqlite.contains(level), "{sqlite}");
    assert!(
        sqlite.contains(r#"CHECK ("mood" IN ('sad', 'happy'))"#),
        "{sqlite}"
    );
    let [ty, postgres] = sql(Database::Postgres).try_into().unwrap();
    assert_eq!(
        ty,
        "DO $orm$ BEGIN CREATE TYPE \"mood\" AS ENUM ('sad', 'happy'); \
         EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $orm$"
    );
    assert!(
        postgres.contains(check) && postgres.contains(level),
        "{postgres}"
    );
    assert!(
        postgres.contains(r#""mood" "mood" NOT NULL DEFAULT 'happy'"#),
        "{postgres}"
    );
    assert!(!postgres.contains("mood_type"), "{postgres}");
    assert_eq!(
        ddl::drop_all(Database::Postgres, tables),
        [
            "DROP TABLE IF EXISTS \"tasks\"",
            "DROP TYPE IF EXISTS \"mood\""
        ]
    );
    let [mysql] = sql(Database::Mysql).try_into().unwrap();
    assert!(mysql.contains("`mood` VARCHAR(32)"), "{mysql}");
    assert!(
        mysql.contains("CHECK (`mood` IN ('sad', 'happy'))"),
        "{mysql}"
    );
}

#[derive(ColumnType, Debug, Clone, Copy)]
#[column(postgres_enum = "mood", rename_all = "UPPERCASE")]
enum OtherMood {
    Sad,
    Happy,
}

#[derive(Model, Debug)]
struct Diary {
    #[model(generated)]
    id: i64,
    mood: OtherMood,
}

#[test]
fn a_type_of_postgresql_has_one_list_of_labels() {
    let tables = schema![Task, Diary].tables();
    let error = ddl::create_all(Database::Postgres, tables).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported, "{error}");
    assert!(ddl::create_all(Database::Sqlite, tables).is_ok());
}
