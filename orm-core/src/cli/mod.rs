//! The command line, as a library: only the user's own program can see the models.
//!
//! ```no_run
//! use orm_core::prelude::*;
//!
//! #[derive(Model)]
//! struct Customer { #[model(generated)] id: i64, name: String }
//!
//! fn main() -> std::process::ExitCode {
//!     orm_core::cli::main(schema![Customer])
//! }
//! ```
//!
//! `cargo run -- --help` then lists the commands: `migrate`, `schema`, `db`, `completions`. The
//! database is that of `--database-url`, or of the environment variable `DATABASE_URL`; which kind
//! it is, its scheme says.
//!
//! Stages: `args` is what may be typed, `context` what it is about (URL, folder, engine), one module
//! a group of commands does it, `talk` says what came of it. Commands use the blocking
//! [`Engine`](crate::engine::Engine) and the same public operations that any program can call.

mod args;
mod context;
mod databases;
mod failure;
mod live;
mod migrate;
mod project;
mod schema;
mod server;
mod streams;
mod talk;

pub use clap;
pub use failure::Exit;
pub use streams::Streams;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{ArgMatches, CommandFactory, FromArgMatches};

use crate::migrate::Code;
use crate::schema::Schema;
use args::{Args, Command};
use context::Context;
use talk::Talk;

/// Runs the command line of these models on the arguments of the process.
///
/// See the [module](self) for the whole program.
#[must_use = "it is what `main` gives back"]
pub fn main(schema: Schema) -> ExitCode {
    Cli::new(schema).run(std::env::args_os())
}

/// The command line of some models.
///
/// ```no_run
/// use orm_core::cli::Cli;
/// use orm_core::prelude::*;
///
/// #[derive(Model)]
/// struct Customer { #[model(generated)] id: i64, name: String }
///
/// fn main() -> std::process::ExitCode {
///     Cli::new(schema![Customer]).migrations("db/migrations").run(std::env::args_os())
/// }
/// ```
#[derive(Debug, Clone)]
pub struct Cli {
    pub(super) schema: Schema,
    pub(super) migrations: Option<PathBuf>,
    /// By the versions of their migrations.
    pub(super) codes: Vec<(String, Code)>,
}

impl Cli {
    /// The command line of these models.
    #[must_use]
    pub fn new(schema: Schema) -> Self {
        Cli {
            schema,
            migrations: None,
            codes: Vec::new(),
        }
    }

    /// The folder of migrations where neither `--migration-dir` nor `MIGRATION_DIRECTORY` names one.
    /// Default: what `diesel.toml` says, else `migrations/<backend>` if it is there, else
    /// `migrations`.
    #[must_use]
    pub fn migrations(mut self, folder: impl Into<PathBuf>) -> Self {
        self.migrations = Some(folder.into());
        self
    }

    /// The Rust of the migration of a version, as
    /// [`Migrations::with_code`](crate::migrate::Migrations::with_code) takes it. Commands run it
    /// over a blocking [`Session`](crate::session::Session).
    ///
    /// ```no_run
    /// use orm_core::cli::Cli;
    /// use orm_core::migrate::Code;
    /// use orm_core::prelude::*;
    ///
    /// # #[derive(Model)]
    /// # struct Customer { #[model(generated)] id: i64, name: String }
    /// fn fill(session: &mut Session<SqliteConnection>) -> orm_core::Result<()> {
    ///     session.insert(NewCustomer { name: "Ann".into() }).map(drop)
    /// }
    ///
    /// fn main() -> std::process::ExitCode {
    ///     Cli::new(schema![Customer])
    ///         .with_code("20261121120000", Code::new().up(fill))
    ///         .run(std::env::args_os())
    /// }
    /// ```
    #[must_use]
    pub fn with_code(mut self, version: &str, code: Code) -> Self {
        self.codes.push((version.to_owned(), code));
        self
    }

