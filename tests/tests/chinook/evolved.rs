//! The original databases, ten edits on: every value that both schemas can hold is there all the
//! time, and the way back leads to the schema that was published.

use orm_core::backend::Database;
use orm_core::ddl::quote_identifier;
use orm_core::diesel::connection::SimpleConnection;
use orm_core::diesel::dsl::sql as text_of;
use orm_core::diesel::sql_types::{Nullable, Text};
use orm_core::diff::{Plan, diff, sql};
use orm_core::prelude::*;
use orm_core::snapshot::{Action, Column, Snapshot, Table, TableName, Term, drift};

/// A table that comes, and what its parts are made of.
#[derive(Model)]
#[model(check(name = "positive", sql = "stars > 0"))]
struct Review {
    #[model(generated)]
    id: i64,
    #[model(unique)]
    title: String,
    #[model(index)]
    stars: i32,
}

/// The names of the script of a database.
fn name(database: Database, name: &str) -> String {
    if database != Database::Postgres {
        return name.to_owned();
    }
    let mut snake = String::new();
    for c in name.chars() {
        if c.is_uppercase() && !snake.is_empty() {
            snake.push('_');
        }
        snake.extend(c.to_lowercase());
    }
    snake
}

struct Edits {
    database: Database,
    wanted: Snapshot,
}

impl Edits {
    fn table(&mut self, table: &str) -> &mut Table {
        let table = name(self.database, table);
        let mut tables = self.wanted.tables.iter_mut();
        tables
            .find(|one| one.name.name == table)
            .expect("a table of the original")
    }

    fn column(&mut self, table: &str, column: &str) -> &mut Column {
        let column = name(self.database, column);
        let mut columns = self.table(table).columns.iter_mut();
        columns
            .find(|one| one.name == column)
            .expect("a column of the original")
    }

    fn all(&mut self) {
        let database = self.database;
        let own = |text: &str| name(database, text);
        let quoted = |text: &str| quote_identifier(database, &name(database, text));
        let reviews = Snapshot::of(schema![Review], database).tables.remove(0);

        self.rename_genres();
        let composer = self.column("Track", "Composer");
        composer.renamed_from = Some(std::mem::replace(&mut composer.name, own("Writer")));
        for (table, column, from, to) in [
            ("Invoice", "Total", "10,2", "12,2"),
            ("Track", "Name", "200", "300"),
        ] {
            let column = self.column(table, column);
            column.ty = column.ty.replace(from, to);
        }
        let fax = own("Fax");
        self.table("Customer")
            .columns
            .retain(|column| column.name != fax);
        let mut loyal = self.column("Customer", "SupportRepId").clone();
        loyal.name = own("Loyal");
        (loyal.nullable, loyal.default) = (false, Some("1".to_owned()));
        self.table("Customer").columns.push(loyal);
        self.column("Employee", "Title").nullable = false;
        let mut of_email = reviews.indexes[0].clone();
        of_email.name = Some(own("Customer_Email_key"));
        of_email.parts[0].term = Term::Column(own("Email"));
        self.table("Customer").indexes.push(of_email);
        let mut of_length = reviews.indexes[1].clone();
        of_length.name = Some(own("Track_Milliseconds_idx"));
        of_length.parts[0].term = Term::Column(own("Milliseconds"));
        self.table("Track").indexes.push(of_length);
        let mut positive = reviews.checks[0].clone();
        positive.name = Some(own("Track_positive"));
        positive.expression = format!("{} > 0", quoted("Milliseconds"));
        self.table("Track").checks.push(positive);
        let invoice = own("Invoice");
        let keys = self.table("InvoiceLine").foreign_keys.iter_mut();
        let of_invoice = keys.filter(|key| key.parent.name == invoice);
        of_invoice.for_each(|key| key.on_delete = Action::Cascade);
        self.wanted.tables.push(reviews);
    }

    fn rename_genres(&mut self) {
        let database = self.database;
        let (old, new) = (name(database, "Genre"), name(database, "Style"));
        let genres = self.table("Genre");
        genres.name.name.clone_from(&new);
        genres.renamed_from = Some(TableName::new(None, &old));
        // On PostgreSQL what is called after its table goes along.
        let key = genres.primary_key.as_mut();
        let key = key.filter(|_| database == Database::Postgres);
        if let Some(key) = key.and_then(|key| key.name.as_mut()) {
            *key = key.replace(&old, &new);
        }
        let tables = self.wanted.tables.iter_mut();
        for key in tables.flat_map(|table| &mut table.foreign_keys) {
            if key.parent.name == old {
                key.parent.name.clone_from(&new);
            }
        }
    }
}

