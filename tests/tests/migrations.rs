//! The files of `migrations/`: that Diesel runs them, up and down, and that they make the very
//! schema that `create_all` makes of the quickstart's models.
//!
//! The files are Diesel's business and the models ours; these tests hold the two together until
//! migrations are written from the models.

use std::path::PathBuf;

use diesel_migrations::{FileBasedMigrations, MigrationHarness};
use orm_core::connection::DatabaseConnection;
use orm_core::diesel::dsl::sql;
use orm_core::diesel::sql_types::Text;
use orm_core::prelude::*;
use orm_core::schema::Schema;
use orm_tests::workspace_root;
use quickstart::{Customer, NewCustomer, NewOrder, Order, customer, customers, orders};

#[macro_use]
#[path = "migrations/each.rs"]
mod each;

#[path = "migrations/backfill.rs"]
mod backfill;
#[path = "migrations/case.rs"]
mod case;
#[path = "migrations/change.rs"]
mod change;
#[cfg(feature = "cli")]
#[path = "migrations/cli.rs"]
mod cli;
#[path = "migrations/diagram.rs"]
mod diagram;
#[path = "migrations/diesel_cli.rs"]
mod diesel_cli;
#[path = "migrations/files.rs"]
mod files;
#[path = "migrations/lint.rs"]
mod lint;
#[cfg(feature = "mysql")]
#[path = "migrations/on_mariadb.rs"]
mod on_mariadb;
#[cfg(feature = "postgres")]
#[path = "migrations/on_postgres.rs"]
mod on_postgres;
#[path = "migrations/on_sqlite.rs"]
mod on_sqlite;
#[path = "migrations/pairs.rs"]
mod pairs;
#[path = "migrations/runner.rs"]
mod runner;
#[path = "migrations/spec.rs"]
mod spec;

/// The example itself: its models are the ones that the files are for.
#[allow(dead_code, unreachable_pub)]
#[path = "../../orm-shard/examples/quickstart.rs"]
mod quickstart;

fn shop() -> Schema {
    schema![Customer, Order]
}

fn folder(backend: &str) -> PathBuf {
    workspace_root().join("migrations").join(backend)
}

fn files(backend: &str) -> FileBasedMigrations {
    FileBasedMigrations::from_path(folder(backend)).expect("the folder holds migrations only")
}

/// What a database has, apart from Diesel's own table, as lines that can be compared.
fn described<C>(session: &mut Session<C>, query: &str) -> Vec<String>
where
    C: DatabaseConnection,
    orm_core::diesel::expression::SqlLiteral<Text>:
        for<'q> orm_core::diesel::query_dsl::LoadQuery<'q, Session<C>, String>,
{
    let lines: Vec<String> = sql::<Text>(query)
        .load(session)
        .expect("the catalogue is read");
    lines
        .iter()
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect()
}

/// Tables and indexes as SQLite keeps them: their text.
const ON_SQLITE: &str = "SELECT type || ' ' || name || ': ' || coalesce(sql, '') FROM sqlite_master \
    WHERE name <> '__diesel_schema_migrations' AND tbl_name <> '__diesel_schema_migrations' \
    AND name <> 'sqlite_sequence' ORDER BY type, name";

/// Columns, constraints and indexes as PostgreSQL describes them.
#[cfg(feature = "postgres")]
const ON_POSTGRES: &str = "\
    SELECT line FROM ( \
        SELECT concat_ws(' ', 'column', table_name, ordinal_position, column_name, data_type, \
            character_maximum_length, collation_name, is_nullable, column_default, is_identity, \
            identity_generation) AS line, table_name::text AS owner \
        FROM information_schema.columns WHERE table_schema = 'public' \
        UNION ALL \
        SELECT concat_ws(' ', 'constraint', conrelid::regclass, conname, \
            pg_get_constraintdef(oid)), conrelid::regclass::text \
        FROM pg_constraint WHERE connamespace = 'public'::regnamespace \
        UNION ALL \
        SELECT indexdef, tablename FROM pg_indexes WHERE schemaname = 'public' \
    ) AS catalogue WHERE owner <> '__diesel_schema_migrations' ORDER BY line COLLATE \"C\"";

/// Columns, constraints and indexes as MariaDB describes them.
#[cfg(feature = "mysql")]
const ON_MARIADB: &str = "\
    SELECT line FROM ( \
        SELECT CONCAT_WS(' ', 'column', table_name, ordinal_position, column_name, column_type, \
            collation_name, is_nullable, column_default, extra) AS line, table_name AS owner \
        FROM information_schema.columns WHERE table_schema = DATABASE() \
        UNION ALL \
        SELECT CONCAT_WS(' ', 'check', table_name, constraint_name, check_clause), table_name \
        FROM information_schema.check_constraints WHERE constraint_schema = DATABASE() \
        UNION ALL \
        SELECT CONCAT_WS(' ', 'key', table_name, constraint_name, referenced_table_name, \
            delete_rule, update_rule), table_name \
        FROM information_schema.referential_constraints WHERE constraint_schema = DATABASE() \
        UNION ALL \
        SELECT CONCAT_WS(' ', 'index', table_name, index_name, non_unique, seq_in_index, \
            column_name, sub_part), table_name \
        FROM information_schema.statistics WHERE table_schema = DATABASE() \
        UNION ALL \
        SELECT CONCAT_WS(' ', 'table', table_name, engine), table_name \
        FROM information_schema.tables WHERE table_schema = DATABASE() \
    ) AS catalogue WHERE owner <> '__diesel_schema_migrations' ORDER BY line";

