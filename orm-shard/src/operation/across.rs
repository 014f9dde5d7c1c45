//! [`Across`]: transactions on several shards, ended together.

use orm_core::error::{Error, ErrorKind, Result};
use orm_core::operation::Link;

use super::Shards;

/// A transaction on each of several shards. Committed one after the other at
/// the end: this is not two-phase. Dropped before, all of them are left.
pub(super) struct Across<'s, S: Shards> {
    shards: &'s S,
    open: Vec<S::Link>,
}

impl<'s, S: Shards> Across<'s, S> {
    pub(super) fn new(shards: &'s S) -> Self {
        Across {
            shards,
            open: Vec::new(),
        }
    }

    /// A transaction on one more shard.
    pub(super) async fn enter(&mut self, position: usize) -> Result<&mut S::Link> {
        let mut link = self.shards.open(position).await?;
        let begun = link.begin().await;
        begun.map_err(|error| link.error(error))?;
        self.open.push(link);
        let last = self.open.len() - 1;
        Ok(&mut self.open[last])
    }

    /// Rolls all back after an error; commits all, in the order of the shards,
    /// without. A commit that fails rolls back the shards behind it. If others
    /// committed before, or if the connection was lost, so that the answer did
    /// not come and the shard may have committed, it is a
    /// [`ErrorKind::PartialCommit`]. One shard alone is as one database.
    pub(super) async fn finish<T>(mut self, result: Result<T>) -> Result<T> {
        let value = match result {
            Ok(value) => value,
            Err(error) => {
                self.roll_back_from(0).await;
                return Err(error);
            }
        };
        for position in 0..self.open.len() {
            let link = &mut self.open[position];
            let Err(error) = link.commit().await else {
                continue;
            };
            let error = link.error(error);
            let names: Vec<_> = self
                .open
                .iter()
                .map(|link| link.name().to_owned())
                .collect();
            self.roll_back_from(position + 1).await;
            return Err(failed(&names, position, error));
        }
        self.open.clear();
        Ok(value)
    }

    async fn roll_back_from(&mut self, position: usize) {
        for link in &mut self.open[position..] {
            // A rollback that fails leaves a broken connection, which its pool drops.
            let _ = link.roll_back().await;
        }
        self.open.clear();
    }
}

impl<S: Shards> Drop for Across<'_, S> {
    fn drop(&mut self) {
        self.open.iter_mut().for_each(Link::interrupt);
    }
}

/// What the commit on the shard at a position left behind when it failed.
fn failed(names: &[String], position: usize, error: Error) -> Error {
    let lost = error.kind() == ErrorKind::CommitUnknown;
    let (before, [name, behind @ ..]) = names.split_at(position) else {
        return error;
    };
    if before.is_empty() && (!lost || behind.is_empty()) {
        return error;
    }
    let mut parts = Vec::new();
    if !before.is_empty() {
        parts.push(format!("{} committed", before.join(", ")));
    }
    parts.push(match lost {
        true => format!("{name} may have committed"),
        false => format!("{name} failed to commit"),
    });
    if !behind.is_empty() {
        parts.push(format!("{} rolled back", behind.join(", ")));
    }
    let message = format!("{}: {error}", parts.join("; "));
    Error::new(ErrorKind::PartialCommit, message).on(name)
}
