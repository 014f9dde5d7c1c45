//! [`Migrations::squash`]: several migrations as one.

use super::frame::framed;
use super::sets::left_set;
use super::{Migration, Migrations};
use crate::backend::Database;
use crate::error::{Error, ErrorKind, Result};

impl Migrations {
    /// One migration that stands for all from one version to another, both among them: their `up`
    /// one after the other, and their ways back in reverse. It has the version of the last and
    /// [replaces](Migration::replaces) them all. Nothing is written, and the migrations themselves
    /// stay as they are.
    ///
    /// A database that ran them all has nothing to do, one that ran none runs it, and one that ran
    /// some is refused. It has a way back only if each of them has.
    ///
    /// ```
    /// use orm_core::backend::Database;
    /// use orm_core::migrate::{Migration, Migrations};
    ///
    /// let migrations = Migrations::new([
    ///     Migration::new("1", "notes", "CREATE TABLE notes (id BIGINT);").down("DROP TABLE notes;"),
    ///     Migration::new("2", "tags", "CREATE TABLE tags (id BIGINT);").down("DROP TABLE tags;"),
    /// ])?;
    /// let both = migrations.squash(Database::Postgres, "1", "2", "first_release")?;
    /// assert_eq!(both.label(), "2_first_release");
    /// assert_eq!(both.replaces, ["1", "2"]);
    /// assert!(both.down.unwrap().find("tags").unwrap() < 40);
    /// # Ok::<(), orm_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::Migration`] if there is no such version, or fewer than two between them; if one
    /// says nothing; if one sets something for its session (`SET`, `USE`, `PRAGMA`), which would hold
    /// for those behind it, up or back; on
    /// PostgreSQL if one is run outside of a transaction and has none of its own, such as
    /// `CREATE INDEX CONCURRENTLY`: it stays alone, as several statements would be a transaction.
    pub fn squash(
        &self,
        database: Database,
        from: &str,
        to: &str,
        name: &str,
    ) -> Result<Migration> {
        let (from, to) = (from.replace('-', ""), to.replace('-', ""));
        for version in [&from, &to] {
            if self.get(version).is_none() {
                return Err(refused(&format!("there is no migration `{version}`")));
            }
        }
        let within = |one: &&Migration| (&from..=&to).contains(&&one.version);
        let range: Vec<&Migration> = self.iter().filter(within).collect();
        let [_, _, ..] = range[..] else {
            return Err(refused(&format!(
                "from `{from}` to `{to}` there are no two migrations: name the older one first"
            )));
        };
        if let Some(one) = range.iter().find(|one| one.needs_code) {
            return Err(refused(&format!(
                "`{}` needs code, which stands for itself: squash what is before it and what is behind \
                 it, or take `needs_code` away if every database has run it",
                one.label()
            )));
        }
        for (migration, next) in range.iter().zip(&range[1..]) {
            keeps_to_itself(database, migration, &migration.up)?;
            if let Some(down) = next.way_back() {
                keeps_to_itself(database, next, down)?;
            }
        }
        range.iter().try_for_each(|one| one.check_text())?;
        let switches = |sql: &str| framed(sql).is_some_and(|frame| frame.without_keys);
        let in_transaction = range.iter().all(|one| {
            one.in_transaction && !switches(&one.up) && !one.way_back().is_some_and(switches)
        });
        let mut ups = Vec::new();
        let mut downs = Vec::new();
        for migration in &range {
            let text = |sql| piece(database, migration, sql, in_transaction);
            ups.push(text(&migration.up)?);
            if let Some(down) = migration.way_back() {
                downs.insert(0, text(down)?);
            }
        }
        let mut squashed = Migration::new(&to, name, ups.concat());
        if downs.len() == range.len() {
            squashed.down = Some(downs.concat());
        }
        squashed.in_transaction = in_transaction;
        squashed.replaces = range.iter().map(|one| one.version.clone()).collect();
        let before = range.iter().flat_map(|one| one.others());
        squashed.replaced_before = before.map(str::to_owned).collect();
        Ok(squashed)
    }
}

/// The runner puts settings back between migrations; nobody does between the texts of one.
fn keeps_to_itself(database: Database, migration: &Migration, sql: &str) -> Result<()> {
    let Some(statement) = left_set(database, sql) else {
        return Ok(());
    };
    let label = migration.label();
    Err(refused(&format!(
        "the migration `{label}` sets something for its session, which those behind it would be run \
         with (`{statement}`): squash those before it and those behind it"
    )))
}

