//! What a table and its columns say of themselves: `TableDef`, `ColumnDef`.

use std::hash::{DefaultHasher, Hash, Hasher};

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned;

use super::{allow, metadata};
use crate::ast::Model;

pub(super) fn expand(model: &Model<'_>) -> TokenStream {
    let (ident, marker, module) = (model.ident(), model.marker(), model.module());
    let allow = allow();
    let bounds = model.bounds();
    let fields: Vec<_> = model.fields.iter().map(|field| field.ident).collect();
    let sql_types = model.fields.iter().map(|field| {
        let ty = field.ty;
        quote_spanned!(ty.span()=> <#ty as ::orm_core::__private::Field>::SqlType)
    });
    let (key_type, key_value) = key(model);
    let id = identity(model);
    let sharding = sharding(model);
    let meta = metadata::expand(model);
    let columns = model.fields.iter().enumerate().map(|(position, field)| {
        let (name, ty, column) = (field.ident, field.ty, &field.column);
        let index = digits(&format!("{position:02x}"));
        let is_key = truth(model.key == [position]);
        let role = if model.shard_key == Some(position) {
            "ShardKey"
        } else {
            "Plain"
        };
        let role = format_ident!("{role}");
        let unique = unique_alone(model, position).then(
            || quote!(#allow impl ::orm_core::__private::UniqueTarget for #module::field::#name where #bounds {}),
        );
        quote_spanned! {ty.span()=>
            #allow
            impl ::orm_core::__private::ColumnDef for #module::field::#name where #bounds {
                type Table = #marker;
                type Index = #index;
                type SqlType = <#ty as ::orm_core::__private::Field>::SqlType;
                type IsKey = #is_key;
                type Role = ::orm_core::__private::#role;
                const NAME: &'static str = #column;
            }
            #unique
        }
    });
    let together = unique_together(model).map(|columns| {
        quote! {
            #allow
            impl ::orm_core::__private::UniqueTogether<(#(#module::field::#columns,)*)> for #marker where #bounds {}
        }
    });
    quote! {
        #allow
        impl ::orm_core::__private::TableDef for #marker where #bounds {
            type Model = #ident;
            type Id = #id;
            type PrimaryKey = #key_type;
            type AllColumns = (#(#module::columns::#fields,)*);
            type SqlType = (#(#sql_types,)*);
            #sharding
            const META: &'static ::orm_core::metadata::TableMeta = &#meta;
            fn primary_key() -> Self::PrimaryKey { #key_value }
            fn all_columns() -> Self::AllColumns { (#(#module::columns::#fields,)*) }
        }
        #(#columns)*
        #(#together)*
    }
}

fn key(model: &Model<'_>) -> (TokenStream, TokenStream) {
    let module = model.module();
    let columns: Vec<_> = model
        .key
        .iter()
        .map(|position| {
            let name = model.fields[*position].ident;
            quote!(#module::columns::#name)
        })
        .collect();
    match columns.as_slice() {
        [one] => (quote!(#one), quote!(#one)),
        many => (quote!((#(#many,)*)), quote!((#(#many,)*))),
    }
}

fn unique_alone(model: &Model<'_>, position: usize) -> bool {
    model.key == [position] || model.fields[position].attrs.unique.is_some()
}

/// The columns that are unique together: the key of several, and declared ones.
fn unique_together<'m>(model: &'m Model<'_>) -> impl Iterator<Item = Vec<&'m Ident>> {
    let key = (model.key.len() > 1).then_some(&model.key);
    let declared = model.together.iter().filter(|together| together.unique);
    let mut seen: Vec<&Vec<usize>> = Vec::new();
    key.into_iter()
        .chain(declared.map(|together| &together.columns))
        .filter(move |columns| {
            let new = columns.len() > 1 && !seen.contains(columns);
            seen.push(columns);
            new
        })
        .map(|columns| {
            columns
                .iter()
                .map(|position| model.fields[*position].ident)
                .collect()
        })
}

fn sharding(model: &Model<'_>) -> TokenStream {
    if model.attrs.broadcast.is_some() {
        return quote!(
            type Sharding = ::orm_core::__private::Broadcast;
        );
    }
    let Some(position) = model.shard_key else {
        return quote!(
            type Sharding = ::orm_core::__private::Single;
        );
    };
    let field = &model.fields[position];
    let (ty, name, module, marker) = (field.ty, field.ident, model.module(), model.marker());
    let parent = model
        .attrs
        .colocated_with
        .as_ref()
        .or(field.attrs.belongs_to.as_ref());
    let column = quote!(#module::columns::#name);
    match parent.filter(|parent| !model.refers_to_itself(parent)) {
        Some(parent) => quote_spanned! {parent.span()=>
            type Sharding = ::orm_core::__private::By<
                ::orm_core::__private::RootOf<#parent>, #ty, #column,
            >;
        },
        None => quote!(type Sharding = ::orm_core::__private::By<#marker, #ty, #column>;),
    }
}

/// A hash of everything that tells this table from others, as digit types.
///
/// Place in the source is part of it: two models of the same names in two
/// modules are two tables to the compiler.
fn identity(model: &Model<'_>) -> TokenStream {
    let mut hasher = DefaultHasher::new();
    for name in ["CARGO_PKG_NAME", "CARGO_PKG_VERSION", "CARGO_CRATE_NAME"] {
        std::env::var(name).ok().hash(&mut hasher);
    }
    let span = model.ident().span().unwrap();
    (span.file(), span.line(), span.column()).hash(&mut hasher);
    (model.name(), &model.table).hash(&mut hasher);
    digits(&format!("{:016x}", hasher.finish()))
}

/// The identity of a relation within its table.
pub(super) fn relation_id(name: &Ident) -> TokenStream {
    let mut hasher = DefaultHasher::new();
    name.to_string().hash(&mut hasher);
    digits(&format!("{:08x}", hasher.finish() as u32))
}

/// Hexadecimal digits as a nested pair of digit types.
fn digits(hex: &str) -> TokenStream {
    let mut digits = hex.chars().rev().map(|digit| {
        let name = Ident::new(
            &format!("X{}", digit.to_ascii_uppercase()),
            Span::call_site(),
        );
        quote!(::orm_core::__private::identity::#name)
    });
    let last = digits.next().unwrap_or_default();
    digits.fold(last, |rest, digit| quote!((#digit, #rest)))
}

fn truth(value: bool) -> TokenStream {
    if value {
        quote!(::orm_core::__private::identity::True)
    } else {
        quote!(::orm_core::__private::identity::False)
    }
}
