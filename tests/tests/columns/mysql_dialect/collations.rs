//! Tables that were there before, with a collation that heeds no case; and names of the database.

use orm_core::diesel::sql_query;
use orm_core::vocabulary::*;

#[derive(Model, Debug, Clone, PartialEq)]
#[model(has_many(pets: Pet))]
struct Owner {
    #[model(key)]
    name: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
struct Pet {
    #[model(generated)]
    id: i64,
    #[model(belongs_to = Owner)]
    owner_id: String,
}

scenario!(
    mysql(a_relation_that_only_the_server_sees_is_told),
    |place| {
        let mut session = place.session().await.unwrap();
        for sql in [
            "CREATE TABLE owners (name VARCHAR(20) COLLATE utf8mb4_general_ci PRIMARY KEY)",
            "CREATE TABLE pets (id BIGINT AUTO_INCREMENT PRIMARY KEY, \
         owner_id VARCHAR(20) COLLATE utf8mb4_general_ci NOT NULL, \
         FOREIGN KEY (owner_id) REFERENCES owners (name))",
            "INSERT INTO owners VALUES ('Ann'), ('Bob')",
            "INSERT INTO pets (owner_id) VALUES ('Bob'), ('ANN')",
        ] {
            sql_query(sql).execute(&mut session).await.unwrap();
        }
        let error = Owner::query()
            .with(owner::pets)
            .load(&mut session)
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Refused, "{error}");
        let text = error.to_string();
        assert!(text.contains("`pets.owner_id` has `ANN`"), "{text}");
        let error = Pet::query()
            .with(pet::owner)
            .load(&mut session)
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Refused, "{error}");
        assert!(
            error.to_string().contains("`owners.name` has `Ann`"),
            "{error}"
        );
        // Written alike, all is well.
        let alike = sql_query("UPDATE pets SET owner_id = 'Ann' WHERE id = 2");
        alike.execute(&mut session).await.unwrap();
        let owners = Owner::query()
            .with(owner::pets)
            .load(&mut session)
            .await
            .unwrap();
        assert_eq!(owners[0][owner::pets].len(), 1);
        let pets = Pet::query()
            .with(pet::owner)
            .load(&mut session)
            .await
            .unwrap();
        assert!(pets.iter().all(|pet| pet[pet::owner].is_some()));
    }
);

#[derive(Model, Debug, Clone, PartialEq)]
struct Line {
    #[model(generated)]
    id: i64,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "order")]
struct Order {
    #[model(generated)]
    id: i64,
    #[model(belongs_to = Line)]
    line_id: i64,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "order_line")]
struct OrderLine {
    #[model(key, belongs_to = Line)]
    id: i64,
}

scenario!(
    two_foreign_keys_of_one_name_are_refused_where_they_collide,
    |place| {
        let made = place.create_all(schema![Line, Order, OrderLine]).await;
        if place.database != orm_core::backend::Database::Mysql {
            return made.unwrap();
        }
        let error = made.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported, "{error}");
        let text = error.to_string();
        assert!(
            text.contains("`order`") && text.contains("`order_line`"),
            "{text}"
        );
        assert!(text.contains("`order_line_id_fkey`"), "{text}");
    }
);
