//! Diesel's own traits for the struct.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::ext::IdentExt;

use super::allow;
use crate::ast::{Field, Model};

pub(super) fn expand(model: &Model<'_>) -> TokenStream {
    let (ident, marker, allow) = (model.ident(), model.marker(), allow());
    let bounds = model.bounds();
    let rows: Vec<_> = model.read_fields().map(Field::row).collect();
    let cells: Vec<_> = (0..rows.len())
        .map(|n| format_ident!("__cell{n}"))
        .collect();
    let deferred = model.fields.iter().filter(|field| field.deferred);
    let deferred = deferred.map(|field| field.ident);
    let reads = model.read_fields().zip(&cells).map(|(field, cell)| {
        let (name, text, ty) = (field.ident, field.ident.unraw().to_string(), field.ty);
        if field.is_embedded() {
            return quote!(#name: <#ty as ::orm_core::__private::Embedded>::from_row(#cell)?);
        }
        quote!(#name: ::orm_core::__private::read(#cell, #text)?)
    });
    let key = model.key.iter().map(|position| &model.fields[*position]);
    let (names, types): (Vec<_>, Vec<_>) = key.map(|field| (field.ident, field.ty)).unzip();
    let (id, value) = if names.len() == 1 {
        (quote!(#(&'__a #types)*), quote!(#(&self.#names)*))
    } else {
        (quote!((#(&'__a #types,)*)), quote!((#(&self.#names,)*)))
    };
    let here = quote!(<#marker as ::orm_core::__private::TableDef>);
    // Beside a table of `diesel::table!` the struct is that table's too.
    let (any, sql, selection, selected, table, table_value) = match &model.attrs.diesel_table {
        Some(path) => {
            let names: Vec<_> = model.read_fields().map(|field| field.ident).collect();
            (
                Some(quote!(__ST)),
                quote!(__ST),
                quote!((#(#path::columns::#names,)*)),
                quote!((#(#path::columns::#names,)*)),
                quote!(#path::table),
                quote!(#path::table),
            )
        }
        None => (
            None,
            quote!(#here::SqlType),
            quote!(#here::AllColumns),
            quote!(#here::all_columns()),
            quote!(::orm_core::__private::Table<#marker>),
            quote!(::orm_core::__private::Table::NEW),
        ),
    };
    let any = any.into_iter();
    let identifiable = (!model.key.is_empty()).then(|| {
        quote! {
            #allow
            impl<'__a> ::orm_core::__private::diesel::associations::Identifiable for &'__a #ident where #bounds {
                type Id = #id;

                fn id(self) -> Self::Id { #value }
            }
        }
    });
    quote! {
        #allow
        impl<#(#any,)* __DB> ::orm_core::__private::diesel::deserialize::Queryable<
            #sql, __DB,
        > for #ident
        where
            __DB: ::orm_core::__private::diesel::backend::Backend,
            #bounds
            (#(#rows,)*): ::orm_core::__private::diesel::deserialize::FromStaticSqlRow<#sql, __DB>,
        {
            type Row = (#(#rows,)*);

            #[inline]
            fn build((#(#cells,)*): Self::Row) -> ::orm_core::__private::Read<Self> {
                ::core::result::Result::Ok(#ident {
                    #(#reads,)*
                    #(#deferred: ::orm_core::__private::Deferred::new(),)*
                })
            }
        }

        #allow
        impl<__DB> ::orm_core::__private::diesel::Selectable<__DB> for #ident
        where
            #bounds
            __DB: ::orm_core::__private::diesel::backend::Backend,
        {
            type SelectExpression = #selection;

            fn construct_selection() -> Self::SelectExpression {
                #selected
            }
        }

        #allow
        impl ::orm_core::__private::diesel::associations::HasTable for #ident where #bounds {
            type Table = #table;

            fn table() -> Self::Table { #table_value }
        }

        #identifiable
    }
}
