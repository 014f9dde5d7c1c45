//! The attributes `#[column(..)]` of a type and of its variants.

use proc_macro2::Span;
use syn::{Attribute, DeriveInput, LitStr};

use super::rename::{Rename, WORDS};
use crate::attr::{Errors, Item, ItemValue, items_of, list};
use crate::naming::nearest;

/// What an enum takes.
const OF_ENUM: &[&str] = &["rename_all", "integer", "postgres_enum"];
/// What a variant takes.
const OF_VARIANT: &[&str] = &["rename"];

/// The width of an enum of numbers.
#[derive(Clone, Copy)]
pub(super) enum Width {
    I16,
    I32,
    I64,
}

const WIDTHS: &[(&str, Width)] = &[
    ("i16", Width::I16),
    ("i32", Width::I32),
    ("i64", Width::I64),
];

/// The attributes of an enum.
#[derive(Default)]
pub(super) struct EnumAttrs {
    pub(super) rename_all: Option<(Rename, Span)>,
    pub(super) integer: Option<(Width, Span)>,
    pub(super) postgres_enum: Option<LitStr>,
}

impl EnumAttrs {
    pub(super) fn read(attributes: &[Attribute], errors: &mut Errors) -> Self {
        let mut attrs = EnumAttrs::default();
        for item in once_each(attributes, errors) {
            let span = item.name.span();
            match item.name.to_string().as_str() {
                "rename_all" => {
                    attrs.rename_all = rename_all(&item, errors).map(|rename| (rename, span));
                }
                "integer" => {
                    let width = match item.value {
                        ItemValue::None => Some(Width::I32),
                        _ => item.word(WIDTHS, errors),
                    };
                    // Also after a mistake: that it is a number was said.
                    attrs.integer = Some((width.unwrap_or(Width::I64), span));
                }
                "postgres_enum" => {
                    attrs.postgres_enum = item.equals("postgres_enum = \"mood\"", errors);
                }
                _ => unknown(&item, "an enum", OF_ENUM, OF_VARIANT, errors),
            }
        }
        if let (Some((_, span)), Some(_)) = (attrs.integer, &attrs.postgres_enum) {
            let message = "an enum is stored as numbers or as an enum of PostgreSQL, not as both";
            errors.push(syn::Error::new(span, message));
            attrs.postgres_enum = None;
        }
        if let (Some((_, span)), Some(_)) = (attrs.rename_all, attrs.integer) {
            let message = "an enum that is stored as numbers has no texts to be renamed";
            errors.push(syn::Error::new(span, message));
        }
        attrs
    }
}

/// The text that a variant is given.
pub(super) fn rename(attributes: &[Attribute], errors: &mut Errors) -> Option<LitStr> {
    let mut rename = None;
    for item in once_each(attributes, errors) {
        match item.name.to_string().as_str() {
            "rename" => rename = item.equals("rename = \"text\"", errors),
            _ => unknown(&item, "a variant", OF_VARIANT, OF_ENUM, errors),
        }
    }
    rename
}

/// A newtype takes no attributes: it is stored as its field.
pub(super) fn refuse_all(input: &DeriveInput, errors: &mut Errors) {
    for item in items_of("column", &input.attrs, errors) {
        let message = format!(
            "unknown attribute `{}`: a newtype is stored as its field, and takes none",
            item.name
        );
        errors.push(syn::Error::new(item.name.span(), message));
    }
}

fn rename_all(item: &Item, errors: &mut Errors) -> Option<Rename> {
    let word: LitStr = item.equals("rename_all = \"snake_case\"", errors)?;
    let text = word.value();
    let found = WORDS.iter().find(|(name, _)| *name == text);
    if found.is_none() {
        let names: Vec<&str> = WORDS.iter().map(|(name, _)| *name).collect();
        let message = match nearest(&text, &names) {
            Some(near) => format!("unknown `{text}`; did you mean `{near}`?"),
            None => format!("unknown `{text}`; `rename_all` is one of {}", list(&names)),
        };
        errors.push(syn::Error::new(word.span(), message));
    }
    found.map(|(_, rename)| *rename)
}

fn once_each(attributes: &[Attribute], errors: &mut Errors) -> Vec<Item> {
    let mut seen: Vec<Item> = Vec::new();
    for item in items_of("column", attributes, errors) {
        if seen.iter().any(|before| before.name == item.name) {
            let message = format!("`{}` is given twice", item.name);
            errors.push(syn::Error::new(item.name.span(), message));
        } else {
            seen.push(item);
        }
    }
    seen
}

fn unknown(item: &Item, place: &str, known: &[&str], elsewhere: &[&str], errors: &mut Errors) {
    let name = item.name.to_string();
    let message = if elsewhere.contains(&name.as_str()) {
        format!(
            "`{name}` is no attribute of {place}, which takes {}",
            list(known)
        )
    } else if let Some(near) = nearest(&name, known) {
        format!("unknown attribute `{name}`; did you mean `{near}`?")
    } else {
        format!("unknown attribute `{name}`; {place} takes {}", list(known))
    };
    errors.push(syn::Error::new(item.name.span(), message));
}
