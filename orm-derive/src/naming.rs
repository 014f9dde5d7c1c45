//! Names: of tables, modules and forms, and the word somebody meant.

use proc_macro2::{Ident, Span};
use quote::format_ident;
use syn::ext::IdentExt;

/// `LineItem` as `line_item`.
pub(crate) fn snake_case(name: &str) -> String {
    let chars: Vec<char> = name.chars().collect();
    let mut out = String::new();
    for (index, &c) in chars.iter().enumerate() {
        if c.is_uppercase() {
            let after_lower =
                index > 0 && !chars[index - 1].is_uppercase() && chars[index - 1] != '_';
            let before_lower = index > 0
                && chars[index - 1].is_uppercase()
                && chars.get(index + 1).is_some_and(|next| next.is_lowercase());
            if after_lower || before_lower {
                out.push('_');
            }
        }
        out.extend(c.to_lowercase());
    }
    out
}

/// The plural that a table is named by: `categories`, `boxes`, `customers`.
pub(crate) fn plural(name: &str) -> String {
    let vowel_before_y = ["ay", "ey", "iy", "oy", "uy"]
        .iter()
        .any(|end| name.ends_with(end));
    if let Some(stem) = name.strip_suffix('y').filter(|_| !vowel_before_y) {
        return format!("{stem}ies");
    }
    if ["s", "x", "z", "ch", "sh"]
        .iter()
        .any(|end| name.ends_with(end))
    {
        return format!("{name}es");
    }
    format!("{name}s")
}

/// The styles that [`rename`] knows, in serde's words.
pub(crate) const STYLES: &[&str] = &[
    "camelCase",
    "PascalCase",
    "snake_case",
    "SCREAMING_SNAKE_CASE",
    "kebab-case",
];

/// A name in snake case in another style.
pub(crate) fn rename(style: Option<&str>, name: &str) -> String {
    let capital = |word: &str| {
        let mut chars = word.chars();
        let first = chars.next().map(|first| first.to_uppercase().to_string());
        first.unwrap_or_default() + chars.as_str()
    };
    let words = || name.split('_').filter(|word| !word.is_empty());
    match style {
        Some("camelCase") => {
            let rest = words().skip(1).map(capital);
            words().take(1).map(str::to_owned).chain(rest).collect()
        }
        Some("PascalCase") => words().map(capital).collect(),
        Some("SCREAMING_SNAKE_CASE") => name.to_uppercase(),
        Some("kebab-case") => name.replace('_', "-"),
        _ => name.to_owned(),
    }
}

/// An identifier, raw if the name is a keyword.
pub(crate) fn ident(name: &str, span: Span) -> Ident {
    match syn::parse_str::<Ident>(name) {
        Ok(_) => Ident::new(name, span),
        Err(_) if matches!(name, "self" | "super" | "crate" | "Self" | "_") => {
            format_ident!("{name}_", span = span)
        }
        Err(_) => Ident::new_raw(name, span),
    }
}

/// A table's name as an identifier: what is no letter, digit or `_` becomes `_`.
pub(crate) fn identifier(table: &str) -> String {
    let mut name: String = table
        .chars()
        .map(|c| {
            // Not every letter or digit may stand in an identifier: `²` may not.
            let word = c.is_alphanumeric() || c == '_';
            let fits = word && syn::parse_str::<Ident>(&format!("x{c}")).is_ok();
            if fits { c } else { '_' }
        })
        .collect();
    let first = name.chars().next();
    let begins = |first: char| syn::parse_str::<Ident>(&format!("{first}x")).is_ok();
    if !first.is_some_and(begins) {
        name.insert(0, '_');
    }
    name
}

/// The name of a module beside a struct, with a suffix where the struct has that name itself: a
/// script without capitals gives both one.
pub(crate) fn module_beside(of: &Ident, name: &str, suffix: &str) -> Ident {
    if of.unraw() == name {
        return format_ident!("{name}_{suffix}", span = of.span());
    }
    ident(name, of.span())
}

/// The known word that is nearest to a misspelt one, if one is near.
pub(crate) fn nearest<'w>(word: &str, known: &[&'w str]) -> Option<&'w str> {
    let limit = (word.chars().count() / 3).max(1) + 1;
    known
        .iter()
        .map(|candidate| (distance(word, candidate), *candidate))
        .filter(|(distance, _)| *distance <= limit)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Edits between two words: insert, delete, replace (Levenshtein).
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let replace = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = replace.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_named_by_the_plural_in_snake_case() {
        let table = |name| plural(&snake_case(name));
        assert_eq!(table("Customer"), "customers");
        assert_eq!(table("LineItem"), "line_items");
        assert_eq!(table("Category"), "categories");
        assert_eq!(table("Day"), "days");
        assert_eq!(table("HTTPRequest"), "http_requests");
        assert_eq!(table("Box"), "boxes");
    }

    #[test]
    fn a_misspelt_word_finds_its_neighbour() {
        assert_eq!(nearest("uniqe", &["unique", "index"]), Some("unique"));
        assert_eq!(
            nearest("belong_to", &["belongs_to", "column"]),
            Some("belongs_to")
        );
        assert_eq!(nearest("zzz", &["unique", "index"]), None);
    }
}
