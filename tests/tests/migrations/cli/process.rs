//! The command line as its users run it: the example `shop_admin`, a process.

use std::path::Path;
use std::process::{Command, Output};
use std::sync::OnceLock;

use orm_tests::{example, folder};
use serde_json::Value;

use super::PASSWORD;

struct Process {
    folder: std::path::PathBuf,
    envs: Vec<(&'static str, String)>,
}

impl Process {
    fn new() -> Self {
        Process {
            folder: folder::fresh("shop_admin"),
            envs: Vec::new(),
        }
    }

    fn set(mut self, name: &'static str, value: &str) -> Self {
        self.envs.push((name, value.to_owned()));
        self
    }

    /// Runs it in its folder; gives the exit code, the output and the other one.
    fn run(&self, words: &str) -> (i32, String, String) {
        let mut command = Command::new(program());
        command
            .args(words.split_whitespace())
            .current_dir(&self.folder);
        for name in ["DATABASE_URL", "MIGRATION_DIRECTORY", "NO_COLOR"] {
            command.env_remove(name);
        }
        command.envs(self.envs.iter().map(|(name, value)| (*name, value)));
        command.stdin(std::process::Stdio::null());
        let Output {
            status,
            stdout,
            stderr,
        } = command.output().expect("it runs");
        let text = |bytes| String::from_utf8(bytes).expect("text");
        let (out, err) = (text(stdout), text(stderr));
        assert!(
            !out.contains(PASSWORD) && !err.contains(PASSWORD),
            "{words}: {out}{err}"
        );
        (status.code().expect("an exit code"), out, err)
    }
}

#[test]
fn exit_codes_say_how_it_ended() {
    let shop = Process::new().set("DATABASE_URL", "shop.db");
    assert_eq!(shop.run("db create").0, 0);
    assert_eq!(shop.run("migrate check").0, 3, "there is no folder");
    std::fs::create_dir(shop.folder.join("migrations")).expect("made");
    assert_eq!(shop.run("migrate check").0, 1);
    assert_eq!(shop.run("migrate walk").0, 2);
    assert_eq!(shop.run("migrate status --migration-dir nowhere").0, 3);
    let (code, out, err) = shop.run("db drop");
    assert_eq!((code, out.as_str()), (1, ""));
    assert!(err.contains("--yes"), "nobody sits at a pipe: {err}");
    let (code, out, err) = Process::new().run("migrate status");
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(err.contains("set DATABASE_URL"), "{err}");
    assert_eq!(shop.run("--help").0, 0);
}

#[test]
fn a_pipe_has_no_colours_unless_they_are_asked_for() {
    let shop = Process::new().set("DATABASE_URL", "shop.db");
    shop.run("db create");
    shop.run("migrate generate first");
    let (_, out, _) = shop.run("migrate status");
    assert!(out.starts_with("pending  2"), "{out}");
    let (_, out, _) = shop.run("migrate status --color always");
    assert!(out.starts_with("\u{1b}[33mpending\u{1b}[0m  2"), "{out:?}");
    let (_, _, err) = shop.run("migrate revert --to 1 --color always");
    assert!(
        err.starts_with("\u{1b}[1m\u{1b}[31merror:\u{1b}[0m "),
        "{err:?}"
    );
    let plain = shop.set("NO_COLOR", "1");
    let (_, out, _) = plain.run("migrate status --color never");
    assert!(!out.contains('\u{1b}'), "{out:?}");
}

#[test]
fn the_folder_is_the_first_that_is_named() {
    let shop = Process::new().set("DATABASE_URL", "shop.db");
    shop.run("db create");
    let wrote = |shop: &Process| {
        let (code, out, err) = shop.run("migrate generate first --json");
        assert_eq!(code, 0, "{err}");
        let document: Value = serde_json::from_str(&out).expect("a document");
        let path = document["migrations"][0]["path"]
            .as_str()
            .expect("a path")
            .to_owned();
        std::fs::remove_dir_all(shop.folder.join(&path)).expect("it is there");
        Path::new(&path).parent().expect("a folder").to_owned()
    };
    assert_eq!(wrote(&shop), Path::new("migrations"));
    std::fs::create_dir(shop.folder.join("migrations/sqlite")).expect("made");
    assert_eq!(wrote(&shop), Path::new("migrations/sqlite"));
    let toml = "[print_schema]\nfile = \"x\"\n\n[migrations_directory]\ndir = \"db\"\n";
    std::fs::write(shop.folder.join("diesel.toml"), toml).expect("written");
    assert_eq!(wrote(&shop), Path::new("db"));
    let shop = shop.set("MIGRATION_DIRECTORY", "of_env");
    assert_eq!(wrote(&shop), Path::new("of_env"));
    let (code, _, _) = shop.run("migrate generate first --migration-dir told");
    assert_eq!(code, 0);
    assert!(shop.folder.join("told").is_dir());
}

#[test]
fn shells_get_their_completions() {
    let shop = Process::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let (code, out, err) = shop.run(&format!("completions {shell}"));
        assert_eq!((code, err.as_str()), (0, ""), "{shell}");
        assert!(
            out.contains("shop_admin") && out.contains("generate"),
            "{shell}"
        );
    }
    assert_eq!(shop.run("completions tcsh").0, 2);
}

