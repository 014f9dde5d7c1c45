//! Forms from outside: `Deserialize` for the draft and for changes without a key.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::ext::IdentExt;

use super::{allow, at, rules};
use crate::ast::{Field, Model};
use crate::naming;

pub(super) fn expand(model: &Model<'_>) -> TokenStream {
    let Some(serde) = &model.attrs.serde else {
        return TokenStream::new();
    };
    let name = |field: &Field<'_>| {
        naming::rename(
            serde.rename_all.as_deref(),
            &field.ident.unraw().to_string(),
        )
    };
    let draft = draft(model, &name);
    let changes = changes(model, &name);
    quote!(#draft #changes)
}

/// The fields that an insert form takes from outside.
fn given<'m>(model: &'m Model<'_>) -> Vec<(usize, &'m Field<'m>)> {
    let fields = model.fields.iter().enumerate();
    fields.filter(|(_, field)| field.is_open()).collect()
}

fn draft(model: &Model<'_>, name: &dyn Fn(&Field<'_>) -> String) -> TokenStream {
    let (ident, bounds) = (model.ident(), model.bounds());
    let form = model.form("draft");
    let fields = given(model);
    let names = fields.iter().map(|(_, field)| name(field));
    let reads = fields
        .iter()
        .enumerate()
        .map(|(nth, (position, field))| read(model, nth, *position, field, &name(field)));
    let missing = fields
        .iter()
        .filter(|(_, field)| field.required())
        .map(|(position, field)| {
            let (position, name) = (model.position(*position), name(field));
            quote!(if self.0.get(#position).is_none() { return ::core::option::Option::Some(#name); })
        });
    let marker = model.marker();
    let empty = quote!(#form(::orm_core::__private::Draft::<#marker>::empty()));
    let text = format!("a new {ident}");
    form_impls(&form, &bounds, &text, names, &empty, reads, missing)
}

/// `CustomerChanges`: what a patch changes, before it is known of which row.
fn changes(model: &Model<'_>, name: &dyn Fn(&Field<'_>) -> String) -> TokenStream {
    let (ident, bounds, allow, marker) = (model.ident(), model.bounds(), allow(), model.marker());
    let vis = &model.original.vis;
    let (form, patch) = (model.form("changes"), model.form("patch"));
    let fields: Vec<_> = given(model)
        .into_iter()
        .filter(|(position, _)| !model.key.contains(position) && model.shard_key != Some(*position))
        .collect();
    let names = fields.iter().map(|(_, field)| name(field));
    let reads = fields
        .iter()
        .enumerate()
        .map(|(nth, (position, field))| read(model, nth, *position, field, &name(field)));
    let empty = quote!(#form(::orm_core::__private::Patch::<#marker>::without_key()));
    let text = format!("changes to a {ident}");
    let impls = form_impls(
        &form,
        &bounds,
        &text,
        names,
        &empty,
        reads,
        std::iter::empty(),
    );
    let doc = format!(
        "Changes to a `{ident}` from outside: what is missing stays, null is NULL. Say to which row: `changes.to(key)`."
    );
    let key = model.key.iter().map(|position| model.fields[*position].ty);
    let key = if model.key.len() == 1 {
        quote!(#(#key)*)
    } else {
        quote!((#(#key,)*))
    };
    quote! {
        #[doc = #doc]
        #allow
        #[derive(::core::clone::Clone)]
        #vis struct #form(::orm_core::__private::Patch<#marker>);

        #allow
        impl ::core::fmt::Debug for #form where #bounds {
            fn fmt(&self, __f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                ::core::fmt::Debug::fmt(&self.0, __f)
            }
        }

        #allow
        impl #form where #bounds {
            /// The patch of the row of this key.
            #[must_use]
            #vis fn to(self, __key: #key) -> #patch {
                #patch(self.0.with_key(__key))
            }

            /// The patch of this row as it was read; see [`edit`](#ident::edit).
            #[must_use]
            #vis fn to_row(self, __row: &#ident) -> #patch {
                #patch(self.0.with_row(__row))
            }
        }

        #impls
    }
}

fn read(
    model: &Model<'_>,
    nth: usize,
    position: usize,
    field: &Field<'_>,
    name: &str,
) -> TokenStream {
    let (ty, plain) = (field.ty, field.plain_ty());
    let is_decimal = if field.is_embedded() {
        quote!(false)
    } else {
        quote_spanned!(at(ty)=> ::orm_core::__private::is_decimal::<#ty>())
    };
    let given = rules::give(model, position, field, &quote!(self.0), &quote!(__value));
    quote_spanned! {at(ty)=>
        #nth => {
            let __value: #plain = ::orm_core::__private::read_value(#name, #is_decimal, __map)?;
            #given
        }
    }
}

fn form_impls(
    form: &syn::Ident,
    bounds: &TokenStream,
    text: &str,
    names: impl Iterator<Item = String>,
    empty: &TokenStream,
    reads: impl Iterator<Item = TokenStream>,
    missing: impl Iterator<Item = TokenStream>,
) -> TokenStream {
    let allow = allow();
    let (map, access) = (format_ident!("__map"), format_ident!("__A"));
    quote! {
        #allow
        impl ::orm_core::__private::ReadForm for #form where #bounds {
            const FORM: &'static str = #text;
            const NAMES: &'static [&'static str] = &[#(#names),*];

            fn empty() -> Self { #empty }

            fn read<'de, #access: ::orm_core::__private::serde::de::MapAccess<'de>>(
                &mut self,
                __field: usize,
                #map: &mut #access,
            ) -> ::core::result::Result<(), #access::Error> {
                match __field {
                    #(#reads)*
                    _ => {}
                }
                ::core::result::Result::Ok(())
            }

            fn missing(&self) -> ::core::option::Option<&'static str> {
                #(#missing)*
                ::core::option::Option::None
            }
        }

        #allow
        impl<'de> ::orm_core::__private::serde::Deserialize<'de> for #form where #bounds {
            fn deserialize<__D: ::orm_core::__private::serde::Deserializer<'de>>(
                __deserializer: __D,
            ) -> ::core::result::Result<Self, __D::Error> {
                ::orm_core::__private::read_form(__deserializer)
            }
        }
    }
}
