//! What a factory cannot make: an error that names the column, before anything is sent.

use std::sync::{Arc, Mutex};

use orm_core::backend::Database;
use orm_core::hooks::Hooks;
use orm_core::testing::{ModelFactory, Recorder};
use orm_core::vocabulary::*;

fn never(_: &str) -> Result<(), &'static str> {
    Err("is never right")
}

fn none(note: &Option<String>) -> Result<(), &'static str> {
    match note {
        None => Ok(()),
        Some(_) => Err("is never right"),
    }
}

#[derive(Debug, Clone, PartialEq)]
struct Odd(String);

impl ColumnType for Odd {
    type Stored = String;

    fn into_stored(self) -> String {
        self.0
    }

    fn from_stored(stored: String) -> Result<Self, ColumnError> {
        match stored.as_str() {
            "odd" => Ok(Odd(stored)),
            other => Err(format!("`{other}` is not odd").into()),
        }
    }
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "puzzles", check(name = "order", sql = "ends > begins"))]
struct Puzzle {
    #[model(generated)]
    id: i64,
    #[model(validate = never)]
    name: String,
    odd: Odd,
    begins: i32,
    ends: i32,
    #[model(computed = "begins + 1")]
    next: i32,
    #[model(validate = none)]
    note: Option<String>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "hints")]
struct Hint {
    #[model(generated)]
    id: i64,
    #[model(belongs_to = Puzzle)]
    puzzle_id: i64,
}

/// Each needs the other.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "eggs")]
struct Egg {
    #[model(key)]
    id: i64,
    #[model(belongs_to = Hen, explicit_join)]
    hen_id: i64,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "hens")]
struct Hen {
    #[model(key)]
    id: i64,
    #[model(belongs_to = Egg)]
    egg_id: i64,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "nests")]
struct Nest {
    #[model(generated)]
    id: i64,
    #[model(belongs_to = Hen)]
    hen_id: i64,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "rings")]
struct Ring {
    #[model(generated)]
    id: i64,
    #[model(belongs_to = Ring)]
    next_id: i64,
}

macro_rules! watched {
    ($place:ident, $sent:ident $(, $setting:ident($value:expr))*) => {
        form!({
            let engine = Engine::<Conn>::builder()
                .url($place.url.as_str())
                .name("shop")
                .observe($sent.clone())
                $(.$setting($value))*
                .open()
                .await
                .unwrap();
            $sent.clear();
            engine
        })
    };
}

/// A refusal, in its words.
#[track_caller]
fn refused<T: std::fmt::Debug>(result: orm_core::Result<T>) -> String {
    let error = result.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Refused, "{error}");
    error.to_string()
}

scenario!(a_rule_that_cannot_be_met_names_its_column, |place| {
    place.create_all(schema![Puzzle, Hint]).await.unwrap();
    let sent = Recorder::new();
    let engine = watched!(place, sent);
    let mut session = engine.session().await.unwrap();
    sent.clear();

    let said = refused(Puzzle::factory().create(&mut session).await);
    assert_eq!(
        said,
        "no value for `name` of Puzzle could be made (`name 1` is never right): set it by `with`"
    );
    let named = Puzzle::factory().with(puzzles::name, "Ann");
    let said = refused(named.create_many(3, &mut session).await);
    assert_eq!(
        said,
        "no value for `odd` of Puzzle could be made (`odd 1` is refused: `odd 1` is not odd): set it by `with`"
    );
    assert_eq!(
        refused(Puzzle::factory().build()),
        refused(Puzzle::factory().create(&mut session).await)
    );
    // The row that is refused is another one.
    let said = refused(Hint::factory().create(&mut session).await);
    assert_eq!(
        said,
        "no value for `name` of Puzzle could be made (`name 1` is never right): set `puzzle_id` of Hint by `with`, to a row that is there"
    );
    let said = refused(
        Puzzle::factory()
            .with(puzzles::next, 1)
            .create(&mut session)
            .await,
    );
    assert_eq!(said, "`next` of Puzzle is written by the database alone");
    assert!(sent.statements().is_empty());
});

scenario!(what_is_set_is_checked_as_forms_are, |place| {
    place.create_all(schema![Puzzle, Hint]).await.unwrap();
    let sent = Recorder::new();
    let engine = watched!(place, sent);
    let mut session = engine.session().await.unwrap();
    sent.clear();
    let named = Puzzle::factory()
        .with(puzzles::name, "Ann")
        .with(puzzles::odd, Odd("odd".into()));
    let error = named.create(&mut session).await.unwrap_err();
    let invalid = error.invalid().expect("a function of the user's");
    assert_eq!(
        (invalid.errors.len(), invalid.errors[0].field.as_str()),
        (1, "name")
    );
    let many = named.with(puzzles::note, "x").create_many(2, &mut session);
    let error = many.await.unwrap_err();
    let fields: Vec<_> = error
        .invalid()
        .unwrap()
        .errors
        .iter()
        .map(|one| one.field.as_str())
        .collect();
    let expected = [
        "items[0].name",
        "items[0].note",
        "items[1].name",
        "items[1].note",
    ];
    assert_eq!(fields, expected);
    assert!(sent.statements().is_empty());
});

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "spans", check(name = "order_of_ends", sql = "ends > begins"))]
struct Span {
    #[model(generated)]
    id: i64,
    begins: i32,
    ends: i32,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "marks")]
