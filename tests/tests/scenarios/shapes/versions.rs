//! A version column: whoever changes a row that somebody else changed is told.

use orm_core::vocabulary::*;

#[derive(Model, Debug, Clone, PartialEq)]
struct Account {
    #[model(generated)]
    id: i64,
    #[model(unique)]
    owner: String,
    #[model(default = 0)]
    cents: i64,
    #[model(version)]
    version: i32,
}

fn ann() -> NewAccount {
    NewAccount {
        owner: "Ann".into(),
    }
}

scenario!(each_update_counts_the_version, |place| {
    place.create_all(schema![Account]).await.unwrap();
    let mut session = place.session().await.unwrap();
    let account = session.insert(ann()).await.unwrap();
    assert_eq!(account.version, 1);
    session.update(account.edit().cents(5)).await.unwrap();
    session
        .update(Account::patch(account.id).cents(6))
        .await
        .unwrap();
    let now = session.get::<Account>(account.id).await.unwrap().unwrap();
    assert_eq!((now.cents, now.version), (6, 3));
    assert_eq!(session.update(now.edit()).await.unwrap(), 0);
    assert_eq!(session.get::<Account>(now.id).await.unwrap(), Some(now));
});

scenario!(a_row_that_somebody_else_changed_is_stale, |place| {
    place.create_all(schema![Account]).await.unwrap();
    let mut session = place.session().await.unwrap();
    let read = session.insert(ann()).await.unwrap();
    session.update(read.edit().cents(5)).await.unwrap();

    let error = session.update(read.edit().cents(7)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Stale, "{error}");
    assert!(error.is_stale() && !error.is_retryable());
    assert!(
        error.to_string().contains("Account 1 was changed"),
        "{error}"
    );
    let error = session.delete(&read).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Stale, "{error}");

    let now = session.get::<Account>(read.id).await.unwrap().unwrap();
    assert_eq!((now.cents, now.version), (5, 2), "nothing was lost");
    let by_client = Account::patch(now.id).cents(8).expect_version(2);
    assert_eq!(session.update(by_client.clone()).await.unwrap(), 1);
    let error = session.update(by_client).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Stale, "{error}");
});

scenario!(a_row_that_is_gone_is_not_stale, |place| {
    place.create_all(schema![Account]).await.unwrap();
    let mut session = place.session().await.unwrap();
    let read = session.insert(ann()).await.unwrap();
    assert!(session.delete(&read).await.unwrap());
    let error = session.update(read.edit().cents(7)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound, "{error}");
    assert!(!session.delete(&read).await.unwrap());
});

scenario!(
    an_upsert_counts_the_version_of_the_row_in_the_way,
    |place| {
        place.create_all(schema![Account]).await.unwrap();
        let mut session = place.session().await.unwrap();
        let first = session
            .upsert(ann().cents(1), accounts::owner)
            .await
            .unwrap();
        let second = session
            .upsert(ann().cents(2), accounts::owner)
            .await
            .unwrap();
        assert_eq!((first.version, second.version), (1, 2));
        assert_eq!((second.id, second.cents), (first.id, 2));
        let nothing = session.upsert(ann(), accounts::owner).await.unwrap();
        assert_eq!((nothing.version, nothing.cents), (2, 2));
    }
);

scenario!(diesels_own_update_counts_too, |place| {
    place.create_all(schema![Account]).await.unwrap();
    let mut session = place.session().await.unwrap();
    let account = session.insert(ann()).await.unwrap();
    orm_core::diesel::update(accounts::table)
        .set(Account::patch(account.id).cents(9))
        .execute(&mut session)
        .await
        .unwrap();
    let now = session.get::<Account>(account.id).await.unwrap().unwrap();
    assert_eq!((now.cents, now.version), (9, 2));
});
