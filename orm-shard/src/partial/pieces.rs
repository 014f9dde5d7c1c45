//! Selections, HAVING and ORDER BY as lists of partial expressions.

use orm_core::backend::{Database, Dialect};
use orm_core::column::SqlOrdered;
use orm_core::diesel::Expression;
use orm_core::diesel::expression::{
    AppearsOnTable, SelectableExpression, ValidGrouping, is_aggregate,
};
use orm_core::diesel::query_builder::{AstPass, QueryFragment, QueryId};
use orm_core::diesel::result::QueryResult;
use orm_core::diesel::sql_types::BigInt;
use orm_core::error::Result;
use orm_core::query::{Compare, CompareBoth, CompareOp, Junction, ValueRow};
use orm_core::value::{Value, compare};

use super::Partial;
use crate::merge::{Directed, Term};

/// How the values of one piece are folded and finished.
#[derive(Clone, Copy)]
pub struct Ops {
    /// Folds the values of one more shard into those so far.
    pub fold: fn(&mut [Value], Vec<Value>) -> Result<()>,
    /// The value.
    pub finish: fn(Database, Vec<Value>) -> Value,
}

/// A list of partial expressions.
#[diagnostic::on_unimplemented(
    message = "this cannot be merged over shards",
    label = "not known for a group that spans shards",
    note = "columns of the group, and `sum`, `count`, `min`, `max`, `avg` of orm_core can, alone or in a tuple of up to eight; HAVING compares such an aggregate with a value; or add the shard key to the group"
)]
pub trait Pieces {
    /// The expressions that each shard computes: a tuple of tuples.
    type Exprs: Expression;
    /// What a shard's row of them is loaded as.
    type Rows: Send;

    /// The expressions.
    fn exprs(self) -> Self::Exprs;
    /// The values of a row, a list a piece.
    fn flatten(rows: Self::Rows, into: &mut Vec<Vec<Value>>);
    /// How each piece is folded.
    fn ops(into: &mut Vec<Ops>);
}

impl<P: Partial> Pieces for P {
    type Exprs = P::Exprs;
    type Rows = ValueRow;

    fn exprs(self) -> P::Exprs {
        Partial::exprs(self)
    }
    fn flatten(rows: ValueRow, into: &mut Vec<Vec<Value>>) {
        into.push(rows.0);
    }
    fn ops(into: &mut Vec<Ops>) {
        into.push(Ops {
            fold: P::fold,
            finish: P::finish,
        });
    }
}

macro_rules! tuples {
    ($(($($name:ident)*);)*) => {$(
        impl<$($name: Partial),*> Pieces for ($($name,)*)
        where
            ($($name::Exprs,)*): Expression,
        {
            type Exprs = ($($name::Exprs,)*);
            type Rows = ($(tuples!(@row $name),)*);

            fn exprs(self) -> Self::Exprs {
                #[allow(non_snake_case)]
                let ($($name,)*) = self;
                ($(Partial::exprs($name),)*)
            }
            fn flatten(rows: Self::Rows, into: &mut Vec<Vec<Value>>) {
                #[allow(non_snake_case)]
                let ($($name,)*) = rows;
                $(into.push($name.0);)*
            }
            fn ops(into: &mut Vec<Ops>) {
                $(into.push(Ops { fold: $name::fold, finish: $name::finish });)*
            }
        }

        impl<$($name: Expression<SqlType: SqlOrdered> + Clone),*> GroupKeys for ($($name,)*)
        where
            ($($name,)*): Expression,
        {
            type Tuple = ($($name,)*);
            fn tuple(self) -> Self {
                self
            }
        }
    )*};
    (@row $name:ident) => { ValueRow };
}
tuples! {
    (A); (A B); (A B C); (A B C D); (A B C D E); (A B C D E F); (A B C D E F G);
    (A B C D E F G H);
}

/// The expressions of a GROUP BY, as a tuple.
#[diagnostic::on_unimplemented(
    message = "this group cannot span shards",
    note = "group by columns, alone or in a tuple of up to eight, but for documents; or add the shard key to the group"
)]
pub trait GroupKeys {
    /// The tuple.
    type Tuple: Expression;
    /// The tuple.
    fn tuple(self) -> Self::Tuple;
}

impl<C: orm_core::table::ColumnDef> GroupKeys for orm_core::table::Column<C>
where
    C::SqlType: SqlOrdered,
    (Self,): Expression,
{
    type Tuple = (Self,);
    fn tuple(self) -> (Self,) {
        (self,)
    }
}

/// Nothing: a literal stands in its place, since SQL selects no empty list.
#[derive(Debug, Clone, Copy)]
pub struct NoPieces;

impl Pieces for NoPieces {
    type Exprs = (One,);
    type Rows = ValueRow;

    fn exprs(self) -> (One,) {
        (One,)
    }
    fn flatten(_: ValueRow, _: &mut Vec<Vec<Value>>) {}
    fn ops(_: &mut Vec<Ops>) {}
}

impl GroupKeys for NoPieces {
    type Tuple = (One,);
    fn tuple(self) -> (One,) {
        (One,)
    }
}

/// The literal `1`, as a 64-bit integer.
#[derive(Debug, Clone, Copy)]
pub struct One;

