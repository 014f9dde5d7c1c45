//! `migrate squash`: one folder in the place of several.

use std::fs;
use std::path::Path;

use serde_json::json;

use super::super::context::{Context, kind};
use super::super::failure::{Exit, Failure};
use super::folders::{named, paths};

pub(super) fn run(
    context: &mut Context<'_, '_, '_>,
    range: &str,
    name: &str,
) -> Result<Exit, Failure> {
    let Some((from, to)) = range.split_once("..") else {
        let message = format!("`{range}` is no range of versions");
        return Err(Failure::usage("range", message).help("write FROM..TO, both among them"));
    };
    let (from, to) = (super::version(from), super::version(to));
    let folder = context.folder()?;
    let migrations = context.migrations()?;
    let database = kind(&context.url()?);
    let squashed = migrations.squash(database, &from, &to, &named(name))?;
    let adds_label = squashed.up.to_ascii_uppercase().contains(" ADD VALUE ");
    // Hidden until the others are gone: whatever ends this halfway, the texts are there.
    let staged = folder.join(".squashed");
    if staged.exists() {
        let message = format!(
            "a squash did not end: `{}` has its result",
            staged.display()
        );
        return Err(Failure::refused("unfinished_squash", message)
            .help("put what is in it beside the others in the place of those that it replaces"));
    }
    let replaced: Vec<_> = paths(&folder)?
        .into_iter()
        .filter(|(version, _)| squashed.replaces.contains(version))
        .collect();
    let others = others(replaced.iter().map(|(_, path)| path.as_path()))?;
    if !others.is_empty() {
        let message = "the folders that would go have other files than those of a migration";
        return Err(Failure::refused("other_files", message)
            .lines(others)
            .help("move them elsewhere first"));
    }
    let lost = migrations
        .iter()
        .filter(|one| squashed.replaces.contains(&one.version));
    if squashed.down.is_none() && lost.clone().any(|one| one.down.is_some()) {
        context
            .talk
            .confirm("remove ways back, since not each of them has one")?;
    }
    let path = squashed.write(&staged).inspect_err(|_| {
        let _ = fs::remove_dir_all(&staged);
    })?;
    for (_, old) in &replaced {
        fs::remove_dir_all(old).map_err(|error| Failure::file(old, "cannot be removed", &error))?;
    }
    let target = folder.join(path.file_name().unwrap_or_default());
    let unmoved = |error| Failure::file(&path, "cannot be moved", &error);
    fs::rename(&path, &target).map_err(unmoved)?;
    fs::remove_dir(&staged).map_err(unmoved)?;
    context.talk.say(format!("wrote {}", target.display()));
    for (_, old) in &replaced {
        context.talk.say(format!("removed {}", old.display()));
    }
    if squashed.down.is_none() {
        context
            .talk
            .note("it has no way back, since not each of them had one");
    }
    if adds_label && squashed.in_transaction {
        context.talk.note(
            "a label that is added to an enum type cannot be used in the same transaction: run it \
             on an empty database before it is kept",
        );
    }
    let document = json!({
        "version": squashed.version,
        "name": squashed.name,
        "path": target.display().to_string(),
        "replaces": squashed.replaces,
    });
    context.talk.give(&document);
    Ok(Exit::Done)
}

/// What is in folders of migrations and is no part of one.
fn others<'p>(folders: impl Iterator<Item = &'p Path>) -> Result<Vec<String>, Failure> {
    let mut found = Vec::new();
    for folder in folders {
        let unread = |error| Failure::file(folder, "cannot be read", &error);
        for entry in fs::read_dir(folder).map_err(unread)? {
            let path = entry.map_err(unread)?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            if !["up.sql", "down.sql", "metadata.toml"].contains(&&*name) {
                found.push(path.display().to_string());
            }
        }
    }
    found.sort();
    Ok(found)
}
