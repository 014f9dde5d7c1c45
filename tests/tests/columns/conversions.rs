//! Values that a database or a type refuses: typed errors that name the field.

use orm_core::backend::Database;
use orm_core::vocabulary::*;

#[derive(Debug, Clone, Copy, PartialEq)]
enum Size {
    Small,
    Large,
}

impl ColumnType for Size {
    type Stored = String;

    fn into_stored(self) -> String {
        if self == Size::Small {
            "small"
        } else {
            "large"
        }
        .to_owned()
    }

    fn from_stored(stored: String) -> Result<Self, ColumnError> {
        match stored.as_str() {
            "small" => Ok(Size::Small),
            "large" => Ok(Size::Large),
            other => Err(format!("`{other}` is no size").into()),
        }
    }
}

#[derive(Model, Debug, Clone, PartialEq)]
struct Shirt {
    #[model(generated)]
    id: i64,
    size: Size,
    stock: u64,
}

scenario!(
    a_number_that_no_column_holds_is_refused_and_nothing_is_written,
    |place| {
        place.create_all(schema![Shirt]).await.unwrap();
        let mut session = place.session().await.unwrap();
        let form = |stock| NewShirt {
            size: Size::Small,
            stock,
        };
        if place.database == Database::Mysql {
            // The only one with unsigned numbers of 64 bits.
            let row = session.insert(form(u64::MAX)).await.unwrap();
            assert_eq!(session.get::<Shirt>(row.id).await.unwrap(), Some(row));
            return;
        }
        let error = session.insert(form(u64::MAX)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Conversion, "{error}");
        let many = session
            .insert_many([form(1), form(i64::MAX as u64 + 1)])
            .await
            .unwrap_err();
        assert_eq!(many.kind(), ErrorKind::Conversion, "{many}");
        assert_eq!(Shirt::query().count(&mut session).await.unwrap(), 0);
        let row = session.insert(form(1)).await.unwrap();
        let error = session
            .update(Shirt::patch(row.id).stock(u64::MAX))
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Conversion, "{error}");
        let error = Shirt::query()
            .filter(shirts::stock.eq(u64::MAX))
            .load(&mut session)
            .await;
        assert_eq!(error.unwrap_err().kind(), ErrorKind::Conversion);
        assert_eq!(
            session.get::<Shirt>(row.id).await.unwrap().unwrap().stock,
            1
        );
    }
);

scenario!(
    a_stored_value_that_the_type_refuses_names_the_field,
    |place| {
        place.create_all(schema![Shirt]).await.unwrap();
        let mut session = place.session().await.unwrap();
        let row = session
            .insert(NewShirt {
                size: Size::Large,
                stock: 1,
            })
            .await
            .unwrap();
        orm_core::diesel::sql_query("UPDATE shirts SET size = 'huge'")
            .execute(&mut session)
            .await
            .unwrap();
        for error in [
            session.get::<Shirt>(row.id).await.unwrap_err(),
            Shirt::query().load(&mut session).await.unwrap_err(),
            Shirt::query().first(&mut session).await.unwrap_err(),
        ] {
            assert_eq!(error.kind(), ErrorKind::Conversion);
            let text = error.to_string();
            assert!(
                text.contains("`size`") && text.contains("`huge` is no size"),
                "{text}"
            );
        }
        // The session goes on.
        assert_eq!(Shirt::query().count(&mut session).await.unwrap(), 1);
    }
);

scenario!(a_text_with_nul_is_refused_or_kept_but_never_cut, |place| {
    #[derive(Model, Debug)]
    struct Note {
        #[model(generated)]
        id: i64,
        text: String,
    }
    place.create_all(schema![Note]).await.unwrap();
    let mut session = place.session().await.unwrap();
    // PostgreSQL has no NUL in texts; SQLite keeps it.
    match session
        .insert(NewNote {
            text: "a\0b".into(),
        })
        .await
    {
        Ok(row) => assert_eq!(row.text, "a\0b"),
        Err(error) => assert_eq!(error.kind(), ErrorKind::Invalid, "{error}"),
    }
});

#[derive(Model, Debug, Clone, PartialEq)]
struct Reading {
    #[model(generated)]
    id: i64,
    narrow: f32,
    wide: f64,
}

scenario!(infinite_numbers_come_back_or_are_refused, |place| {
    place.create_all(schema![Reading]).await.unwrap();
    let mut session = place.session().await.unwrap();
    for (narrow, wide) in [(f32::INFINITY, 1.0), (1.0, f64::NEG_INFINITY)] {
        let inserted = session.insert(NewReading { narrow, wide }).await;
        if place.database == Database::Mysql {
            let error = inserted.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Conversion, "{error}");
        } else {
            let row = inserted.unwrap();
            assert_eq!((row.narrow, row.wide), (narrow, wide));
            assert_eq!(session.get::<Reading>(row.id).await.unwrap(), Some(row));
        }
    }
});
