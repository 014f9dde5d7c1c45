//! Sort terms as values: direction, and where the database puts NULLs.

use orm_core::backend::Database;
use orm_core::column::SqlOrdered;
use orm_core::diesel::Expression;
use orm_core::query::{
    Ascending, Collated, Descending, NullsAsTheDatabase, NullsFirst, NullsLast, Sorted,
};
use orm_core::table::{Column, ColumnDef};

use super::{Nulls, Term};

/// One sort term that a merge can follow.
#[diagnostic::on_unimplemented(
    message = "rows of several shards cannot be sorted by this",
    label = "no sort term that a merge knows",
    note = "sort by a column, or by `.asc()` and `.desc()` of a column or an aggregate of orm_core, with `.nulls_first()` and `.nulls_last()`; documents have no order"
)]
pub trait Directed {
    /// The expression that is sorted by.
    type Expr: Expression;
    /// The same term, with text ordered by its bytes.
    type Collated: Expression;

    /// The expression.
    fn into_directed_expr(self) -> Self::Expr;
    /// The same term, with text ordered by its bytes.
    fn collated(self) -> Self::Collated;
    /// Direction and place of NULLs.
    fn term(database: Database) -> Term;
}

#[diagnostic::do_not_recommend]
impl<C: ColumnDef<SqlType: SqlOrdered>> Directed for Column<C> {
    type Expr = Self;
    type Collated = Collated<Self>;

    fn into_directed_expr(self) -> Self {
        self
    }
    fn collated(self) -> Collated<Self> {
        Collated(self)
    }
    fn term(database: Database) -> Term {
        Term {
            descending: false,
            nulls: usual(database, false),
        }
    }
}

#[diagnostic::do_not_recommend]
impl<E, D, N> Directed for Sorted<E, D, N>
where
    E: Expression<SqlType: SqlOrdered>,
    D: Direction,
    N: NullsWord,
{
    type Expr = E;
    type Collated = Sorted<Collated<E>, D, N>;

    fn into_directed_expr(self) -> E {
        self.into_expr()
    }
    fn collated(self) -> Self::Collated {
        self.map(Collated)
    }
    fn term(database: Database) -> Term {
        let descending = D::DESCENDING;
        Term {
            descending,
            nulls: N::NULLS.unwrap_or_else(|| usual(database, descending)),
        }
    }
}

/// NULLs are the largest value on PostgreSQL and the smallest on the others.
fn usual(database: Database, descending: bool) -> Nulls {
    let largest = database == Database::Postgres;
    if largest == descending {
        Nulls::First
    } else {
        Nulls::Last
    }
}

/// A direction as a value.
pub trait Direction {
    /// Largest first.
    const DESCENDING: bool;
}
impl Direction for Ascending {
    const DESCENDING: bool = false;
}
impl Direction for Descending {
    const DESCENDING: bool = true;
}

/// A placement of NULLs as a value.
pub trait NullsWord {
    /// Where, if it was said.
    const NULLS: Option<Nulls>;
}
impl NullsWord for NullsAsTheDatabase {
    const NULLS: Option<Nulls> = None;
}
impl NullsWord for NullsFirst {
    const NULLS: Option<Nulls> = Some(Nulls::First);
}
impl NullsWord for NullsLast {
    const NULLS: Option<Nulls> = Some(Nulls::Last);
}
