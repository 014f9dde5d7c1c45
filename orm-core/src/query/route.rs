//! What a query says of where it goes, as a type.

use std::marker::PhantomData;

use diesel::Expression;
use diesel::sql_types::{Bool, Nullable};

use super::key::{FixesKey, KeyBool, KeysBool};
use crate::value::Value;

/// Nothing was said: fine on one database, refused on a cluster.
#[derive(Debug, Clone, Copy, Default)]
pub struct Unrouted;

/// The shard key `C` has this value.
#[derive(Debug)]
pub struct Keyed<C> {
    key: Value,
    column: PhantomData<fn() -> C>,
}

impl<C> Keyed<C> {
    pub(crate) fn new(key: Value) -> Self {
        Keyed {
            key,
            column: PhantomData,
        }
    }

    /// The value of the shard key.
    #[must_use]
    pub fn key(&self) -> &Value {
        &self.key
    }
}

impl<C> Clone for Keyed<C> {
    fn clone(&self) -> Self {
        Keyed {
            key: self.key.clone(),
            column: PhantomData,
        }
    }
}

/// All shards are asked.
#[derive(Debug, Clone, Copy, Default)]
pub struct Scatter;

/// A filter, and what it does to the route of a query: one that fixes the
/// shard key routes it, any other leaves the route as it was.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no filter",
    note = "a filter is a comparison: `orders::total_cents.gt(5)`"
)]
pub trait Predicate<Route>: Sized {
    /// The route afterwards.
    type Route;

    /// The route afterwards.
    fn route(&self, before: Route) -> Self::Route;
}

/// Dispatches on the SQL type of the predicate, where one blanket impl can.
pub trait RouteBySqlType<P, Route> {
    /// The route afterwards.
    type Route;
    /// The route afterwards.
    fn route(predicate: &P, before: Route) -> Self::Route;
}

impl<P, R> Predicate<R> for P
where
    P: Expression,
    P::SqlType: RouteBySqlType<P, R>,
{
    type Route = <P::SqlType as RouteBySqlType<P, R>>::Route;

    fn route(&self, before: R) -> Self::Route {
        <P::SqlType as RouteBySqlType<P, R>>::route(self, before)
    }
}

impl<P, R> RouteBySqlType<P, R> for Bool {
    type Route = R;
    fn route(_: &P, before: R) -> R {
        before
    }
}

impl<P, R> RouteBySqlType<P, R> for Nullable<Bool> {
    type Route = R;
    fn route(_: &P, before: R) -> R {
        before
    }
}

impl<P, R, C, E> RouteBySqlType<P, R> for KeysBool<C, E> {
    type Route = R;
    fn route(_: &P, before: R) -> R {
        before
    }
}

/// What a fixed key makes of a route: an unrouted query is keyed, a scattered
/// one stays scattered, and the first of two keys counts (the second is a
/// filter like any other: two different ones leave no row).
pub trait FixKey<C> {
    /// The route afterwards.
    type Route;
    /// The route afterwards.
    fn fix(self, key: &Value) -> Self::Route;
}

impl<C> FixKey<C> for Unrouted {
    type Route = Keyed<C>;
    fn fix(self, key: &Value) -> Keyed<C> {
        Keyed::new(key.clone())
    }
}

impl<C, D> FixKey<C> for Keyed<D> {
    type Route = Keyed<D>;
    fn fix(self, _: &Value) -> Self {
        self
    }
}

impl<C> FixKey<C> for Scatter {
    type Route = Scatter;
    fn fix(self, _: &Value) -> Self {
        self
    }
}

impl<C: 'static, P: FixesKey, R: FixKey<C>> RouteBySqlType<P, R> for KeyBool<C> {
    type Route = R::Route;
    fn route(predicate: &P, before: R) -> R::Route {
        before.fix(predicate.key())
    }
}
