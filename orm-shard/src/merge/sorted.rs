//! A k-way merge of sorted rows.

use std::cmp::Ordering;

use orm_core::value::{Value, compare};

/// Where NULLs stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nulls {
    /// Before everything.
    First,
    /// After everything.
    Last,
}

/// One sort term.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Term {
    /// Largest first.
    pub descending: bool,
    /// Where NULLs stand.
    pub nulls: Nulls,
}

/// The order of two rows by their sort keys.
fn order(a: &[Value], b: &[Value], terms: &[Term]) -> Ordering {
    for ((a, b), term) in a.iter().zip(b).zip(terms) {
        let ordering = match (a.is_null(), b.is_null(), term.nulls) {
            (true, true, _) => Ordering::Equal,
            (true, false, Nulls::First) | (false, true, Nulls::Last) => Ordering::Less,
            (true, false, Nulls::Last) | (false, true, Nulls::First) => Ordering::Greater,
            (false, false, _) if term.descending => compare(b, a),
            (false, false, _) => compare(a, b),
        };
        if ordering.is_ne() {
            return ordering;
        }
    }
    Ordering::Equal
}

/// Rows with their sort keys, sorted shard by shard, as one sorted list. Rows
/// that are equal to the order stay in the order of the shards.
#[must_use]
pub fn merge_sorted<U>(shards: Vec<Vec<(Vec<Value>, U)>>, terms: &[Term]) -> Vec<(Vec<Value>, U)> {
    let total = shards.iter().map(Vec::len).sum();
    let mut sources: Vec<_> = shards
        .into_iter()
        .map(|rows| rows.into_iter().peekable())
        .collect();
    let mut merged = Vec::with_capacity(total);
    loop {
        let mut least: Option<usize> = None;
        for position in 0..sources.len() {
            if sources[position].peek().is_none() {
                continue;
            }
            least = match least {
                None => Some(position),
                Some(best) => {
                    let (left, right) = sources.split_at_mut(position);
                    let before = match (right[0].peek(), left[best].peek()) {
                        (Some((key, _)), Some((best, _))) => order(key, best, terms).is_lt(),
                        _ => false,
                    };
                    Some(if before { position } else { best })
                }
            };
        }
        let Some(row) = least.and_then(|position| sources[position].next()) else {
            return merged;
        };
        merged.push(row);
    }
}

/// Rows sorted anew: for groups, which come out of a map.
pub fn sort_rows<U>(rows: &mut [(Vec<Value>, U)], terms: &[Term]) {
    rows.sort_by(|(a, _), (b, _)| order(a, b, terms));
}

/// The rows of a window: some passed over, then at most so many.
#[must_use]
pub fn window<U>(rows: Vec<U>, offset: i64, limit: Option<i64>) -> Vec<U> {
    let count = |n: i64| usize::try_from(n.max(0)).unwrap_or(usize::MAX);
    rows.into_iter()
        .skip(count(offset))
        .take(limit.map_or(usize::MAX, count))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use orm_core::value::Kind;

    fn row(key: Option<i64>, name: &str) -> (Vec<Value>, String) {
        (
            vec![key.map_or(Value::Null(Kind::I64), Value::I64)],
            name.to_owned(),
        )
    }

    fn names(rows: Vec<(Vec<Value>, String)>) -> String {
        rows.into_iter().map(|(_, name)| name).collect()
    }

    #[test]
    fn merges_in_order_and_keeps_shards_in_order_among_equals() {
        let shards = vec![
            vec![row(Some(1), "a"), row(Some(3), "b")],
            vec![row(Some(1), "c"), row(Some(2), "d")],
        ];
        let ascending = [Term {
            descending: false,
            nulls: Nulls::Last,
        }];
        assert_eq!(names(merge_sorted(shards, &ascending)), "acdb");
    }

    #[test]
    fn nulls_stand_where_the_term_says_in_both_directions() {
        for (descending, nulls, expected) in [
            (false, Nulls::First, "n12"),
            (false, Nulls::Last, "12n"),
            (true, Nulls::First, "n21"),
            (true, Nulls::Last, "21n"),
        ] {
            let mut rows = vec![row(Some(1), "1"), row(None, "n"), row(Some(2), "2")];
            let term = [Term { descending, nulls }];
            sort_rows(&mut rows, &term);
            let shards = vec![vec![rows.remove(0)], rows];
            assert_eq!(names(merge_sorted(shards, &term)), expected);
        }
    }

    #[test]
    fn windows_do_not_overflow() {
        assert_eq!(window(vec![1, 2, 3], 1, Some(1)), [2]);
        assert_eq!(window(vec![1, 2, 3], 0, None), [1, 2, 3]);
        assert!(window(vec![1, 2, 3], i64::MAX, Some(i64::MAX)).is_empty());
        assert!(window(vec![1], 0, Some(-1)).is_empty());
    }
}
