//! What a query is to the server: sort terms, windows, aggregates, calculations, writes of Diesel's.

use orm_core::diesel::sql_query;
use orm_core::prelude::*;
use orm_core::query::Collated;
use orm_core::value::avg_decimal_mysql;

use super::{insert, on_mysql};

#[derive(Model, Debug, Clone, PartialEq)]
struct Sale {
    #[model(generated)]
    id: i64,
    region: String,
    pieces: i32,
    cents: i64,
    price: Decimal,
    weight: f32,
    rating: Option<i16>,
    serial: Option<u64>,
    at: Option<NaiveDateTime>,
}

fn sale(region: &str, pieces: i32, price: &str, rating: Option<i16>) -> SaleDraft {
    let form = NewSale {
        region: region.into(),
        pieces,
        cents: i64::from(pieces) * 1_000_000_000_000,
        price: price.parse().expect("a decimal"),
        weight: 0.1 * pieces as f32,
    };
    form.rating(rating)
}

fn sales(session: &mut Session<MysqlConnection>) {
    let sales = [
        sale("b", 1, "9.5", Some(5)),
        sale("B", 2, "10.25", None),
        sale("a", 4, "0.1", Some(2)),
        sale("a", 4, "0.2", Some(5)),
    ];
    insert(session, sales).unwrap();
}

on_mysql!(nulls_stand_where_they_are_told_to, [Sale], |session| {
    sales(&mut session);
    let ids = |rows: Vec<Sale>| rows.into_iter().map(|row| row.id).collect::<Vec<_>>();
    let by = sales::rating;
    macro_rules! sorted {
        ($term:expr) => {
            ids(Sale::query()
                .order_by(($term, sales::id))
                .load(&mut session)
                .unwrap())
        };
    }
    assert_eq!(sorted!(by.asc()), [2, 3, 1, 4]);
    assert_eq!(sorted!(by.desc()), [1, 4, 3, 2]);
    assert_eq!(sorted!(by.asc().nulls_last()), [3, 1, 4, 2]);
    assert_eq!(sorted!(by.desc().nulls_first()), [2, 1, 4, 3]);
    assert_eq!(sorted!(by.asc().nulls_first()), [2, 3, 1, 4]);
    assert_eq!(sorted!(by.desc().nulls_last()), [1, 4, 3, 2]);
    let grouped: Vec<(String, Option<i64>)> = Sale::query()
        .group_by(sales::region)
        .order_by(sum(sales::rating).asc().nulls_last())
        .select((sales::region, sum(sales::rating)))
        .load(&mut session)
        .unwrap();
    assert_eq!(grouped[2], ("B".to_owned(), None));
    let distinct: Vec<Option<i16>> = Sale::query()
        .distinct()
        .order_by(sales::rating.desc().nulls_first())
        .select(sales::rating)
        .load(&mut session)
        .unwrap();
    assert_eq!(distinct, [None, Some(5), Some(2)]);
});

on_mysql!(windows_cut, [Sale], |session| {
    sales(&mut session);
    let all = Sale::query().order_by(sales::id);
    let ids = |rows: Vec<Sale>| rows.into_iter().map(|row| row.id).collect::<Vec<_>>();
    assert_eq!(
        ids(all.clone().limit(2).load(&mut session).unwrap()),
        [1, 2]
    );
    assert_eq!(ids(all.clone().offset(3).load(&mut session).unwrap()), [4]);
    assert_eq!(
        ids(all.clone().limit(1).offset(1).load(&mut session).unwrap()),
        [2]
    );
    assert_eq!(all.clone().offset(2).first(&mut session).unwrap().id, 3);
    assert_eq!(all.limit(0).optional(&mut session).unwrap(), None);
});