    /// The command, to be a subcommand of another program; [`run_matches`](Self::run_matches) runs
    /// what was typed.
    ///
    /// ```
    /// use orm_core::cli::{Cli, clap};
    /// use orm_core::prelude::*;
    ///
    /// #[derive(Model)]
    /// struct Customer { #[model(generated)] id: i64, name: String }
    ///
    /// let cli = Cli::new(schema![Customer]);
    /// let program = clap::Command::new("shop").subcommand(cli.command().name("orm"));
    /// let matches = program.get_matches_from(["shop", "orm", "schema", "show", "--backend", "sqlite"]);
    /// if let Some(("orm", matches)) = matches.subcommand() {
    ///     let _exit_code = cli.run_matches(matches);
    /// }
    /// ```
    #[must_use]
    pub fn command(&self) -> clap::Command {
        Args::command()
    }

    /// Runs a command line, on the streams of the process. The first argument is the program's name.
    #[must_use = "it is what `main` gives back"]
    pub fn run<I, T>(&self, args: I) -> ExitCode
    where
        I: IntoIterator<Item = T>,
        T: Into<OsString> + Clone,
    {
        Streams::with_process(|streams| self.run_on(args, streams)).into()
    }

    /// Runs what was typed for [`command`](Self::command), on the streams of the process.
    #[must_use = "it is what `main` gives back"]
    pub fn run_matches(&self, matches: &ArgMatches) -> ExitCode {
        let done = Streams::with_process(|streams| self.understood(matches, "", streams));
        done.into()
    }

    /// Runs a command line on streams that are given, and reads nothing but what it names and the
    /// environment.
    ///
    /// ```
    /// use orm_core::cli::{Cli, Exit, Streams};
    /// use orm_core::prelude::*;
    ///
    /// #[derive(Model)]
    /// struct Customer { #[model(generated)] id: i64, name: String }
    ///
    /// let (mut out, mut err) = (Vec::new(), Vec::new());
    /// let args = ["shop", "schema", "show", "--sql", "--backend", "sqlite"];
    /// let exit = Cli::new(schema![Customer]).run_on(args, &mut Streams::new(&mut out, &mut err));
    /// assert_eq!(exit, Exit::Done);
    /// assert!(String::from_utf8(out)?.starts_with("CREATE TABLE"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn run_on<I, T>(&self, args: I, streams: &mut Streams<'_>) -> Exit
    where
        I: IntoIterator<Item = T>,
        T: Into<OsString> + Clone,
    {
        let args: Vec<OsString> = args.into_iter().map(Into::into).collect();
        let program = args.first().and_then(|path| Path::new(path).file_stem());
        let program = program.map(|name| name.to_string_lossy().into_owned());
        match self.command().try_get_matches_from(&args) {
            Ok(matches) => self.understood(&matches, &program.unwrap_or_default(), streams),
            Err(error) => {
                let json = args.iter().any(|word| word == "--json");
                streams.not_understood(&error, json)
            }
        }
    }

    fn understood(&self, matches: &ArgMatches, program: &str, streams: &mut Streams<'_>) -> Exit {
        let args = match Args::from_arg_matches(matches) {
            Ok(args) => args,
            Err(error) => return streams.not_understood(&error, false),
        };
        let talk = Talk::new(streams, &args.global);
        let mut context = Context::new(self, &args.global, talk);
        let done = match &args.command {
            Command::Migrate(args) => migrate::run(&mut context, args),
            Command::Schema { command } => schema::run(&mut context, command),
            Command::Db { command } => databases::run(&mut context, command),
            Command::Completions { shell } => {
                let name = if program.is_empty() { "orm" } else { program };
                let mut script = Vec::new();
                clap_complete::generate(*shell, &mut self.command(), name, &mut script);
                context
                    .talk
                    .source(&String::from_utf8_lossy(&script), "script");
                Ok(Exit::Done)
            }
        };
        context.talk.end(done)
    }
}
