//! Indexes and uniques.

use super::Pair;
use crate::snapshot::same::pair_off;
use crate::snapshot::{Change, Index, Order, Part, Term};

impl Pair<'_> {
    pub(super) fn indexes(&mut self) {
        let same = |one: &Index, other: &Index| {
            self.same.index(self.found, one) == self.same.index(self.found, other)
        };
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
