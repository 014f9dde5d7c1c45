//! Upserts on a target that the database fills in.

use orm_core::vocabulary::*;

#[derive(Model, Debug, Clone, PartialEq)]
struct Setting {
    #[model(generated)]
    id: i64,
    #[model(unique, default = "main")]
    name: String,
    #[model(unique)]
    rank: Option<i32>,
    value: i32,
}

#[derive(Model, Debug, Clone, PartialEq)]
struct Line {
    #[model(generated)]
    id: i64,
    cents: i64,
    amount: i64,
    note: String,
    #[model(computed = "cents * amount", unique)]
    total: i64,
}

/// Its key is not counted.
#[derive(Model, Debug, Clone, PartialEq)]
struct Plan {
    #[model(key)]
    code: String,
    #[model(unique, default = "main")]
    name: String,
    value: i32,
}

scenario!(
    mysql(a_target_that_the_database_fills_in_is_found),
    |place| {
        place
            .create_all(schema![Setting, Line, Plan])
            .await
            .unwrap();
        let mut session = place.session().await.unwrap();
        let setting = |value| NewSetting { value };
        let first = session.upsert(setting(1), settings::name).await.unwrap();
        assert_eq!((first.name.as_str(), first.value), ("main", 1));
        let other = session.insert(setting(5).name("other")).await.unwrap();
        for value in [2, 2, 3] {
            let again = session
                .upsert(setting(value), settings::name)
                .await
                .unwrap();
            assert_eq!((again.id, again.value), (first.id, value));
        }
        assert_eq!(Setting::query().count(&mut session).await.unwrap(), 2);
        let none = session
            .insert_unless_exists(setting(9), settings::name)
            .await
            .unwrap();
        assert_eq!(none, None);

        // Another unique in the way is an error, and changes nothing.
        let ranked = Setting::patch(other.id).rank(1);
        session.update(ranked).await.unwrap();
        session
            .update(Setting::patch(first.id).name("first"))
            .await
            .unwrap();
        let error = session
            .upsert(setting(7).rank(1), settings::name)
            .await
            .unwrap_err();
        let errors = &error.invalid().expect("a unique").errors;
        assert_eq!(
            (errors[0].field.as_str(), errors[0].code.as_str()),
            ("rank", "unique")
        );
        let error = session
            .insert_unless_exists(setting(7).rank(1), settings::name)
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Invalid);
        assert_eq!(Setting::query().count(&mut session).await.unwrap(), 2);

        let line = |note: &str| NewLine {
            cents: 2,
            amount: 3,
            note: note.into(),
        };
        let first = session.upsert(line("a"), lines::total).await.unwrap();
        let again = session.upsert(line("b"), lines::total).await.unwrap();
        assert_eq!(
            (again.id, again.total, again.note.as_str()),
            (first.id, 6, "b")
        );

        // No way to know which row it is.
        let plan = NewPlan {
            code: "a".into(),
            value: 1,
        };
        let error = session.upsert(plan, plans::name).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Refused, "{error}");
        assert!(error.to_string().contains("`name` of Plan"), "{error}");
    }
);
