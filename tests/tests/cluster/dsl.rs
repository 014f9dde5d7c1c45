//! Diesel's own DSL over models with a shard key: `eq` on the key is a node of
//! ours there, and must stand wherever Diesel's stands.

use orm_core::diesel;
use orm_core::vocabulary::*;

use crate::on::on_sqlite;

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "customers", shard_key = id)]
struct Customer {
    #[model(generated = time_id)]
    id: i64,
    name: String,
    boss_id: Option<i64>,
}
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "orders", shard_key = customer_id)]
struct Order {
    #[model(generated)]
    id: i64,
    #[model(belongs_to = Customer)]
    customer_id: i64,
    total: i32,
    price: Decimal,
    day: NaiveDate,
    u: Uuid,
}

on_sqlite!(a_shard_key_stands_wherever_a_column_stands, {
    let e = Engine::<Conn>::open(":memory:").await?;
    e.create_all(schema![Customer, Order]).await?;
    let mut s = e.session().await?;
    s.insert(NewCustomer { name: "x".into() }.id(5)).await?;
    s.insert(NewOrder {
        customer_id: 5,
        total: 1,
        price: 2.into(),
        day: Default::default(),
        u: Uuid::nil(),
    })
    .await?;
    let n: Vec<Order> = Order::query()
        .filter(not(orders::customer_id.eq(6)))
        .load(&mut s)
        .await?;
    assert_eq!(n.len(), 1);
    let n: Vec<Order> = Order::query()
        .filter(orders::customer_id.eq(6).or(orders::total.eq(1)))
        .load(&mut s)
        .await?;
    assert_eq!(n.len(), 1);
    let n: Vec<Order> = Order::query()
        .filter(orders::total.eq(1).and(orders::customer_id.eq(5)))
        .load(&mut s)
        .await?;
    assert_eq!(n.len(), 1);
    let n: Vec<Order> = orders::table
        .filter(orders::customer_id.eq(5))
        .filter(orders::total.gt(0))
        .load(&mut s)
        .await
        .unwrap();
    assert_eq!(n.len(), 1);
    let mut b = orders::table.into_boxed();
    b = b.filter(orders::customer_id.eq(5));
    b = b.or_filter(orders::u.eq(Uuid::nil()));
    let n: Vec<Order> = b.load(&mut s).await.unwrap();
    assert_eq!(n.len(), 1);
    let n: Vec<Customer> = customers::table
        .filter(exists(
            orders::table.filter(orders::customer_id.eq(customers::id)),
        ))
        .load(&mut s)
        .await
        .unwrap();
    assert_eq!(n.len(), 1);
    let n: Vec<Customer> = Customer::query()
        .filter(exists(
            orders::table.filter(orders::customer_id.eq(customers::id)),
        ))
        .load(&mut s)
        .await?;
    assert_eq!(n.len(), 1);
    let n: Vec<i32> = orders::table
        .select(orders::total + 1)
        .load(&mut s)
        .await
        .unwrap();
    assert_eq!(n, [2]);
    let n: Option<i64> = Order::query()
        .select(sum(orders::total * 2))
        .first(&mut s)
        .await?;
    assert_eq!(n, Some(2));
    diesel::update(orders::table.filter(orders::customer_id.eq(5)))
        .set(orders::total.eq(orders::total + 1))
        .execute(&mut s)
        .await
        .unwrap();
    diesel::update(customers::table.find(5))
        .set((customers::name.eq("n"), customers::boss_id.eq(Some(5))))
        .execute(&mut s)
        .await
        .unwrap();
    diesel::insert_into(customers::table)
        .values((customers::id.eq(9), customers::name.eq("k")))
        .execute(&mut s)
        .await
        .unwrap();
    diesel::insert_into(customers::table)
        .values((customers::id.eq(19), customers::name.eq("k")))
        .execute(&mut s)
        .await
        .unwrap();
    diesel::insert_into(customers::table)
        .values(Customer {
            id: 10,
            name: "m".into(),
            boss_id: None,
        })
        .on_conflict(customers::id)
        .do_update()
        .set(customers::name.eq("z"))
        .execute(&mut s)
        .await
        .unwrap();
    let boss = diesel::alias!(customers as boss);
    let n: Vec<(String, String)> = Customer::query()
        .inner_join(boss.on(customers::boss_id.eq(boss.field(customers::id).nullable())))
        .select((customers::name, boss.field(customers::name)))
        .load(&mut s)
        .await?;
    assert_eq!(n.len(), 1);
    let n: Vec<(i64, i64)> = Customer::query()
        .left_join(orders::table)
        .group_by(customers::id)
        .select((customers::id, count(orders::id.nullable())))
        .order_by(customers::id)
        .load(&mut s)
        .await?;
    assert_eq!(n, [(5, 1), (9, 0), (10, 0), (19, 0)]);
    let n: i64 = customers::table.count().get_result(&mut s).await.unwrap();
    assert_eq!(n, 4);
    let x: Vec<Customer> = diesel::delete(customers::table.filter(customers::id.eq(9)))
        .returning(Customer::as_returning())
        .get_results(&mut s)
        .await
        .unwrap();
    assert_eq!((x.len(), x[0].name.as_str()), (1, "k"));
    let parents = customers::table.load::<Customer>(&mut s).await.unwrap();
    assert_eq!(parents.len(), 3);
    Ok(())
});

// Diesel has a special case for SQLite here, which diesel-async lacks.
on_sqlite!(sync(tuples_are_inserted_together), {
    let engine = Engine::<Conn>::open(":memory:").await?;
    engine.create_all(schema![Customer]).await?;
    let mut session = engine.session().await?;
    let row = |id: i64, name: &'static str| (customers::id.eq(id), customers::name.eq(name));
    let inserted = diesel::insert_into(customers::table)
        .values(&vec![row(19, "k"), row(20, "l")])
        .execute(&mut session);
    assert_eq!(inserted.unwrap(), 2);
    assert_eq!(Customer::query().count(&mut session).await?, 2);
    Ok(())
});