on_mysql!(
    texts_of_other_collations_are_ordered_by_their_bytes,
    [Sale],
    |session| {
        sales(&mut session);
        for column in [
            "VARCHAR(9) COLLATE utf8mb4_general_ci",
            "TEXT CHARACTER SET latin1",
            "VARCHAR(9) COLLATE ucs2_general_ci",
        ] {
            let alter = format!("ALTER TABLE sales MODIFY region {column} NOT NULL");
            sql_query(alter).execute(&mut session).unwrap();
            let sorted: Vec<String> = Sale::query()
                .group_by(sales::region)
                .order_by(min(Collated(sales::region)).desc())
                .select(min(Collated(sales::region)))
                .load::<Option<String>, _>(&mut session)
                .unwrap()
                .into_iter()
                .flatten()
                .collect();
            // The collations know no case: B and b are one group, of which B is the least.
            assert_eq!(sorted, ["a", "B"], "{column}");
            let most: Option<String> = Sale::query()
                .select(max(Collated(sales::region)))
                .first(&mut session)
                .unwrap();
            assert_eq!(most.as_deref(), Some("b"), "{column}");
        }
    }
);

on_mysql!(sums_and_averages_have_their_types, [Sale], |session| {
    sales(&mut session);
    type Sums = (
        Option<i64>,
        Option<i64>,
        Option<f64>,
        Option<Decimal>,
        Option<i64>,
    );
    let sums: Sums = Sale::query()
        .select((
            sum(sales::pieces),
            sum(sales::cents),
            sum(sales::weight),
            sum(sales::price),
            sum(sales::rating),
        ))
        .first(&mut session)
        .unwrap();
    assert_eq!(
        (sums.0, sums.1, sums.4),
        (Some(11), Some(11_000_000_000_000), Some(12))
    );
    let weights: f64 = [0.1_f32, 0.2, 0.4, 0.4].iter().map(|w| f64::from(*w)).sum();
    assert_eq!(sums.2, Some(weights));
    assert_eq!(sums.3.unwrap().to_string(), "20.05");
    type Means = (
        Option<f64>,
        Option<f64>,
        Option<f64>,
        Option<Decimal>,
        Option<f64>,
    );
    let means: Means = Sale::query()
        .select((
            avg(sales::pieces),
            avg(sales::cents),
            avg(sales::weight),
            avg(sales::price),
            avg(sales::serial),
        ))
        .first(&mut session)
        .unwrap();
    assert_eq!((means.0, means.1), (Some(2.75), Some(2.75e12)));
    assert_eq!(means.2, Some(weights / 4.0));
    assert_eq!(means.3.unwrap().to_string(), "5.0125");
    assert_eq!(means.4, None);
    let most = Sale::query()
        .group_by(sales::region)
        .having(avg(sales::price).gt("0.14".parse::<Decimal>().unwrap()))
        .order_by(avg(sales::price).desc())
        .select((sales::region, min(sales::rating), max(sales::weight)));
    let most: Vec<(String, Option<i16>, Option<f32>)> = most.load(&mut session).unwrap();
    assert_eq!(most[2], ("a".to_owned(), Some(2), Some(0.4)));
});

on_mysql!(a_sum_that_no_integer_holds_is_an_error, [Sale], |session| {
    sales(&mut session);
    let form = sale("z", 0, "0", None).serial(u64::MAX);
    insert(&mut session, [form]).unwrap();
    session.update(Sale::patch(5).cents(i64::MAX)).unwrap();
    for total in [
        Sale::query().select(sum(sales::cents)).first(&mut session),
        Sale::query().select(sum(sales::serial)).first(&mut session),
    ] {
        let total: orm_core::Result<Option<i64>> = total;
        assert_eq!(total.unwrap_err().kind(), ErrorKind::Conversion);
    }
    let mean: Option<f64> = Sale::query()
        .select(avg(sales::serial))
        .first(&mut session)
        .unwrap();
    assert_eq!(mean, Some(u64::MAX as f64));
});

