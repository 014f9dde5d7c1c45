//! A newtype as a shard key, and enums where the answers of shards are merged.

use orm_core::vocabulary::*;
use orm_shard::prelude::*;

use crate::on::on_each;

#[derive(ColumnType, Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct WalletId(i64);

#[derive(ColumnType, Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[column(postgres_enum = "colour")]
pub enum Colour {
    Red,
    Green,
    Blue,
}

#[derive(ColumnType, Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Size {
    Small,
    Large,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(shard_key = id, has_many(cards: Card))]
pub struct Wallet {
    id: WalletId,
    size: Size,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(shard_key = wallet_id)]
pub struct Card {
    #[model(key)]
    number: i64,
    #[model(belongs_to = Wallet)]
    wallet_id: WalletId,
    colour: Colour,
    last: Option<Colour>,
    size: Size,
}

fn wallet(id: i64) -> NewWallet {
    NewWallet {
        id: WalletId(id),
        size: Size::Large,
    }
}

fn card(number: i64) -> CardDraft {
    let colours = [Colour::Red, Colour::Green, Colour::Blue];
    let colour = |n: i64| usize::try_from(n).ok().map(|n| colours[n % 3]);
    let card = NewCard {
        number,
        wallet_id: WalletId(number % 10),
        colour: colour(number / 2).unwrap_or(Colour::Red),
        size: if number % 4 == 0 {
            Size::Small
        } else {
            Size::Large
        },
    };
    card.last(colour(number).filter(|_| number % 5 > 0))
}

on_each!(a_newtype_is_a_shard_key, |cluster, one, sent| {
    cluster.insert_many((0..10).map(wallet)).await?;
    cluster.insert_many((0..30).map(card)).await?;
    sent.take();
    for id in (0..10).map(WalletId) {
        let shard = cluster.locate(&id)?.to_owned();
        assert_eq!(
            shard,
            cluster.locate(&id.0)?,
            "a newtype lives where its number does"
        );
        let cards = Card::query().filter(cards::wallet_id.eq(id));
        assert_eq!(cards.load(&cluster).await?.len(), 3);
        assert_eq!(cluster.get::<Wallet>(id).await?.unwrap().id, id);
        assert!(sent.take().iter().all(|(name, _)| *name == shard));
        let found = Wallet::query()
            .filter(wallets::id.eq(id))
            .with(wallet::cards);
        assert_eq!(found.load(&cluster).await?[0][wallet::cards].len(), 3);
        let patch = Wallet::patch(id).size(Size::Small);
        assert_eq!(cluster.update(patch).await?, 1);
        sent.take();
    }
    let small = Wallet::query().filter(wallets::size.eq(Size::Small));
    assert_eq!(small.scatter().count(&cluster).await?, 10);
});

/// Runs one query text on the cluster, scattered, and on the one database.
macro_rules! same {
    ($cluster:ident, $one:ident, $row:ty, [$($query:tt)*]) => {
        form!({
            let gathered: Vec<$row> = Card::query().scatter() $($query)* .load(&$cluster).await?;
            let expected: Vec<$row> = Card::query() $($query)* .load(&mut $one).await?;
            assert_eq!(gathered, expected, "{}", stringify!($($query)*));
            assert!(!gathered.is_empty());
        })
    };
}

on_each!(
    enums_are_merged_as_one_database_sorts_them,
    |cluster, one, sent| {
        cluster.insert_many((0..10).map(wallet)).await?;
        cluster.insert_many((0..30).map(card)).await?;
        one.insert_many((0..10).map(wallet)).await?;
        one.insert_many((0..30).map(card)).await?;
        same!(cluster, one, Card, [.order_by((cards::colour, cards::number))]);
        same!(cluster, one, Card, [.order_by((cards::last.desc(), cards::size, cards::number)).limit(9)]);
        same!(cluster, one, i64, [
            .filter(cards::colour.gt(Colour::Green))
            .select(cards::number)
            .order_by(cards::number)
        ]);
        same!(cluster, one, (Colour, i64), [
            .group_by(cards::colour)
            .select((cards::colour, count_star()))
            .order_by(cards::colour.desc())
        ]);
        same!(cluster, one, (Option<Colour>, Option<i64>), [
            .group_by(cards::last)
            .select((cards::last, sum(cards::number)))
            .order_by(cards::last)
        ]);
        same!(cluster, one, (Size, Option<Colour>), [
            .group_by(cards::size)
            .select((cards::size, max(cards::colour)))
            .having(count_star().gt(1))
            .order_by(cards::size)
        ]);
        same!(cluster, one, (Size, Option<Colour>), [
            .group_by(cards::size)
            .select((cards::size, max(cards::colour)))
            .having(max(cards::colour).ne(Colour::Green).and(min(cards::size).eq(Size::Large)))
        ]);
    }
);

#[derive(Model, Debug, Clone, PartialEq)]
#[model(shard_key = wallet_id)]
pub struct Payment {
    #[model(key)]
    number: i64,
    #[model(belongs_to = Wallet)]
    wallet_id: WalletId,
    amount: Decimal,
    fee: Decimal,
}

fn payment(number: i64) -> NewPayment {
    NewPayment {
        number,
        wallet_id: WalletId(number % 10),
        amount: Decimal::from(number * 7),
        fee: Decimal::from(number * 3 % 50),
    }
}

on_each!(
    decimals_of_any_expression_are_merged_by_their_value,
    |cluster, one, sent| {
        cluster.insert_many((0..10).map(wallet)).await?;
        cluster.insert_many((0..30).map(payment)).await?;
        let dear =
            || case_when(payments::amount.gt(100), payments::fee).otherwise(payments::amount);
        let mut expected: Vec<i64> = (0..30).collect();
        expected.sort_by_key(|n| {
            (
                std::cmp::Reverse(if n * 7 > 100 { n * 3 % 50 } else { n * 7 }),
                *n,
            )
        });
        let sorted = Payment::query()
            .scatter()
            .order_by((dear().desc(), payments::number))
            .select(payments::number);
        let numbers: Vec<i64> = sorted.clone().load(&cluster).await?;
        assert_eq!(numbers, expected);
        let first: Vec<i64> = sorted.limit(4).load(&cluster).await?;
        assert_eq!(first, expected[..4]);
    }
);

#[derive(Model, Debug, Clone, PartialEq)]
#[model(shard_key = colour)]
struct Pot {
    #[model(key)]
    number: i64,
    colour: Colour,
}

on_each!(an_enum_is_a_shard_key, |cluster, one, sent| {
    cluster.create_all(schema![Pot]).await?;
    let colours = [Colour::Red, Colour::Green, Colour::Blue];
    let pot = |(number, colour)| NewPot { number, colour };
    let rows = cluster.insert_many((0..3).zip(colours).map(pot)).await?;
    for (number, colour) in (0..3).zip(colours) {
        let found = cluster.get::<Pot>((colour, number)).await?;
        assert_eq!(found.as_ref(), Some(&rows[number as usize]));
        let found = Pot::query().filter(pots::colour.eq(colour));
        assert_eq!(found.count(&cluster).await?, 1);
    }
    // A label lies where the text would.
    assert_eq!(cluster.locate(&Colour::Blue)?, cluster.locate("blue")?);
});