#[test]
fn an_output_that_takes_nothing_is_a_failure() {
    let full = std::fs::File::options().write(true).open("/dev/full");
    let Ok(full) = full else {
        return; // there is one on Linux alone
    };
    let mut command = Command::new(program());
    command.args(["schema", "show", "--sql", "--backend", "postgres"]);
    let output = command.stdout(full).output().expect("it runs");
    assert_eq!(output.status.code(), Some(3));
    let err = String::from_utf8(output.stderr).expect("text");
    assert!(
        err.starts_with("error: the output cannot be written: "),
        "{err}"
    );
}

/// The guide shows the example, and what it types is understood.
#[test]
fn the_guide_says_what_there_is() {
    let root = orm_tests::workspace_root();
    let read = |path: &str| std::fs::read_to_string(root.join(path)).expect("it is there");
    let guide = read("docs/src/guides/command-line.md");
    let example = read("orm-core/examples/shop_admin.rs");
    let (_, program) = example
        .split_once("\n\n")
        .expect("its documentation is above");
    assert!(
        guide.contains(program.trim()),
        "the guide shows another program"
    );
    let typed = guide
        .lines()
        .filter_map(|line| line.strip_prefix("$ shop "));
    let mut commands = 0;
    for line in typed {
        let words = line.replace(['"', '\''], "");
        let words = std::iter::once("shop").chain(words.split(' '));
        let command = orm_core::cli::Cli::new(super::models::old()).command();
        let understood = command.try_get_matches_from(words);
        assert!(understood.is_ok(), "{line}: {understood:?}");
        commands += 1;
    }
    assert!(commands > 5);
}

/// A server that is not there, in the words of each driver.
#[test]
fn no_password_is_shown_of_what_cannot_be_reached() {
    for scheme in ["postgres", "mysql", "mariadb"] {
        let url = format!("{scheme}://ann:{PASSWORD}@127.0.0.1:1/shop");
        let shop = Process::new().set("DATABASE_URL", &url);
        for command in [
            "migrate check",
            "db create",
            "db drop --yes --json",
            "schema verify",
        ] {
            let (code, out, err) = shop.run(command);
            let on = match scheme {
                "postgres" => cfg!(feature = "postgres"),
                _ => cfg!(feature = "mysql"),
            };
            assert_eq!(code, if on { 3 } else { 2 }, "{command}: {out}{err}");
            assert!(on || err.contains("turn on the feature"), "{err}");
        }
        let (code, _, err) = shop.run(&format!("migrate run {url}"));
        assert_eq!(code, 2);
        assert!(err.contains(":***@"), "{err}");
    }
}

/// The example's program, built with the features of these tests.
fn program() -> &'static Path {
    static PROGRAM: OnceLock<std::path::PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        let mut features = vec!["cli"];
        if cfg!(feature = "postgres") {
            features.push("postgres");
        }
        if cfg!(feature = "mysql") {
            features.push("mysql");
        }
        if cfg!(feature = "async") {
            features.push("async");
        }
        // Cargo gives every integration test this folder of the target folder.
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent();
        example::program("shop_admin", &features, target.expect("the target folder"))
    })
}
