//! Folders of migrations that are to be written: their versions, and empty ones.

use std::fs;
use std::path::{Path, PathBuf};

use chrono::{Duration, NaiveDateTime, Utc};
use serde_json::json;

use super::super::context::Context;
use super::super::failure::{Exit, Failure};
use crate::migrate::{Migration, version};

pub(super) fn new(
    context: &mut Context<'_, '_, '_>,
    name: &str,
    code: bool,
) -> Result<Exit, Failure> {
    let folder = context.folder()?;
    let version = following(&folder, 1)?.remove(0);
    let mut migration = Migration::new(&version, &named(name), "");
    migration.needs_code = code;
    let path = migration.write_draft(&folder)?;
    context.talk.say(format!("wrote {}", path.display()));
    if code {
        context
            .talk
            .note(format!("give its code to `with_code(\"{version}\", ..)`"));
    }
    let document = json!({
        "version": version,
        "name": named(name),
        "path": path.display().to_string(),
    });
    context.talk.give(&document);
    Ok(Exit::Done)
}

/// A name as part of a folder's.
pub(super) fn named(typed: &str) -> String {
    let words: Vec<&str> = typed.split_whitespace().collect();
    words.join("_")
}

/// So many versions from now on, a second each, all newer than those in the folder.
pub(super) fn following(folder: &Path, count: usize) -> Result<Vec<String>, Failure> {
    let mut at = Utc::now().naive_utc();
    let newest = paths(folder)?.into_iter().map(|(version, _)| version).max();
    if let Some(newest) = newest.filter(|newest| *newest >= version(at)) {
        let time = NaiveDateTime::parse_from_str(&newest, "%Y%m%d%H%M%S");
        at = time.map_err(|_| {
            let message = format!("the version `{newest}` sorts behind any time of now");
            Failure::refused("version", message).help("give its folder a version that is a time")
        })?;
        at += Duration::seconds(1);
    }
    let steps = (0..count).map(|nth| at + Duration::seconds(i64::try_from(nth).unwrap_or(0)));
    Ok(steps.map(version).collect())
}

/// The folders of migrations by their versions, those with nothing to run yet among them.
pub(super) fn paths(folder: &Path) -> Result<Vec<(String, PathBuf)>, Failure> {
    if !folder.exists() {
        return Ok(Vec::new());
    }
    let unread = |error| Failure::file(folder, "cannot be read", &error);
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(unread)? {
        let path = entry.map_err(unread)?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if path.join("up.sql").is_file() && !name.starts_with('.') {
            found.push((super::version(&name), path));
        }
    }
    found.sort();
    Ok(found)
}
