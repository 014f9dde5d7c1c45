//! References to values of types of the user's own, and where else such values stand.

use orm_core::vocabulary::*;

#[derive(ColumnType, Debug, Clone, PartialEq)]
struct Name(String);

#[derive(ColumnType, Debug, Clone, Copy, PartialEq)]
enum Rank {
    Low,
    High,
}

#[derive(ColumnType, Debug, Clone, Copy, PartialEq)]
#[column(integer = i32)]
enum Level {
    First = 1,
    Second = 2,
}

#[derive(ColumnType, Debug, Clone, Copy, PartialEq)]
#[column(postgres_enum = "mood")]
enum Mood {
    Sad,
    Happy,
}

#[derive(Model, Debug, Clone, PartialEq)]
struct Owner {
    #[model(generated)]
    id: i64,
    name: Name,
    nick: Option<Name>,
    rank: Rank,
    level: Level,
    mood: Mood,
    last: Option<Mood>,
}

fn owner(name: &str, rank: Rank, mood: Mood) -> OwnerDraft {
    let level = if rank == Rank::Low {
        Level::First
    } else {
        Level::Second
    };
    let form = NewOwner {
        name: Name(name.into()),
        rank,
        level,
        mood,
    };
    form.nick((mood == Mood::Happy).then(|| Name(name.to_lowercase())))
}

scenario!(a_reference_is_a_literal, |place| {
    place.create_all(schema![Owner]).await.unwrap();
    let mut session = place.session().await.unwrap();
    session
        .insert(owner("Ann", Rank::Low, Mood::Happy))
        .await
        .unwrap();
    session
        .insert(owner("Bob", Rank::High, Mood::Sad))
        .await
        .unwrap();
    let (name, nick) = (Name("Ann".into()), Name("ann".into()));
    let (names, nicks) = (vec![name.clone()], [Some(nick.clone()), None]);
    macro_rules! found {
        ($($predicate:expr;)*) => { form! {$(
            let query = Owner::query().filter($predicate);
            assert_eq!(query.count(&mut session).await.unwrap(), 1, stringify!($predicate));
        )*} };
    }
    found! {
        owners::name.eq(&name);
        owners::name.ne(&name);
        owners::name.gt(&name);
        owners::nick.eq(&nick);
        owners::nick.eq(Some(&nick));
        owners::name.eq_any(&names);
        owners::name.eq_any(names.iter());
        owners::nick.eq_any([&nick]);
        owners::nick.eq_any(&nicks);
        owners::rank.eq(&Rank::High);
        owners::mood.eq(&Mood::Sad);
        owners::mood.eq_any(&[Mood::Sad]);
    }
});

scenario!(an_aggregate_is_compared_with_a_type_of_ones_own, |place| {
    place.create_all(schema![Owner]).await.unwrap();
    let mut session = place.session().await.unwrap();
    session
        .insert(owner("Ann", Rank::Low, Mood::Happy))
        .await
        .unwrap();
    session
        .insert(owner("Bob", Rank::High, Mood::Sad))
        .await
        .unwrap();
    macro_rules! found {
        ($($predicate:expr, $rank:ident;)*) => { form! {$(
            let groups = Owner::query().group_by(owners::rank).having($predicate);
            let ranks: Vec<Rank> = groups.select(owners::rank).load(&mut session).await.unwrap();
            assert_eq!(ranks, [Rank::$rank], stringify!($predicate));
        )*} };
    }
    found! {
        max(owners::name).eq(Name("Bob".into())), High;
        max(owners::name).eq(&Name("Bob".into())), High;
        min(owners::level).lt(Level::Second), Low;
        max(owners::mood).eq(Mood::Happy), Low;
        max(owners::mood).ne(&Mood::Happy), High;
        count_star().eq(1).and(max(owners::nick).eq(Name("ann".into()))), Low;
    }
});

scenario!(an_enum_of_postgresql_is_of_its_type_everywhere, |place| {
    place.create_all(schema![Owner]).await.unwrap();
    let mut session = place.session().await.unwrap();
    session
        .insert(owner("Ann", Rank::Low, Mood::Happy))
        .await
        .unwrap();
    session
        .insert(owner("Bob", Rank::High, Mood::Sad))
        .await
        .unwrap();
    let better = || case_when(owners::rank.eq(Rank::High), owners::mood).otherwise(Mood::Sad);
    let moods: Vec<Mood> = Owner::query()
        .order_by(owners::id)
        .select(better())
        .load(&mut session)
        .await
        .unwrap();
    assert_eq!(moods, [Mood::Sad, Mood::Sad]);
    orm_core::diesel::update(owners::table)
        .set((owners::mood.eq(better()), owners::last.eq(Mood::Happy)))
        .execute(&mut session)
        .await
        .unwrap();
    let found = Owner::query().filter(owners::mood.eq(Mood::Sad).and(owners::last.eq(Mood::Happy)));
    assert_eq!(found.count(&mut session).await.unwrap(), 2);
});

scenario!(a_list_beside_null_is_neither_true_nor_false, |place| {
    place.create_all(schema![Owner]).await.unwrap();
    let mut session = place.session().await.unwrap();
    session
        .insert(owner("Ann", Rank::Low, Mood::Happy))
        .await
        .unwrap();
    session
        .insert(owner("Bob", Rank::High, Mood::Sad))
        .await
        .unwrap();
    let nick = owners::nick.eq_any([Name("ann".into())]);
    let ranked = owners::rank.ne_all([Rank::Low]);
    let rows: Vec<(Option<bool>, bool)> = Owner::query()
        .order_by(owners::id)
        .select((nick, ranked))
        .load(&mut session)
        .await
        .unwrap();
    assert_eq!(rows, [(Some(true), false), (None, true)]);
});
