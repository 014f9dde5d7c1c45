//! Where the real data sets lie that the repository does not carry.
//!
//! Contract: `ORM_SHARED_DATA` names the folder; without it, `../shared/data` beside the
//! workspace is looked at. A data set that is not there is a lane that was not run, which these
//! functions note themselves: the caller only returns. Neighbour: [`crate::lanes`].

use std::path::{Path, PathBuf};

use crate::lanes::not_run;

/// The folder of the Chinook music shop (`chinook.sqlite`, `postgres.sql`, `mysql.sql`).
pub fn chinook() -> Option<PathBuf> {
    let folder = root().join("chinook");
    if folder.join("chinook.sqlite").is_file() {
        return Some(folder);
    }
    not_run(
        "chinook",
        "no chinook.sqlite; ORM_SHARED_DATA names the folder of the data sets",
    );
    None
}

fn root() -> PathBuf {
    choose(
        std::env::var_os("ORM_SHARED_DATA").map(PathBuf::from),
        crate::workspace_root(),
    )
}

fn choose(named: Option<PathBuf>, workspace: &Path) -> PathBuf {
    // Relative to the workspace and not to the test binary's folder: that is what a user means.
    workspace.join(named.unwrap_or_else(|| PathBuf::from("../shared/data")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environment_wins_and_relative_names_start_at_the_workspace() {
        let workspace = Path::new("/w");
        assert_eq!(choose(None, workspace), Path::new("/w/../shared/data"));
        assert_eq!(choose(Some("sets".into()), workspace), Path::new("/w/sets"));
        assert_eq!(choose(Some("/sets".into()), workspace), Path::new("/sets"));
    }
}