fn assert_alike(wanted: &Snapshot, found: &Snapshot, when: &str) {
    let drift = drift(wanted, found);
    let differences: Vec<String> = drift.iter().map(ToString::to_string).collect();
    assert!(differences.is_empty(), "{when}: {differences:#?}");
    assert!(diff(found, wanted, &[]).is_empty(), "{when}");
}

macro_rules! evolves {
    ($connection:ty, $database:expr, $url:expr) => {{
        let database = $database;
        let engine = Engine::<$connection>::open(&$url).expect("the original");
        let mut session = engine.session().expect("a session");
        let first = session.inspect().expect("its tables");
        let mut edits = Edits {
            database,
            wanted: first.clone(),
        };
        edits.all();
        let wanted = edits.wanted;

        let ty = if database == Database::Mysql {
            "CHAR"
        } else {
            "TEXT"
        };
        let quote = |name: &str| quote_identifier(database, name);
        let read = |session: &mut Session<$connection>, table: &Table, column: &str| {
            let keys: Vec<String> = table.key().iter().map(|key| quote(key)).collect();
            let query = format!(
                "SELECT CAST({} AS {ty}) FROM {} ORDER BY {}",
                quote(column),
                quote(&table.name.name),
                keys.join(", ")
            );
            let values: Vec<Option<String>> = text_of::<Nullable<Text>>(&query)
                .load(session)
                .expect("values");
            values
        };
        let run = |session: &mut Session<$connection>, plan: &Plan| {
            for statement in sql(plan).statements {
                session
                    .batch_execute(&statement)
                    .unwrap_or_else(|error| panic!("{error}: {statement}"));
            }
        };
        let before: Vec<(&Table, &Column, Vec<Option<String>>)> = first
            .tables
            .iter()
            .flat_map(|table| table.columns.iter().map(move |column| (table, column)))
            .map(|(table, column)| (table, column, read(&mut session, table, &column.name)))
            .collect();
        let rows: usize = before.iter().map(|(_, _, values)| values.len()).sum();
        assert!(rows > 50_000, "{rows} values");

        let mut plan = diff(&first, &wanted, &[]);
        let losses: Vec<String> = plan.losses().iter().map(ToString::to_string).collect();
        let (customers, fax) = (name(database, "Customer"), name(database, "Fax"));
        assert_eq!(losses, [format!("the values of `{customers}.{fax}`")]);
        let (employees, title) = (name(database, "Employee"), name(database, "Title"));
        let unfilled: Vec<&str> = plan
            .unfilled()
            .iter()
            .map(|(_, column)| column.name.as_str())
            .collect();
        assert_eq!(unfilled, [title.as_str()]);
        assert!(plan.fill(&TableName::new(None, &employees), &title, "'none'"));
        run(&mut session, &plan);
        let second = session.inspect().expect("its tables");
        assert_alike(&wanted, &second, "evolved");
        for (table, column, values) in &before {
            let renamed = wanted
                .tables
                .iter()
                .find(|one| one.renamed_from.as_ref() == Some(&table.name))
                .unwrap_or_else(|| second.table(None, &table.name.name).expect("it is there"));
            let renamed_column = wanted
                .tables
                .iter()
                .flat_map(|one| &one.columns)
                .find(|one| one.renamed_from.as_ref() == Some(&column.name));
            let name = renamed_column.map_or(&column.name, |one| &one.name);
            if renamed.column(name).is_some() {
                assert_eq!(
                    &read(&mut session, renamed, name),
                    values,
                    "{}.{name}",
                    table.name
                );
            } else {
                assert_eq!(name, &fax);
            }
        }

        run(&mut session, &plan.inverse());
        let third = session.inspect().expect("its tables");
        assert_alike(&first, &third, "as it was published");
        for (table, column, values) in &before {
            if column.name != fax {
                let there = read(&mut session, table, &column.name);
                assert_eq!(&there, values, "{}.{}", table.name, column.name);
            }
        }
    }};
}

#[test]
fn the_sqlite_original_evolves_and_leads_back() {
    let Some(url) = crate::original::published_in_sqlite() else {
        return;
    };
    evolves!(SqliteConnection, Database::Sqlite, url);
}

#[cfg(feature = "postgres")]
#[test]
fn the_postgres_original_evolves_and_leads_back() {
    let Some((_server, url)) = crate::original::published_in_postgres() else {
        return;
    };
    evolves!(PgConnection, Database::Postgres, url);
}

#[cfg(feature = "mysql")]
#[test]
fn the_mariadb_original_evolves_and_leads_back() {
    let Some((_server, url)) = crate::original::published_in_mariadb() else {
        return;
    };
    evolves!(MysqlConnection, Database::Mysql, url);
}
