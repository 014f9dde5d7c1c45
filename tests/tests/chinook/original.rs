//! The original data, asked without the ORM: `sqlite3`, `psql`, `mariadb` and SQL written by hand.

use std::path::{Path, PathBuf};
use std::process::Command;

use orm_core::vocabulary::*;
#[cfg(feature = "mysql")]
use orm_tests::MariaServer;
#[cfg(feature = "postgres")]
use orm_tests::PgServer;
use orm_tests::data;

/// Where the original is asked.
pub(crate) enum Original {
    /// `chinook.sqlite`, as it was published.
    Sqlite(PathBuf),
    /// `postgres.sql`, as it was published, loaded into the database `postgres` of a server.
    #[cfg(feature = "postgres")]
    Postgres(PgServer),
    /// `mysql.sql`, as it was published, loaded into a server.
    #[cfg(feature = "mysql")]
    Maria(MariaServer),
}

impl Original {
    /// Asks in the words of whichever database it is: SQLite's, PostgreSQL's. MariaDB understands
    /// SQLite's ([`in_mariadb`] sees to it), since both scripts have the same names.
    pub(crate) fn ask(&self, sqlite: &str, _postgres: &str) -> String {
        match self {
            Original::Sqlite(file) => sqlite3(file, &["-list"], sqlite),
            #[cfg(feature = "postgres")]
            Original::Postgres(server) => server.psql("postgres", _postgres),
            #[cfg(feature = "mysql")]
            Original::Maria(server) => server.query("Chinook", sqlite),
        }
    }
}

/// The URL of a copy of `chinook.sqlite` that may be written to.
pub(crate) fn published_in_sqlite() -> Option<String> {
    let folder = data::chinook()?;
    let copy = orm_tests::folder::fresh("published").join("chinook.db");
    std::fs::copy(folder.join("chinook.sqlite"), &copy).expect("a copy to open for writing");
    Some(format!("sqlite://{}", copy.display()))
}

/// A server with `postgres.sql`, and the URL of it.
#[cfg(feature = "postgres")]
pub(crate) fn published_in_postgres() -> Option<(PgServer, String)> {
    let folder = data::chinook()?;
    orm_tests::postgres::available().then(|| {
        let server = PgServer::start();
        load_postgres(&server, &folder);
        let url = server.url();
        (server, url)
    })
}

/// A server with `mysql.sql`, and the URL of it.
#[cfg(feature = "mysql")]
pub(crate) fn published_in_mariadb() -> Option<(MariaServer, String)> {
    let folder = data::chinook()?;
    orm_tests::mariadb::available().then(|| {
        let server = MariaServer::start();
        load_mariadb(&server, &folder);
        let url = server.database_url("Chinook");
        (server, url)
    })
}

/// `postgres.sql` in the database `postgres` of a fresh server: without its own database, which would
/// be dropped and made.
#[cfg(feature = "postgres")]
pub(crate) fn load_postgres(server: &PgServer, folder: &Path) {
    let script = std::fs::read_to_string(folder.join("postgres.sql")).expect("the script");
    let mine = |line: &&str| {
        !["DROP DATABASE", "CREATE DATABASE", "\\c "]
            .iter()
            .any(|head| line.starts_with(head))
    };
    let script: Vec<&str> = script.lines().filter(mine).collect();
    server.psql(
        "postgres",
        &format!("BEGIN;\n{}\nCOMMIT;", script.join("\n")),
    );
}

/// `mysql.sql` in the database `Chinook` of a fresh server, which it makes for itself. Its literals
/// mean a backslash where they have one.
#[cfg(feature = "mysql")]
fn load_mariadb(server: &MariaServer, folder: &Path) {
    let script = std::fs::read_to_string(folder.join("mysql.sql")).expect("the script");
    let plain = "SET SESSION sql_mode = concat(@@sql_mode, ',NO_BACKSLASH_ESCAPES')";
    server.query("app", &format!("{plain};\n{script}"));
}

/// The original in a fresh server of MariaDB, which is made to understand SQLite's words.
///
/// Its text is compared and ordered byte by byte, as SQLite and PostgreSQL's `"C"` do: the script
/// leaves it to the server, which takes ä for a. What SQLite's words use and MariaDB lacks is defined,
/// and averages have the digits that are asked for.
#[cfg(feature = "mysql")]
pub(crate) fn in_mariadb(server: MariaServer, folder: &Path) -> Original {
    load_mariadb(&server, folder);
    for table in server.query("Chinook", "SHOW TABLES").lines() {
        server.query(
            "Chinook",
            &format!(
                "ALTER TABLE {table} CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin"
            ),
        );
    }
    server.query(
        "Chinook",
        "CREATE FUNCTION printf(form CHAR(4), number DECIMAL(65, 20)) RETURNS TEXT DETERMINISTIC
             RETURN replace(format(number, substr(form, 3, 1)), ',', '');
         CREATE FUNCTION strftime(form CHAR(2), at DATETIME) RETURNS TEXT DETERMINISTIC
             RETURN date_format(at, form);
         SET GLOBAL div_precision_increment = 16",
    );
    Original::Maria(server)
}

/// Rows of `chinook.sqlite`, each read by `read`, a cell after the other.
pub(crate) fn rows<T>(file: &PathBuf, sql: &str, read: impl Fn(&mut Cells<'_>) -> T) -> Vec<T> {
    let text = sqlite3(file, &["-ascii", "-nullvalue", NULL], sql);
    let row = |line: &str| {
        let mut cells = Cells(line.split('\u{1f}'));
        let row = read(&mut cells);
        assert_eq!(cells.0.next(), None, "a column too many: {line:?}");
        row
    };
    text.split_terminator('\u{1e}').map(row).collect()
}

/// Stands for NULL, and is no value of the data.
const NULL: &str = "\u{2}";

fn sqlite3(file: &PathBuf, flags: &[&str], sql: &str) -> String {
    let mut sqlite3 = Command::new("sqlite3");
    let output = sqlite3
        .arg("-batch")
        .arg("-readonly")
        .args(flags)
        .arg(file)
        .arg(sql)
        .output();
    let output = output.expect("the sqlite3 command line");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success() && errors.is_empty(),
        "{sql}\n{errors}"
    );
    String::from_utf8(output.stdout)
        .expect("UTF-8")
        .trim_end_matches('\n')
        .to_owned()
}

/// The cells of a row.
pub(crate) struct Cells<'t>(std::str::Split<'t, char>);

impl Cells<'_> {
    /// The next one.
    pub(crate) fn next<T: FromCell>(&mut self) -> T {
        T::from_cell(self.0.next().expect("a column too few"))
    }
}

/// What is read from a cell.
pub(crate) trait FromCell {
    fn from_cell(text: &str) -> Self;
}

macro_rules! parsed {
    ($($ty:ty),*) => {$(
        impl FromCell for $ty {
            fn from_cell(text: &str) -> Self {
                text.parse().unwrap_or_else(|error| panic!("{text:?}: {error}"))
            }
        }
    )*};
}
parsed!(i32, i64, String, Decimal);

impl FromCell for NaiveDateTime {
    fn from_cell(text: &str) -> Self {
        NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S").expect("a date and a time")
    }
}

impl<T: FromCell> FromCell for Option<T> {
    fn from_cell(text: &str) -> Self {
        (text != NULL).then(|| T::from_cell(text))
    }
}
