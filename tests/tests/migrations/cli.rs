//! The command line on real databases, without a process: each scenario is written once and run on
//! each. What may be read is searched for the password every time.

use std::fs;
use std::path::PathBuf;

use orm_core::Schema;
use orm_core::cli::{Cli, Exit, Streams};
use serde_json::Value;
use tempfile::TempDir;

#[path = "cli/checking.rs"]
mod checking;
#[path = "cli/databases.rs"]
mod databases;
#[path = "cli/generating.rs"]
mod generating;
#[path = "cli/models.rs"]
mod models;
#[path = "cli/online.rs"]
mod online;
#[path = "cli/process.rs"]
mod process;
#[path = "cli/repeating.rs"]
mod repeating;
#[path = "cli/running.rs"]
mod running;
#[path = "cli/schemas.rs"]
mod schemas;
#[path = "cli/secrets.rs"]
mod secrets;
#[path = "cli/squashed_texts.rs"]
mod squashed_texts;
#[path = "cli/squashing.rs"]
mod squashing;
#[path = "cli/story.rs"]
mod story;
#[path = "cli/waiting.rs"]
mod waiting;

/// What no output may have. PostgreSQL asks the user `app` for none, and takes any.
const PASSWORD: &str = "hush-h4sh";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Sqlite,
    #[cfg_attr(not(feature = "postgres"), allow(dead_code))]
    Postgres,
    #[cfg_attr(not(feature = "mysql"), allow(dead_code))]
    Mariadb,
}

/// Somebody at work: a database that may be there, and a folder of migrations.
struct Desk {
    kind: Kind,
    url: String,
    folder: TempDir,
}

/// What came of a command.
#[derive(Debug)]
struct Said {
    exit: Exit,
    out: String,
    err: String,
}

impl Said {
    #[track_caller]
    fn well(self) -> String {
        assert_eq!(self.exit, Exit::Done, "{self:?}");
        assert!(
            self.err.is_empty() || self.err.starts_with("note: "),
            "{self:?}"
        );
        self.out
    }

    #[track_caller]
    fn failed(self, exit: Exit) -> String {
        assert_eq!(self.exit, exit, "{self:?}");
        assert!(self.err.starts_with("error: "), "{self:?}");
        self.err
    }

    #[track_caller]
    fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

impl Desk {
    fn sqlite() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let url = folder.path().join("shop.db").display().to_string();
        Desk {
            kind: Kind::Sqlite,
            url,
            folder,
        }
    }

    #[cfg(feature = "postgres")]
    fn postgres() -> Option<Self> {
        let url = orm_tests::shared_postgres()?.fresh_database("cli");
        Some(Desk {
            kind: Kind::Postgres,
            url: url.replace("app@", &format!("app:{PASSWORD}@")),
            folder: tempfile::tempdir().expect("a temporary folder"),
        })
    }

    #[cfg(feature = "mysql")]
    fn mariadb() -> Option<Self> {
        use std::sync::Once;
        static USER: Once = Once::new();
        let server = orm_tests::shared_mariadb()?;
        USER.call_once(|| {
            server.create_user("clerk", PASSWORD);
        });
        let url = server.fresh_database("cli");
        Some(Desk {
            kind: Kind::Mariadb,
            url: url.replace("app@", &format!("clerk:{PASSWORD}@")),
            folder: tempfile::tempdir().expect("a temporary folder"),
        })
    }

    fn migrations(&self) -> PathBuf {
        self.folder.path().join("migrations")
    }

    /// The folders of migrations, in order.
    fn folders(&self) -> Vec<String> {
        let Ok(entries) = fs::read_dir(self.migrations()) else {
            return Vec::new();
        };
        let name = |entry: std::io::Result<fs::DirEntry>| {
            let name = entry.expect("an entry").file_name();
            name.to_string_lossy().into_owned()
        };
        let mut names: Vec<String> = entries.map(name).collect();
        names.sort();
        names
    }

    /// A migration as somebody writes it by hand.
    fn write(&self, folder: &str, up: &str, down: &str) {
        let path = self.migrations().join(folder);
        fs::create_dir_all(&path).expect("a folder");
        fs::write(path.join("up.sql"), up).expect("written");
        fs::write(path.join("down.sql"), down).expect("written");
    }

    /// One that makes a table of one column.
    fn write_table(&self, version: &str, table: &str) {
        self.write(
            &format!("{version}_{table}"),
            &format!("CREATE TABLE {table} (id INTEGER NOT NULL PRIMARY KEY);\n"),
            &format!("DROP TABLE {table};\n"),
        );
    }

