//! Shapes of models: what columns, keys and indexes may be.

/// Twenty rows of each model, made by the factories of the testing kit.
macro_rules! factories_make {
    ($($model:ident),+) => {
        factories_make!([factories_make_rows_of_these] $($model),+);
    };
    (returning($($model:ident),+)) => {
        factories_make!([returning(factories_make_rows_of_these)] $($model),+);
    };
    ([$($name:tt)+] $($model:ident),+) => {
        scenario!($($name)+, |place| {
            place.create_all(schema![$($model),+]).await.unwrap();
            let mut session = place.session().await.unwrap();
            $(
                let made = <$model as orm_core::testing::ModelFactory>::factory();
                let made = made.create_many(20, &mut session).await.unwrap();
                assert_eq!(made.len(), 20);
            )+
        });
    };
}

mod adoption;
mod declared;
mod embedded;
mod foreign_keys;
mod index_names;
mod kept;
mod outside;
mod partial;
mod soft_delete;
mod triggers;
mod versions;
mod views;
