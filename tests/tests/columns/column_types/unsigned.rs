//! Calculations with the whole numbers that Diesel has no type for.

use orm_core::backend::Database;
use orm_core::vocabulary::*;

#[derive(Model, Debug, Clone, PartialEq)]
struct Stock {
    #[model(generated)]
    id: i64,
    n: u32,
    reserved: u32,
    tiny: i8,
    byte: u8,
    short: u16,
    long: u64,
    spare: Option<u32>,
}

fn stock() -> StockDraft {
    let form = NewStock {
        n: 7,
        reserved: 2,
        tiny: -5,
        byte: 200,
        short: 60_000,
        long: 3,
    };
    form.spare(4)
}

scenario!(numbers_without_a_sign_are_calculated_with, |place| {
    place.create_all(schema![Stock]).await.unwrap();
    let mut session = place.session().await.unwrap();
    session.insert(stock()).await.unwrap();
    macro_rules! is {
        ($($expr:expr => $ty:ty, $value:expr;)*) => { form! {$(
            let value = Stock::query().select($expr).first::<$ty, _>(&mut session).await;
            assert_eq!(value.unwrap(), $value, stringify!($expr));
        )*} };
    }
    is! {
        stocks::n - stocks::reserved => u32, 5;
        stocks::n * stocks::reserved => u32, 14;
        stocks::n - 1 => u32, 6;
        stocks::n / 2 => u32, 3;
        stocks::n / stocks::reserved => u32, 3;
        stocks::n + stocks::n * stocks::reserved => u32, 21;
        stocks::tiny + 1 => i8, -4;
        stocks::byte + 55 => u8, 255;
        stocks::short - 1 => u16, 59_999;
        stocks::long * 2 => u64, 6;
        stocks::spare + 1 => Option<u32>, Some(5);
    }
    let found = Stock::query().filter(stocks::n.gt(stocks::reserved * 3));
    assert_eq!(found.count(&mut session).await.unwrap(), 1);
});

scenario!(less_than_nothing_is_an_error, |place| {
    place.create_all(schema![Stock]).await.unwrap();
    let mut session = place.session().await.unwrap();
    let row = session.insert(stock()).await.unwrap();
    let less = Stock::query().select(stocks::reserved - stocks::n);
    let error = less.first::<u32, _>(&mut session).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conversion, "{error}");
    let less = Stock::query().select(stocks::long - 4);
    let error = less.first::<u64, _>(&mut session).await.unwrap_err();
    if place.database != Database::Mysql {
        assert_eq!(error.kind(), ErrorKind::Conversion, "{error}");
    }
    orm_core::diesel::update(stocks::table)
        .set(stocks::n.eq(stocks::reserved - stocks::n))
        .execute(&mut session)
        .await
        .unwrap_err();
    assert_eq!(session.get::<Stock>(row.id).await.unwrap(), Some(row));
});