    /// Runs a command, its words separated by blanks.
    fn run(&self, schema: Schema, words: &str) -> Said {
        self.run_words(schema, &words.split_whitespace().collect::<Vec<_>>())
    }

    fn run_words(&self, schema: Schema, words: &[&str]) -> Said {
        self.answered(schema, words, None)
    }

    /// Runs a command on a terminal on which this is typed, if anything is.
    fn answered(&self, schema: Schema, words: &[&str], answer: Option<&str>) -> Said {
        self.told(&Cli::new(schema), words, answer)
    }

    fn told(&self, cli: &Cli, words: &[&str], answer: Option<&str>) -> Said {
        let migrations = self.migrations().display().to_string();
        let mut args = vec!["shop", "--database-url", &self.url];
        args.extend(["--migration-dir", &migrations]);
        args.extend(words);
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let mut typed = answer.unwrap_or_default().as_bytes();
        let mut streams = Streams::new(&mut out, &mut err);
        if answer.is_some() {
            streams = streams.answers(&mut typed);
        }
        let exit = cli.run_on(args, &mut streams);
        let said = Said {
            exit,
            out: String::from_utf8(out).expect("text"),
            err: String::from_utf8(err).expect("text"),
        };
        for text in [&said.out, &said.err] {
            assert!(
                !text.contains(PASSWORD),
                "{words:?} shows the password: {said:?}"
            );
            assert!(!text.contains('\u{1b}'), "{words:?} has colours: {said:?}");
        }
        said
    }

    /// The document of a command that goes well.
    #[track_caller]
    fn json(&self, schema: Schema, words: &str) -> Value {
        let said = self.run(schema, &format!("--json {words}"));
        assert_eq!(said.exit, Exit::Done, "{said:?}");
        said.json()
    }

    /// Each migration and its state.
    #[track_caller]
    fn states(&self) -> Vec<(String, String)> {
        let document = self.json(models::old(), "migrate status");
        let list = document["migrations"].as_array().expect("a list").clone();
        let text = |value: &Value| value.as_str().expect("a text").to_owned();
        let one = |one: &Value| (text(&one["version"]), text(&one["state"]));
        list.iter().map(one).collect()
    }

    #[track_caller]
    fn assert_states(&self, expected: &[(&str, &str)]) {
        let states = self.states();
        let states: Vec<(&str, &str)> = states.iter().map(|(v, s)| (&v[..], &s[..])).collect();
        assert_eq!(states, expected);
    }

    /// Runs SQL beside the command line.
    fn sql(&self, text: &str) {
        use orm_core::diesel::connection::SimpleConnection;
        use orm_core::prelude::*;
        let done = match self.kind {
            Kind::Sqlite => {
                let engine = Engine::<SqliteConnection>::open(&self.url).expect("opened");
                engine.session().expect("a session").batch_execute(text)
            }
            #[cfg(feature = "postgres")]
            Kind::Postgres => {
                let engine = Engine::<PgConnection>::open(&self.url).expect("opened");
                engine.session().expect("a session").batch_execute(text)
            }
            #[cfg(feature = "mysql")]
            Kind::Mariadb => {
                let engine = Engine::<MysqlConnection>::open(&self.url).expect("opened");
                engine.session().expect("a session").batch_execute(text)
            }
            #[allow(unreachable_patterns)] // of servers that are not tested
            _ => unreachable!("no such desk is made"),
        };
        done.unwrap_or_else(|error| panic!("{error}: {text}"));
    }
}

/// Each scenario as a test a database. The database is there, and empty.
macro_rules! on_each_desk {
    ($($scenario:ident),* $(,)?) => {
        mod on_sqlite {
            $(#[test]
            fn $scenario() {
                let desk = crate::cli::Desk::sqlite();
                desk.run(crate::cli::models::old(), "db create").well();
                super::$scenario(&desk);
            })*
        }

        #[cfg(feature = "postgres")]
        mod on_postgres {
            $(#[test]
            fn $scenario() {
                if let Some(desk) = crate::cli::Desk::postgres() {
                    super::$scenario(&desk);
                }
            })*
        }

        #[cfg(feature = "mysql")]
        mod on_mariadb {
            $(#[test]
            fn $scenario() {
                if let Some(desk) = crate::cli::Desk::mariadb() {
                    super::$scenario(&desk);
                }
            })*
        }
    };
}
use on_each_desk;
