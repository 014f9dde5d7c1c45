//! The aggregates that come in parts, and columns of the group.

use orm_core::backend::Database;
use orm_core::diesel::Expression;
use orm_core::error::{Error, ErrorKind, Result};
use orm_core::query::{
    Averageable, Avg, Collated, Count, CountStar, Max, Min, Orderable, Sum, Summable,
};
use orm_core::table::{Column, ColumnDef};
use orm_core::value::{Value, avg_decimal, avg_decimal_mysql, compare};

use super::Partial;

/// A column of the group: the same on every shard.
#[diagnostic::do_not_recommend]
impl<C: ColumnDef> Partial for Column<C>
where
    (Column<C>,): Expression,
{
    type Exprs = (Column<C>,);

    fn exprs(self) -> Self::Exprs {
        (self,)
    }
    fn fold(_: &mut [Value], _: Vec<Value>) -> Result<()> {
        Ok(())
    }
    fn finish(_: Database, parts: Vec<Value>) -> Value {
        first(parts)
    }
}

macro_rules! one_part {
    ($($node:ident<$bound:path>, $fold:ident;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<E: Expression> Partial for $node<E>
        where
            E::SqlType: $bound,
            ($node<E>,): Expression,
        {
            type Exprs = ($node<E>,);

            fn exprs(self) -> Self::Exprs {
                (self,)
            }
            fn fold(so_far: &mut [Value], next: Vec<Value>) -> Result<()> {
                $fold(&mut so_far[0], first(next))
            }
            fn finish(_: Database, parts: Vec<Value>) -> Value {
                first(parts)
            }
        }
    )*};
}
one_part! {
    Sum<Summable>, add;
    Count<orm_core::diesel::expression::TypedExpressionType>, add;
}

/// Extremes of text are those by bytes on every shard, or the merge would
/// compare what each shard's own collation chose.
macro_rules! extremes {
    ($($node:ident, $function:ident, $fold:ident;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<E: Expression> Partial for $node<E>
        where
            E::SqlType: Orderable,
            ($node<Collated<E>>,): Expression,
        {
            type Exprs = ($node<Collated<E>>,);

            fn exprs(self) -> Self::Exprs {
                (orm_core::query::$function(Collated(self.into_inner())),)
            }
            fn fold(so_far: &mut [Value], next: Vec<Value>) -> Result<()> {
                $fold(&mut so_far[0], first(next))
            }
            fn finish(_: Database, parts: Vec<Value>) -> Value {
                first(parts)
            }
        }
    )*};
}
extremes! {
    Min, min, keep_least;
    Max, max, keep_greatest;
}

#[diagnostic::do_not_recommend]
impl Partial for CountStar {
    type Exprs = (CountStar,);

    fn exprs(self) -> Self::Exprs {
        (self,)
    }
    fn fold(so_far: &mut [Value], next: Vec<Value>) -> Result<()> {
        add(&mut so_far[0], first(next))
    }
    fn finish(_: Database, parts: Vec<Value>) -> Value {
        first(parts)
    }
}

/// An average is a sum and a count.
#[diagnostic::do_not_recommend]
impl<E: Expression + Clone> Partial for Avg<E>
where
    E::SqlType: Averageable + Summable,
    (Sum<E>, Count<E>): Expression,
{
    type Exprs = (Sum<E>, Count<E>);

    fn exprs(self) -> Self::Exprs {
        let inner = self.into_inner();
        (
            orm_core::query::sum(inner.clone()),
            orm_core::query::count(inner),
        )
    }

    fn fold(so_far: &mut [Value], next: Vec<Value>) -> Result<()> {
        so_far
            .iter_mut()
            .zip(next)
            .try_for_each(|(so_far, next)| add(so_far, next))
    }

    fn finish(database: Database, parts: Vec<Value>) -> Value {
        finish_average(database, parts)
    }
}

