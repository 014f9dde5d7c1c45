//! When two parts of a table are the same to a database, however they are spelled.

use super::spelling::{
    canonical_collation, canonical_expression, canonical_statement, canonical_type, catalogued,
};
use super::{
    Action, Check, Column, Deferred, ForeignKey, Generator, Index, Part, Table, Term, View,
};
use crate::backend::Database;
use crate::ddl::quote_identifier;

/// How one database compares.
#[derive(Clone, Copy)]
pub(crate) struct Same(pub(crate) Database);

/// An index in one spelling, without its name: parts, unique, whether NULLs agree, predicate,
/// method, columns that are kept along. Whether a unique is a constraint or an index does not
/// matter to rows.
type SpelledIndex = (
    Vec<Part>,
    bool,
    bool,
    Option<String>,
    Option<String>,
    Vec<String>,
);

impl Same {
    /// An expression in one spelling.
    pub(crate) fn spelled(self, expression: &str) -> String {
        canonical_expression(self.0, expression)
    }

    pub(crate) fn spelled_option(self, expression: Option<&String>) -> Option<String> {
        expression.map(|text| self.spelled(text))
    }

    /// Whether a column holds the same values in the same way; comments and options apart.
    pub(crate) fn column(self, one: &Column, other: &Column) -> bool {
        let values = one.read_only
            || other.read_only
            || (self.default(one) == self.default(other)
                && self.computed(one, other)
                && counted(one, other));
        self.stored(one, other) && one.nullable == other.nullable && values
    }

    /// Whether values are stored in the same way: type and collation.
    pub(crate) fn stored(self, one: &Column, other: &Column) -> bool {
        self.ty(one, other) && self.collation(one, other)
    }

    /// Whether the types of two columns are the same, collations apart.
    pub(crate) fn ty(self, one: &Column, other: &Column) -> bool {
        let ty = |column: &Column| {
            let (ty, _) = canonical_type(self.0, &column.ty);
            catalogued(self.0, &ty).into_owned()
        };
        ty(one) == ty(other)
    }

    pub(crate) fn collation(self, one: &Column, other: &Column) -> bool {
        let name = |column: &Column| {
            let name = column.collation.as_ref();
            name.map(|name| canonical_collation(self.0, name))
        };
        // There every text has a collation; who names none takes any.
        let any =
            self.0 == Database::Mysql && (one.collation.is_none() || other.collation.is_none());
        any || name(one) == name(other)
    }

    /// Whether the expressions of two computed columns are the same; also where neither has one.
    pub(crate) fn computed(self, one: &Column, other: &Column) -> bool {
        self.spelled_option(one.computed.as_ref()) == self.spelled_option(other.computed.as_ref())
    }

    /// A default in one spelling; NULL is none, and a truth value may be a digit.
    pub(crate) fn default(self, column: &Column) -> Option<String> {
        let text = self.spelled(column.default.as_ref()?);
        (text != "null").then_some(text)
    }

    /// A comment, as the catalogue keeps it.
    pub(crate) fn comment(self, comment: Option<&String>) -> Option<String> {
        Some(catalogued(self.0, comment?).into_owned())
    }

    /// An index of a table in one spelling.
    pub(crate) fn index(self, table: &Table, index: &Index) -> SpelledIndex {
        (
            index
                .parts
                .iter()
                .map(|part| self.part(table, part))
                .collect(),
            index.unique,
            index.nulls_agree,
            self.spelled_option(index.predicate.as_ref()),
            index.method.clone(),
            index.include.clone(),
        )
    }

    fn part(self, table: &Table, part: &Part) -> Part {
        let mut part = part.clone();
        if let Term::Expression(text) = &part.term {
            let spelled = self.spelled(text);
            part.term = match self.column_of(table, &spelled) {
                Some((name, collation)) => {
                    part.collation = collation.or(part.collation);
                    Term::Column(name)
                }
                None => Term::Expression(spelled),
            };
        }
        if let (Term::Column(name), Some(collation)) = (&part.term, &part.collation) {
            let canonical = |name: &str| canonical_collation(self.0, name);
            let own = table.column(name).and_then(|it| it.collation.as_deref());
            let collation = canonical(collation);
            let own = own.map_or_else(|| canonical("BINARY"), canonical);
            part.collation = (own != collation).then_some(collation);
        }
        part
    }

