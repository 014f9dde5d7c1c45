//! `Model` for the struct, and its inherent `query()` and `patch()`.

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;

use super::{allow, values};
use crate::ast::Model;

pub(super) fn expand(model: &Model<'_>) -> TokenStream {
    let (ident, marker, allow) = (model.ident(), model.marker(), allow());
    let vis = &model.original.vis;
    let bounds = model.bounds();
    let patch = model.form("patch");
    let values = values::expand(model);
    let (key_type, key_value) = key(model);
    let checks = parent_checks(model);
    let columns = model.columns();
    // Spanned as the key: what is wrong with its type is said of this line.
    let first = model
        .key
        .first()
        .map(|position| model.fields[*position].ty.span());
    let key_line = quote_spanned! {first.unwrap_or_else(Span::call_site)=>
        type Key = #key_type;
    };
    let query = query(model);
    let patches = (!model.is_view()).then(|| {
        quote! {
            /// Changes to the row of this key: chain what is to change.
            #[must_use]
            #vis fn patch(__key: #key_type) -> #patch {
                #patch(::orm_core::__private::Patch::new(__key))
            }

            /// Changes to this row as it was read: chain what is to change.
            ///
            /// If the model has a version, the row is changed only as long as
            /// that is still the row's.
            #[must_use]
            #vis fn edit(&self) -> #patch {
                #patch(::orm_core::__private::Patch::of_row(self))
            }
        }
    });
    quote! {
        #allow
        #[diagnostic::do_not_recommend]
        impl ::orm_core::__private::Model for #ident where #bounds {
            type Table = #marker;
            #key_line

            fn key(&self) -> Self::Key { #key_value }

            #values
        }

        #allow
        impl #ident where #bounds {
            #patches
            #query
        }
        #checks
        #columns
    }
}

/// `query()`, which leaves deleted rows out, and the words that bring them back.
fn query(model: &Model<'_>) -> TokenStream {
    let (ident, vis, module) = (model.ident(), &model.original.vis, model.module());
    let Some(deleted) = model.fields.iter().find(|field| field.is_deleted_at()) else {
        return quote! {
            /// A query of this model.
            #[must_use]
            #vis fn query() -> ::orm_core::__private::ModelQuery<#ident> {
                ::orm_core::__private::Query::new()
            }
        };
    };
    let name = deleted.ident;
    quote! {
        /// A query of this model, of rows that are not deleted.
        #[must_use]
        #vis fn query() -> ::orm_core::__private::LivingQuery<#ident, #module::field::#name> {
            ::orm_core::__private::ModelQuery::<#ident>::new()
                .living::<#module::field::#name>()
        }

        /// A query of this model, of all rows, deleted or not.
        #[must_use]
        #vis fn query_with_deleted() -> ::orm_core::__private::ModelQuery<#ident> {
            ::orm_core::__private::Query::new()
        }
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
    if types.is_empty() {
        let key = quote!(::orm_core::__private::NoKey);
        (key.clone(), quote!(#key::NEW))
    } else if let [one] = types.as_slice() {
        (quote!(#one), quote!(#(#values)*))
    } else {
        (quote!((#(#types,)*)), quote!((#(#values,)*)))
    }
}

/// One constant a foreign key, and one for the shard key, which the compiler
/// refuses to make if the types do not fit.
fn parent_checks(model: &Model<'_>) -> TokenStream {
    let checks = model.parents.iter().map(|foreign_key| {
        let parent = &foreign_key.ty;
        let types = foreign_key
            .columns
            .iter()
            .map(|position| model.fields[*position].ty);
        let name = format_ident!("__foreign_key");
        quote_spanned! {parent.span()=>
            const _: () = {
                const #name: () = ::orm_core::__private::assert_foreign_key(
                    {
                        #[allow(unused_imports)] // of a model it is not needed
                        use ::orm_core::__private::NoMeta as _;
                        ::orm_core::__private::Probe::<#parent>::META
                    },
                    &[#((
                        <#types as ::orm_core::__private::Field>::KIND,
                        <#types as ::orm_core::__private::Field>::VARIANTS,
                    )),*],
                );
                #name
            };
        }
    });
    // Of an `Option` it is said already.
    let shard_key = model.shard_key.map(|position| &model.fields[position]);
    let shard_key = shard_key.filter(|field| !field.is_option()).map(|field| {
        let ty = field.ty;
        quote_spanned! {ty.span()=>
            const _: () = ::orm_core::__private::assert_shard_key::<#ty>();
        }
    });
    let placed = placed_check(model);
    let names = names_check(model);
    quote!(#(#checks)* #shard_key #placed #names)
}

/// One constant an embedded struct: no other column has the name of one of its columns.
fn names_check(model: &Model<'_>) -> TokenStream {
    let ident = model.ident();
    let embedded = model.fields.iter().filter(|field| field.is_embedded());
    let checks = embedded.map(|field| {
        let name = field.ident.unraw().to_string();
        quote_spanned! {field.ident.span()=>
            const _: () = ::orm_core::__private::assert_names_differ(
                {
                    #[allow(unused_imports)] // of a model it is not needed
                    use ::orm_core::__private::NoMeta as _;
                    ::orm_core::__private::Probe::<#ident>::META
                },
                #name,
            );
        }
    });
    quote!(#(#checks)*)
}

/// A constant that the compiler refuses to make if a row would not lie with its parent.
fn placed_check(model: &Model<'_>) -> Option<TokenStream> {
    let position = model.shard_key?;
    let ty = model.fields[position].ty;
    let (parent, nth) = match &model.attrs.colocated_with {
        Some(parent) => (parent, None),
        None => {
            let parent = model.placing_parent()?;
            let nth = parent.columns.iter().position(|column| *column == position);
            (&parent.ty, nth)
        }
    };
    if model.refers_to_itself(parent) {
        return None;
    }
    let nth = super::metadata::option(nth.map(|nth| quote!(#nth)));
    let name = format_ident!("__placed_with");
    Some(quote_spanned! {parent.span()=>
        const _: () = {
            const #name: () = ::orm_core::__private::assert_placed_with(
                {
                    #[allow(unused_imports)] // of a model it is not needed
                    use ::orm_core::__private::NoMeta as _;
                    ::orm_core::__private::Probe::<#parent>::META
                },
                <#ty as ::orm_core::__private::Field>::KIND,
                #nth,
            );
            #name
        };
    })
}
