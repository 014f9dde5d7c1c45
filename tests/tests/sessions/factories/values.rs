//! What a factory gives to the columns of a row.

use std::collections::HashSet;

use orm_core::testing::ModelFactory;
use orm_core::vocabulary::*;

use super::models::{
    Address, Level, Mood, Other, Shout, Thing, Tone, Weight, all_things, other_things,
};

scenario!(values_fit_every_type_and_every_rule, |place| {
    place.create_all(schema![Thing]).await.unwrap();
    let mut session = place.session().await.unwrap();
    let first = Thing::factory().create(&mut session).await.unwrap();
    let things = Thing::factory()
        .create_many(15, &mut session)
        .await
        .unwrap();
    assert_eq!(things.len(), 15);
    assert_eq!(Thing::query().count(&mut session).await.unwrap(), 16);

    // What is neither unique nor a key is the same whatever was made before.
    assert_eq!(first.name, "name 1");
    assert_eq!(things[0].name, "name 1");
    assert_eq!(things[14].name, "name 15");
    assert_eq!(first.long, "longxxxxxxxxxxxxxx 1");
    assert_eq!((first.grade, first.mood), (Level::Low, Mood::Sad));
    assert_eq!(first.weight, Weight(Decimal::from(1)));
    assert_eq!(first.shout, Shout("SHOUT1".into()));
    assert_eq!((first.n16, first.pairs, first.f32), (1, 2, 1.0));
    assert_eq!((first.share, things[14].share), (0.0, 0.14));
    assert_eq!((things[14].pairs, things[14].n16), (30, 15));
    assert_eq!(first.begins_on, first.ends_on);

    // What is unique differs, alone or together.
    let emails: HashSet<&String> = things.iter().map(|thing| &thing.email).collect();
    assert_eq!(emails.len(), 15);
    assert!(first.email.starts_with("email") && first.email.ends_with("@example.org"));
    let together = |thing: &Thing| (thing.tone == Tone::Dark, thing.flag, thing.level);
    let together: HashSet<_> = things.iter().chain([&first]).map(together).collect();
    assert_eq!(together.len(), 16);
});

#[derive(Model, Debug, Clone, PartialEq)]
#[model(unique(expr = "lower(nick)"))]
struct Login {
    #[model(generated)]
    id: i64,
    #[model(length(..=4))]
    nick: String,
}

// MariaDB has no indexes over expressions.
scenario!(
    returning(what_is_unique_as_an_expression_differs),
    |place| {
        place.create_all(schema![Login]).await.unwrap();
        let mut session = place.session().await.unwrap();
        let logins = Login::factory()
            .create_many(100, &mut session)
            .await
            .unwrap();
        let nicks: HashSet<String> = logins
            .iter()
            .map(|login| login.nick.to_lowercase())
            .collect();
        assert_eq!(nicks.len(), 100);
    }
);

