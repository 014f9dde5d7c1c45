//! JSON of serde types, in the struct and as a type of its own.

use std::collections::BTreeMap;

use orm_core::column::AsJson;
use orm_core::serde_json::json;
use orm_core::vocabulary::*;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, Debug, Clone, PartialEq, Default)]
struct Settings {
    theme: String,
    #[serde(default)]
    sizes: Vec<u32>,
}

#[derive(Model, Debug, Clone, PartialEq)]
struct Account {
    #[model(generated)]
    id: i64,
    #[model(json, validate = has_a_theme)]
    settings: Settings,
    #[model(json)]
    lines: Option<Vec<Settings>>,
    #[model(json, default_with = Vec::new)]
    tags: Vec<String>,
    extra: AsJson<BTreeMap<String, bool>>,
}

fn has_a_theme(settings: &Settings) -> Result<(), &'static str> {
    if settings.theme.is_empty() {
        return Err("needs a theme");
    }
    Ok(())
}

fn dark() -> Settings {
    Settings {
        theme: "dark \"ü\"".into(),
        sizes: vec![1, 2],
    }
}

fn account() -> NewAccount {
    NewAccount {
        settings: dark(),
        extra: AsJson(BTreeMap::from([("beta".to_owned(), true)])),
    }
}

scenario!(a_serde_type_is_written_read_and_found, |place| {
    place.create_all(schema![Account]).await.unwrap();
    let mut session = place.session().await.unwrap();
    let row = session.insert(account()).await.unwrap();
    let expected = Account {
        id: row.id,
        settings: dark(),
        lines: None,
        tags: Vec::new(),
        extra: AsJson(BTreeMap::from([("beta".to_owned(), true)])),
    };
    assert_eq!(row, expected);
    let full = account().lines(vec![dark()]).tags(vec!["a".to_owned()]);
    let full = session.insert(full).await.unwrap();
    assert_eq!(full.lines.as_deref(), Some(&[dark()][..]));
    let read = session.get::<Account>(full.id).await.unwrap();
    assert_eq!(read.as_ref(), Some(&full));

    let found = Account::query().filter(accounts::tags.eq(AsJson(vec!["a".to_owned()])));
    assert_eq!(found.load(&mut session).await.unwrap(), [full.clone()]);
    let found = Account::query().filter(accounts::lines.eq(Some(AsJson(vec![dark()]))));
    assert_eq!(found.count(&mut session).await.unwrap(), 1);
    let found = Account::query().filter(accounts::lines.is_null());
    assert_eq!(found.count(&mut session).await.unwrap(), 1);

    let patch = Account::patch(full.id).lines(None).settings(Settings {
        theme: "light".into(),
        sizes: vec![],
    });
    session.update(patch).await.unwrap();
    let read = session.get::<Account>(full.id).await.unwrap().unwrap();
    assert_eq!((read.settings.theme.as_str(), read.lines), ("light", None));
    let again = account().id(row.id).tags(vec!["b".to_owned()]);
    let again = session.upsert(again, accounts::id).await.unwrap();
    assert_eq!(again.tags, ["b"]);
    let copy = Account {
        id: full.id + 1,
        ..full
    };
    assert_eq!(session.insert(copy.clone()).await.unwrap(), copy);
});

scenario!(a_rule_of_ones_own_sees_the_plain_type, |place| {
    place.create_all(schema![Account]).await.unwrap();
    let mut session = place.session().await.unwrap();
    let form = NewAccount {
        settings: Settings::default(),
        ..account()
    };
    let error = session.insert(form).await.unwrap_err();
    assert_eq!(error.invalid().unwrap().errors[0].field, "settings");
});

scenario!(
    a_document_that_is_none_of_the_type_names_the_field,
    |place| {
        place.create_all(schema![Account]).await.unwrap();
        let mut session = place.session().await.unwrap();
        let row = session.insert(account()).await.unwrap();
        orm_core::diesel::update(accounts::table)
            .set(accounts::settings.eq(json!({"theme": 7})))
            .execute(&mut session)
            .await
            .unwrap();
        let error = session.get::<Account>(row.id).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Conversion, "{error}");
        let text = error.to_string();
        assert!(text.contains("`settings`") && text.contains('7'), "{text}");
    }
);

/// What has no JSON: a map whose keys are no texts.
#[derive(Model, Debug)]
struct Matrix {
    #[model(generated)]
    id: i64,
    #[model(json)]
    cells: BTreeMap<(i32, i32), i32>,
}

scenario!(
    what_has_no_json_is_refused_and_nothing_is_written,
    |place| {
        place.create_all(schema![Matrix]).await.unwrap();
        let mut session = place.session().await.unwrap();
        let cells = BTreeMap::from([((0, 0), 1)]);
        let error = session
            .insert(NewMatrix {
                cells: cells.clone(),
            })
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Conversion, "{error}");
        assert!(
            error.to_string().contains("cannot be stored as JSON"),
            "{error}"
        );
        let query = Matrix::query().filter(matrixes::cells.eq(AsJson(cells)));
        assert_eq!(
            query.load(&mut session).await.unwrap_err().kind(),
            ErrorKind::Conversion
        );
        assert_eq!(Matrix::query().count(&mut session).await.unwrap(), 0);
    }
);
