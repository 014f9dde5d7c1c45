//! The progress bar: on a pseudo terminal, and where stderr is none.

use std::process::{Command, Output, Stdio};

use orm_core::backfill::bar;
use orm_core::prelude::*;

use super::{Place, totals};

/// For the child: the database.
const URL: &str = "ORM_BACKFILL_BAR_URL";

/// For the child: how many rows it walks.
const AT_MOST: &str = "ORM_BACKFILL_BAR_ROWS";

const ROWS: u64 = 2_500;

/// In a process of its own: fills, and draws the bar.
#[test]
fn drawn_on_stderr() {
    let Ok(url) = std::env::var(URL) else { return };
    let engine = Engine::<SqliteConnection>::open(&url).expect("the database");
    let rows = std::env::var(AT_MOST).expect("how many rows");
    let filled = totals(700).at_most(rows.parse().expect("a number"));
    engine.backfill(&filled, bar()).expect("filled");
}

/// Runs the child by a command, with its words behind; says what it wrote.
fn drawn(mut command: Command, rows: &str) -> Output {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let url = folder.path().join("bar.db").display().to_string();
    let place = Place::<SqliteConnection>::new(&url);
    place.entries(ROWS);
    let command = command
        .env(URL, &url)
        .env(AT_MOST, rows)
        .env("TERM", "xterm");
    let output = command.stdin(Stdio::null()).output().expect("it starts");
    assert!(output.status.success(), "{output:?}");
    let walked = ROWS.min(rows.parse().expect("a number"));
    assert_eq!(place.touched("entries"), (walked, ROWS - walked));
    output
}

fn child() -> [String; 4] {
    let binary = std::env::current_exe().expect("a test binary");
    [
        binary.display().to_string(),
        "backfill::bar::drawn_on_stderr".to_owned(),
        "--exact".to_owned(),
        "--nocapture".to_owned(),
    ]
}

#[test]
fn a_bar_is_silent_where_stderr_is_no_terminal() {
    let [binary, words @ ..] = child();
    let mut command = Command::new(binary);
    command.args(words);
    let output = drawn(command, "2501");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}

/// `script` of util-linux has a pseudo terminal.
#[cfg(target_os = "linux")]
#[test]
fn a_bar_is_drawn_on_a_terminal() {
    if Command::new("script").arg("--version").output().is_err() {
        orm_tests::not_run("progress bar", "there is no program `script`");
        return;
    }
    let terminal = |rows: &str| {
        let words = child().map(|word| format!("'{word}'")).join(" ");
        let mut command = Command::new("script");
        command.args(["--quiet", "--return", "--command"]);
        command.args([&words, "/dev/null"]);
        let output = drawn(command, rows);
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        // Each time the line is cleared and drawn anew. The test tells of itself before and behind.
        let lines = text
            .split(['\r', '\n'])
            .filter(|line| line.contains("totals "));
        let lines = lines.map(|line| line.trim_start_matches("\u{1b}[2K").to_owned());
        lines.collect::<Vec<_>>()
    };

    let all = terminal("2501");
    for line in &all {
        // What is drawn is of one chunk, and not its count with the place of another.
        let consistent = ["700", "1,400", "2,100", "2,500"].iter().any(|count| {
            line.starts_with("totals █")
                && line.contains(&format!(" {count}/2,500 rows, {count} changed"))
        });
        assert!(consistent, "{all:#?}");
    }
    let last = all.last().expect("it is drawn");
    assert!(last.contains("█ 2,500/2,500 rows, 2,500 changed"), "{last}");
    assert!(!last.contains("to go") && !last.contains('░'), "{last}");

    let part = terminal("700");
    let last = part.last().expect("it stays");
    assert!(last.contains("░ 700/2,500 rows, 700 changed, "), "{last}");
    assert!(last.contains("s to go"), "{last}");
}
