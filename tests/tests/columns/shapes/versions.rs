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
    let versions = |error: &orm_core::Error| {
        let versions = error.stale_versions().expect("it is stale");
        (versions.expected, versions.found)
    };
    assert_eq!(versions(&error), (1, 2));
    let error = session.delete(&read).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Stale, "{error}");
    assert_eq!(versions(&error), (1, 2));

    let now = session.get::<Account>(read.id).await.unwrap().unwrap();
    assert_eq!((now.cents, now.version), (5, 2), "nothing was lost");
    let by_client = Account::patch(now.id).cents(8).expect_version(2);
    assert_eq!(session.update(by_client.clone()).await.unwrap(), 1);
    let error = session.update(by_client).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Stale, "{error}");
    assert_eq!(versions(&error), (2, 3));
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

scenario!(an_upsert_of_a_row_asks_for_its_version, |place| {
    place.create_all(schema![Account]).await.unwrap();
    let mut session = place.session().await.unwrap();
    let read = session.insert(ann()).await.unwrap();
    session.update(read.edit().cents(5)).await.unwrap();

    let mine = Account {
        cents: 7,
        ..read.clone()
    };
    for target in [true, false] {
        let error = match target {
            true => session.upsert(mine.clone(), accounts::id).await,
            false => session.upsert(mine.clone(), accounts::owner).await,
        };
        let error = error.unwrap_err();
        assert!(error.is_stale(), "{error}");
        let versions = error.stale_versions().expect("it is stale");
        assert_eq!((versions.expected, versions.found), (1, 2));
    }
    let by_client = ann().cents(8).version(1);
    let error = session.upsert(by_client.clone(), accounts::owner).await;
    assert!(error.unwrap_err().is_stale());
    let now = session.get::<Account>(read.id).await.unwrap().unwrap();
    assert_eq!((now.cents, now.version), (5, 2), "nothing was lost");

    let mine = Account { cents: 7, ..now };
    let after = session.upsert(mine.clone(), accounts::id).await.unwrap();
    assert_eq!((after.cents, after.version), (7, 3));
    let after = session
        .upsert(by_client.version(3), accounts::owner)
        .await
        .unwrap();
    assert_eq!((after.id, after.cents, after.version), (read.id, 8, 4));

    // Of a row that is there no more, it is an insert.
    assert!(session.delete(&after).await.unwrap());
    assert_eq!(
        session.upsert(after.clone(), accounts::id).await.unwrap(),
        after
    );
});

scenario!(
    a_patch_that_expects_a_version_is_no_change_of_diesels,
    |place| {
        place.create_all(schema![Account]).await.unwrap();
        let mut session = place.session().await.unwrap();
        let account = session.insert(ann()).await.unwrap();
        let error = orm_core::diesel::update(accounts::table)
            .set(account.edit().cents(9))
            .execute(&mut session)
            .await
            .unwrap_err();
        let error = orm_core::Error::from(error);
        assert!(error.to_string().contains("expects its version"), "{error}");
        let now = session.get::<Account>(account.id).await.unwrap();
        assert_eq!(now, Some(account));
    }
);

factories_make!(Account);