    /// The column that an expression is, with its collation if that is named: a column in
    /// brackets is a column to a database.
    fn column_of(self, table: &Table, spelled: &str) -> Option<(String, Option<String>)> {
        table.columns.iter().find_map(|column| {
            let name = self.spelled(&quote_identifier(self.0, &column.name));
            if name == spelled {
                return Some((column.name.clone(), None));
            }
            let collated = spelled.strip_prefix("collate(")?.strip_suffix(')')?;
            let collation = collated.strip_prefix(&name)?.strip_prefix(", ")?;
            Some((column.name.clone(), Some(collation.to_owned())))
        })
    }

    pub(crate) fn check(self, one: &Check, other: &Check) -> bool {
        self.spelled(&one.expression) == self.spelled(&other.expression)
    }

    /// Whether two views are of one kind and stand for the same.
    pub(crate) fn view(self, one: &View, other: &View) -> bool {
        one.materialized == other.materialized && self.query(one, other)
    }

    /// Whether two views stand for the same, as far as can be told. What a model says can be held
    /// against what SQLite keeps, which is the text; the others keep a tree, so theirs is
    /// compared with what they made of the model's.
    pub(crate) fn query(self, one: &View, other: &View) -> bool {
        let comparable = self.0 == Database::Sqlite || one.is_kept == other.is_kept;
        let spelled = |view: &View| {
            let text = view.definition.as_ref()?;
            Some(canonical_statement(self.0, text))
        };
        match (spelled(one), spelled(other)) {
            (Some(one), Some(other)) if comparable => one == other,
            _ => true,
        }
    }

    /// What a foreign key does, and when.
    pub(crate) fn acts(self, key: &ForeignKey) -> (Action, Action, Deferred) {
        // MariaDB checks at once, whichever word says so.
        let action = |action| match (action, self.0) {
            (Action::Restrict, Database::Mysql) => Action::NoAction,
            (action, _) => action,
        };
        (action(key.on_delete), action(key.on_update), key.deferred)
    }
}

/// Whether two columns are counted alike. In SQLite every key of one integer is a row id, whether
/// it is counted or given.
pub(crate) fn counted(one: &Column, other: &Column) -> bool {
    let by = |column: &Column| match column.generator {
        None | Some(Generator::RowId) => None,
        Some(generator) => Some(generator == Generator::Always),
    };
    let row_id = |column: &Column| column.generator == Some(Generator::RowId);
    by(one) == by(other)
        || (row_id(one) && other.generator.is_some())
        || (row_id(other) && one.generator.is_some())
}

/// Whether two foreign keys relate the same columns, in whatever order.
pub(crate) fn relates(one: &ForeignKey, other: &ForeignKey) -> bool {
    let columns = |key: &ForeignKey| {
        let columns = key.columns.iter().cloned();
        let mut columns: Vec<_> = columns.zip(key.parent_columns.iter().cloned()).collect();
        columns.sort();
        columns
    };
    one.parent == other.parent && columns(one) == columns(other)
}

/// Pairs what is the same on both sides; gives what is left of each.
///
/// Of several that are the same, those of one name are a pair first.
pub(crate) fn pair_off<'s, T>(
    expected: &'s [T],
    found: &'s [T],
    same: impl Fn(&T, &T) -> bool,
    name: impl Fn(&T) -> Option<&String>,
) -> (Vec<(&'s T, &'s T)>, Vec<&'s T>, Vec<&'s T>) {
    let mut pairs = Vec::new();
    let mut left: Vec<&T> = expected.iter().collect();
    let mut right: Vec<&T> = found.iter().collect();
    for by_name in [true, false] {
        left.retain(|one| {
            let mut there = right.iter();
            let at =
                there.position(|other| same(one, other) && (!by_name || name(one) == name(other)));
            if let Some(at) = at {
                pairs.push((*one, right.remove(at)));
            }
            at.is_none()
        });
    }
    (pairs, left, right)
}
