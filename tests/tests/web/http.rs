//! As much HTTP as the tests speak: one request a connection, the body in one piece.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use serde_json::{self, Value};

/// Long enough for a machine that is busy with other things.
const ANSWERS_WITHIN: Duration = Duration::from_secs(60);

/// What a request is answered.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    head: String,
    /// `null` if there is none, or if it is no JSON.
    pub(crate) body: Value,
}

impl Answer {
    /// The value of a header; its name in lower case.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut lines = self.head.lines();
        lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }

    /// Fields and codes of the errors in the body.
    pub(crate) fn errors(&self) -> Vec<(&str, &str)> {
        let errors = self.body["errors"].as_array().expect("errors in the body");
        let text = |value: &'_ Value| value.is_string() && !value.as_str().unwrap().is_empty();
        assert!(
            errors
                .iter()
                .all(|error| text(&error["message"]) && error["params"].is_object()),
            "{}",
            self.body
        );
        errors
            .iter()
            .map(|error| {
                (
                    error["field"].as_str().unwrap(),
                    error["code"].as_str().unwrap(),
                )
            })
            .collect()
    }
}

/// Sends a request, its body as it is.
pub(crate) fn send(to: SocketAddr, method: &str, path: &str, body: &str) -> Answer {
    let mut stream = connect(to);
    let head = head(method, path, body.len());
    write!(stream, "{head}\r\n{body}").expect("a request is sent");
    read(&mut stream)
}

/// A connection that does not hang for ever.
pub(crate) fn connect(to: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(to).expect("the service accepts connections");
    stream
        .set_read_timeout(Some(ANSWERS_WITHIN))
        .expect("a duration");
    stream
}

/// The lines before the body, without the empty one at the end.
pub(crate) fn head(method: &str, path: &str, length: usize) -> String {
    format!(
        "{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\
         Content-Type: application/json\r\nContent-Length: {length}\r\n"
    )
}

/// Reads the answer to the end of the connection.
pub(crate) fn read(stream: &mut TcpStream) -> Answer {
    let mut text = String::new();
    stream.read_to_string(&mut text).expect("an answer");
    let (head, body) = text.split_once("\r\n\r\n").expect("a whole head");
    let status = head
        .split(' ')
        .nth(1)
        .and_then(|status| status.parse().ok());
    Answer {
        status: status.expect("a status"),
        head: head.to_owned(),
        body: serde_json::from_str(body).unwrap_or_default(),
    }
}
