//! Scenarios that are written once and run on each database.
//!
//! A scenario is a function of a `Place`, the type of that name beside it: an empty database and an
//! engine on it. It becomes a test a database, in modules that are called after these.

/// Each scenario on SQLite, PostgreSQL and MariaDB; those behind `servers` not on SQLite.
macro_rules! on_each_database {
    ($($scenario:ident),* $(,)? $(; servers $($of_servers:ident),+ $(,)?)?) => {
        mod on_sqlite {
            $(#[test]
            fn $scenario() {
                let folder = tempfile::tempdir().expect("a temporary folder");
                let url = folder.path().join("scenario.db").display().to_string();
                super::$scenario(&super::Place::<orm_core::prelude::SqliteConnection>::new(&url));
            })*
        }

        on_each_server!($($scenario,)* $($($of_servers),+)?);
    };
}

/// Each scenario on PostgreSQL and MariaDB.
macro_rules! on_each_server {
    ($($scenario:ident),* $(,)?) => {
        #[cfg(feature = "postgres")]
        mod on_postgres {
            $(#[test]
            fn $scenario() {
                if let Some(server) = orm_tests::shared_postgres() {
                    let url = server.fresh_database("scenario");
                    super::$scenario(&super::Place::<orm_core::prelude::PgConnection>::new(&url));
                }
            })*
        }

        #[cfg(feature = "mysql")]
        mod on_mariadb {
            $(#[test]
            fn $scenario() {
                if let Some(server) = orm_tests::shared_mariadb() {
                    let url = server.fresh_database("scenario");
                    super::$scenario(&super::Place::<orm_core::prelude::MysqlConnection>::new(&url));
                }
            })*
        }
    };
}

/// Each scenario on SQLite, PostgreSQL and MariaDB, awaited: its second parameter is the type of the
/// connections that are.
#[cfg(feature = "async")]
macro_rules! awaited_on_each_database {
    ($($scenario:ident),* $(,)?) => {
        mod on_sqlite {
            use orm_core::aio::AsyncSqliteConnection;

            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $scenario() {
                let folder = tempfile::tempdir().expect("a temporary folder");
                let url = folder.path().join("scenario.db").display().to_string();
                let place = super::Place::<orm_core::prelude::SqliteConnection>::new(&url);
                super::$scenario::<_, AsyncSqliteConnection>(&place).await;
            })*
        }

        #[cfg(feature = "postgres")]
        mod on_postgres {
            use orm_core::aio::AsyncPgConnection;

            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $scenario() {
                if let Some(server) = orm_tests::shared_postgres() {
                    let url = server.fresh_database("scenario");
                    let place = super::Place::<orm_core::prelude::PgConnection>::new(&url);
                    super::$scenario::<_, AsyncPgConnection>(&place).await;
                }
            })*
        }

        #[cfg(feature = "mysql")]
        mod on_mariadb {
            use orm_core::aio::AsyncMysqlConnection;

            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $scenario() {
                if let Some(server) = orm_tests::shared_mariadb() {
                    let url = server.fresh_database("scenario");
                    let place = super::Place::<orm_core::prelude::MysqlConnection>::new(&url);
                    super::$scenario::<_, AsyncMysqlConnection>(&place).await;
                }
            })*
        }
    };
}
