//! What SQLite makes of the names of its databases: a path, and parameters.

use percent_encoding::percent_decode_str;

/// The name for the driver, of what stands behind `sqlite:`. With parameters, and behind
/// `sqlite://` with escapes too, it is a URI: so Diesel's own tools read it.
pub(super) fn name(rest: &str) -> String {
    let (path, escapes) = match rest.strip_prefix("//") {
        Some(path) => (path, path.contains(['?', '%', '#'])),
        None => (rest, rest.contains('?')),
    };
    match (escapes, path.starts_with("//")) {
        (false, _) => path.to_owned(),
        // Two slashes would begin the name of a host.
        (true, true) => format!("file:/{}", path.trim_start_matches('/')),
        (true, false) => format!("file:{path}"),
    }
}

/// The path of a name, without escapes, and what stands in its query.
fn parts(name: &str) -> (String, &str) {
    let Some(uri) = name.strip_prefix("file:") else {
        return (name.to_owned(), "");
    };
    let uri = uri.split('#').next().unwrap_or_default();
    let (path, query) = uri.split_once('?').unwrap_or((uri, ""));
    // An authority is empty or `localhost`.
    let path = path.strip_prefix("//").map_or(path, |rest| {
        rest.find('/').map_or("", |slash| &rest[slash..])
    });
    (
        percent_decode_str(path).decode_utf8_lossy().into_owned(),
        query,
    )
}

/// Whether the database lives in memory, or as a file without a name: it goes with its connection.
pub(super) fn is_memory(name: &str) -> bool {
    let (path, query) = parts(name);
    let memory = query.split('&').any(|pair| {
        let pair = percent_decode_str(pair).decode_utf8_lossy();
        pair == "mode=memory" || pair == "vfs=memdb"
    });
    memory || path.is_empty() || path == ":memory:"
}

/// The file of a name.
pub(super) fn file(name: &str) -> Option<std::path::PathBuf> {
    (!is_memory(name)).then(|| parts(name).0.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_read_as_the_driver_reads_it() {
        for (rest, expected) in [
            ("a.db", "a.db"),
            ("//a.db", "a.db"),
            ("///var/a.db", "/var/a.db"),
            ("//a.db?mode=rwc", "file:a.db?mode=rwc"),
            ("a.db?mode=ro", "file:a.db?mode=ro"),
            ("///var/a.db?mode=ro", "file:/var/a.db?mode=ro"),
            ("////var/a.db?mode=ro", "file:/var/a.db?mode=ro"),
            ("//a%20b.db", "file:a%20b.db"),
            (":memory:", ":memory:"),
        ] {
            assert_eq!(name(rest), expected);
        }
    }

    #[test]
    fn memory_is_told_by_path_and_parameters() {
        for memory in [
            ":memory:",
            "file::memory:",
            "file::memory:?cache=shared",
            "file:a?mode=memory&cache=shared",
            "file:/a?vfs=memdb",
            "file:",
        ] {
            assert!(is_memory(memory), "{memory}");
        }
        for file in [
            "mode=memory.db",
            "a.db?mode=memory",
            "file:mode=memory",
            "file:a?x=mode=memory",
        ] {
            assert!(!is_memory(file), "{file}");
        }
    }
}
