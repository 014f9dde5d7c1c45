//! One customer: registered, found, renamed, deleted; and no address twice.

use std::collections::BTreeSet;
use std::sync::Barrier;

use serde_json::json;

use crate::http::send;
use crate::service::Service;

#[test]
fn a_customer_is_registered_found_renamed_and_deleted() {
    let service = Service::start();
    assert_eq!(service.get("/health").status, 200);

    let made = service.post(&json!({ "name": "Ann", "email": "ann@example.org" }));
    assert_eq!(made.status, 201, "{made:?}");
    let id = made.body["id"].as_str().expect("an id");
    let ann = json!({ "id": id, "name": "Ann", "email": "ann@example.org" });
    assert_eq!(made.body, ann);
    let place = format!("/customers/{id}");
    assert_eq!(made.header("location"), Some(place.as_str()));

    let found = service.get(&place);
    assert_eq!((found.status, &found.body), (200, &ann));
    assert_eq!(found.header("content-type"), Some("application/json"));

    let renamed = send(service.address, "PATCH", &place, r#"{"name": "Anne"}"#);
    assert_eq!(renamed.status, 204);
    assert_eq!(service.get(&place).body["name"], "Anne");

    assert_eq!(send(service.address, "DELETE", &place, "").status, 204);
    for method in ["GET", "DELETE", "PATCH"] {
        let gone = send(service.address, method, &place, r#"{"name": "Anne"}"#);
        assert_eq!(gone.status, 404, "{method}");
        assert_eq!(gone.errors(), [("", "not_found")]);
    }
}

#[test]
fn an_address_is_taken_on_every_shard() {
    let service = Service::start();
    for number in 0..12 {
        service.customer("First", &format!("n{number}@example.org"));
    }
    for number in 0..12 {
        let email = format!("n{number}@example.org");
        let again = service.post(&json!({ "name": "Second", "email": email }));
        assert_eq!(again.status, 409);
        assert_eq!(again.errors(), [("email", "unique")]);
    }
    let listed = service.get("/customers").body;
    let listed = listed["customers"].as_array().expect("customers");
    assert_eq!(listed.len(), 12);
    assert!(listed.iter().all(|customer| customer["name"] == "First"));
}

#[test]
fn of_fifty_at_once_one_gets_the_address() {
    const MANY: usize = 50;
    let service = Service::start();
    let together = Barrier::new(MANY);
    let answers: Vec<_> = std::thread::scope(|scope| {
        let clients: Vec<_> = (0..MANY)
            .map(|number| {
                let (service, together) = (&service, &together);
                scope.spawn(move || {
                    let body = json!({ "name": format!("n{number}"), "email": "a@example.org" });
                    together.wait();
                    service.post(&body)
                })
            })
            .collect();
        let clients = clients.into_iter();
        clients
            .map(|client| client.join().expect("an answer"))
            .collect()
    });
    let (made, refused): (Vec<_>, Vec<_>) =
        answers.into_iter().partition(|answer| answer.status == 201);
    assert_eq!(made.len(), 1);
    for answer in refused {
        assert_eq!(answer.status, 409, "{answer:?}");
        assert_eq!(answer.errors(), [("email", "unique")]);
    }
    let listed = service.get("/customers").body;
    assert_eq!(listed["customers"], json!([made[0].body]));
}

/// A claim without a customer is what a crash between the two leaves behind; deleting the customer
/// leaves the same.
#[test]
fn a_claim_without_a_customer_is_taken_over() {
    let service = Service::start();
    let ids: BTreeSet<String> = (0..3)
        .map(|_| {
            let id = service.customer("Ann", "ann@example.org");
            let place = format!("/customers/{id}");
            assert_eq!(send(service.address, "DELETE", &place, "").status, 204);
            id
        })
        .collect();
    assert_eq!(ids.len(), 1, "{ids:?}");
}