scenario!(what_others_make_is_left_to_them, |place| {
    place.create_all(schema![Other]).await.unwrap();
    let mut session = place.session().await.unwrap();
    let others = Other::factory()
        .create_many(20, &mut session)
        .await
        .unwrap();
    let first = &others[0];
    assert_eq!(first.note, None);
    assert_eq!(first.state, "open");
    // A default that is unique would be that of one row only.
    let tickets: HashSet<i32> = others.iter().map(|other| other.ticket).collect();
    assert_eq!(tickets.len(), 20);
    let made: HashSet<Uuid> = others.iter().map(|other| other.made).collect();
    assert_eq!(made.len(), 20);
    assert_eq!((first.version, first.deleted_at), (1, None));
    let home = Address {
        street: "street 1".into(),
        city: None,
        country: "AA".into(),
    };
    assert_eq!(first.home, home);
    assert_eq!(first.work.country, "AA");
    assert_eq!(first.settings.theme, "text");
    assert_eq!(first.r#type, "type 1");
    let scans: Vec<Vec<u8>> = Other::query()
        .filter(other_things::id.eq(first.id))
        .select(other_things::scan)
        .load(&mut session)
        .await
        .unwrap();
    assert_eq!(scans, [b"scan 1"]);
});

scenario!(columns_are_set_by_their_names, |place| {
    place.create_all(schema![Thing, Other]).await.unwrap();
    let mut session = place.session().await.unwrap();
    let light = Thing::factory()
        .with(all_things::name, "Lamp")
        .with(all_things::tone, Tone::Light)
        .with(all_things::part, 7)
        .with(all_things::weight, Weight(Decimal::from(3)))
        .with_nth(all_things::n16, |nth| 10 * nth as u16)
        .with(all_things::n16, 5)
        .with_nth(all_things::code, |nth| format!("c{nth}"));
    let lamps = light.create_many(3, &mut session).await.unwrap();
    let seen = lamps
        .iter()
        .map(|lamp| (lamp.code.as_str(), lamp.part, lamp.n16));
    // The last of one column counts.
    assert_eq!(
        seen.collect::<Vec<_>>(),
        [("c0", 7, 5), ("c1", 7, 5), ("c2", 7, 5)]
    );
    assert!(
        lamps
            .iter()
            .all(|lamp| lamp.name == "Lamp" && lamp.tone == Tone::Light)
    );

    // A factory is a value: it is used again, and goes on from what it was.
    let eighth = light
        .clone()
        .with(all_things::part, 8)
        .with_nth(all_things::n16, |nth| nth as u16);
    let lamps = eighth.create_many(2, &mut session).await.unwrap();
    let seen = lamps.iter().map(|lamp| (lamp.part, lamp.n16));
    assert_eq!(seen.collect::<Vec<_>>(), [(8, 0), (8, 1)]);

    let other = Other::factory()
        .with(other_things::note, "not NULL")
        .with(other_things::home.city, Some("Ghent".to_owned()))
        .with(other_things::home.country, "BE")
        .with(other_things::version, 4)
        .create(&mut session)
        .await
        .unwrap();
    assert_eq!(other.note.as_deref(), Some("not NULL"));
    assert_eq!(other.home.city.as_deref(), Some("Ghent"));
    assert_eq!((other.home.country.as_str(), other.version), ("BE", 4));
});

scenario!(what_is_built_is_a_form, |place| {
    place.create_all(schema![Other]).await.unwrap();
    let mut session = place.session().await.unwrap();
    let form = Other::factory()
        .with(other_things::state, "new")
        .build()
        .unwrap();
    assert_eq!(form.value(other_things::state), Some("new".to_owned()));
    form.validate().unwrap();
    let other = session.insert(form).await.unwrap();
    assert_eq!(other.state, "new");
    let forms = (0..3).map(|_| Other::factory().build().unwrap());
    let others = session.insert_many(forms).await.unwrap();
    assert_eq!(others.len(), 3);
    let none = Other::factory().create_many(0, &mut session).await.unwrap();
    assert_eq!(none, []);
});

scenario!(rows_are_created_in_a_transaction, |place| {
    place.create_all(schema![Other]).await.unwrap();
    let undone: Result<(), orm_core::Error> = place
        .transaction(async |tx| {
            let others = Other::factory().create_many(2, tx).await?;
            assert_eq!(others.len(), 2);
            Err(orm_core::Error::new(ErrorKind::Refused, "no"))
        })
        .await;
    undone.unwrap_err();
    let mut session = place.session().await.unwrap();
    assert_eq!(Other::query().count(&mut session).await.unwrap(), 0);
});

// Tests of one process run beside each other on one database.
scenario!(unique_values_differ_through_all_threads, |place| {
    place.create_all(schema![Other]).await.unwrap();
    let engine = place.clone();
    let made = at_once!(4, engine, async |engine| {
        let mut session = engine.session().await.unwrap();
        let rows = Other::factory().create_many(5, &mut session).await;
        rows.unwrap().len()
    });
    assert_eq!(made, [5; 4]);
});