impl QueryId for One {
    type QueryId = One;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl Expression for One {
    type SqlType = BigInt;
}
impl<DB: Dialect> QueryFragment<DB> for One {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql(match DB::DATABASE {
            Database::Postgres => "1::BIGINT",
            _ => "1",
        });
        Ok(())
    }
}
impl<QS> AppearsOnTable<QS> for One {}
impl<QS> SelectableExpression<QS> for One {}
impl<GB> ValidGrouping<GB> for One {
    type IsAggregate = is_aggregate::Never;
}

/// A HAVING that can be judged after the merge: three-valued, as in SQL.
pub trait Judge: Pieces {
    /// The judgement of a predicate, apart from its expressions.
    type Judgement: Send + 'static;
    /// The judgement and the pieces that it reads, in order.
    fn judgement(&self) -> Self::Judgement;
    /// Whether it holds; `None` is unknown. Takes its values off the front.
    fn holds(judgement: &Self::Judgement, values: &mut dyn Iterator<Item = Value>) -> Option<bool>;
}

impl Judge for NoPieces {
    type Judgement = ();
    fn judgement(&self) {}
    fn holds((): &(), _: &mut dyn Iterator<Item = Value>) -> Option<bool> {
        Some(true)
    }
}

impl<A: Partial, Op, Bind> Pieces for Compare<A, Op, Bind> {
    type Exprs = A::Exprs;
    type Rows = ValueRow;

    fn exprs(self) -> A::Exprs {
        self.into_parts().0.exprs()
    }
    fn flatten(rows: ValueRow, into: &mut Vec<Vec<Value>>) {
        into.push(rows.0);
    }
    fn ops(into: &mut Vec<Ops>) {
        into.push(Ops {
            fold: A::fold,
            finish: A::finish,
        });
    }
}

impl<A: Partial + Clone, Op: CompareOp, Bind: Clone> Judge for Compare<A, Op, Bind> {
    type Judgement = Value;

    fn judgement(&self) -> Value {
        self.clone().into_parts().1
    }
    fn holds(value: &Value, values: &mut dyn Iterator<Item = Value>) -> Option<bool> {
        let found = values.next()?;
        let known = !found.is_null() && !value.is_null();
        known.then(|| Op::holds(compare(&found, value)))
    }
}

impl<L: Pieces, R: Pieces, J> Pieces for CompareBoth<L, R, J>
where
    (L::Exprs, R::Exprs): Expression,
{
    type Exprs = (L::Exprs, R::Exprs);
    type Rows = (L::Rows, R::Rows);

    fn exprs(self) -> Self::Exprs {
        let (left, right) = self.into_parts();
        (left.exprs(), right.exprs())
    }
    fn flatten((left, right): Self::Rows, into: &mut Vec<Vec<Value>>) {
        L::flatten(left, into);
        R::flatten(right, into);
    }
    fn ops(into: &mut Vec<Ops>) {
        L::ops(into);
        R::ops(into);
    }
}

impl<L, R, J: Junction> Judge for CompareBoth<L, R, J>
where
    L: Judge + Clone,
    R: Judge + Clone,
    (L::Exprs, R::Exprs): Expression,
{
    type Judgement = (L::Judgement, R::Judgement);

    fn judgement(&self) -> Self::Judgement {
        let (left, right) = self.clone().into_parts();
        (left.judgement(), right.judgement())
    }
    fn holds(
        (left, right): &Self::Judgement,
        values: &mut dyn Iterator<Item = Value>,
    ) -> Option<bool> {
        // Both sides take their values, whatever the first says.
        let (left, right) = (L::holds(left, values), R::holds(right, values));
        J::join(left, right)
    }
}

/// ORDER BY terms over pieces.
pub trait SortPieces {
    /// The expressions that are sorted by.
    type Pieces: Pieces;
    /// The expressions.
    fn pieces(self) -> Self::Pieces;
    /// The directions.
    fn terms(database: Database) -> Vec<Term>;
}

impl<T: Directed> SortPieces for T
where
    T::Expr: Partial,
    (<T::Expr as Partial>::Exprs,): Expression,
{
    type Pieces = (T::Expr,);
    fn pieces(self) -> (T::Expr,) {
        (self.into_directed_expr(),)
    }
    fn terms(database: Database) -> Vec<Term> {
        vec![T::term(database)]
    }
}

impl SortPieces for NoPieces {
    type Pieces = NoPieces;
    fn pieces(self) -> NoPieces {
        NoPieces
    }
    fn terms(_: Database) -> Vec<Term> {
        Vec::new()
    }
}

macro_rules! sort_tuples {
    ($(($($name:ident)*);)*) => {$(
        impl<$($name: Directed),*> SortPieces for ($($name,)*)
        where
            $($name::Expr: Partial,)*
            ($(<$name::Expr as Partial>::Exprs,)*): Expression,
        {
            type Pieces = ($($name::Expr,)*);
            fn pieces(self) -> Self::Pieces {
                #[allow(non_snake_case)]
                let ($($name,)*) = self;
                ($($name.into_directed_expr(),)*)
            }
            fn terms(database: Database) -> Vec<Term> {
                vec![$($name::term(database)),*]
            }
        }
    )*};
}
sort_tuples! { (A); (A B); (A B C); (A B C D); (A B C D E); (A B C D E F); }
