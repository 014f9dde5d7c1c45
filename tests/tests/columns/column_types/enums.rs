//! Enums by derive, in each of the forms that they are stored in.

use orm_core::backend::Database;
use orm_core::vocabulary::*;

/// The proof for one form: what stands wrongly in a database as a text of SQL, and the order in
/// which that database sorts.
macro_rules! stored_as {
    ($form:ident, $(#[$attr:meta])*, $wrong:literal, $order:expr) => {
        mod $form {
            use super::*;

            #[derive(ColumnType, Debug, Clone, Copy, PartialEq, Eq, Hash)]
            $(#[$attr])*
            enum Mood {
                Sad,
                Happy,
                VeryAngry,
            }

            #[derive(Model, Debug, Clone, PartialEq)]
            #[model(has_many(people: Person))]
            struct Feeling {
                #[model(key)]
                mood: Mood,
                text: String,
            }

            #[derive(Model, Debug, Clone, PartialEq)]
            #[model(table = "people", index(mood, last))]
            struct Person {
                #[model(generated)]
                id: i64,
                #[model(belongs_to = Feeling)]
                mood: Mood,
                last: Option<Mood>,
            }

            const ALL: [Mood; 3] = [Mood::Sad, Mood::Happy, Mood::VeryAngry];

            scenario!(is_written_found_and_sorted, |place| {
                let order: fn(Database) -> [Mood; 3] = $order;
                place.create_all(schema![Feeling, Person]).await.unwrap();
                place.create_all(schema![Feeling, Person]).await.unwrap();
                let mut session = place.session().await.unwrap();
                let feeling = |mood| NewFeeling { mood, text: format!("{mood:?}") };
                session.insert_many(ALL.map(feeling)).await.unwrap();
                let people = [Mood::Happy, Mood::VeryAngry, Mood::Sad, Mood::Happy];
                let form = |mood| NewPerson { mood };
                let people = session.insert_many(people.map(form)).await.unwrap();
                let single = NewPerson { mood: Mood::Sad }.last(Mood::Happy);
                let single = session.insert(single).await.unwrap();
                assert_eq!((single.mood, single.last), (Mood::Sad, Some(Mood::Happy)));

                let found = session.get::<Feeling>(Mood::VeryAngry).await.unwrap();
                assert_eq!(found.unwrap().text, "VeryAngry");
                let happy = Person::query().filter(people::mood.eq(Mood::Happy));
                assert_eq!(happy.count(&mut session).await.unwrap(), 2);
                let some = Person::query().filter(people::last.eq(Some(Mood::Happy)));
                assert_eq!(some.load(&mut session).await.unwrap(), [single.clone()]);
                let some = Person::query().filter(people::last.eq(Mood::Happy));
                assert_eq!(some.count(&mut session).await.unwrap(), 1);
                let same = Person::query().filter(people::last.eq(people::mood.nullable()));
                assert_eq!(same.count(&mut session).await.unwrap(), 0);
                let listed = people::mood.eq_any([Mood::Sad, Mood::VeryAngry, Mood::Sad]);
                let listed = Person::query().filter(listed);
                assert_eq!(listed.count(&mut session).await.unwrap(), 3);
                let listed = people::last.eq_any([Some(Mood::Happy), None]);
                let listed = Person::query().filter(listed);
                assert_eq!(listed.count(&mut session).await.unwrap(), 1);
                let rest = Person::query().filter(people::mood.ne_all([Mood::Happy]));
                assert_eq!(rest.count(&mut session).await.unwrap(), 3);
                let first = order(place.database)[0];
                let behind = Person::query().filter(people::mood.gt(first));
                let behind = behind.count(&mut session).await.unwrap();
                let of_first = Person::query().filter(people::mood.eq(first));
                let of_first = of_first.count(&mut session).await.unwrap();
                assert_eq!(behind + of_first, 5);

                let joined = Feeling::query()
                    .inner_join(people::table)
                    .filter(feelings::mood.ne(Mood::Happy))
                    .select((feelings::mood, count_star()))
                    .group_by(feelings::mood)
                    .order_by(feelings::mood);
                let groups: Vec<(Mood, i64)> = joined.load(&mut session).await.unwrap();
                let order = order(place.database);
                let counts = order.map(|mood| (mood, if mood == Mood::Sad { 2 } else { 1 }));
                let counts: Vec<_> =
                    counts.into_iter().filter(|(mood, _)| *mood != Mood::Happy).collect();
                assert_eq!(groups, counts);
                let moods = Feeling::query().order_by(feelings::mood.desc());
                let moods = moods.select(feelings::mood);
                let mut sorted: Vec<Mood> = moods.load(&mut session).await.unwrap();
                sorted.reverse();
                assert_eq!(sorted, order);
                let last: Vec<Option<Mood>> = Person::query()
                    .select(max(people::last))
                    .load(&mut session)
                    .await
                    .unwrap();
                assert_eq!(last, [Some(Mood::Happy)]);

                let feelings = Feeling::query()
                    .with(feeling::people)
                    .order_by(feelings::text)
                    .load(&mut session)
                    .await
                    .unwrap();
                let numbers = feelings.iter().map(|row| row[feeling::people].len());
                assert_eq!(numbers.collect::<Vec<_>>(), [2, 2, 1]);

                let patch = Person::patch(people[0].id).mood(Mood::Sad).last(Mood::Sad);
                assert_eq!(session.update(patch).await.unwrap(), 1);
                let null = Person::patch(single.id).last(None);
                session.update(null).await.unwrap();
                assert_eq!(session.get::<Person>(single.id).await.unwrap().unwrap().last, None);
                let again = NewFeeling { mood: Mood::Sad, text: "again".into() };
                let again = session.upsert(again, feelings::mood).await.unwrap();
                assert_eq!(again.text, "again");
                let none = orm_core::diesel::update(people::table)
                    .set(people::last.eq(None::<Mood>))
                    .execute(&mut session)
                    .await;
                assert_eq!(none.unwrap(), 5);
                assert!(session.delete(&people[1]).await.unwrap());
                assert!(session.delete_key::<Feeling>(Mood::VeryAngry).await.unwrap());
                drop(session);
                place.drop_all(schema![Feeling, Person]).await.unwrap();
                place.create_all(schema![Feeling, Person]).await.unwrap();
                // A statement is prepared for the type that was there: a new connection has none.
                let engine = Engine::<Conn>::open(&place.url).await.unwrap();
                let mut session = engine.session().await.unwrap();
                session.insert_many(ALL.map(feeling)).await.unwrap();
            });

            scenario!(is_refused_where_it_is_no_variant, |place| {
                place.create_all(schema![Feeling, Person]).await.unwrap();
                let mut session = place.session().await.unwrap();
                let wrong = concat!("INSERT INTO feelings (mood, text) VALUES (", $wrong, ", 'x')");
                let by_sql = orm_core::diesel::sql_query(wrong).execute(&mut session).await;
                assert!(by_sql.is_err());
            });
        }
    };
}

fn by_name<M: Copy>([sad, happy, angry]: [M; 3]) -> [M; 3] {
    [happy, sad, angry]
}

stored_as!(as_texts, , "'none'", |_| by_name(ALL));
stored_as!(
    as_numbers,
    #[column(integer = i16)],
    "7",
    |_| ALL
);
stored_as!(
    as_an_enum_of_postgresql,
    #[column(postgres_enum = "mood")],
    "'none'",
    |database| if database == Database::Postgres { ALL } else { by_name(ALL) }
);
stored_as!(
    in_a_schema_of_postgresql,
    #[column(postgres_enum = "feel.Mo\"od'", rename_all = "SCREAMING-KEBAB-CASE")],
    "'none'",
    |database| if database == Database::Postgres { ALL } else { by_name(ALL) }
);
