//! Rows that are random from a seed and small in their values, so that ties, NULLs and groups over
//! several shards are common.

use orm_core::vocabulary::*;

use crate::models::*;

/// A small generator of its own, so that a seed means the same for ever (SplitMix64).
pub(crate) struct Random(pub(crate) u64);

impl Random {
    fn next(&mut self, below: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % below
    }

    fn maybe<T>(&mut self, value: T) -> Option<T> {
        (self.next(4) > 0).then_some(value)
    }
}

const WORDS: [&str; 8] = ["a", "B", "b", "Zoë", "zoe", "ß", "", "aa"];

pub(crate) fn countries() -> impl Iterator<Item = NewCountry> {
    let country = |id: i32| NewCountry {
        id,
        name: WORDS[id as usize].into(),
    };
    (0..3).map(country)
}

pub(crate) fn customers(random: &mut Random) -> Vec<CustomerDraft> {
    let one = |id: i64, random: &mut Random| {
        NewCustomer {
            name: WORDS[random.next(8) as usize].into(),
        }
        .id(id)
        .active(random.next(2) == 0)
        .country_id(random.maybe((random.0 % 3) as i32))
    };
    (1..=12).map(|id| one(id * 7, random)).collect()
}

pub(crate) fn orders(random: &mut Random, first: i64) -> Vec<OrderDraft> {
    let start = NaiveDate::from_ymd_opt(2024, 1, 1)
        .unwrap()
        .and_hms_opt(0, 0, 0)
        .unwrap();
    let one = |number: i64, random: &mut Random| {
        let cents = random.next(400) as i64 - 100;
        NewOrder {
            customer_id: (random.next(12) as i64 + 1) * 7,
            number,
            total_cents: cents,
            price: Decimal::new(cents.into(), random.next(3) as i64),
            placed_at: start + orm_core::chrono::Duration::days(random.next(900) as i64),
            uid: Uuid::from_u64_pair(random.next(u64::MAX), random.next(u64::MAX)),
        }
        .weight(random.maybe(random.0 as f64 / 8.0 % 16.0).map(f64::floor))
        .small(random.maybe((random.0 % 5) as i16))
        .note(random.maybe(WORDS[(random.0 >> 7) as usize % 8].to_string()))
    };
    (first..first + 80)
        .map(|number| one(number, random))
        .collect()
}