// The server's quotient beside the one that merged shards get.
on_mysql!(
    averages_of_decimals_are_rounded_as_merged_ones,
    [Sale],
    |session| {
        let mut seed = 0x5eed_u64;
        let mut next = |below: u64| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (seed >> 33) % below
        };
        for _ in 0..200 {
            sql_query("TRUNCATE sales").execute(&mut session).unwrap();
            let count = 1 + next(40);
            let digits = 1 + next(34) as usize;
            let prices: Vec<Decimal> = (0..count)
                .map(|_| {
                    let whole: String = (0..digits)
                        .map(|_| char::from(b'0' + next(10) as u8))
                        .collect();
                    let scale = next(31) as usize;
                    let part: String = (0..scale)
                        .map(|_| char::from(b'0' + next(10) as u8))
                        .collect();
                    let sign = if next(2) == 0 { "-" } else { "" };
                    format!("{sign}{whole}.{part}0").parse().unwrap()
                })
                .collect();
            let forms = prices
                .iter()
                .map(|price| sale("x", 1, &price.to_plain_string(), None));
            insert(&mut session, forms).unwrap();
            let total: Decimal = prices.iter().sum();
            let (sum, mean): (Option<Decimal>, Option<Decimal>) = Sale::query()
                .select((sum(sales::price), avg(sales::price)))
                .first(&mut session)
                .unwrap();
            assert_eq!(sum.unwrap(), total);
            let expected = avg_decimal_mysql(&total, count as i64).unwrap();
            assert_eq!(
                mean.unwrap().to_string(),
                expected.to_string(),
                "{total} / {count}"
            );
        }
    }
);

on_mysql!(calculations_are_exact_and_whole, [Sale], |session| {
    sales(&mut session);
    let price: Decimal = Sale::query()
        .filter(sales::id.eq(2))
        .select(sales::price * sales::pieces + 1 - sales::price)
        .first(&mut session)
        .unwrap();
    assert_eq!(price.to_string(), "11.25");
    let tenth: Decimal = "0.1".parse().unwrap();
    let products: Vec<Decimal> = Sale::query()
        .filter((sales::price * tenth.clone()).lt("0.0100000000000001".parse::<Decimal>().unwrap()))
        .select(sales::price * sales::pieces * tenth + sales::price - 1)
        .load(&mut session)
        .unwrap();
    assert_eq!(products, ["-0.86".parse::<Decimal>().unwrap()]);
    let half = Sale::query().filter((sales::pieces / 2).eq(0));
    assert_eq!(half.count(&mut session).unwrap(), 1, "1 / 2 is 0");
    let halves: Vec<i32> = Sale::query()
        .order_by(sales::id)
        .select(sales::pieces / 2 + 1)
        .load(&mut session)
        .unwrap();
    assert_eq!(halves, [1, 2, 3, 3]);
    let odd: i64 = Sale::query()
        .filter(sales::id.eq(1))
        .select((sales::cents - 1_000_000_000_007_i64) / 2_i64)
        .first(&mut session)
        .unwrap();
    assert_eq!(odd, -3);
    let over: orm_core::Result<Vec<i64>> = Sale::query()
        .select(sales::cents * i64::MAX)
        .load(&mut session);
    assert!(over.is_err());
});

on_mysql!(
    a_group_by_the_key_selects_all_of_its_table,
    [Sale],
    |session| {
        sales(&mut session);
        let rows: Vec<(i64, String, i64)> = Sale::query()
            .group_by(sales::id)
            .order_by(sales::id)
            .select((sales::id, sales::region, count_star()))
            .load(&mut session)
            .unwrap();
        assert_eq!(rows[0], (1, "b".to_owned(), 1));
    }
);

on_mysql!(diesels_own_writes_keep_every_timestamp, [Sale], |session| {
    sales(&mut session);
    for year in [1, 1900, 1970, 2039, 9999] {
        let day = NaiveDate::from_ymd_opt(year, 1, 2).unwrap();
        let at = day.and_hms_micro_opt(3, 4, 5, 678_901).unwrap();
        let one = orm_core::diesel::update(sales::table.filter(sales::id.eq(1)));
        one.set(sales::at.eq(at)).execute(&mut session).unwrap();
        assert_eq!(session.get::<Sale>(1).unwrap().unwrap().at, Some(at));
        let same = Sale::query().filter(sales::at.eq(at));
        assert_eq!(same.count(&mut session).unwrap(), 1);
    }
    let none = orm_core::diesel::update(sales::table).set(sales::at.eq(None::<NaiveDateTime>));
    none.execute(&mut session).unwrap();
    assert_eq!(session.get::<Sale>(1).unwrap().unwrap().at, None);
});
