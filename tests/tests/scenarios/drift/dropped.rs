//! `drop_all` touches nothing outside of its list.

use orm_core::diesel::sql_query;
use orm_core::vocabulary::*;

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "roots")]
struct Root {
    #[model(generated)]
    id: i64,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "twigs")]
struct Twig {
    #[model(generated)]
    id: i64,
    #[model(belongs_to = Root, on_delete = cascade)]
    root_id: i64,
}

// The others refuse by themselves; SQLite would delete the rows.
scenario!(
    sqlite(a_table_that_others_refer_to_is_not_dropped),
    |place| {
        place.create_all(schema![Root, Twig]).await.unwrap();
        let mut session = place.session().await.unwrap();
        let root = session.insert(NewRoot {}).await.unwrap();
        let twig = session.insert(NewTwig { root_id: root.id }).await.unwrap();
        drop(session);
        let error = place.drop_all(schema![Root]).await.unwrap_err();
        assert_eq!(error.kind(), orm_core::error::ErrorKind::Refused, "{error}");
        assert!(error.to_string().contains("`twigs`"), "{error}");
        let mut session = place.session().await.unwrap();
        assert_eq!(Twig::query().load(&mut session).await.unwrap(), [twig]);
        drop(session);
        place.drop_all(schema![Root, Twig]).await.unwrap();
    }
);

scenario!(sqlite(a_table_that_a_view_reads_is_not_dropped), |place| {
    place.create_all(schema![Root]).await.unwrap();
    let mut session = place.session().await.unwrap();
    session.insert(NewRoot {}).await.unwrap();
    for view in [
        "CREATE VIEW below AS SELECT id FROM roots",
        "CREATE VIEW above AS SELECT id FROM below",
        "CREATE VIEW broken AS SELECT id FROM nowhere",
    ] {
        sql_query(view).execute(&mut session).await.unwrap();
    }
    drop(session);
    let error = place.drop_all(schema![Root]).await.unwrap_err();
    assert!(error.to_string().contains("the view `below`"), "{error}");
    let mut session = place.session().await.unwrap();
    assert_eq!(Root::query().count(&mut session).await.unwrap(), 1);
    for view in ["DROP VIEW above", "DROP VIEW below"] {
        sql_query(view).execute(&mut session).await.unwrap();
    }
    drop(session);
    place.drop_all(schema![Root]).await.unwrap();
});
