//! The rules of a column, and calls of the user's own functions.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;

use super::at;
use super::forms::setter_of;
use super::metadata::option;
use crate::ast::{Field, Model};
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

/// `form.note(..)`: what the functions of the user's say of a value.
pub(super) fn notes(
    model: &Model<'_>,
    position: usize,
    field: &Field<'_>,
    form: &TokenStream,
    value: &TokenStream,
) -> TokenStream {
    let checks = custom_checks(field, value);
    if checks.is_empty() {
        return TokenStream::new();
    }
    let (position, columns) = (model.position(position), columns_of(field));
    quote!(#form.note(#position, #columns, [#(#checks),*]);)
}

/// `form.set(..)` of a value, and what the functions of the user's say of it; what they said of
/// the value before is forgotten.
pub(super) fn give(
    model: &Model<'_>,
    position: usize,
    field: &Field<'_>,
    form: &TokenStream,
    value: &TokenStream,
) -> TokenStream {
    let ty = field.ty;
    let (set, place, stored) = (
        setter_of(field),
        model.position(position),
        field.stored(value),
    );
    let set = quote_spanned!(at(ty)=> #form.#set::<#ty>(#place, #stored););
    let said = custom_checks(field, &quote!(&#value));
    if said.is_empty() {
        return set;
    }
    // The value is looked at before it is given away.
    let names: Vec<_> = (0..said.len())
        .map(|nth| format_ident!("__said{nth}"))
        .collect();
    let columns = columns_of(field);
    quote! {
        #(let #names = #said;)*
        #set
        #form.note(#place, #columns, [#(#names),*]);
    }
}

/// The functions of the user's, each of a value of the column.
pub(super) fn looks(field: &Field<'_>) -> Vec<TokenStream> {
    let (ty, plain) = (field.ty, field.plain(&quote!(__stored)));
    let said = custom_checks(field, &quote!(&__plain)).into_iter();
    let looks = said.map(|said| {
        quote! {
            |__value: &::orm_core::__private::Value| {
                ::orm_core::__private::look::<#ty>(__value, |__stored| {
                    let __plain = #plain;
                    #said
                })
            }
        }
    });
    looks.collect()
}

/// How many columns a field is.
fn columns_of(field: &Field<'_>) -> TokenStream {
    let ty = field.ty;
    if field.is_embedded() {
        quote_spanned!(ty.span()=> <#ty as ::orm_core::__private::Embedded>::LEN)
    } else {
        quote!(1)
    }
}

/// What each function of the user's says of a value, an `Option` each.
pub(crate) fn custom_checks(field: &Field<'_>, value: &TokenStream) -> Vec<TokenStream> {
    let name = field.ident.unraw().to_string();
    let calls = field.attrs.validate.iter().map(|path| {
        quote_spanned! {path.span()=> ::orm_core::__private::custom(#name, #path, #value)}
    });
    calls.collect()
}