/// Up, use, down, up again; the schema beside that of `create_all` on the second database.
macro_rules! goes_up_and_down {
    ($backend:literal, $described:expr, $migrated:expr, $created:expr) => {{
        let (migrated, created) = ($migrated, $created);
        created.create_all(shop()).expect("create_all");
        let expected = described(&mut created.session().expect("a session"), $described);
        assert!(!expected.is_empty());

        let mut session = migrated.session().expect("a session");
        for round in 1..=2 {
            session.run_pending_migrations(files($backend)).expect("up");
            assert_eq!(
                described(&mut session, $described),
                expected,
                "round {round}"
            );
            assert!(
                !session
                    .has_pending_migration(files($backend))
                    .expect("the table is read")
            );

            let form = NewCustomer {
                id: 7,
                name: "Ann".into(),
                email: "ann@example.org".into(),
            };
            let ann = session.insert(form).expect("a customer");
            let order = session
                .insert(NewOrder {
                    customer_id: ann.id,
                    total_cents: 250,
                })
                .expect("an order");
            let loaded = Customer::query()
                .with(customer::orders)
                .filter(customers::id.eq(7))
                .load(&mut session)
                .expect("the customer with her orders");
            assert_eq!(*loaded[0], ann);
            assert_eq!(loaded[0][customer::orders], [order]);

            // The rules hold in the database too, and come back to their field.
            let sql = "INSERT INTO orders (customer_id, total_cents) VALUES (7, -1)";
            assert!(
                orm_core::diesel::sql_query(sql)
                    .execute(&mut session)
                    .is_err()
            );
            let taken = NewCustomer {
                id: 8,
                name: "Anne".into(),
                email: "ann@example.org".into(),
            };
            let error = session
                .insert(taken)
                .expect_err("the e-mail address is taken");
            let invalid = error.invalid().expect("a field error");
            assert_eq!(invalid.on("email").count(), 1, "{error}");

            // And the actions: the orders go with their customer.
            assert!(session.delete(&ann).expect("deleted"));
            let left = Order::query()
                .filter(orders::customer_id.eq(7))
                .count(&mut session);
            assert_eq!(left.expect("counted"), 0);

            session
                .revert_all_migrations(files($backend))
                .expect("down");
            assert_eq!(
                described(&mut session, $described),
                Vec::<String>::new(),
                "round {round}"
            );
        }
    }};
}

#[test]
fn on_sqlite_the_files_make_the_schema_of_the_models() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let engine = |name: &str| {
        let file = folder.path().join(name);
        Engine::<SqliteConnection>::open(&file.display().to_string()).expect("a fresh database")
    };
    goes_up_and_down!(
        "sqlite",
        ON_SQLITE,
        engine("migrated.db"),
        engine("created.db")
    );
}

#[cfg(feature = "postgres")]
#[test]
fn on_postgres_the_files_make_the_schema_of_the_models() {
    let Some(server) = orm_tests::shared_postgres() else {
        return;
    };
    let engine = |topic: &str| {
        Engine::<PgConnection>::open(&server.fresh_database(topic)).expect("a fresh database")
    };
    goes_up_and_down!(
        "postgres",
        ON_POSTGRES,
        engine("migrated"),
        engine("created")
    );
}

#[cfg(feature = "mysql")]
#[test]
fn on_mariadb_the_files_make_the_schema_of_the_models() {
    let Some(server) = orm_tests::shared_mariadb() else {
        return;
    };
    let engine = |topic: &str| {
        Engine::<MysqlConnection>::open(&server.fresh_database(topic)).expect("a fresh database")
    };
    goes_up_and_down!("mysql", ON_MARIADB, engine("migrated"), engine("created"));
}

/// Each backend has a folder of its own; what is above them is no folder of migrations.
#[test]
fn the_folder_above_the_backends_is_refused() {
    assert!(FileBasedMigrations::from_path(workspace_root().join("migrations")).is_err());
}

/// What may be copied into a migration; `IF NOT EXISTS` is left out there, so that a table that
/// is in the way is noticed.
#[test]
fn the_files_hold_the_statements_of_create_all() {
    use orm_core::backend::Database;
    for (backend, database) in [
        ("sqlite", Database::Sqlite),
        ("postgres", Database::Postgres),
        ("mysql", Database::Mysql),
    ] {
        let file = folder(backend).join("2026-11-21-000000_create_shop/up.sql");
        let text = std::fs::read_to_string(&file).expect("the file is there");
        let statements = orm_core::ddl::create_all(database, shop().tables()).expect("tables");
        // What MariaDB is asked for in case that it is missing is part of the tables above.
        let wanted = statements.iter().filter(|s| !s.starts_with("SET @"));
        let expected: String = wanted
            .map(|statement| format!("{};\n", statement.replace(" IF NOT EXISTS", "")))
            .collect();
        assert_eq!(text, expected, "{}", file.display());
    }
}
