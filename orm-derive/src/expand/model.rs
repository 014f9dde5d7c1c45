//! `Model` for the struct, and its inherent `query()` and `patch()`.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned;

use super::allow;
use crate::ast::Model;

pub(super) fn expand(model: &Model<'_>) -> TokenStream {
    let (ident, marker, allow) = (model.ident(), model.marker(), allow());
    let vis = &model.original.vis;
    let bounds = model.bounds();
    let patch = model.form("", "Patch");
    let fields: Vec<_> = model.fields.iter().map(|field| field.ident).collect();
    let positions = 0..model.fields.len();
    let into = model.fields.iter().map(|field| {
        let (name, ty) = (field.ident, field.ty);
        quote_spanned!(ty.span()=> ::orm_core::__private::Field::into_value(self.#name))
    });
    let cloned = model.fields.iter().map(|field| {
        let (name, ty) = (field.ident, field.ty);
        quote_spanned! {ty.span()=>
            ::orm_core::__private::Field::into_value(::core::clone::Clone::clone(&self.#name))
        }
    });
    let (key_type, key_value) = key(model);
    let checks = parent_checks(model);
    let columns = model.columns();
    quote! {
        #allow
        #[diagnostic::do_not_recommend]
        impl ::orm_core::__private::Model for #ident where #bounds {
            type Table = #marker;
            type Key = #key_type;

            fn key(&self) -> Self::Key { #key_value }

            fn into_values(self) -> ::orm_core::__private::Values {
                ::orm_core::__private::values([#(#into),*])
            }

            fn value_of(&self, column: usize) -> ::orm_core::__private::Value {
                match column {
                    #(#positions => #cloned,)*
                    _ => ::orm_core::__private::no_column(column),
                }
            }

            fn from_values(
                values: &mut dyn ::core::iter::Iterator<Item = ::orm_core::__private::Value>,
            ) -> ::orm_core::__private::Read<Self> {
                ::core::result::Result::Ok(#ident {
                    #(#fields: ::orm_core::__private::next(values)?,)*
                })
            }
        }

        #allow
        impl #ident where #bounds {
            /// A query of this model.
            #[must_use]
            #vis fn query() -> ::orm_core::__private::ModelQuery<#ident> {
                ::orm_core::__private::Query::new()
            }

            /// Changes to the row of this key: chain what is to change.
            #[must_use]
            #vis fn patch(key: #key_type) -> #patch {
                #patch(::orm_core::__private::Patch::new(key))
            }
        }
        #checks
        #columns
    }
}

fn key(model: &Model<'_>) -> (TokenStream, TokenStream) {
    let parts: Vec<_> = model
        .key
        .iter()
        .map(|position| &model.fields[*position])
        .collect();
    let types: Vec<_> = parts.iter().map(|field| field.ty).collect();
    let values = parts.iter().map(|field| {
        let name = field.ident;
        quote!(::core::clone::Clone::clone(&self.#name))
    });
    if let [one] = types.as_slice() {
        (quote!(#one), quote!(#(#values)*))
    } else {
        (quote!((#(#types,)*)), quote!((#(#values,)*)))
    }
}

/// One constant a foreign key, and one for the shard key, which the compiler
/// refuses to make if the types do not fit.
fn parent_checks(model: &Model<'_>) -> TokenStream {
    let checks = model.fields.iter().filter_map(|field| {
        let (parent, ty) = (field.attrs.belongs_to.as_ref()?, field.ty);
        let name = format_ident!("__foreign_key");
        Some(quote_spanned! {parent.span()=>
            const _: () = {
                const #name: () =
                    ::orm_core::__private::assert_foreign_key::<#ty>(
                        {
                            #[allow(unused_imports)] // of a model it is not needed
                            use ::orm_core::__private::NoMeta as _;
                            ::orm_core::__private::Probe::<#parent>::META
                        }
                    );
                #name
            };
        })
    });
    // Of an `Option` it is said already.
    let shard_key = model.shard_key.map(|position| &model.fields[position]);
    let shard_key = shard_key.filter(|field| !field.is_option()).map(|field| {
        let ty = field.ty;
        quote_spanned! {ty.span()=>
            const _: () = ::orm_core::__private::assert_shard_key::<#ty>();
        }
    });
    quote!(#(#checks)* #shard_key)
}
