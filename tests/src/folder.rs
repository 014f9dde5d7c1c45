//! One temporary folder a test process, swept when the process ends.
//!
//! Contract: everything below [`root`] is gone shortly after the test process, and so is every
//! process that works in it. A guard, a small shell process holding the read end of a pipe, sees
//! the pipe close however the tests end (return, panic, kill -9). What a static holds is never
//! dropped, so `Drop` alone would leave the shared server and its folder behind.
//! Neighbour: [`crate::process`].

use std::fs::Permissions;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

/// Servers get two seconds to end by themselves: an immediate shutdown returns the shared memory
/// segment that a kill -9 leaves in the kernel. A stopped one only hears once it continues.
const GUARD: &str = r#"
working() { find /proc/[0-9]*/cwd -maxdepth 0 -lname "$0/*" 2>/dev/null | cut -d/ -f3; }
cat >/dev/null
for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    left=$(working)
    [ -n "$left" ] || break
    kill -s QUIT $left 2>/dev/null
    kill -s CONT $left 2>/dev/null
    sleep 0.1
done
left=$(working)
[ -z "$left" ] || kill -s KILL $left 2>/dev/null
rm -rf "$0"
"#;

/// The folder of this test process; made, with its guard, at the first call.
///
/// # Panics
/// If the folder cannot be made or the guard cannot be started.
pub fn root() -> &'static Path {
    static ROOT: OnceLock<(PathBuf, Child)> = OnceLock::new();
    let (path, _guard) = ROOT.get_or_init(|| {
        let path = tempfile::Builder::new()
            .prefix("orm-tests-")
            .permissions(Permissions::from_mode(0o755))
            .tempdir_in(base(&std::env::temp_dir()))
            .expect("a temporary folder")
            .keep();
        let mut guard = Command::new("sh");
        guard.args(["-c", GUARD]).arg(&path).current_dir("/");
        // Outside the terminal's group, and holding no output of the tests open: it outlives both.
        guard
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        // Kept as it is, and never waited for: the other end of its pipe must stay open.
        let guard = guard
            .spawn()
            .expect("a shell that sweeps the temporary folder");
        (path, guard)
    });
    path
}

/// A new, empty folder in [`root`], reachable for every user.
///
/// # Panics
/// If it cannot be made.
pub fn fresh(name: &str) -> PathBuf {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    let path = root().join(format!("{name}-{number}"));
    std::fs::create_dir(&path).expect("a folder in the temporary folder");
    std::fs::set_permissions(&path, Permissions::from_mode(0o755)).expect("own folder");
    path
}

/// `wanted`, or `/tmp` if the servers' user (not root, even when the tests are) could not get
/// there: `TMPDIR` may lie in somebody's private home.
fn base(wanted: &Path) -> PathBuf {
    let open = |folder: &Path| {
        folder
            .metadata()
            .is_ok_and(|found| found.mode() & 0o001 != 0)
    };
    match wanted.canonicalize() {
        Ok(path) if path.ancestors().all(open) => path,
        _ => PathBuf::from("/tmp"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_private_folder_is_no_base() {
        let private = tempfile::tempdir_in("/tmp").expect("temporary");
        std::fs::set_permissions(private.path(), Permissions::from_mode(0o700)).expect("own");
        assert_eq!(base(private.path()), Path::new("/tmp"));
        std::fs::set_permissions(private.path(), Permissions::from_mode(0o755)).expect("own");
        assert_eq!(
            base(private.path()),
            private.path().canonicalize().expect("there")
        );
    }
}
