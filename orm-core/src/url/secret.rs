//! Where secrets stand in texts: keys of queries, settings in libpq's spelling, logins of URLs.

use percent_encoding::percent_decode_str;

/// What stands in place of a secret.
const HIDDEN: &str = "***";

/// A query with its secrets hidden, and these as they were written.
pub(super) fn query(query: &str, is_key: impl Fn(&str) -> bool) -> (String, Vec<&str>) {
    let mut secrets = Vec::new();
    let pairs: Vec<String> = query
        .split('&')
        .map(|pair| match pair.split_once('=') {
            Some((key, value)) if is_key(key) && !value.is_empty() => {
                secrets.push(value);
                format!("{key}={HIDDEN}")
            }
            _ => pair.to_owned(),
        })
        .collect();
    (pairs.join("&"), secrets)
}

/// Secrets as they are written and as they are meant, the longest first.
pub(super) fn both_ways(mut secrets: Vec<&str>) -> Vec<String> {
    secrets.retain(|secret| !secret.is_empty());
    let meant = |secret: &&str| percent_decode_str(secret).decode_utf8_lossy().into_owned();
    let mut both: Vec<String> = secrets.iter().map(meant).collect();
    both.extend(secrets.into_iter().map(str::to_owned));
    both.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
    both
}

/// Whether the value of a parameter of an SQLite database is a secret: SQLite's own extension for
/// encryption and its kin take `key`, `hexkey`, `textkey`.
pub(super) fn is_sqlite_key(key: &str) -> bool {
    let name = percent_decode_str(key).decode_utf8_lossy();
    name.trim().to_ascii_lowercase().ends_with("key") || is_key(key)
}

/// Whether the value of a setting is a secret: `password`, `sslpassword`, `oauth_client_secret`.
pub(super) fn is_key(key: &str) -> bool {
    let key = percent_decode_str(key).decode_utf8_lossy();
    let key = key.trim().to_ascii_lowercase();
    ["password", "passwd", "secret"]
        .iter()
        .any(|end| key.ends_with(end))
}

/// Whether a text without a scheme is no path but settings, `host=db user=ann`, or begins with a
/// login, `ann:hush@db`: both may have a password in them.
pub(super) fn is_settings(text: &str) -> bool {
    const KEYS: [&str; 7] = [
        "host", "hostaddr", "port", "dbname", "user", "service", "passfile",
    ];
    let mut pieces: Vec<&str> = text.split('=').collect();
    pieces.pop();
    let says = pieces.iter().any(|piece| {
        let piece = piece.trim_end();
        let key = piece.rsplit(char::is_whitespace).next().unwrap_or_default();
        is_key(key) || KEYS.iter().any(|one| key.eq_ignore_ascii_case(one))
    });
    says || text.split_once(':').is_some_and(|(user, rest)| {
        let drive = user.len() == 1 && rest.starts_with(['/', '\\']);
        rest.contains('@') && !user.contains(['/', '\\']) && !drive
    })
}

/// A text without what may be a secret in it. A URL may be typed at a wrong place, and is repeated
/// then.
#[cfg(any(feature = "cli", test))]
pub(crate) fn hidden(text: &str) -> String {
    text.split_inclusive(char::is_whitespace)
        .map(|word| without_settings(&without_login(word)))
        .collect()
}

/// The password between `user:` and the last `@`; of a URL that was cut, all behind `user:` that is
/// no port.
#[cfg(any(feature = "cli", test))]
fn without_login(word: &str) -> String {
    let scheme = word.find("://").map(|at| at + 3);
    let login = scheme.unwrap_or(0);
    let Some(colon) = word[login..].find(':').map(|at| login + at + 1) else {
        return word.to_owned();
    };
    let rest = &word[colon..];
    let cut = rest.find(|c: char| "/?'\"`,;)".contains(c) || c.is_whitespace());
    let end = match (rest.rfind('@'), scheme) {
        (Some(end), _) => end,
        (None, Some(_)) => cut.unwrap_or(rest.len()),
        (None, None) => return word.to_owned(),
    };
    // A host and a port, and an `@` far behind them.
    let port = &rest[..cut.unwrap_or(rest.len())];
    if end == 0 || port.bytes().all(|byte| byte.is_ascii_digit()) && !port.contains('@') {
        let whole = cut.is_none_or(|cut| rest[cut..].find('@').is_none());
        if end == 0 || whole {
            return word.to_owned();
        }
    }
    format!("{}{HIDDEN}{}", &word[..colon], &rest[end..])
}

/// The values of `password=` and its kin.
#[cfg(any(feature = "cli", test))]
fn without_settings(word: &str) -> String {
    let mut shown = String::new();
    let mut rest = word;
    while let Some(at) = rest.find('=') {
        let (before, value) = (&rest[..at], &rest[at + 1..]);
        let key = before.rsplit(|c: char| "?&'\"`(".contains(c)).next();
        shown.push_str(&rest[..=at]);
        rest = value;
        if key.is_some_and(is_key) {
            let value = rest.trim_start_matches(['\'', '"']);
            let end = value.find(|c: char| c.is_whitespace() || "&'\"`".contains(c));
            let end = end.unwrap_or(value.len());
            if end > 0 {
                shown.push_str(&rest[..rest.len() - value.len()]);
                shown.push_str(HIDDEN);
                rest = &value[end..];
            }
        }
    }
    shown.push_str(rest);
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_hidden_wherever_they_stand() {
        for (said, shown) in [
            (
                "unexpected argument 'postgres://ann:hu@s/h@db/app' found\n",
                "unexpected argument 'postgres://ann:***@db/app' found\n",
            ),
            (
                "'mysql://db/app?password=hush&x=1' `mysql://db/app?x=1&sslpassword=hush`",
                "'mysql://db/app?password=***&x=1' `mysql://db/app?x=1&sslpassword=***`",
            ),
            (
                "mysql://ann:hush@db and again mysql://bob:hush@db",
                "mysql://ann:***@db and again mysql://bob:***@db",
            ),
            (
                "pass%77ord=hush PASSWORD='hush'",
                "pass%77ord=*** PASSWORD='***'",
            ),
            (
                "no folder `postgres://ann:hush`",
                "no folder `postgres://ann:***`",
            ),
            ("`ann_x:hush@db/app`", "`ann_x:***@db/app`"),
            ("mysql://ann:123@db", "mysql://ann:***@db"),
            ("mysql://ann:1/h@db", "mysql://ann:***@db"),
        ] {
            assert_eq!(hidden(said), shown);
        }
        for plain in [
            "postgres://ann@db:5432/app",
            "postgres://db:5432/app",
            "a b\nc",
            "a@b",
            "12:00:07 x=y",
            "user 'app'@'localhost' (using password: YES)",
            "postgres://ann:***@db/app?password=***",
        ] {
            assert_eq!(hidden(plain), plain);
        }
    }

    #[test]
    fn settings_and_logins_are_no_paths() {
        for text in [
            "host=db user=ann password=hush dbname=app",
            "host = db",
            "DBNAME=app",
            "password=hush",
            "ann_x:hush@db/app",
            "ann_x:hu/sh@db",
        ] {
            assert!(is_settings(text), "{text}");
        }
        for path in [
            "a.db",
            "C:\\a@b.db",
            "./ann:b@c.db",
            "a=b.db",
            "/x/host=db",
            "a b.db",
        ] {
            assert!(!is_settings(path), "{path}");
        }
    }
}
