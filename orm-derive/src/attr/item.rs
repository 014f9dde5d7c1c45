//! One item of an attribute list: `name`, `name = value`, `name(arguments)`.

use proc_macro2::{Span, TokenStream};
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream, Parser};
use syn::{Attribute, Ident, Token};

use crate::naming::nearest;

/// Errors found so far.
pub(crate) type Errors = Vec<syn::Error>;

/// One item.
pub(crate) struct Item {
    pub(crate) name: Ident,
    pub(crate) value: ItemValue,
}

/// What stands behind the name of an item.
pub(crate) enum ItemValue {
    /// Nothing.
    None,
    /// `= tokens`
    Equals(TokenStream),
    /// `(tokens)`
    Arguments(TokenStream, Span),
}

impl Parse for Item {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let name = input.call(Ident::parse_any)?;
        let value = if input.peek(Token![=]) {
            input.parse::<Token![=]>()?;
            let mut tokens = TokenStream::new();
            // A comma inside `<..>` belongs to a type: it is the one bracket that is no group.
            let mut depth = 0_usize;
            while !input.is_empty() && (depth > 0 || !input.peek(Token![,])) {
                if input.peek(Token![<]) {
                    depth += 1;
                } else if input.peek(Token![>]) {
                    depth = depth.saturating_sub(1);
                }
                tokens.extend([input.parse::<proc_macro2::TokenTree>()?]);
            }
            if tokens.is_empty() {
                return Err(syn::Error::new(
                    name.span(),
                    format!("`{name} =` needs a value"),
                ));
            }
            ItemValue::Equals(tokens)
        } else if input.peek(syn::token::Paren) {
            let content;
            let paren = syn::parenthesized!(content in input);
            ItemValue::Arguments(content.parse()?, paren.span.join())
        } else {
            ItemValue::None
        };
        Ok(Item { name, value })
    }
}

/// The items of all `#[model(..)]` among some attributes.
pub(crate) fn items(attributes: &[Attribute], errors: &mut Errors) -> Vec<Item> {
    items_of("model", attributes, errors)
}

/// The items of all attributes of a name.
pub(crate) fn items_of(name: &str, attributes: &[Attribute], errors: &mut Errors) -> Vec<Item> {
    let mut items = Vec::new();
    for attribute in attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident(name))
    {
        let list = match attribute.meta.require_list() {
            Ok(list) => list,
            Err(_) => {
                errors.push(syn::Error::new_spanned(
                    attribute,
                    format!("write `#[{name}(..)]` with attributes in parentheses"),
                ));
                continue;
            }
        };
        let parsed = |input: ParseStream<'_>| {
            let mut found = Vec::new();
            while !input.is_empty() {
                found.push(input.parse::<Item>()?);
                if !input.is_empty() {
                    input.parse::<Token![,]>()?;
                }
            }
            Ok(found)
        };
        match parsed.parse2(list.tokens.clone()) {
            Ok(found) => items.extend(found),
            Err(error) => errors.push(error),
        }
    }
    items
}

impl Item {
    /// Reports an item whose name is unknown here.
    pub(crate) fn unknown(
        &self,
        place: &str,
        known: &[&str],
        elsewhere: &[&str],
        errors: &mut Errors,
    ) {
        let name = self.name.to_string();
        let other = if place == "field" { "struct" } else { "field" };
        let message = if elsewhere.contains(&name.as_str()) {
            format!("`{name}` is an attribute of the {other}, not of the {place}")
        } else if let Some(near) = nearest(&name, known) {
            format!("unknown attribute `{name}`; did you mean `{near}`?")
        } else {
            format!(
                "unknown attribute `{name}`; a {place} takes {}",
                list(known)
            )
        };
        errors.push(syn::Error::new(self.name.span(), message));
    }

    /// The item takes nothing.
    pub(crate) fn flag(&self, errors: &mut Errors) {
        if !matches!(self.value, ItemValue::None) {
            let message = format!("`{}` takes no value", self.name);
            errors.push(syn::Error::new(self.name.span(), message));
        }
    }

    /// The value behind `=`, parsed.
    pub(crate) fn equals<T: Parse>(&self, example: &str, errors: &mut Errors) -> Option<T> {
        match &self.value {
            ItemValue::Equals(tokens) => match syn::parse2(tokens.clone()) {
                Ok(value) => Some(value),
                Err(_) => {
                    let message = format!("write `{example}`");
                    errors.push(syn::Error::new_spanned(tokens, message));
                    None
                }
            },
            _ => {
                let message = format!("write `{example}`");
                errors.push(syn::Error::new(self.name.span(), message));
                None
            }
        }
    }

    /// A word behind `=`, one of those given.
    pub(crate) fn word<T: Copy>(&self, words: &[(&str, T)], errors: &mut Errors) -> Option<T> {
        let names: Vec<&str> = words.iter().map(|(name, _)| *name).collect();
        let example = format!("{} = {}", self.name, names[0]);
        let word: Ident =
            self.equals_with(|input| input.call(Ident::parse_any), &example, errors)?;
        chosen(&self.name.to_string(), &word, words, errors)
    }

    fn equals_with<T>(
        &self,
        parser: fn(ParseStream<'_>) -> syn::Result<T>,
        example: &str,
        errors: &mut Errors,
    ) -> Option<T> {
        let ItemValue::Equals(tokens) = &self.value else {
            errors.push(syn::Error::new(
                self.name.span(),
                format!("write `{example}`"),
            ));
            return None;
        };
        match parser.parse2(tokens.clone()) {
            Ok(value) => Some(value),
            Err(_) => {
                errors.push(syn::Error::new_spanned(
                    tokens,
                    format!("write `{example}`"),
                ));
                None
            }
        }
    }
}

/// The value that a word stands for, one of those given.
pub(crate) fn chosen<T: Copy>(
    attribute: &str,
    word: &Ident,
    words: &[(&str, T)],
    errors: &mut Errors,
) -> Option<T> {
    let names: Vec<&str> = words.iter().map(|(name, _)| *name).collect();
    let found = words
        .iter()
        .find(|(name, _)| word == *name)
        .map(|(_, value)| *value);
    if found.is_none() {
        let message = match nearest(&word.to_string(), &names) {
            Some(near) => format!("unknown `{word}`; did you mean `{near}`?"),
            None => format!("unknown `{word}`; `{attribute}` is one of {}", list(&names)),
        };
        errors.push(syn::Error::new(word.span(), message));
    }
    found
}

/// Words as a list for a sentence.
pub(crate) fn list(words: &[&str]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    match quoted.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        Some((last, _)) => last.clone(),
        None => String::new(),
    }
}