fn finish_average(database: Database, parts: Vec<Value>) -> Value {
    let mut parts = parts.into_iter();
    let (sum, count) = (parts.next(), parts.next());
    let count = count.and_then(|count| count.as_i128()).unwrap_or_default();
    match sum {
        Some(Value::Decimal(sum)) => {
            let average = match database {
                Database::Mysql => avg_decimal_mysql(&sum, count as i64),
                _ => avg_decimal(&sum, count as i64),
            };
            average.map_or(Value::Null(orm_core::value::Kind::Decimal), |average| {
                Value::Decimal(Box::new(average))
            })
        }
        Some(Value::F64(sum)) if count > 0 => Value::F64(sum / count as f64),
        Some(Value::I64(sum)) if count > 0 => Value::F64(sum as f64 / count as f64),
        Some(Value::Null(orm_core::value::Kind::Decimal)) => {
            Value::Null(orm_core::value::Kind::Decimal)
        }
        _ => Value::Null(orm_core::value::Kind::F64),
    }
}

fn first(parts: Vec<Value>) -> Value {
    parts
        .into_iter()
        .next()
        .unwrap_or(Value::Null(orm_core::value::Kind::I64))
}

/// NULL counts for nothing; an overflow is the error that one database gives.
fn add(so_far: &mut Value, next: Value) -> Result<()> {
    if next.is_null() {
        return Ok(());
    }
    if so_far.is_null() {
        *so_far = next;
        return Ok(());
    }
    match (&mut *so_far, next) {
        (Value::I64(a), Value::I64(b)) => {
            *a = a.checked_add(b).ok_or_else(|| {
                let message = "the sum over all shards leaves the range of a 64-bit integer";
                Error::new(ErrorKind::Database, message)
            })?;
        }
        (Value::F64(a), Value::F64(b)) => *a += b,
        (Value::Decimal(a), Value::Decimal(b)) => **a = &**a + &*b,
        (a, b) => {
            let message = format!("the parts {a} and {b} of a sum are of different kinds");
            return Err(Error::new(ErrorKind::Conversion, message));
        }
    }
    Ok(())
}

fn keep_least(so_far: &mut Value, next: Value) -> Result<()> {
    if so_far.is_null() || (!next.is_null() && compare(&next, so_far).is_lt()) {
        *so_far = next;
    }
    Ok(())
}

fn keep_greatest(so_far: &mut Value, next: Value) -> Result<()> {
    if so_far.is_null() || (!next.is_null() && compare(&next, so_far).is_gt()) {
        *so_far = next;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use orm_core::value::Kind;

    #[test]
    fn nulls_count_for_nothing_and_overflow_is_an_error() {
        let mut sum = Value::Null(Kind::I64);
        add(&mut sum, Value::I64(3)).unwrap();
        add(&mut sum, Value::Null(Kind::I64)).unwrap();
        assert_eq!(sum, Value::I64(3));
        assert_eq!(
            add(&mut sum, Value::I64(i64::MAX)).unwrap_err().kind(),
            ErrorKind::Database
        );
    }

    #[test]
    fn an_average_of_decimals_has_the_digits_of_its_database() {
        fn average(database: Database) -> String {
            let parts = vec![Value::Decimal(Box::new(10.into())), Value::I64(3)];
            finish_average(database, parts).to_string()
        }
        assert_eq!(average(Database::Postgres), "3.3333333333333333");
        assert_eq!(average(Database::Mysql), format!("3.{}", "3".repeat(30)));
    }

    #[test]
    fn extremes_pass_over_null() {
        let (mut least, mut greatest) = (Value::Null(Kind::I64), Value::I64(4));
        keep_least(&mut least, Value::I64(4)).unwrap();
        keep_least(&mut least, Value::Null(Kind::I64)).unwrap();
        keep_least(&mut least, Value::I64(-1)).unwrap();
        keep_greatest(&mut greatest, Value::Null(Kind::I64)).unwrap();
        assert_eq!((least, greatest), (Value::I64(-1), Value::I64(4)));
    }
}
