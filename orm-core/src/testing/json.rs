//! A document that a type takes: found by trying, since a type tells what it wants by refusing.

use serde_json::{Map, Value as Json, json};

/// So often a document is tried.
const MOST_TRIES: usize = 2_000;

/// A small document that is taken. An object gets the fields that are said to be missing, a text what is
/// said to be known.
pub(super) fn document(accepts: &dyn Fn(&Json) -> Result<(), String>) -> Option<Json> {
    let mut asked = 0;
    let mut ask = |document: &Json| {
        asked += 1;
        (asked <= MOST_TRIES).then(|| accepts(document))
    };
    let (mut found, mut said) = pick(&mut ask, "", &|value| value)?;
    while let Some(lacks) = said {
        (found, said) = with_field(&mut ask, &found, &lacks)?;
    }
    Some(found)
}

/// What is said of a document; nothing once it was asked too often.
type Ask<'a> = &'a mut dyn FnMut(&Json) -> Option<Result<(), String>>;

/// The document with the field that it lacks, and what it still lacks. Where the field belongs is not
/// said: the outermost objects are tried first.
fn with_field(ask: Ask<'_>, document: &Json, lacks: &str) -> Option<(Json, Option<String>)> {
    let name = missing(lacks)?;
    objects(document).into_iter().find_map(|path| {
        let object = document.pointer(&path)?.as_object()?;
        if object.contains_key(name) {
            return None;
        }
        pick(ask, lacks, &|value| {
            let mut document = document.clone();
            if let Some(Json::Object(object)) = document.pointer_mut(&path) {
                object.insert(name.to_owned(), value);
            }
            document
        })
    })
}

/// The first value for a place with which the whole is taken, or lacks a field elsewhere.
fn pick(
    ask: Ask<'_>,
    lacked: &str,
    place: &dyn Fn(Json) -> Json,
) -> Option<(Json, Option<String>)> {
    let mut words = Vec::new();
    // An object with which the same is said as before: it may lack a field of the same name itself.
    let mut same = None;
    let mut is_read = false;
    let plain = [
        json!({}),
        json!([]),
        json!("text"),
        json!(1),
        json!(false),
        Json::Null,
    ];
    for value in plain {
        let (is_object, is_text) = (value.is_object(), value.is_string());
        let document = place(value);
        match ask(&document)? {
            Ok(()) => return Some((document, None)),
            Err(said) if said == lacked => same = same.or(is_object.then_some(document)),
            Err(said) if missing(&said).is_some() => return Some((document, Some(said))),
            Err(said) => {
                is_read = true;
                if is_text {
                    words = known(&said);
                }
            }
        }
    }
    for word in words {
        let document = place(Json::String(word));
        match ask(&document)? {
            Ok(()) => return Some((document, None)),
            Err(said) if missing(&said).is_some() && said != lacked => {
                return Some((document, Some(said)));
            }
            Err(_) => {}
        }
    }
    same.filter(|_| is_read)
        .map(|document| (document, Some(lacked.to_owned())))
}

/// Where the objects of a document are, as JSON pointers, from the outermost on.
fn objects(document: &Json) -> Vec<String> {
    let mut found = vec![(String::new(), document)];
    let mut next = 0;
    while let Some((path, value)) = found.get(next).cloned() {
        next += 1;
        let inside = value.as_object().into_iter().flat_map(Map::iter);
        found.extend(
            inside
                .filter(|(_, value)| value.is_object())
                .map(|(name, value)| {
                    let name = name.replace('~', "~0").replace('/', "~1");
                    (format!("{path}/{name}"), value)
                }),
        );
    }
    found.into_iter().map(|(path, _)| path).collect()
}

/// The field of serde's "missing field `name`".
fn missing(said: &str) -> Option<&str> {
    let (_, rest) = said.split_once("missing field `")?;
    Some(rest.split_once('`')?.0)
}

/// The words of serde's "unknown variant `text`, expected one of `a`, `b`".
fn known(said: &str) -> Vec<String> {
    let expected = said.split_once("unknown variant");
    let expected = expected.and_then(|(_, rest)| rest.split_once("expected"));
    let words = expected.map_or("", |(_, words)| words);
    words
        .split('`')
        .skip(1)
        .step_by(2)
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde::de::DeserializeOwned;
    use std::collections::BTreeMap;

    use super::*;

    fn of<T: DeserializeOwned>() -> Option<String> {
        let accepts = |document: &Json| {
            let read = serde_json::from_value::<T>(document.clone());
            read.map(drop).map_err(|error| error.to_string())
        };
        document(&accepts).map(|document| document.to_string())
    }

    #[derive(Deserialize)]
    #[allow(dead_code)]
    enum Tone {
        Light,
        Dark,
    }

    #[derive(Deserialize)]
    #[allow(dead_code)]
    struct Theme {
        name: String,
        tone: Tone,
    }

    #[derive(Deserialize)]
    #[allow(dead_code)]
    struct Settings {
        theme: Theme,
        limits: BTreeMap<String, u32>,
        other: Option<Theme>,
        tags: Vec<String>,
        inner: Inner,
        share: f32,
    }

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code)]
    struct Inner {
        theme: i64,
        on: bool,
    }

    #[test]
    fn a_document_is_found_by_what_a_type_refuses() {
        assert_eq!(of::<Json>().unwrap(), "{}");
        assert_eq!(of::<Vec<i32>>().unwrap(), "[]");
        assert_eq!(of::<u8>().unwrap(), "1");
        assert_eq!(of::<Tone>().unwrap(), "\"Light\"");
        let inner = of::<Inner>().unwrap();
        assert_eq!(inner, r#"{"on":false,"theme":1}"#);
        let settings: Json = serde_json::from_str(&of::<Settings>().unwrap()).unwrap();
        let expected = json!({
            "theme": {"name": "text", "tone": "Light"},
            "limits": {},
            "tags": [],
            "inner": {"on": false, "theme": 1},
            "share": 1,
        });
        assert_eq!(settings, expected);
        assert_eq!(of::<std::net::IpAddr>(), None);
    }
}
