//! Random pairs of schemas on real databases, with rows: up leads to the second schema, down back
//! to the first, and what both can hold is there all the time.
//!
//! `ORM_SEED` takes another sequence, `ORM_PAIRS` another number of pairs.

use std::fmt::Display;

use orm_core::backend::Database;
use orm_core::connection::DatabaseConnection;
use orm_core::diesel::connection::SimpleConnection;
use orm_core::diesel::dsl::sql as text_of;
use orm_core::diesel::sql_types::{Nullable, Text};
use orm_core::diff::{Plan, diff, sql};
use orm_core::prelude::*;
use orm_core::snapshot::{Snapshot, TableName, drift};
use orm_tests::random::Random;

use super::change::changed;
use super::spec::{Spec, Table, schema, spec};

fn number(name: &str, default: u64) -> u64 {
    let given = std::env::var(name).ok();
    given.map_or(default, |text| text.parse().expect("a number"))
}

/// One pair at a time, in one database that is empty behind each.
struct Place<'s, C: DatabaseConnection> {
    session: &'s mut Session<C>,
    database: Database,
    /// What was done, for whoever reads a failure.
    log: Vec<String>,
}

impl<C> Place<'_, C>
where
    C: DatabaseConnection,
    orm_core::diesel::expression::SqlLiteral<Nullable<Text>>:
        for<'q> orm_core::diesel::query_dsl::LoadQuery<'q, Session<C>, Option<String>>,
    Session<C>: SimpleConnection + Inspects,
{
    fn fail(&self, what: impl Display) -> ! {
        panic!("{what}\n{}", self.log.join(";\n"));
    }

    fn run(&mut self, statement: &str) {
        self.log.push(statement.to_owned());
        if let Err(error) = self.session.batch_execute(statement) {
            self.fail(error);
        }
    }

    fn follow(&mut self, plan: &Plan) {
        let script = sql(plan);
        let around = |this: &mut Self, statement: &str| {
            if script.in_transaction {
                this.run(statement);
            }
        };
        around(self, "BEGIN");
        for statement in &script.statements {
            self.run(statement);
        }
        around(self, "COMMIT");
    }

    fn found(&mut self) -> Snapshot {
        self.session.found()
    }

    /// A column as texts, in the order of the key.
    fn values(&mut self, table: &Table, column: &str) -> Vec<Option<String>> {
        let quote = |name: &str| orm_core::ddl::quote_identifier(self.database, name);
        let ty = match self.database {
            Database::Mysql => "CHAR",
            _ => "TEXT",
        };
        let keys: Vec<String> = table.columns[..table.keys]
            .iter()
            .map(|key| quote(&key.name))
            .collect();
        let query = format!(
            "SELECT CAST({} AS {ty}) FROM {} ORDER BY {}",
            quote(column),
            quote(&table.name),
            keys.join(", ")
        );
        match text_of::<Nullable<Text>>(&query).load(self.session) {
            Ok(values) => values,
            Err(error) => self.fail(format!("{error}: {query}")),
        }
    }

    fn insert_rows(&mut self, spec: &Spec) {
        for table in spec {
            for nth in 1..=3_usize {
                let mut names = Vec::new();
                let mut values = Vec::new();
                for (at, column) in table.columns.iter().enumerate() {
                    if column.computed.is_some() {
                        continue;
                    }
                    let null = at >= table.keys && column.nullable && nth == 2;
                    names.push(orm_core::ddl::quote_identifier(self.database, &column.name));
                    values.push(match null {
                        true => "NULL".to_owned(),
                        false => column.kind.literal(self.database, nth),
                    });
                }
                let name = orm_core::ddl::quote_identifier(self.database, &table.name);
                let (names, values) = (names.join(", "), values.join(", "));
                self.run(&format!("INSERT INTO {name} ({names}) VALUES ({values})"));
            }
        }
    }

    fn assert_no_drift(&self, wanted: &Snapshot, found: &Snapshot, when: &str) {
        let differences: Vec<String> = drift(wanted, found)
            .iter()
            .filter(|one| !one.is_note() && !one.is_extra_table())
            .map(ToString::to_string)
            .collect();
        if !differences.is_empty() {
            self.fail(format!("{when}: {}", differences.join("; ")));
        }
        let rest = diff(found, wanted, &[]);
        if !rest.is_empty() {
            self.fail(format!("{when}: still to do: {:#?}", rest.steps));
        }
    }

    /// One schema, its names too; but for the order of columns, which PostgreSQL cannot change.
    fn assert_same(&self, wanted: &Snapshot, found: &Snapshot, when: &str) {
        let differences: Vec<String> = drift(wanted, found)
            .iter()
            .map(ToString::to_string)
            .collect();
        if !differences.is_empty() {
            self.fail(format!("not {when}: {}", differences.join("; ")));
        }
        if names(wanted) != names(found) {
            self.fail(format!(
                "not {when}: {:?}, {:?}",
                names(wanted),
                names(found)
            ));
        }
    }

    fn pair(&mut self, random: &mut Random) {
        let empty = Snapshot::empty(self.database);
        let before = spec(random);
        let after = changed(random, &before);
        let one = Snapshot::of(schema(&before), self.database);
        let two = Snapshot::of(schema(&after), self.database);
        self.follow(&diff(&empty, &one, &[]));
        let first = self.found();
        self.assert_no_drift(&one, &first, "created");
        self.insert_rows(&before);

        let kept = kept(&before, &after);
        let rows: Vec<Vec<Option<String>>> = kept
            .iter()
            .map(|(old, name, _, _)| self.values(old, name))
            .collect();
        let mut plan = diff(&first, &two, &[]);
        plan.fill_neutrally();
        self.log.push("-- up".to_owned());
        plan.parts().iter().for_each(|part| self.follow(part));
        let second = self.found();
        self.assert_no_drift(&two, &second, "up");
        self.assert_same(&plan.outcome(), &second, "as the plan foresaw");
        for ((_, _, new, name), rows) in kept.iter().zip(&rows) {
            let there = self.values(new, name);
            if !survives(rows, &there) {
                self.fail(format!("{}.{name}: {rows:?} became {there:?}", new.name));
            }
        }

        self.log.push("-- down".to_owned());
        for part in plan.parts().iter().rev() {
            let mut back = part.inverse();
            back.fill_neutrally();
            self.follow(&back);
        }
        let third = self.found();
        self.assert_same(&first, &third, "as it was");
        for ((old, name, _, _), rows) in kept.iter().zip(&rows) {
            let there = self.values(old, name);
            if !survives(rows, &there) {
                self.fail(format!(
                    "down, {}.{name}: {rows:?} became {there:?}",
                    old.name
                ));
            }
        }

        let tables = third.tables.iter().map(|table| &table.name);
        let enums = third.enums.iter().map(|one| &one.name);
        let all: Vec<TableName> = tables.chain(enums).cloned().collect();
        self.log.push("-- away".to_owned());
        self.follow(&diff(&third, &empty, &all));
        let left = self.found();
        if !(left.tables.is_empty() && left.views.is_empty() && left.enums.is_empty()) {
            self.fail(format!("left: {left:#?}"));
        }
        self.log.clear();
    }
}

