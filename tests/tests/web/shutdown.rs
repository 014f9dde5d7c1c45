//! The end: requests that are under way are answered, new ones are not taken.

use std::io::{Read, Write};
use std::net::TcpStream;

use crate::eventually::eventually;
use crate::http::{connect, head, read};
use crate::service::Service;

#[test]
fn a_request_under_way_is_answered_before_the_process_ends() {
    let service = Service::start();
    let address = service.address;
    let body = r#"{"name": "Ann", "email": "ann@example.org"}"#;
    let (before, after) = body.split_at(body.len() / 2);

    let mut request = connect(address);
    let head = head("POST", "/customers", body.len());
    write!(request, "{head}Expect: 100-continue\r\n\r\n{before}").expect("half a request");
    // Said when the handler asks for the body: from here on the request is under way.
    let mut go_on = [0; "HTTP/1.1 100 Continue\r\n\r\n".len()];
    request
        .read_exact(&mut go_on)
        .expect("the service asks for the body");
    assert!(go_on.starts_with(b"HTTP/1.1 100 "));

    service.terminate();
    eventually("new connections are refused", || {
        TcpStream::connect(address).is_err()
    });

    request.write_all(after.as_bytes()).expect("the other half");
    let answer = read(&mut request);
    assert_eq!(answer.status, 201, "{answer:?}");
    assert_eq!(answer.body["name"], "Ann");

    let folder = service.folder.clone();
    let (said, status) = service.wait();
    assert_eq!((said.as_str(), status.code()), ("stopped", Some(0)));
    // The connections were closed, not cut off: SQLite removes its log with the last one.
    let left = std::fs::read_dir(folder).expect("own folder").flatten();
    let mut left: Vec<_> = left.map(|entry| entry.file_name()).collect();
    left.sort();
    assert_eq!(left, ["shard0.db", "shard1.db", "shard2.db", "shard3.db"]);
}

#[test]
fn without_a_request_it_ends_at_once() {
    let service = Service::start();
    // Kept open by a client that is not asking for anything.
    let idle = connect(service.address);
    service.terminate();
    let (said, status) = service.wait();
    assert_eq!((said.as_str(), status.code()), ("stopped", Some(0)));
    drop(idle);
}
