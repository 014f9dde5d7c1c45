//! Lanes: groups of tests that need something which a machine may lack.
//!
//! Contract: a lane that cannot run calls [`not_run`] and returns; it never passes in silence.
//! `tests/run` prints what was noted right above its summary. In continuous integration
//! (`CI=true`) a lane that cannot run is a failure, save the few which need what no public
//! machine has. Neighbours: [`crate::data`] and [`crate::postgres`] call this for their callers.

use std::fs::OpenOptions;
use std::io::Write;

/// Lanes that may stay out in continuous integration too: real data that is not in the
/// repository, and an extension that no distribution packages.
const OPTIONAL: &[&str] = &["chinook", "shared data", "citus"];

/// Notes that `lane` did not run, and why. The caller returns right after it.
///
/// # Panics
/// Under `CI=true`, unless the lane is one that continuous integration may lack.
pub fn not_run(lane: &str, why: &str) {
    let line = format!("not run: {lane}: {why}");
    eprintln!("{line}");
    if let Some(file) = std::env::var_os("ORM_TESTS_NOT_RUN") {
        // One short append a line: several test binaries may write here at once.
        let noted = OpenOptions::new()
            .create(true)
            .append(true)
            .open(&file)
            .and_then(|mut out| out.write_all(format!("{line}\n").as_bytes()));
        if let Err(error) = noted {
            panic!(
                "{line}, and it could not be noted in {}: {error}",
                file.display()
            );
        }
    }
    let ci = std::env::var("CI").ok();
    assert!(
        !must_run(lane, ci.as_deref()),
        "{line} (CI=true asks for every lane)"
    );
}

fn must_run(lane: &str, ci: Option<&str>) -> bool {
    ci == Some("true") && !OPTIONAL.contains(&lane)
}

#[cfg(test)]
mod tests {
    use super::must_run;

    #[test]
    fn a_lane_must_run_in_ci_only() {
        assert!(must_run("postgres", Some("true")));
        assert!(!must_run("postgres", Some("false")));
        assert!(!must_run("postgres", None));
    }

    #[test]
    fn what_no_public_machine_has_may_be_missing_in_ci() {
        for lane in ["chinook", "shared data", "citus"] {
            assert!(!must_run(lane, Some("true")), "{lane}");
        }
    }
}
