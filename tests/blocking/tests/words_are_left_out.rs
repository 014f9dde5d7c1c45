//! What becomes of each form of `.await` and `async`.

use orm_tests_blocking::blocking;

fn ready<T>(value: T) -> T {
    value
}

fn run<T>(work: impl FnOnce(i32) -> T) -> T {
    work(20)
}

blocking! {
    async fn sum(one: i32, other: i32) -> Result<i32, String> {
        let one: Result<i32, String> = ready(Ok(one)).await;
        Ok(one? + ready(Ok::<_, String>(other)).await?)
    }
}

#[test]
fn functions_closures_and_blocks_are_plain_ones() {
    let base = 1;
    let (closure, moved, block, moved_block) = blocking!((
        run(async |n| ready(n).await + base).await,
        run(async move |n| ready(n).await + base).await,
        async { ready(base).await }.await,
        async move { ready(base).await }.await,
    ));
    assert_eq!((closure, moved, block, moved_block), (21, 21, 1, 1));
    assert_eq!(sum(1, 2), Ok(3));
}

#[test]
fn macro_calls_are_looked_into() {
    blocking! {
        assert_eq!(sum(1, 2).await.unwrap(), 3, "{}", ready("three").await);
        let both = vec![ready(1).await, async { ready(2).await }.await];
    }
    assert_eq!(both, [1, 2]);
}

#[test]
fn a_fragment_of_another_macro_is_looked_into() {
    macro_rules! lane {
        ($work:block) => {
            blocking!($work)
        };
    }
    assert_eq!(lane!({ sum(2, 2).await.unwrap() }), 4);
}

#[test]
fn other_words_stay() {
    struct Engine {
        r#await: i32,
    }
    let number = blocking! {{
        let engine = Engine { r#await: 1 };
        let range = 0..2;
        let text = ".await async";
        engine.r#await + range.end + text.len() as i32
    }};
    assert_eq!(number, 15);
}
