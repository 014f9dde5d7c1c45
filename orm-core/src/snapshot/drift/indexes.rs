//! Indexes and uniques.

use super::{Pair, pair_off};
use crate::ddl::quote_identifier;
use crate::snapshot::spelling::canonical_collation;
use crate::snapshot::{Change, Index, Order, Part, Term};

impl Pair<'_> {
    pub(super) fn indexes(&mut self) {
        let same = |one: &Index, other: &Index| self.index(one) == self.index(other);
        let (pairs, missing, mut extra) =
            pair_off(&self.expected.indexes, &self.found.indexes, same, |index| {
                index.name.as_ref()
            });
        for (expected, found) in pairs {
            let name = format!("`{}`", expected.name.as_deref().unwrap_or_default());
            self.options(Some("index"), name, &expected.options, &found.options);
            self.name("index", expected.name.as_ref(), found.name.as_ref());
        }
        for index in missing {
            let mut others = extra.iter();
            let named = others.position(|one| one.name.is_some() && one.name == index.name);
            self.changes.push(match named {
                Some(at) => Change::IndexDiffers {
                    expected: words(index),
                    found: words(extra.remove(at)),
                },
                None => Change::IndexMissing {
                    index: words(index),
                },
            });
        }
        for index in extra {
            self.changes.push(Change::IndexExtra {
                index: words(index),
            });
        }
    }

    /// The column that an expression is, with its collation if that is named: a column in
    /// brackets is a column to a database.
    fn column_of(&self, spelled: &str) -> Option<(String, Option<String>)> {
        self.found.columns.iter().find_map(|column| {
            let name = self.spelled(&quote_identifier(self.database, &column.name));
            if name == spelled {
                return Some((column.name.clone(), None));
            }
            let collated = spelled.strip_prefix("collate(")?.strip_suffix(')')?;
            let collation = collated.strip_prefix(&name)?.strip_prefix(", ")?;
            Some((column.name.clone(), Some(collation.to_owned())))
        })
    }

    /// The index in one spelling, without its name. Whether a unique is a constraint or an index
    /// does not matter to rows.
    pub(super) fn index(
        &self,
        index: &Index,
    ) -> (
        Vec<Part>,
        bool,
        bool,
        Option<String>,
        Option<String>,
        Vec<String>,
    ) {
        let part = |part: &Part| {
            let mut part = part.clone();
            if let Term::Expression(text) = &part.term {
                let spelled = self.spelled(text);
                part.term = match self.column_of(&spelled) {
                    Some((name, collation)) => {
                        part.collation = collation.or(part.collation);
                        Term::Column(name)
                    }
                    None => Term::Expression(spelled),
                };
            }
            if let (Term::Column(name), Some(collation)) = (&part.term, &part.collation) {
                let canonical = |name: &str| canonical_collation(self.database, name);
                let own = self
                    .found
                    .column(name)
                    .and_then(|it| it.collation.as_deref());
                let collation = canonical(collation);
                let own = own.map_or_else(|| canonical("BINARY"), canonical);
                part.collation = (own != collation).then_some(collation);
            }
            part
        };
        (
            index.parts.iter().map(part).collect(),
            index.unique,
            index.nulls_agree,
            self.spelled_option(index.predicate.as_ref()),
            index.method.clone(),
            index.include.clone(),
        )
    }
}

/// An index as a person says it: ``unique `orders_number_key` (number)``.
fn words(index: &Index) -> String {
    let mut text = String::from(if index.unique { "unique" } else { "index" });
    if let Some(name) = &index.name {
        text.push_str(&format!(" `{name}`"));
    }
    if let Some(method) = &index.method {
        text.push_str(&format!(" USING {method}"));
    }
    let parts: Vec<String> = index.parts.iter().map(part_words).collect();
    text.push_str(&format!(" ({})", parts.join(", ")));
    if !index.include.is_empty() {
        text.push_str(&format!(" INCLUDE ({})", index.include.join(", ")));
    }
    if let Some(predicate) = &index.predicate {
        text.push_str(&format!(" WHERE {predicate}"));
    }
    if index.nulls_agree {
        text.push_str(" NULLS NOT DISTINCT");
    }
    for option in &index.options {
        text.push_str(&format!(" {option}"));
    }
    text
}

fn part_words(part: &Part) -> String {
    let (Term::Column(text) | Term::Expression(text)) = &part.term;
    let mut text = text.clone();
    if let Some(prefix) = part.prefix {
        text.push_str(&format!("({prefix})"));
    }
    if let Some(collation) = &part.collation {
        text.push_str(&format!(" COLLATE {collation}"));
    }
    if let Some(class) = &part.operator_class {
        text.push_str(&format!(" {class}"));
    }
    if part.order == Order::Descending {
        text.push_str(" DESC");
    }
    match part.nulls_first {
        Some(true) => text.push_str(" NULLS FIRST"),
        Some(false) => text.push_str(" NULLS LAST"),
        None => {}
    }
    text
}
