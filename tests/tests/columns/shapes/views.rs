//! Views: models that are read.

use orm_core::backend::Database;
use orm_core::ddl;
use orm_core::vocabulary::*;

#[derive(Model, Debug, Clone, PartialEq)]
#[model(has_many(totals: ShopTotal, big: BigSale))]
struct Shop {
    #[model(generated)]
    id: i64,
    name: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
struct Sale {
    #[model(generated)]
    id: i64,
    #[model(belongs_to = Shop)]
    shop_id: i64,
    cents: i64,
}

/// With a key, and a way to the shop.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(view = "SELECT shop_id, count(*) AS sales FROM sales GROUP BY shop_id")]
struct ShopTotal {
    #[model(key, belongs_to = Shop)]
    shop_id: i64,
    sales: i64,
}

/// Without a key.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(
    table = "big_sales",
    view = "SELECT cents, shop_id FROM sales WHERE cents > 100"
)]
struct BigSale {
    cents: i64,
    #[model(belongs_to = Shop)]
    shop_id: i64,
}

/// Made elsewhere.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "elsewhere", view)]
struct Elsewhere {
    id: i64,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(
    view(materialized, "SELECT count(*) AS sales FROM sales"),
    unique(sales),
    table = "counted"
)]
struct Counted {
    sales: i64,
}

scenario!(views_are_made_after_tables_and_read, |place| {
    let tables = schema![ShopTotal, BigSale, Elsewhere, Sale, Shop];
    place.create_all(tables).await.unwrap();
    place.create_all(tables).await.unwrap();
    let mut session = place.session().await.unwrap();
    let shop = session.insert(NewShop { name: "s".into() }).await.unwrap();
    let other = session.insert(NewShop { name: "t".into() }).await.unwrap();
    for cents in [50, 150, 250] {
        let sale = NewSale {
            shop_id: shop.id,
            cents,
        };
        session.insert(sale).await.unwrap();
    }
    let total = session.get::<ShopTotal>(shop.id).await.unwrap().unwrap();
    assert_eq!(total.sales, 3);
    assert_eq!(session.get::<ShopTotal>(other.id).await.unwrap(), None);
    let big = BigSale::query()
        .order_by(big_sales::cents.desc())
        .load(&mut session)
        .await
        .unwrap();
    assert_eq!(
        big.iter().map(|sale| sale.cents).collect::<Vec<_>>(),
        [250, 150]
    );
    assert_eq!(session.get::<BigSale>(big[0].key()).await.unwrap(), None);
    let joined: Vec<(ShopTotal, Shop)> = ShopTotal::query()
        .inner_join(shops::table)
        .load(&mut session)
        .await
        .unwrap();
    assert_eq!(joined[0].1, shop);
    let shops = Shop::query()
        .order_by(shops::id)
        .with(shop::totals)
        .load(&mut session)
        .await
        .unwrap();
    let counts: Vec<usize> = shops.iter().map(|row| row[shop::totals].len()).collect();
    assert_eq!(counts, [1, 0]);
    place.drop_all(tables).await.unwrap();
});

scenario!(
    postgres(a_materialized_view_is_as_it_was_refreshed),
    |place| {
        let tables = schema![Counted, Sale, Shop];
        place.create_all(tables).await.unwrap();
        let mut session = place.session().await.unwrap();
        let shop = session.insert(NewShop { name: "s".into() }).await.unwrap();
        let sale = NewSale {
            shop_id: shop.id,
            cents: 5,
        };
        session.insert(sale).await.unwrap();
        let count = Counted::query().first(&mut session).await.unwrap();
        assert_eq!(count.sales, 0);
        session.refresh::<Counted>().await.unwrap();
        let count = Counted::query().first(&mut session).await.unwrap();
        assert_eq!(count.sales, 1);
        session
            .batch_execute("REFRESH MATERIALIZED VIEW CONCURRENTLY counted")
            .await
            .expect("it has a unique index");
        let error = session.refresh::<BigSale>().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported, "{error}");
        place.drop_all(tables).await.unwrap();
    }
);

#[test]
fn a_database_without_materialized_views_says_so() {
    for database in [Database::Sqlite, Database::Mysql] {
        let error = ddl::create_all(database, schema![Counted, Sale, Shop].tables()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported);
        assert!(
            error
                .to_string()
                .starts_with("`counted` is a materialized view"),
            "{error}"
        );
    }
}

scenario!(a_view_without_a_key_is_loaded_along, |place| {
    let tables = schema![ShopTotal, BigSale, Elsewhere, Sale, Shop];
    place.create_all(tables).await.unwrap();
    let mut session = place.session().await.unwrap();
    let shop = session.insert(NewShop { name: "s".into() }).await.unwrap();
    for cents in [50, 150] {
        let sale = NewSale {
            shop_id: shop.id,
            cents,
        };
        session.insert(sale).await.unwrap();
    }
    let shops = Shop::query()
        .with(shop::big)
        .load(&mut session)
        .await
        .unwrap();
    let big = BigSale {
        cents: 150,
        shop_id: shop.id,
    };
    assert_eq!(shops[0][shop::big], [big]);
});

factories_make!(Shop, Sale);