/// The text of one, below its name. Beside others that are not run in a transaction each has its
/// own, as the rebuild of a table on SQLite has.
fn piece(
    database: Database,
    migration: &Migration,
    sql: &str,
    in_transaction: bool,
) -> Result<String> {
    let label = migration.label();
    let frame = framed(sql);
    let sql = sql.trim();
    // A comment may stand on the last line. MariaDB takes no empty statement.
    let end = if is_ended(sql) { "" } else { "\n;" };
    let body = match (frame, in_transaction, migration.in_transaction) {
        (Some(frame), true, _) if !frame.without_keys => frame.body.trim().to_owned(),
        (None, true, _) => format!("{sql}{end}"),
        (Some(_), false, _) => format!("{sql}{end}"),
        (None, false, true) => format!("BEGIN;\n{sql}{end}\nCOMMIT;"),
        // On the others each statement is kept at once, here as before.
        (None, false, false) if database != Database::Postgres => format!("{sql}{end}"),
        _ => {
            return Err(refused(&format!(
                "the migration `{label}` has no transaction: squash those before it and those \
                 behind it"
            )));
        }
    };
    Ok(format!("-- {label}\n{body}\n"))
}

/// Whether the last statement has its semicolon, before comments of a line.
fn is_ended(sql: &str) -> bool {
    let said = sql.lines().rev().map(|line| {
        let outside = |at: &usize| line[..*at].matches('\'').count() % 2 == 0;
        let mut comments = line.match_indices("--").map(|(at, _)| at);
        let end = comments.find(outside);
        line[..end.unwrap_or(line.len())].trim()
    });
    let last = said.into_iter().find(|line| !line.is_empty());
    last.is_none_or(|line| line.ends_with(';'))
}

fn refused(message: &str) -> Error {
    Error::new(ErrorKind::Migration, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn three(second: Migration) -> Migrations {
        let one = |version| Migration::new(version, "x", format!("UP {version};"));
        let with_way_back = |version| one(version).down(format!("DOWN {version}"));
        Migrations::new([with_way_back("1"), second, with_way_back("3")]).unwrap()
    }

    #[test]
    fn texts_go_up_in_order_and_down_in_reverse() {
        let second = Migration::new("2", "y", "BEGIN; UP 2; COMMIT;").down("DOWN 2 -- so");
        let all = three(second)
            .squash(Database::Sqlite, "1", "3", "all")
            .unwrap();
        assert_eq!(all.up, "-- 1_x\nUP 1;\n-- 2_y\nUP 2;\n-- 3_x\nUP 3;\n");
        let down = "-- 3_x\nDOWN 3\n;\n-- 2_y\nDOWN 2 -- so\n;\n-- 1_x\nDOWN 1\n;\n";
        assert_eq!(all.down.as_deref(), Some(down));
        assert!(all.in_transaction);
    }

    #[test]
    fn the_last_semicolon_is_seen() {
        for ended in ["A;", "A; -- b", "A;\n-- b\n", "A '--';"] {
            assert!(is_ended(ended), "{ended}");
        }
        for open in ["A", "A -- b;", "A\n-- b;\n"] {
            assert!(!is_ended(open), "{open}");
        }
    }

    #[test]
    fn without_one_way_back_there_is_none() {
        let all = three(Migration::new("2", "y", "UP 2;"));
        assert_eq!(
            all.squash(Database::Sqlite, "1", "2", "all").unwrap().down,
            None
        );
    }

    #[test]
    fn each_has_a_transaction_beside_one_that_has_its_own() {
        let own = "PRAGMA foreign_keys = OFF;\nBEGIN;\nUP 2;\nCOMMIT;\nPRAGMA foreign_keys = ON;";
        let all = three(Migration::new("2", "y", own).without_transaction());
        let all = all.squash(Database::Sqlite, "1", "2", "all").unwrap();
        assert!(!all.in_transaction);
        let expected = format!("-- 1_x\nBEGIN;\nUP 1;\nCOMMIT;\n-- 2_y\n{own}\n");
        assert_eq!(all.up, expected);
    }

    #[test]
    fn what_has_no_transaction_stays_alone() {
        let index = Migration::new("2", "y", "CREATE INDEX CONCURRENTLY a ON b (c)");
        let all = three(index.without_transaction());
        let bare = all.squash(Database::Mysql, "1", "2", "all").unwrap().up;
        assert_eq!(
            bare,
            "-- 1_x\nBEGIN;\nUP 1;\nCOMMIT;\n-- 2_y\nCREATE INDEX CONCURRENTLY a ON b (c)\n;\n"
        );
        let error = all.squash(Database::Postgres, "1", "3", "all").unwrap_err();
        assert!(
            error.to_string().contains("`2_y` has no transaction"),
            "{error}"
        );
        for (from, to) in [("1", "4"), ("0", "3"), ("3", "1"), ("1", "1")] {
            assert!(
                all.squash(Database::Sqlite, from, to, "all").is_err(),
                "{from}..{to}"
            );
        }
    }

    #[test]
    fn what_was_squashed_may_be_squashed_again() {
        let second = Migration::new("2", "y", "UP 2;");
        let all = three(second);
        let two = all.squash(Database::Sqlite, "1", "2", "two").unwrap();
        let left = Migrations::new([two, all.get("3").unwrap().clone()]).unwrap();
        let three = left.squash(Database::Sqlite, "2", "3", "three").unwrap();
        assert_eq!(three.replaces, ["2", "3"]);
        assert_eq!(three.replaced_before, ["1"]);
    }
}
