//! Columns that a trigger of the database fills in.

use orm_core::backend::Database;
use orm_core::vocabulary::*;

#[derive(Model, Debug, Clone, PartialEq)]
#[model(key(shelf, name))]
struct Jar {
    shelf: i32,
    name: String,
    #[model(default = 1)]
    amount: i32,
    #[model(read_only)]
    letters: Option<i32>,
}

fn jar(shelf: i32, name: &str) -> NewJar {
    NewJar {
        shelf,
        name: name.into(),
    }
}

/// SQLite has no assignment to the new row: the trigger changes it once it is there.
const SQLITE: &str = "
    CREATE TRIGGER jars_in AFTER INSERT ON jars BEGIN
        UPDATE jars SET letters = length(new.name) * new.amount
        WHERE shelf = new.shelf AND name = new.name;
    END;
    CREATE TRIGGER jars_up AFTER UPDATE OF amount ON jars BEGIN
        UPDATE jars SET letters = length(new.name) * new.amount
        WHERE shelf = new.shelf AND name = new.name;
    END";
const POSTGRES: &str = "
    CREATE FUNCTION fill_in() RETURNS trigger LANGUAGE plpgsql AS
    'BEGIN NEW.letters := length(NEW.name) * NEW.amount; RETURN NEW; END';
    CREATE TRIGGER jars_in BEFORE INSERT OR UPDATE ON jars
    FOR EACH ROW EXECUTE FUNCTION fill_in()";
const MYSQL: [&str; 2] = [
    "CREATE TRIGGER jars_in BEFORE INSERT ON jars FOR EACH ROW
     SET NEW.letters = CHAR_LENGTH(NEW.name) * NEW.amount",
    "CREATE TRIGGER jars_up BEFORE UPDATE ON jars FOR EACH ROW
     SET NEW.letters = CHAR_LENGTH(NEW.name) * NEW.amount",
];

scenario!(what_a_trigger_fills_in_comes_back, |place| {
    place.create_all(schema![Jar]).await.unwrap();
    let mut session = place.session().await.unwrap();
    let triggers: &[&str] = match place.database {
        Database::Sqlite => &[SQLITE],
        Database::Postgres => &[POSTGRES],
        _ => &MYSQL,
    };
    for trigger in triggers {
        session.batch_execute(trigger).await.unwrap();
    }
    let made = session.insert(jar(1, "salt")).await.unwrap();
    assert_eq!(made.letters, Some(4));
    let read = session.get::<Jar>((1, "salt".into())).await.unwrap();
    assert_eq!(read, Some(made.clone()));

    let forms = [jar(2, "tea"), jar(1, "sugar"), jar(1, "rice")];
    let rows = session.insert_many(forms).await.unwrap();
    let letters: Vec<_> = rows.iter().map(|row| row.letters).collect();
    assert_eq!(letters, [Some(3), Some(5), Some(4)]);

    let target = (jars::shelf, jars::name);
    let more = session.upsert(jar(1, "salt").amount(3), target).await;
    assert_eq!(more.unwrap().letters, Some(12));
    let new = session.insert_unless_exists(jar(3, "oil"), target).await;
    assert_eq!(new.unwrap().unwrap().letters, Some(3));
    let there = session.insert_unless_exists(jar(3, "oil"), target).await;
    assert_eq!(there.unwrap(), None);
});

factories_make!(Jar);
