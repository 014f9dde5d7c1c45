//! The list of all customers, page by page across the shards.

use serde_json::{Value, json};

use crate::service::Service;

fn ids(page: &Value) -> Vec<String> {
    let customers = page["customers"].as_array().expect("customers");
    let id = |customer: &Value| customer["id"].as_str().expect("an id").to_owned();
    customers.iter().map(id).collect()
}

#[test]
fn pages_show_every_customer_once_in_order() {
    let service = Service::start();
    let empty = json!({ "customers": [], "next": null });
    assert_eq!(service.get("/customers").body, empty);

    let made: Vec<String> = (0..200)
        .map(|n| service.customer("Ann", &format!("n{n}@example.org")))
        .collect();
    let mut ordered = made.clone();
    ordered.sort();
    assert_eq!(made, ordered, "ids grow with time");

    // The last page of 40 is a full one, that of 7 is not.
    for limit in [7, 40, 100] {
        let mut shown = Vec::new();
        let mut path = format!("/customers?limit={limit}");
        loop {
            let page = service.get(&path);
            assert_eq!(page.status, 200, "{page:?}");
            let on_it = ids(&page.body);
            assert!(!on_it.is_empty());
            shown.extend_from_slice(&on_it);
            let Some(next) = page.body["next"].as_str() else {
                break;
            };
            assert_eq!((on_it.len(), on_it.last().unwrap().as_str()), (limit, next));
            path = format!("/customers?limit={limit}&after={next}");
        }
        assert_eq!(shown, made, "pages of {limit}");
    }
    assert_eq!(ids(&service.get("/customers").body), made[..20]);
    let behind = format!("/customers?after={}", made[199]);
    assert_eq!(service.get(&behind).body, empty);
}
