//! The rules of a column, and calls of the user's own functions.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;

use super::metadata::option;
use crate::ast::Field;
use crate::attr::BoundText;

/// The rules that metadata can hold.
pub(super) fn expand(field: &Field<'_>) -> Vec<TokenStream> {
    let mut rules = Vec::new();
    if let Some(length) = &field.attrs.length {
        let (min, max) = length.lengths();
        let (min, max) = (
            option(min.map(|min| quote!(#min))),
            option(max.map(|max| quote!(#max))),
        );
        rules.push(quote!(::orm_core::metadata::Rule::Length { min: #min, max: #max }));
    }
    if let Some(range) = &field.attrs.range {
        let (min, max) = (bound(range.min.as_ref()), bound(range.max.as_ref()));
        rules.push(quote!(::orm_core::metadata::Rule::Range { min: #min, max: #max }));
    }
    if field.attrs.not_blank.is_some() {
        rules.push(quote!(::orm_core::metadata::Rule::NotBlank));
    }
    if field.attrs.email.is_some() {
        rules.push(quote!(::orm_core::metadata::Rule::Email));
    }
    rules
}

fn bound(bound: Option<&BoundText>) -> TokenStream {
    option(bound.map(
        |BoundText { text, included }| quote!(::orm_core::metadata::Bound::new(#text, #included)),
    ))
}

/// `form.note(check(&value))` for every function of the user's.
pub(super) fn notes(field: &Field<'_>, form: &TokenStream, value: &TokenStream) -> TokenStream {
    let checks = custom_checks(field, value);
    quote!(#(#form.note(#checks);)*)
}

/// What each function of the user's says of a value, an `Option` each.
pub(crate) fn custom_checks(field: &Field<'_>, value: &TokenStream) -> Vec<TokenStream> {
    let name = field.ident.unraw().to_string();
    let calls = field.attrs.validate.iter().map(|path| {
        quote_spanned! {path.span()=> ::orm_core::__private::custom(#name, #path, #value)}
    });
    calls.collect()
}
