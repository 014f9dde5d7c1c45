//! Forms from outside: read by serde, and nothing set that must not be.

use orm_core::vocabulary::*;

#[derive(Embedded, Debug, Clone, PartialEq, serde::Deserialize)]
struct Home {
    #[model(length(1..))]
    street: String,
}

fn even(number: &i32) -> Result<(), &'static str> {
    if number % 2 == 0 {
        Ok(())
    } else {
        Err("is odd")
    }
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(serde(rename_all = "camelCase"))]
struct Member {
    #[model(generated)]
    id: i64,
    #[model(length(1..=10))]
    full_name: String,
    #[model(validate = even)]
    shoe_size: i32,
    nick_name: Option<String>,
    #[model(protected, default = false)]
    is_admin: bool,
    #[model(protected)]
    tenant: i32,
    #[model(version)]
    version: i32,
    #[model(embedded)]
    home: Home,
}

const ANN: &str = r#"{"fullName": "Ann", "shoeSize": 38, "isAdmin": true, "tenant": 9, "id": 77,
    "version": 5, "other": [1, {"a": null}], "home": {"street": "Main"}}"#;

scenario!(a_form_from_outside_sets_only_what_is_open, |place| {
    place.create_all(schema![Member]).await.unwrap();
    let mut session = place.session().await.unwrap();
    let form: MemberDraft = serde_json::from_str(ANN).unwrap();
    let error = session.insert(form.clone()).await.unwrap_err();
    let errors = &error.invalid().unwrap().errors;
    assert_eq!(
        (errors.len(), errors[0].field.as_str()),
        (1, "tenant"),
        "{error}"
    );
    assert_eq!(errors[0].code, "required");
    let made = session.insert(form.tenant(3)).await.unwrap();
    assert_eq!((made.id, made.tenant, made.version), (1, 3, 1));
    assert!(!made.is_admin);
    assert_eq!(
        (made.full_name.as_str(), made.home.street.as_str()),
        ("Ann", "Main")
    );

    let text = r#"{"nickName": "A", "isAdmin": true, "id": 9, "tenant": 1}"#;
    let changes: MemberChanges = serde_json::from_str(text).unwrap();
    session.update(changes.to(made.id)).await.unwrap();
    let read = session.get::<Member>(made.id).await.unwrap().unwrap();
    assert_eq!(read.nick_name.as_deref(), Some("A"));
    assert!(!read.is_admin && read.tenant == 3);
    let changes: MemberChanges = serde_json::from_str(r#"{"nickName": null}"#).unwrap();
    session.update(changes.clone().to_row(&read)).await.unwrap();
    assert!(
        session
            .update(changes.to_row(&read))
            .await
            .unwrap_err()
            .is_stale()
    );
    let read = session.get::<Member>(made.id).await.unwrap().unwrap();
    assert_eq!((read.nick_name, read.full_name.as_str()), (None, "Ann"));
    let nothing: MemberChanges = serde_json::from_str("{}").unwrap();
    assert_eq!(session.update(nothing.to(made.id)).await.unwrap(), 0);
});

#[test]
fn what_cannot_be_read_says_which_field() {
    let said = |text: &str| {
        serde_json::from_str::<MemberDraft>(text)
            .unwrap_err()
            .to_string()
    };
    assert!(
        said("[]").contains("expected the fields of a new Member"),
        "{}",
        said("[]")
    );
    assert!(said("{}").starts_with("missing field `fullName`"));
    let wrong = said(r#"{"fullName": "A", "shoeSize": "x"}"#);
    assert!(
        wrong.starts_with("shoeSize: invalid type: string \"x\", expected i32"),
        "{wrong}"
    );
    let twice = said(r#"{"fullName": "A", "fullName": "B"}"#);
    assert!(twice.starts_with("duplicate field `fullName`"), "{twice}");
}

#[test]
fn rules_hold_for_forms_from_outside() {
    let text = r#"{"fullName": "", "shoeSize": 3, "home": {"street": ""}}"#;
    let form: MemberDraft = serde_json::from_str(text).unwrap();
    let invalid = form.tenant(1).validate().unwrap_err();
    let fields: Vec<_> = invalid
        .errors
        .iter()
        .map(|error| error.field.as_str())
        .collect();
    assert_eq!(fields.len(), 3, "{fields:?}");
    for field in ["full_name", "shoe_size", "home.street"] {
        assert!(fields.contains(&field), "{fields:?}");
    }
}

scenario!(what_is_said_of_a_value_goes_with_it, |place| {
    place.create_all(schema![Member]).await.unwrap();
    let mut session = place.session().await.unwrap();
    let form: MemberDraft = serde_json::from_str(ANN).unwrap();
    let made = session.insert(form.tenant(3)).await.unwrap();
    let odd: MemberChanges = serde_json::from_str(r#"{"shoeSize": 3}"#).unwrap();
    let error = session.update(odd.clone().to(made.id)).await.unwrap_err();
    assert_eq!(error.invalid().unwrap().errors[0].field, "shoe_size");
    session
        .update(odd.to(made.id).shoe_size(4))
        .await
        .expect("the odd size is gone");
    let new = NewMember {
        full_name: "Bob".into(),
        shoe_size: 3,
        tenant: 1,
        home: made.home.clone(),
    };
    let draft = new.nick_name("B".to_owned());
    assert_eq!(draft.validate().unwrap_err().errors.len(), 1);
});

factories_make!(Member);
