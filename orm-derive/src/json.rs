//! Fields with `#[model(json)]`: the column's type is `AsJson<T>`, the struct's is `T`.
//!
//! The types are wrapped before anything reads them, so that every stage sees
//! the type of the column. Where code touches the struct or a form, the edge,
//! it asks here for the type that stands there and for the conversions.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Data, DeriveInput, PathArguments, Type, parse_quote_spanned};

use crate::ast::Field;
use crate::attr::items_of;
use crate::known::argument;

/// Puts `AsJson` around the types of the fields that say so; into an `Option`,
/// which is NULL.
pub(crate) fn wrap_types(input: &mut DeriveInput) {
    let Data::Struct(data) = &mut input.data else {
        return;
    };
    for field in &mut data.fields {
        // Mistakes are said by who reads the attributes.
        let mut ignored = Vec::new();
        let items = items_of("model", &field.attrs, &mut ignored);
        let has = |name: &str| items.iter().any(|item| item.name == name);
        if has("json") && !has("embedded") {
            field.ty = wrapped(&field.ty);
        }
    }
}

/// What is around the column's type stays around it.
fn wrapped(ty: &Type) -> Type {
    let mut outer = ty.clone();
    if let Some(inner) = inside(ty).map(wrapped)
        && let Type::Path(path) = &mut outer
        && let Some(last) = path.path.segments.last_mut()
    {
        last.arguments = PathArguments::AngleBracketed(parse_quote_spanned!(ty.span()=> <#inner>));
        return outer;
    }
    parse_quote_spanned!(ty.span()=> ::orm_core::__private::AsJson<#ty>)
}

fn unwrapped(ty: &Type) -> TokenStream {
    if let Some(inner) = inside(ty) {
        let inner = unwrapped(inner);
        return quote_spanned!(ty.span()=> ::core::option::Option<#inner>);
    }
    let inner = match ty {
        Type::Path(path) => path.path.segments.last().and_then(argument),
        _ => None,
    };
    let inner = inner.unwrap_or(ty);
    quote!(#inner)
}

/// The type in an `Option`, which is NULL, or in a `Deferred`, which is not read.
fn inside(ty: &Type) -> Option<&Type> {
    match ty {
        Type::Path(path) => {
            let last = path.path.segments.last()?;
            argument(last).filter(|_| last.ident == "Option" || last.ident == "Deferred")
        }
        _ => None,
    }
}

impl Field<'_> {
    /// The type in the struct and in the forms.
    pub(crate) fn plain_ty(&self) -> TokenStream {
        let ty = self.ty;
        if self.attrs.json.is_none() {
            return quote!(#ty);
        }
        unwrapped(ty)
    }

    /// A value of the struct's type as one of the column's.
    pub(crate) fn stored(&self, plain: &TokenStream) -> TokenStream {
        let ty = self.ty;
        if self.attrs.json.is_none() {
            return plain.clone();
        }
        quote_spanned!(ty.span()=> <#ty as ::orm_core::__private::JsonField>::from_plain(#plain))
    }

    /// A value of the column's type as one of the struct's.
    pub(crate) fn plain(&self, stored: &TokenStream) -> TokenStream {
        let ty = self.ty;
        if self.attrs.json.is_none() {
            return stored.clone();
        }
        into_plain(ty, stored)
    }
}

/// A value of a column's type, which has `AsJson` around it, as one of the struct's.
pub(crate) fn into_plain(ty: &Type, stored: &TokenStream) -> TokenStream {
    quote_spanned!(ty.span()=> <#ty as ::orm_core::__private::JsonField>::into_plain(#stored))
}
