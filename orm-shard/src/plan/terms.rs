//! What a shard sends in front of a row: the terms that it was sorted by, the
//! values that tell it apart.

use orm_core::backend::Dialect;
use orm_core::column::SqlOrdered;
use orm_core::diesel::Expression;
use orm_core::query::Collated;

use crate::merge::{Directed, Term};

/// Sort terms that can be put in front of a selection and merged.
#[diagnostic::on_unimplemented(
    message = "rows of several shards cannot be sorted by this",
    label = "no sort terms that a merge knows",
    note = "sort by columns, or by `.asc()` and `.desc()` of columns and aggregates of orm_core, alone or in a tuple of up to six; documents have no order"
)]
pub trait SortTerms {
    /// The expressions that are sorted by, as a tuple; spelled as in the
    /// terms, or PostgreSQL would not know them again in a DISTINCT.
    type Keys: Expression + Clone;
    /// The terms, with text ordered by its bytes.
    type Terms: Expression + Clone;

    /// The expressions and the terms.
    fn split(self) -> (Self::Keys, Self::Terms);
    /// The directions.
    fn terms<DB: Dialect>() -> Vec<Term>;
}

macro_rules! sort_terms {
    ($(($($name:ident)*);)*) => {$(
        impl<$($name: Directed + Clone),*> SortTerms for ($($name,)*)
        where
            ($(Collated<$name::Expr>,)*): Expression + Clone,
            ($($name::Collated,)*): Expression + Clone,
        {
            type Keys = ($(Collated<$name::Expr>,)*);
            type Terms = ($($name::Collated,)*);

            fn split(self) -> (Self::Keys, Self::Terms) {
                #[allow(non_snake_case)]
                let ($($name,)*) = self;
                (($(Collated($name.clone().into_directed_expr()),)*), ($($name.collated(),)*))
            }
            fn terms<DB: Dialect>() -> Vec<Term> {
                vec![$($name::term(DB::DATABASE)),*]
            }
        }
    )*};
}
sort_terms! { (A); (A B); (A B C); (A B C D); (A B C D E); (A B C D E F); }

impl<T: Directed + Clone> SortTerms for T
where
    (Collated<T::Expr>,): Expression + Clone,
    (T::Collated,): Expression + Clone,
{
    type Keys = (Collated<T::Expr>,);
    type Terms = (T::Collated,);

    fn split(self) -> (Self::Keys, Self::Terms) {
        (
            (Collated(self.clone().into_directed_expr()),),
            (self.collated(),),
        )
    }
    fn terms<DB: Dialect>() -> Vec<Term> {
        vec![T::term(DB::DATABASE)]
    }
}

/// The values of a selection, by which DISTINCT tells rows apart.
#[diagnostic::on_unimplemented(
    message = "a scattered DISTINCT cannot tell these rows apart",
    note = "select one column, or a tuple of up to eight columns; none of documents, which every database compares in its own way"
)]
pub trait SelectionKeys {
    /// The same expressions, as a tuple.
    type Keys: Expression + Clone;
    /// The same expressions, as a tuple.
    fn keys(self) -> Self::Keys;
}

macro_rules! selection_keys {
    ($(($($name:ident)*);)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<$($name: Expression<SqlType: SqlOrdered> + Clone),*> SelectionKeys for ($($name,)*)
        where
            ($($name,)*): Expression + Clone,
        {
            type Keys = Self;
            fn keys(self) -> Self {
                self
            }
        }
    )*};
}
selection_keys! {
    (A); (A B); (A B C); (A B C D); (A B C D E); (A B C D E F); (A B C D E F G);
    (A B C D E F G H);
}

#[diagnostic::do_not_recommend]
impl<C: orm_core::table::ColumnDef> SelectionKeys for orm_core::table::Column<C>
where
    C::SqlType: SqlOrdered,
    (Self,): Expression + Clone,
{
    type Keys = (Self,);
    fn keys(self) -> (Self,) {
        (self,)
    }
}