struct Mark {
    #[model(generated)]
    id: i64,
    #[model(belongs_to = Span)]
    span_id: i64,
}

scenario!(a_check_of_the_table_names_its_columns, |place| {
    place.create_all(schema![Span, Mark]).await.unwrap();
    let mut session = place.session().await.unwrap();
    let error = Span::factory().create(&mut session).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Invalid);
    let errors = &error.invalid().unwrap().errors;
    let fields: Vec<_> = errors.iter().map(|one| one.field.as_str()).collect();
    assert_eq!(fields, ["begins", "ends"]);
    assert!(errors[0].message.ends_with("set it by `with`"), "{error}");
    assert_eq!(error.database(), Some(place.name()));
    let error = Mark::factory().create(&mut session).await.unwrap_err();
    let fields = error.invalid().unwrap().errors.iter();
    let fields: Vec<_> = fields.map(|one| one.field.as_str()).collect();
    assert_eq!(fields, ["Span.begins", "Span.ends"]);
    let spans = Span::factory().with(spans::ends, 100);
    assert_eq!(spans.create_many(20, &mut session).await.unwrap().len(), 20);
    assert_eq!(Mark::query().count(&mut session).await.unwrap(), 0);
});

scenario!(a_circle_has_no_first_row, |place| {
    let tables = schema![Egg, Hen, Nest, Ring];
    place.create_all(tables).await.unwrap();
    let mut session = place.session().await.unwrap();
    let said = refused(Egg::factory().create(&mut session).await);
    assert_eq!(
        said,
        "`egg_id` of Hen can refer to no row, since Egg needs Hen, Hen needs Egg: set `hen_id` of Egg by `with`, to a row that is there"
    );
    let said = refused(Nest::factory().create(&mut session).await);
    assert_eq!(
        said,
        "`hen_id` of Egg can refer to no row, since Hen needs Egg, Egg needs Hen: set `hen_id` of Nest by `with`, to a row that is there"
    );
    let said = refused(Ring::factory().create(&mut session).await);
    assert_eq!(
        said,
        "`next_id` of Ring can refer to no row, since Ring needs Ring: set `next_id` of Ring by `with`, to a row that is there"
    );
    // A row that is its own next one.
    let ring = Ring::factory()
        .with(rings::id, 1000)
        .with(rings::next_id, 1000);
    assert_eq!(ring.create(&mut session).await.unwrap().next_id, 1000);
    let rings = Ring::factory().with(rings::next_id, 1000);
    assert_eq!(rings.create_many(20, &mut session).await.unwrap().len(), 20);
});

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "owners")]
struct Owner {
    #[model(generated)]
    id: i64,
    #[model(unique)]
    name: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "pets")]
struct Pet {
    #[model(generated)]
    id: i64,
    #[model(belongs_to = Owner)]
    owner_id: i64,
    name: String,
}

scenario!(hooks_are_called_for_the_rows_of_the_factory, |place| {
    place.create_all(schema![Owner, Pet]).await.unwrap();
    let sent = Recorder::new();
    let seen = Arc::new(Mutex::new(0));
    let after = seen.clone();
    let hooks = Hooks::new()
        .before_insert::<Owner>(|draft| {
            let name = draft.value::<_, String>(owners::name).unwrap_or_default();
            Ok(draft.set_value(owners::name, name.to_uppercase())?)
        })
        .after_insert::<Owner>(move |_| {
            *after.lock().unwrap() += 1;
        });
    let engine = watched!(place, sent, hooks(hooks));
    let mut session = engine.session().await.unwrap();
    let owners = Owner::factory().create_many(3, &mut session).await.unwrap();
    let owner = Owner::factory().create(&mut session).await.unwrap();
    assert!(owners[0].name.starts_with("NAME "));
    assert_eq!(*seen.lock().unwrap(), 4);
    sent.clear();
    let said = refused(Pet::factory().create(&mut session).await);
    assert!(
        said.starts_with("shop: the engine has hooks of `Owner`"),
        "{said}"
    );
    assert!(sent.statements().is_empty());
    let pets = Pet::factory().with(pets::owner_id, owner.id);
    assert_eq!(pets.create_many(20, &mut session).await.unwrap().len(), 20);
});

scenario!(what_the_database_refuses_leaves_nothing, |place| {
    place.create_all(schema![Owner, Pet]).await.unwrap();
    let mut session = place.session().await.unwrap();
    let same = Owner::factory().with(owners::name, "Ann");
    same.create(&mut session).await.unwrap();
    let error = same.create_many(2, &mut session).await.unwrap_err();
    assert_eq!(error.invalid().unwrap().errors[0].code, "unique");
    let nobody = Pet::factory().with(pets::owner_id, 4711);
    let error = nobody.create(&mut session).await.unwrap_err();
    assert_eq!(error.invalid().unwrap().errors[0].code, "foreign_key");
    assert_eq!(Owner::query().count(&mut session).await.unwrap(), 1);
    // A transaction that is open goes on where the database lets it.
    if place.database != Database::Postgres {
        Pet::factory().create(&mut session).await.unwrap();
    }
});
