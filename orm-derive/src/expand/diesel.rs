//! Diesel's own traits for the struct.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;

use super::allow;
use crate::ast::Model;

pub(super) fn expand(model: &Model<'_>) -> TokenStream {
    let (ident, marker, allow) = (model.ident(), model.marker(), allow());
    let bounds = model.bounds();
    let fields: Vec<_> = model.fields.iter().map(|field| field.ident).collect();
    let cells: Vec<_> = (0..fields.len())
        .map(|n| format_ident!("__cell{n}"))
        .collect();
    let rows: Vec<_> = model
        .fields
        .iter()
        .map(|field| {
            let ty = field.ty;
            quote_spanned!(ty.span()=> <#ty as ::orm_core::__private::Field>::Row)
        })
        .collect();
    let reads = model.fields.iter().zip(&cells).map(|(field, cell)| {
        let (name, text) = (field.ident, field.ident.unraw().to_string());
        let value = field.plain(&quote!(::orm_core::__private::read(#cell, #text)?));
        quote!(#name: #value)
    });
    let key = model.key.iter().map(|position| &model.fields[*position]);
    let (names, types): (Vec<_>, Vec<_>) = key.map(|field| (field.ident, field.ty)).unzip();
    let (id, value) = if names.len() == 1 {
        (quote!(#(&'__a #types)*), quote!(#(&self.#names)*))
    } else {
        (quote!((#(&'__a #types,)*)), quote!((#(&self.#names,)*)))
    };
    quote! {
        #allow
        impl<__DB> ::orm_core::__private::diesel::deserialize::Queryable<
            <#marker as ::orm_core::__private::TableDef>::SqlType, __DB,
        > for #ident
        where
            __DB: ::orm_core::__private::diesel::backend::Backend,
            #bounds
            (#(#rows,)*): ::orm_core::__private::diesel::deserialize::FromStaticSqlRow<
                <#marker as ::orm_core::__private::TableDef>::SqlType, __DB,
            >,
        {
            type Row = (#(#rows,)*);

            #[inline]
            fn build((#(#cells,)*): Self::Row) -> ::orm_core::__private::Read<Self> {
                ::core::result::Result::Ok(#ident { #(#reads),* })
            }
        }

        #allow
        impl<__DB> ::orm_core::__private::diesel::Selectable<__DB> for #ident
        where
            #bounds
            __DB: ::orm_core::__private::diesel::backend::Backend,
        {
            type SelectExpression = <#marker as ::orm_core::__private::TableDef>::AllColumns;

            fn construct_selection() -> Self::SelectExpression {
                <#marker as ::orm_core::__private::TableDef>::all_columns()
            }
        }

        #allow
        impl ::orm_core::__private::diesel::associations::HasTable for #ident where #bounds {
            type Table = ::orm_core::__private::Table<#marker>;

            fn table() -> Self::Table { ::orm_core::__private::Table::NEW }
        }

        #allow
        impl<'__a> ::orm_core::__private::diesel::associations::Identifiable for &'__a #ident where #bounds {
            type Id = #id;

            fn id(self) -> Self::Id { #value }
        }
    }
}
