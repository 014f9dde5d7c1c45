//! A connection that is lost at COMMIT is lost, whatever comes of the rollback behind it.

use std::time::Duration;

use orm_core::vocabulary::*;

use crate::models::{Account, Note};
use crate::place::{Homed, accounts};

macro_rules! killed_before_commit {
    ($aio:ident) => {
        form! {
            let Some(home) = orm_core::aio::$aio::home("killed_commit") else { return };
            let engine = Engine::<Conn>::builder()
                .url(home.url.as_str())
                .name("till")
                .pool_size(1).max_overflow(0)
                .pool_timeout(Duration::from_secs(10))
                .open()
                .await
                .unwrap();
            engine.create_all(schema![Account, Note]).await.unwrap();
            let mut session = engine.session().await.unwrap();
            session.insert_many(accounts()).await.unwrap();
            let ended: Result<(), orm_core::Error> = session
                .transaction(async |tx| {
                    tx.update(Account::patch(1).cents(0)).await?;
                    home.kill();
                    Ok(())
                })
                .await;
            let error = ended.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Connect, "{error}");
            assert_eq!(error.database(), Some("till"));
            drop(session);
            // The pool has thrown it away.
            let mut session = engine.session().await.unwrap();
            let row = session.get::<Account>(1).await.unwrap().unwrap();
            assert_eq!(row.cents, crate::models::AT_FIRST);
        }
    };
}

/// Lost before its server has heard of the COMMIT: its client cannot tell.
mod killed_before_commit {
    use super::*;

    #[cfg(feature = "postgres")]
    in_both!(
        postgres,
        PgConnection,
        killed_before_commit!(AsyncPgConnection)
    );
    #[cfg(feature = "mysql")]
    in_both!(
        mariadb,
        MysqlConnection,
        killed_before_commit!(AsyncMysqlConnection)
    );
}
