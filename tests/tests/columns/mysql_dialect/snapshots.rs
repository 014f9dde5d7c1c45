//! What a write missed is read as it is now, and not as the transaction's snapshot has it.

use orm_core::vocabulary::*;

#[derive(Model, Debug, Clone, PartialEq)]
struct Account {
    #[model(generated)]
    id: i64,
    cents: i64,
    #[model(version)]
    version: i32,
}

#[derive(Model, Debug, Clone, PartialEq)]
struct Letter {
    #[model(generated)]
    id: i64,
    text: String,
    #[model(version)]
    version: i32,
    #[model(soft_delete)]
    deleted_at: Option<NaiveDateTime>,
}

scenario!(
    mysql(a_stale_row_is_stale_inside_of_a_transaction_too),
    |place| {
        place.create_all(schema![Account, Letter]).await.unwrap();
        let mut session = place.session().await.unwrap();
        let mut other = place.session().await.unwrap();
        session.insert(NewAccount { cents: 1 }).await.unwrap();
        session
            .insert(NewLetter { text: "a".into() })
            .await
            .unwrap();
        let done = session
            .transaction(async |tx| {
                let read = tx.get::<Account>(1).await?.expect("it is there");
                let letter = tx.get::<Letter>(1).await?.expect("it is there");
                other.update(Account::patch(1).cents(2)).await?;
                other.update(Letter::patch(1).text("b")).await?;
                // REPEATABLE READ: it sees what it read.
                assert_eq!(tx.get::<Account>(1).await?, Some(read.clone()));
                let error = tx.update(read.edit().cents(3)).await.unwrap_err();
                assert_eq!(error.kind(), ErrorKind::Stale, "{error}");
                let error = tx.delete(&read).await.unwrap_err();
                assert_eq!(error.kind(), ErrorKind::Stale, "{error}");
                let error = tx.delete(&letter).await.unwrap_err();
                assert_eq!(error.kind(), ErrorKind::Stale, "{error}");
                let error = tx.delete_forever(&letter).await.unwrap_err();
                assert_eq!(error.kind(), ErrorKind::Stale, "{error}");
                Ok::<_, orm_core::Error>(())
            })
            .await;
        done.unwrap();
        // A row that is gone is still no stale one.
        let done = session
            .transaction(async |tx| {
                let read = tx.get::<Account>(1).await?.expect("it is there");
                other.delete_key::<Account>(1).await?;
                assert_eq!(tx.get::<Account>(1).await?, Some(read.clone()));
                let error = tx.update(read.edit().cents(3)).await.unwrap_err();
                assert_eq!(error.kind(), ErrorKind::NotFound, "{error}");
                assert!(!tx.delete(&read).await?);
                Ok::<_, orm_core::Error>(())
            })
            .await;
        done.unwrap();
    }
);

// PostgreSQL says so itself, at the UPDATE.
scenario!(
    postgres(a_stale_row_is_a_conflict_with_the_snapshot),
    |place| {
        place.create_all(schema![Account]).await.unwrap();
        let mut session = place.session().await.unwrap();
        let mut other = place.session().await.unwrap();
        session.insert(NewAccount { cents: 1 }).await.unwrap();
        for level in ["REPEATABLE READ", "SERIALIZABLE"] {
            for delete in [false, true] {
                let done = session
                    .transaction(async |tx| {
                        let level = format!("SET TRANSACTION ISOLATION LEVEL {level}");
                        tx.batch_execute(&level).await?;
                        let read = tx.get::<Account>(1).await?.expect("it is there");
                        other.update(Account::patch(1).cents(2)).await?;
                        match delete {
                            true => tx.delete(&read).await.map(|_| ()),
                            false => tx.update(read.edit().cents(3)).await.map(|_| ()),
                        }
                    })
                    .await;
                assert_eq!(done.unwrap_err().kind(), ErrorKind::Conflict);
            }
        }
    }
);
