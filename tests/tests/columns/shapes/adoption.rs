//! A model beside a table of `diesel::table!`: a Diesel project moves one table at a time.

use orm_core::vocabulary::*;

/// What `diesel print-schema` wrote.
mod schema {
    diesel::table! {
        use diesel::sql_types::*;

        writers (id) {
            id -> BigInt,
            name -> Text,
            born -> Nullable<Date>,
        }
    }

    diesel::table! {
        use diesel::sql_types::*;

        books (id) {
            id -> BigInt,
            writer_id -> BigInt,
            title -> Text,
        }
    }

    diesel::table! {
        use diesel::sql_types::*;

        staff (id) {
            id -> BigInt,
            full_name -> Text,
            #[sql_name = "type"]
            type_ -> Integer,
        }
    }

    diesel::joinable!(books -> writers (writer_id));
    diesel::allow_tables_to_appear_in_same_query!(books, writers);
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(schema = schema::writers)]
struct Writer {
    #[model(generated)]
    id: i64,
    #[model(length(1..))]
    name: String,
    born: Option<NaiveDate>,
}

/// Named as its table there, whose name is no plural that could be guessed.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(schema = schema::staff)]
struct Employee {
    #[model(generated)]
    id: i64,
    #[model(column = "full_name")]
    name: String,
    #[model(column = "type")]
    kind: i32,
}

/// Not moved yet: Diesel's own derives, as they were before.
#[derive(diesel::Queryable, diesel::Selectable, Debug, PartialEq)]
#[diesel(table_name = schema::books)]
struct Book {
    id: i64,
    writer_id: i64,
    title: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "books")]
struct BookTable {
    #[model(generated)]
    id: i64,
    #[model(belongs_to = Writer)]
    writer_id: i64,
    title: String,
}

scenario!(a_model_serves_the_old_table_and_the_new, |place| {
    place.create_all(schema![Writer, BookTable]).await.unwrap();
    let mut session = place.session().await.unwrap();
    // The new way.
    let ann = session
        .insert(NewWriter { name: "Ann".into() })
        .await
        .unwrap();
    // The old way, with the same forms and the same struct.
    diesel::insert_into(schema::writers::table)
        .values(NewWriter { name: "Bob".into() })
        .execute(&mut session)
        .await
        .unwrap();
    diesel::insert_into(schema::books::table)
        .values((
            schema::books::writer_id.eq(ann.id),
            schema::books::title.eq("A"),
        ))
        .execute(&mut session)
        .await
        .unwrap();
    diesel::update(schema::writers::table.find(ann.id))
        .set(Writer::patch(ann.id).name("Anne"))
        .execute(&mut session)
        .await
        .unwrap();
    let joined: Vec<(Book, Writer)> = schema::books::table
        .inner_join(schema::writers::table)
        .select((Book::as_select(), Writer::as_select()))
        .load(&mut session)
        .await
        .unwrap();
    assert_eq!(
        joined[0].0,
        Book {
            id: 1,
            writer_id: ann.id,
            title: "A".into()
        }
    );
    assert_eq!(joined[0].1.name, "Anne");
    let writers: Vec<Writer> = schema::writers::table
        .order_by(schema::writers::name)
        .load(&mut session)
        .await
        .unwrap();
    let again = Writer::query()
        .order_by(writers::name)
        .load(&mut session)
        .await
        .unwrap();
    assert_eq!(writers, again);
    assert_eq!(
        session.get::<Writer>(ann.id).await.unwrap(),
        Some(writers[0].clone())
    );
    let error = session
        .update(Writer::patch(ann.id).name(""))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Invalid);
});

scenario!(a_model_has_the_names_of_the_old_table, |place| {
    place.create_all(schema![Employee]).await.unwrap();
    let mut session = place.session().await.unwrap();
    let form = NewEmployee {
        name: "Ann".into(),
        kind: 2,
    };
    let ann = session.insert(form).await.unwrap();
    let found: Vec<Employee> = schema::staff::table
        .filter(schema::staff::full_name.eq("Ann"))
        .select(Employee::as_select())
        .load(&mut session)
        .await
        .unwrap();
    assert_eq!(found, [ann]);
});

factories_make!(Writer, Employee, BookTable);
