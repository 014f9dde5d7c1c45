//! What is refused, and in which words: one form of body for all.

use orm_core::diesel::connection::{Connection, SimpleConnection};
use orm_core::diesel::sqlite::SqliteConnection;
use serde_json::json;

use crate::http::send;
use crate::service::Service;

#[test]
fn invalid_data_is_told_on_its_fields_all_at_once() {
    let service = Service::start();
    let long = "ü".repeat(81);
    for (body, expected) in [
        (json!({}), &[("name", "not_blank"), ("email", "email")][..]),
        (
            json!({ "name": " ", "email": "nobody" }),
            &[("name", "not_blank"), ("email", "email")],
        ),
        (
            json!({ "name": long, "email": "ann@example.org" }),
            &[("name", "length")],
        ),
        (
            json!({ "name": long, "email": format!("{}@example.org", "a".repeat(255)) }),
            &[("name", "length"), ("email", "length")],
        ),
        // Another form than asked for.
        (json!({ "name": 5 }), &[("", "body")]),
    ] {
        let answer = service.post(&body);
        assert_eq!(answer.status, 422, "{body}: {answer:?}");
        assert_eq!(answer.errors(), expected, "{body}");
    }
    let too_long = json!({ "field": "name", "code": "length",
        "message": "must have at most 80 characters", "params": { "max": 80, "actual": 81 } });
    let answer = service.post(&json!({ "name": long, "email": "ann@example.org" }));
    assert_eq!(answer.body, json!({ "errors": [too_long] }));
    // Nothing of it claimed the address.
    let id = service.customer("Ann", "ann@example.org");

    let place = format!("/customers/{id}");
    let answer = send(service.address, "PATCH", &place, r#"{"name": ""}"#);
    assert_eq!(
        (answer.status, answer.errors()),
        (422, vec![("name", "not_blank")])
    );
    assert_eq!(service.get(&place).body["name"], "Ann");
}

#[test]
fn what_cannot_be_read_is_told_as_json() {
    let service = Service::start();
    let answer = send(service.address, "POST", "/customers", r#"{"name": "#);
    assert_eq!((answer.status, answer.errors()), (400, vec![("", "body")]));
    let no_id = service.get("/customers/abc");
    assert_eq!((no_id.status, no_id.errors()), (400, vec![("", "path")]));
    let missing = service.get("/customers/00000000-0000-7000-8000-000000000000");
    assert_eq!(
        (missing.status, missing.errors()),
        (404, vec![("", "not_found")])
    );

    for limit in ["0", "101", "-1"] {
        let answer = service.get(&format!("/customers?limit={limit}"));
        assert_eq!(
            (answer.status, answer.errors()),
            (422, vec![("limit", "range")])
        );
        let params = &answer.body["errors"][0]["params"];
        assert_eq!(params, &json!({ "min": 1, "max": 100 }));
    }
    for query in ["limit=many", "limit=", "after=abc"] {
        let answer = service.get(&format!("/customers?{query}"));
        assert_eq!(
            (answer.status, answer.errors()),
            (400, vec![("", "query")]),
            "{query}"
        );
    }
}

/// Takes as long as a writer waits for another one.
#[test]
fn what_may_pass_is_told_so() {
    let service = Service::start();
    let id = service.customer("Ann", "ann@example.org");
    let held: Vec<_> = (0..4)
        .map(|number| {
            let file = service.folder.join(format!("shard{number}.db"));
            let mut other = SqliteConnection::establish(&file.to_string_lossy()).expect("a shard");
            other
                .batch_execute("BEGIN IMMEDIATE")
                .expect("nobody else writes");
            other
        })
        .collect();
    let answer = service.post(&json!({ "name": "Bob", "email": "bob@example.org" }));
    assert_eq!(
        (answer.status, answer.errors()),
        (503, vec![("", "unavailable")])
    );
    assert_eq!(answer.header("retry-after"), Some("5"));
    // Who only reads is not held up.
    assert_eq!(service.get(&format!("/customers/{id}")).status, 200);
    drop(held);
    service.customer("Bob", "bob@example.org");
}
