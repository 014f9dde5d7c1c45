//! The constant `TableMeta`.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;

use super::rules;
use crate::ast::{Field, Model};
use crate::attr::{Action, DefaultAttr, Generated};

pub(super) fn expand(model: &Model<'_>) -> TokenStream {
    let (name, table) = (model.name(), &model.table);
    let columns = model.fields.iter().map(column);
    let key = &model.key;
    let indexes = indexes(model);
    let foreign_keys = foreign_keys(model);
    let sharding = match (model.attrs.broadcast, model.shard_key) {
        (Some(_), _) => quote!(Broadcast),
        (None, Some(position)) => quote!(By(#position)),
        (None, None) => quote!(Single),
    };
    quote! {
        ::orm_core::metadata::TableMeta::new(
            #name,
            ::core::option::Option::None,
            #table,
            &[#(#columns),*],
            &[#(#key),*],
            &[#(#indexes),*],
            &[#(#foreign_keys),*],
            ::orm_core::metadata::Sharding::#sharding,
        )
    }
}

fn column(field: &Field<'_>) -> TokenStream {
    let (name, column, ty) = (field.ident.unraw().to_string(), &field.column, field.ty);
    let generated = option(field.attrs.generated.map(|(generated, _)| {
        let variant = match generated {
            Generated::Database => "Database",
            Generated::TimeId => "TimeId",
            Generated::UuidV7 => "UuidV7",
        };
        let variant = format_ident!("{variant}");
        quote!(::orm_core::metadata::GeneratedKey::#variant)
    }));
    let default = option(field.attrs.default.as_ref().map(|(default, _)| {
        let value = match default {
            DefaultAttr::Bool(value) => quote!(Bool(#value)),
            DefaultAttr::Number(text) => quote!(Number(#text)),
            DefaultAttr::Text(text) => quote!(Text(#text)),
            DefaultAttr::Now => quote!(Now),
        };
        quote!(::orm_core::metadata::DefaultValue::#value)
    }));
    let rules = rules::expand(field);
    quote_spanned! {ty.span()=>
        ::orm_core::metadata::ColumnMeta::new(
            #name,
            #column,
            <#ty as ::orm_core::__private::Field>::KIND,
            <#ty as ::orm_core::__private::Field>::NULLABLE,
            #generated,
            #default,
            &[#(#rules),*],
        )
    }
}

/// Names as PostgreSQL gives them by itself: `table_column_key`, `table_column_idx`.
fn indexes(model: &Model<'_>) -> Vec<TokenStream> {
    let alone = model
        .fields
        .iter()
        .enumerate()
        .filter_map(
            |(position, field)| match (field.attrs.unique, field.attrs.index) {
                (Some(unique), _) => Some((vec![position], true, unique.per_shard)),
                (None, Some(_)) => Some((vec![position], false, false)),
                _ => None,
            },
        );
    let together = model.together.iter().map(|together| {
        (
            together.columns.clone(),
            together.unique,
            together.per_shard,
        )
    });
    alone
        .chain(together)
        .map(|(columns, unique, per_shard)| {
            let names: Vec<&str> = columns
                .iter()
                .map(|position| model.fields[*position].column.as_str())
                .collect();
            let end = if unique { "key" } else { "idx" };
            let name = format!("{}_{}_{end}", model.table, names.join("_"));
            quote! {
                ::orm_core::metadata::IndexMeta::new(#name, &[#(#columns),*], #unique, #per_shard)
            }
        })
        .collect()
}

fn foreign_keys(model: &Model<'_>) -> Vec<TokenStream> {
    let action = |action: Option<(Action, proc_macro2::Span)>| {
        let name = match action.map(|(action, _)| action) {
            None | Some(Action::NoAction) => "NoAction",
            Some(Action::Restrict) => "Restrict",
            Some(Action::Cascade) => "Cascade",
            Some(Action::SetNull) => "SetNull",
            Some(Action::SetDefault) => "SetDefault",
        };
        let name = format_ident!("{name}");
        quote!(::orm_core::metadata::ReferentialAction::#name)
    };
    let with_parent = model.fields.iter().enumerate();
    with_parent
        .filter_map(|(position, field)| {
            let parent = field.attrs.belongs_to.as_ref()?;
            let name = format!("{}_{}_fkey", model.table, field.column);
            let (on_delete, on_update) =
                (action(field.attrs.on_delete), action(field.attrs.on_update));
            let table = quote_spanned!(parent.span()=> ::orm_core::__private::meta_of::<#parent>);
            Some(quote! {
                ::orm_core::metadata::ForeignKeyMeta::new(
                    #name, #position, #table, #on_delete, #on_update,
                )
            })
        })
        .collect()
}

/// An `Option` as code.
pub(super) fn option(value: Option<TokenStream>) -> TokenStream {
    match value {
        Some(value) => quote!(::core::option::Option::Some(#value)),
        None => quote!(::core::option::Option::None),
    }
}
