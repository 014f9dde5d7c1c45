//! The rules of a model: all broken ones at once, before any statement is sent.

use orm_core::serde_json::json;
use orm_core::vocabulary::*;

#[derive(Model, Debug, Clone, PartialEq)]
struct Member {
    #[model(generated)]
    id: i64,
    #[model(length(2..=5), not_blank)]
    name: String,
    #[model(email)]
    email: String,
    #[model(range(18..=99))]
    age: i32,
    #[model(range(0.5..))]
    weight: Option<f64>,
    #[model(validate = shouted, validate = known)]
    motto: Option<String>,
}

fn shouted(motto: &Option<String>) -> Result<(), &'static str> {
    match motto.as_deref() {
        Some(text) if text.to_uppercase() != text => Err("must be shouted"),
        _ => Ok(()),
    }
}

fn known(motto: &Option<String>) -> Result<(), FieldError> {
    match motto.as_deref() {
        Some("X") => Err(FieldError::new("", "unknown", "is no motto").with("given", "X")),
        _ => Ok(()),
    }
}

fn good() -> NewMember {
    NewMember {
        name: "Ann".into(),
        email: "ann@example.org".into(),
        age: 18,
    }
}

fn broken(error: &orm_core::Error) -> Vec<(String, String)> {
    assert_eq!(error.kind(), ErrorKind::Invalid, "{error}");
    let errors = &error.invalid().expect("field errors").errors;
    errors
        .iter()
        .map(|e| (e.field.clone(), e.code.clone()))
        .collect()
}

fn pairs<const N: usize>(pairs: [(&str, &str); N]) -> Vec<(String, String)> {
    pairs
        .map(|(field, code)| (field.to_owned(), code.to_owned()))
        .to_vec()
}

scenario!(all_broken_rules_come_at_once_and_nothing_is_sent, |place| {
    place.create_all(schema![Member]).await.unwrap();
    let mut session = place.session().await.unwrap();
    place.sent();
    let form = NewMember {
        name: " ".into(),
        email: "ann".into(),
        age: 17,
    };
    let error = session
        .insert(form.clone().weight(0.4).motto("quiet"))
        .await
        .unwrap_err();
    let expected = pairs([
        ("name", "length"),
        ("name", "not_blank"),
        ("email", "email"),
        ("age", "range"),
        ("weight", "range"),
        ("motto", "custom"),
    ]);
    assert_eq!(broken(&error), expected);
    // The same without a session.
    let invalid = form.clone().weight(0.4).motto("quiet").validate();
    assert_eq!(broken(&invalid.unwrap_err().into()), expected);
    assert_eq!(good().validate(), Ok(()));
    assert_eq!(place.sent(), Vec::<String>::new());

    let error = session
        .insert_many([good(), form.clone()])
        .await
        .unwrap_err();
    let fields = broken(&error)
        .into_iter()
        .map(|(field, _)| field)
        .collect::<Vec<_>>();
    assert_eq!(
        fields,
        [
            "items[1].name",
            "items[1].name",
            "items[1].email",
            "items[1].age"
        ]
    );
    let error = session
        .update(Member::patch(1).name("").age(100))
        .await
        .unwrap_err();
    assert_eq!(broken(&error).len(), 3);
    let error = session.upsert(form, members::id).await.unwrap_err();
    assert_eq!(broken(&error).len(), 4);
    assert_eq!(place.sent(), Vec::<String>::new());
});

scenario!(a_function_of_ones_own_says_code_and_parameters, |place| {
    place.create_all(schema![Member]).await.unwrap();
    let mut session = place.session().await.unwrap();
    let error = session.insert(good().motto("X")).await.unwrap_err();
    assert_eq!(broken(&error), pairs([("motto", "unknown")]));
    assert_eq!(error.invalid().unwrap().errors[0].params["given"], "X");
    session.insert(good().motto("GO")).await.unwrap();
});

scenario!(bounds_are_inside, |place| {
    place.create_all(schema![Member]).await.unwrap();
    let mut session = place.session().await.unwrap();
    for (name, age, weight) in [("ab", 18, 0.5), ("äöüßé", 99, 1e9)] {
        let form = NewMember {
            name: name.into(),
            age,
            ..good()
        };
        session.insert(form.weight(weight)).await.unwrap();
    }
    let many = NewMember {
        name: "abcdef".into(),
        ..good()
    };
    assert_eq!(
        broken(&session.insert(many).await.unwrap_err()),
        pairs([("name", "length")])
    );
});

scenario!(field_errors_are_the_body_of_an_answer, |place| {
    place.create_all(schema![Member]).await.unwrap();
    let mut session = place.session().await.unwrap();
    let form = NewMember {
        name: "Annabel".into(),
        ..good()
    };
    let error = session.insert(form).await.unwrap_err();
    let body = orm_core::serde_json::to_value(error.invalid().unwrap()).unwrap();
    let expected = json!({"errors": [{
        "field": "name",
        "code": "length",
        "message": "must have 2 to 5 characters",
        "params": {"min": 2, "max": 5, "actual": 7},
    }]});
    assert_eq!(body, expected);
    let text = error.to_string();
    assert!(text.contains("name must have 2 to 5 characters"), "{text}");
});