/// Columns that are in both schemas: the table and the name in the first, then in the second.
fn kept<'s>(before: &'s Spec, after: &'s Spec) -> Vec<(&'s Table, &'s str, &'s Table, &'s str)> {
    let mut kept = Vec::new();
    for new in after {
        let was = new.was.as_ref().unwrap_or(&new.name);
        let Some(old) = before.iter().find(|table| table.name == *was) else {
            continue;
        };
        for column in &new.columns {
            let was = column.was.as_ref().unwrap_or(&column.name);
            if let Some(other) = old.columns.iter().find(|one| one.name == *was) {
                // One that went and came again under its name is another column.
                let same =
                    other.kind == column.kind || column.was.is_some() || widens(other, column);
                if same && other.computed.is_none() && column.computed.is_none() {
                    kept.push((old, other.name.as_str(), new, column.name.as_str()));
                }
            }
        }
    }
    kept
}

fn widens(old: &super::spec::Column, new: &super::spec::Column) -> bool {
    use super::spec::Kind;
    let rank = |kind| match kind {
        Kind::I16 => 1,
        Kind::I32 => 2,
        Kind::I64 => 3,
        Kind::Text(_) => 4,
        _ => 0,
    };
    rank(old.kind) > 0 && rank(old.kind) <= rank(new.kind)
}

/// Every value is there as it was; where there was none, there may be one now.
fn survives(rows: &[Option<String>], there: &[Option<String>]) -> bool {
    rows.len() == there.len()
        && rows
            .iter()
            .zip(there)
            .all(|(old, new)| old.is_none() || old == new)
}

/// The names of keys, indexes and checks.
fn names(snapshot: &Snapshot) -> Vec<Option<&String>> {
    let tables = snapshot.tables.iter();
    let names = tables.flat_map(|table| {
        let indexes = table.indexes.iter().map(|one| one.name.as_ref());
        let keys = table.foreign_keys.iter().map(|one| one.name.as_ref());
        let checks = table.checks.iter().map(|one| one.name.as_ref());
        indexes.chain(keys).chain(checks)
    });
    let mut names: Vec<_> = names.collect();
    names.sort();
    names
}

/// A session that can be inspected, whatever its database.
pub(crate) trait Inspects {
    fn found(&mut self) -> Snapshot;
}

impl Inspects for Session<SqliteConnection> {
    fn found(&mut self) -> Snapshot {
        self.inspect().expect("the database is inspected")
    }
}

#[cfg(feature = "postgres")]
impl Inspects for Session<PgConnection> {
    fn found(&mut self) -> Snapshot {
        self.inspect().expect("the database is inspected")
    }
}

#[cfg(feature = "mysql")]
impl Inspects for Session<MysqlConnection> {
    fn found(&mut self) -> Snapshot {
        self.inspect().expect("the database is inspected")
    }
}

macro_rules! pairs {
    ($connection:ty, $database:expr, $url:expr) => {
        let url = $url;
        let engine = Engine::<$connection>::open(&url).expect("an engine");
        let mut session = engine.session().expect("a session");
        let (seed, count) = (number("ORM_SEED", 1), number("ORM_PAIRS", 1_000));
        for nth in 0..count {
            let mut random = Random(seed.wrapping_mul(0x1_0000_0001).wrapping_add(nth));
            let mut place = Place {
                session: &mut session,
                database: $database,
                log: vec![format!("-- seed {seed}, pair {nth}")],
            };
            place.pair(&mut random);
        }
    };
}

#[test]
fn up_and_down_between_random_schemas_on_sqlite() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("pairs.db");
    pairs!(
        SqliteConnection,
        Database::Sqlite,
        file.display().to_string()
    );
}

#[cfg(feature = "postgres")]
#[test]
fn up_and_down_between_random_schemas_on_postgres() {
    if let Some(server) = orm_tests::shared_postgres() {
        pairs!(
            PgConnection,
            Database::Postgres,
            server.fresh_database("pairs")
        );
    }
}

#[cfg(feature = "mysql")]
#[test]
fn up_and_down_between_random_schemas_on_mariadb() {
    if let Some(server) = orm_tests::shared_mariadb() {
        pairs!(
            MysqlConnection,
            Database::Mysql,
            server.fresh_database("pairs")
        );
    }
}
