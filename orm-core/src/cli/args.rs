//! What may be typed.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

use crate::backend::Database;

/// Migrations and schema of this program's models.
#[derive(Debug, Parser)]
#[command(name = "orm", disable_help_subcommand = true, after_help = AFTER)]
pub(super) struct Args {
    #[command(flatten)]
    pub(super) global: Global,
    #[command(subcommand)]
    pub(super) command: Command,
}

const AFTER: &str = "\
Environment:
  DATABASE_URL         the database, if --database-url is not given
  MIGRATION_DIRECTORY  the folder, if --migration-dir is not given
  NO_COLOR             no colours

Exit codes:
  0  done
  1  refused, or a check found something
  2  not understood
  3  the database or a file failed";

#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "For every command")]
pub(super) struct Global {
    /// The database: a path, postgres://user@host/name or mysql://user@host/name
    #[arg(long, global = true, value_name = "URL")]
    pub(super) database_url: Option<String>,
    /// The folder of the migrations
    #[arg(long, global = true, value_name = "FOLDER")]
    pub(super) migration_dir: Option<PathBuf>,
    /// One JSON document on the standard output
    #[arg(long, global = true)]
    pub(super) json: bool,
    /// Ask nothing: destroy what the command destroys
    #[arg(long, short, global = true)]
    pub(super) yes: bool,
    /// Colours
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub(super) color: Color,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Color {
    Auto,
    Always,
    Never,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Write, run and revert migrations
    Migrate(Migrate),
    /// What the models say, and what the database has
    Schema {
        #[command(subcommand)]
        command: Schema,
    },
    /// Create and drop the database itself
    Db {
        #[command(subcommand)]
        command: Db,
    },
    /// Print a script that completes this command line in a shell
    Completions {
        /// The shell
        shell: Shell,
    },
}

#[derive(Debug, ClapArgs)]
pub(super) struct Migrate {
    #[command(flatten)]
    pub(super) runner: Runner,
    #[command(subcommand)]
    pub(super) command: MigrateCommand,
}

#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "For every migrate command")]
pub(super) struct Runner {
    /// How long to wait for another runner
    #[arg(long, global = true, value_name = "SECONDS", default_value = "60", value_parser = seconds)]
    pub(super) lock_timeout: Duration,
    /// How long each statement waits for a table or a row; else 5 where giving up keeps nothing
    #[arg(long, global = true, value_name = "SECONDS", value_parser = seconds)]
    pub(super) statement_lock_timeout: Option<Duration>,
    /// How often a migration is tried again that got no lock and of which nothing is kept
    #[arg(long, global = true, value_name = "N", default_value = "3")]
    pub(super) lock_retries: u32,
    /// Go on although a migration was changed since it was run
    #[arg(long, global = true)]
    pub(super) allow_changed: bool,
    /// Go on although a migration that was run has no file
    #[arg(long, global = true)]
    pub(super) allow_missing: bool,
    /// Run those too that are older than the newest that was run
    #[arg(long, global = true)]
    pub(super) allow_out_of_order: bool,
}

/// Seconds as they are typed, parts of one too.
fn seconds(typed: &str) -> Result<Duration, &'static str> {
    let seconds: Option<f64> = typed.parse().ok();
    let time = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    time.ok_or("write a number of seconds, such as 5 or 0.5")
}

#[derive(Debug, Subcommand)]
pub(super) enum MigrateCommand {
    /// Write the migration that leads from the database to the models
    Generate(Generate),
    /// Write an empty migration, to be filled by hand
    New {
        /// What it is called
        name: String,
        /// It has Rust code, which the program gives to `with_code`
        #[arg(long)]
        code: bool,
    },
    /// Run those that are pending
    Run {
        /// Run none that is newer than this version
        #[arg(long, value_name = "VERSION")]
        to: Option<String>,
        /// Only list them
        #[arg(long)]
        dry_run: bool,
    },
    /// Revert the last one, or the last few
    Revert {
        /// How many
        #[arg(default_value = "1", conflicts_with_all = ["to", "all"])]
        n: usize,
        /// Revert those that are newer than this version
        #[arg(long, value_name = "VERSION", conflicts_with = "all")]
        to: Option<String>,
        /// Revert all
        #[arg(long)]
        all: bool,
    },
    /// Revert the last one and run it again
    Redo,
    /// Where each migration stands
    Status,
    /// What was run, and when
    History,
    /// Say how a migration ended that was begun and did not end, and run nothing
    #[command(group = clap::ArgGroup::new("how").required(true))]
    Settle {
        /// The version
        version: String,
        /// All of it is done
        #[arg(long, group = "how")]
        done: bool,
        /// Nothing of it is there
        #[arg(long, group = "how")]
        undone: bool,
    },
    /// Fail if anything is pending, edited, missing or unfinished, or the models say something else
    Check,
    /// Make one migration of several
    Squash {
        /// The first and the last version: 20260101120000..20261121120000
        #[arg(value_name = "FROM..TO")]
        range: String,
        /// What it is called
        name: String,
    },
}

#[derive(Debug, ClapArgs)]
pub(super) struct Generate {
    /// What it is called
    pub(super) name: String,
    /// A table, view or enum type that no model has, and that goes; may be repeated
    #[arg(long, value_name = "TABLE")]
    pub(super) drop: Vec<String>,
    /// Values may be lost
    #[arg(long)]
    pub(super) allow_loss: bool,
    /// What old rows get in a new column without NULL, as SQL; may be repeated
    #[arg(long, value_name = "TABLE.COLUMN=EXPR")]
    pub(super) fill: Vec<String>,
    /// What is not filled gets '', 0, false or the first day of 1970
    #[arg(long)]
    pub(super) fill_neutrally: bool,
    /// In parts that let others read and write meanwhile, a folder each; PostgreSQL alone
    #[arg(long)]
    pub(super) online: bool,
    /// Print the SQL and what is found in it, and write nothing
    #[arg(long)]
    pub(super) dry_run: bool,
}

#[derive(Debug, Subcommand)]
pub(super) enum Schema {
    /// What the models say; asks no database
    Show {
        /// As the statements that make it
        #[arg(long)]
        sql: bool,
        /// In the words of this database; else that of the URL
        #[arg(long)]
        backend: Option<Backend>,
    },
    /// Models of what the database has, as Rust source
    Inspect {
        /// Write it to a file that is not there yet
        #[arg(long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// Fail if the database is not what the models say
    Verify,
    /// The tables and foreign keys of the models as a picture; asks no database
    Diagram {
        /// A text for pages that draw it, or a picture
        #[arg(long, default_value = "mermaid")]
        format: Picture,
        /// Write it to this file
        #[arg(long, value_name = "FILE")]
        output: Option<PathBuf>,
        /// In the words of this database; else that of the URL
        #[arg(long)]
        backend: Option<Backend>,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Picture {
    Mermaid,
    Svg,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Backend {
    Sqlite,
    Postgres,
    Mysql,
}

impl From<Backend> for Database {
    fn from(backend: Backend) -> Self {
        match backend {
            Backend::Sqlite => Database::Sqlite,
            Backend::Postgres => Database::Postgres,
            Backend::Mysql => Database::Mysql,
        }
    }
}

#[derive(Debug, Subcommand)]
pub(super) enum Db {
    /// Create the database, empty
    Create,
    /// Drop the database, with all that is in it
    Drop,
    /// Drop it, create it, and run all migrations
    Reset,
}
